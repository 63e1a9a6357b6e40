"""/outage: what readers are told while something is wrong, looked at before, shown until it is ended."""

from __future__ import annotations

from bot.i18n import Markup
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.html import join, units
from bot.telegram.keyboards import Button, Keyboard, to_admin
from bot.telegram.outages import LIMIT, outage_notice
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.outages import Outage

_END = frozenset({"end", "ende", "stop", "off", "aus", "кінець", "стоп"})


async def outage(visit: Visit) -> None:
    """/outage with a text: that one, to be confirmed; with `end`: no more of it; alone: what is shown now."""
    typed = visit.arguments.strip()
    if not typed:
        await _show(visit)
    elif typed.casefold() in _END:
        current = await visit.services.outages.current()
        await _end(visit, current.id if current else 0)
    else:
        await take(visit)


async def take(visit: Visit) -> None:
    """The text: kept as a draft and shown as readers will see it."""
    message = visit.arguments.strip()
    if not message or units(message) > LIMIT:
        await visit.reply(
            visit.texts("outage.too_long", count=LIMIT), Keyboard.of([_write(visit)], to_admin(visit.texts))
        )
        return
    await _show_draft(visit, await visit.services.outages.write(message))


async def press(visit: Visit) -> None:
    """A button of these screens."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    outages, found = visit.services.outages, number(visit, 1)
    match visit.callback.arguments:
        case ("write",):
            await visit.ask(visit.texts("outage.ask"), visit.texts("placeholder.outage"))
        case ("go", _):
            await outages.begin(found)
            await _show(visit)
        case ("end", _):
            await _end(visit, found)
        case ("again", _):
            done = await outages.resume(found)
            await visit.toast(visit.texts("toast.undone" if done else "toast.undo_expired"))
            await _show(visit)
        case ("drop", _):
            await outages.drop(found)
            await _show(visit)
        case _:
            await _show(visit)


async def _show(visit: Visit) -> None:
    """What readers are told now, and what can be done about it."""
    texts, current = visit.texts, await visit.services.outages.current()
    if current is None:
        html = join("\n\n", texts("outage.title"), texts("outage.intro"))
        await visit.show(html, Keyboard.of([_write(visit)], to_admin(visit.texts)))
        return
    end = Button(texts("button.outage_end"), encode("outage", "end", current.id))
    html = join("\n\n", texts("outage.title"), texts("outage.shown"), _notice(visit, current))
    await visit.show(html, Keyboard.of([end, _write(visit)], to_admin(visit.texts)))


async def _show_draft(visit: Visit, draft: Outage) -> None:
    texts = visit.texts
    go = Button(texts("button.outage_show"), encode("outage", "go", draft.id))
    drop = Button(texts("button.outage_drop"), encode("outage", "drop", draft.id))
    replaces = texts("outage.replaces") if await visit.services.outages.current() else None
    html = join("\n\n", texts("outage.sure"), _notice(visit, draft), replaces)
    await visit.show(html, Keyboard.of([go], [_write(visit), drop], to_admin(visit.texts)))


async def _end(visit: Visit, found: int) -> None:
    texts = visit.texts
    if not await visit.services.outages.end(found):
        await visit.show(texts("outage.none"), Keyboard.of([_write(visit)], to_admin(visit.texts)))
        return
    undo = Button(texts("button.undo"), encode("outage", "again", found))
    tell = Button(texts("button.announce"), encode("say"))
    await visit.show(texts("outage.ended"), Keyboard.of([undo], [tell], to_admin(visit.texts)))


def _notice(visit: Visit, found: Outage) -> Markup:
    return outage_notice(found, visit.texts, visit.view.zone, visit.now)


def _write(visit: Visit) -> Button:
    return Button(visit.texts("button.outage_write"), encode("outage", "write"))


COMMANDS = (Command("outage", outage),)
PRESSES = (Press("outage", press),)
QUESTIONS: dict[str, Handler] = {"outage.ask": take}
