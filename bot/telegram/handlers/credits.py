"""/sources: where the news come from, as readers see it named; each source can be muted, or count for more or less."""

from __future__ import annotations

from bot.i18n import Markup
from bot.telegram.callbacks import encode, mark
from bot.telegram.handlers.muting import mute_now
from bot.telegram.handlers.weighing import steps_of, weigh_button
from bot.telegram.handlers.wishes import QUOTED, page_of
from bot.telegram.html import clip, join, link
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, pager, ticked, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.stories import NAME_LIMIT, named_labels
from bot.telegram.visit import Visit
from bot.telegram.widths import clipped
from digests.domain.headlines import bare_title
from digests.domain.mutes import MUTES_AT_MOST, Mute, mutes_of
from digests.domain.preferences import Weighed
from digests.services.credits import Credit
from digests.services.subscriptions import Change

PER_PAGE = 6
_HEADLINE = 120


async def sources(visit: Visit) -> None:
    """/sources [name]: the list, or the card of one source."""
    name = visit.arguments.strip()
    if not name:
        await show_list(visit)
        return
    found = await visit.services.credits.find(name)
    if found is not None:
        await show_card(visit, found)
        return
    near = await visit.services.credits.nearest(name)
    rows = in_rows([_open(each) for each in near], 1)
    text = visit.texts("sources.unknown", name=clip(name, QUOTED))
    await visit.reply(text, Keyboard.of(*rows, [_all(visit)]))


async def press(visit: Visit) -> None:
    """A button of the list or of a card."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    sign = visit.callback.text(1)
    found = next((each for each in await visit.services.credits.all() if mark(each.name) == sign), None)
    match visit.callback.text(0):
        case "show" if found is not None:
            await show_card(visit, found)
        case "toggle" if found is not None:
            change = await _toggle(visit, found)
            await show_list(visit, visit.callback.number(2), change)
        case "mute" if found is not None:
            await mute_now(visit, Mute(Weighed.SOURCE, found.name), None)
        case "unmute" if found is not None:
            change = await visit.services.subscriptions.unmute(visit.chat, Mute(Weighed.SOURCE, found.name))
            await _tell(visit, change, visit.texts("mute.ended", what=Markup(_name(visit, found))))
        case _:
            await show_list(visit, visit.callback.number(1))


async def show_list(visit: Visit, page: int | None = None, change: Change | None = None) -> None:
    """Every source with what it brings; its name opens the card, the button beside it mutes it or lets it be heard."""
    texts, every = visit.texts, await visit.services.credits.all()
    if not every:
        await visit.show(texts("sources.none"))
        return
    page, pages = page_of(page, len(every), PER_PAGE)
    shown = every[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines = [texts("sources.entry", name=clip(each.name, NAME_LIMIT), facts=_facts(visit, each)) for each in shown]
    rows: list[Row] = [(_open(each, 2), _mute_button(visit, each, page)) for each in shown]
    turn = pager(texts, page, pages, verb="sources")
    title = join("\n", texts.plural("sources.title", len(every)), *lines)
    undo = [visit.undo_button(change)] if change else []
    await visit.show(title, Keyboard.of(*rows, turn, undo, to_settings(texts)))


async def show_card(visit: Visit, credit: Credit) -> None:
    """One source: what it brings, its last headline, its labels, and what it counts."""
    texts, latest = visit.texts, await visit.services.credits.latest(credit)
    weight = steps_of(visit, Weighed.SOURCE, credit.name)
    labels = named_labels(latest.labels, texts) if latest else []
    headline = link(clip(bare_title(latest.title, credit.name), _HEADLINE), latest.url) if latest else None
    html = join(
        "\n",
        texts("sources.card", name=clip(credit.name, NAME_LIMIT), facts=_facts(visit, credit)),
        texts("sources.latest", headline=headline) if headline else None,
        texts("sources.labels", labels=", ".join(labels)) if labels else None,
        texts("sources.weight", steps=f"{weight:+}".replace("-", "−")) if weight else None,
        texts("sources.muted") if _muted(visit, credit) else None,
    )
    sign = mark(credit.name)
    hide = (
        Button(texts("button.unmute"), encode("sources", "unmute", sign))
        if _muted(visit, credit)
        else Button(texts("button.mute_source", source=credit.name), encode("sources", "mute", sign))
    )
    weigh = [weigh_button(visit, step, Weighed.SOURCE, credit.name) for step in (1, -1)]
    await visit.show(html, Keyboard.of(weigh, [hide], [_all(visit)]))


async def _toggle(visit: Visit, credit: Credit) -> Change | None:
    """Mute a source, or let it be heard again; None where no more can be muted."""
    mute, subscriptions = Mute(Weighed.SOURCE, credit.name), visit.services.subscriptions
    if _muted(visit, credit):
        change = await subscriptions.unmute(visit.chat, mute)
    elif len(mutes_of(visit.subscriber.preferences)) >= MUTES_AT_MOST:
        await visit.toast(visit.texts("toast.mutes_full", count=MUTES_AT_MOST), alert=True)
        return None
    else:
        change = await subscriptions.mute(visit.chat, mute, None)
    visit.subscriber = change.subscriber
    return change


async def _tell(visit: Visit, change: Change, html: str) -> None:
    await visit.confirm(change, html, (_all(visit),))


def _muted(visit: Visit, credit: Credit) -> bool:
    hidden = {name.casefold() for name in visit.subscriber.preferences.muted_sources}
    return credit.name.casefold() in hidden


def _facts(visit: Visit, credit: Credit) -> str:
    """ "34 pro Woche · Deutsch, Ukrainisch · vor 2 Std."."""
    texts = visit.texts
    languages = ", ".join(texts.language_name(code) for code in credit.languages)
    week = texts.plural("sources.weekly", credit.weekly)
    return " · ".join(part for part in (week, languages, texts.age(visit.now - credit.last_at)) if part)


def _name(visit: Visit, credit: Credit) -> str:
    return visit.texts("mute.source", source=clip(credit.name, NAME_LIMIT))


def _open(credit: Credit, buttons: int = 1) -> Button:
    """The way to a source's card, as one of so many buttons in a row."""
    return Button(clipped(credit.name, buttons), encode("sources", "show", mark(credit.name)))


def _mute_button(visit: Visit, credit: Credit, page: int) -> Button:
    muted = _muted(visit, credit)
    text = visit.texts("button.source_muted") if muted else ticked(visit.texts("button.source_heard"), chosen=True)
    return Button(text, encode("sources", "toggle", mark(credit.name), page))


def _all(visit: Visit) -> Button:
    return Button(visit.texts("button.all_sources"), encode("sources"))


COMMANDS = (Command("sources", sources),)
PRESSES = (Press("sources", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
