"""A message of the operators to all readers: written, looked at as readers will see it, confirmed, watched, stopped."""

from __future__ import annotations

from bot.i18n import Markup, escape
from bot.telegram.announcer import framed
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.html import join, units
from bot.telegram.keyboards import Button, Keyboard, Row, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.storage.announcements import Announcement

LIMIT = 3000
"""UTF-16 units of a message: it needs one with a frame around it."""


async def announce(visit: Visit) -> None:
    """/broadcast: what is going out, or, with words behind it, a draft of them."""
    await (take if visit.arguments.strip() else _show)(visit)


async def press(visit: Visit) -> None:
    """A button of these screens."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    announcements, found = visit.services.announcements, number(visit, 1)
    match visit.callback.arguments:
        case ("write",):
            await visit.ask(visit.texts("announce.ask"), visit.texts("placeholder.feedback"))
            return
        case ("sure", _):
            await _show_question(visit, found)
            return
        case ("urgent", _, wanted):
            await announcements.set_urgent(found, urgent=wanted == "1")
        case ("drop", _):
            await announcements.drop(found)
        case ("go", _):
            await announcements.begin(found)
        case ("stop", _):
            await announcements.stop(found)
        case _:
            pass
    await _show(visit)


async def take(visit: Visit) -> None:
    """What the operator wants to say: kept as a draft and shown as readers will see it."""
    message = visit.arguments.strip()
    if not message or units(message) > LIMIT:
        again = Button(visit.texts("button.announce_write"), encode("say", "write"))
        await visit.reply(visit.texts("announce.too_long", count=LIMIT), Keyboard.of([again]))
        return
    await visit.services.announcements.write(message)
    await _show(visit)


async def _show(visit: Visit) -> None:
    """The last one: a draft to decide about, one that is going out, or what became of it."""
    texts, found = visit.texts, await visit.services.announcements.latest()
    back = to_admin(texts)
    write = Button(texts("button.announce_write"), encode("say", "write"))
    if found is None:
        await visit.show(join("\n\n", texts("announce.title"), texts("announce.intro")), Keyboard.of([write], back))
    elif found.is_draft:
        await _show_draft(visit, found, back)
    else:
        again = Button(texts("button.refresh"), encode("say"))
        stop = Button(texts("button.announce_stop"), encode("say", "stop", found.id))
        rows: tuple[Row, ...] = ((again, stop),) if found.is_open else ((write,),)
        await visit.show(_progress(visit, found), Keyboard.of(*rows, back))


async def _show_draft(visit: Visit, draft: Announcement, back: Row) -> None:
    texts = visit.texts
    readers = await visit.services.announcements.audience(urgent=draft.urgent)
    html, _ = framed(draft.message, visit.subscriber.language)
    paused = "announce_not_paused" if draft.urgent else "announce_paused"
    rows = (
        (Button(texts.plural("button.announce_send", readers), encode("say", "sure", draft.id)),) if readers else (),
        (Button(texts(f"button.{paused}"), encode("say", "urgent", draft.id, int(not draft.urgent))),),
        (
            Button(texts("button.announce_rewrite"), encode("say", "write")),
            Button(texts("button.announce_drop"), encode("say", "drop", draft.id)),
        ),
        back,
    )
    quoted = Markup(f"<blockquote>{html}</blockquote>")
    counted = texts.plural("announce.readers", readers)
    await visit.show(join("\n\n", texts("announce.title"), quoted, counted), Keyboard.of(*rows))


async def _show_question(visit: Visit, found: int) -> None:
    """Once more, before it cannot be taken back."""
    texts, draft = visit.texts, await visit.services.announcements.get(found)
    if draft is None or not draft.is_draft:
        await _show(visit)
        return
    readers = await visit.services.announcements.audience(urgent=draft.urgent)
    go = Button(texts("button.announce_yes"), encode("say", "go", draft.id))
    html = join("\n\n", texts("announce.title"), texts.plural("announce.sure", readers))
    await visit.show(html, Keyboard.of([go], [Button(texts("button.back"), encode("say"))]))


def _progress(visit: Visit, found: Announcement) -> Markup:
    texts = visit.texts
    state = "running" if found.is_open else "stopped" if found.stopped_at else "done"
    counts = {"sent": found.sent, "readers": found.readers}
    others = {"gone": found.gone, "failed": found.failed, "uncertain": found.uncertain}
    key = "announce.others_done" if state == "done" else "announce.others"
    told = texts(key, **others) if any(others.values()) else None
    quoted = Markup(f"<blockquote expandable>{escape(found.message)}</blockquote>")
    return join(
        "\n\n",
        texts("announce.title"),
        quoted,
        join("\n", texts(f"announce.{state}", **counts), told if any(others.values()) else None),
    )


COMMANDS = (Command("broadcast", announce),)
PRESSES = (Press("say", press), Press("broadcast", announce))
QUESTIONS: dict[str, Handler] = {"announce.ask": take}
