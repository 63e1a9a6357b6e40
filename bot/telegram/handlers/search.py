"""/search: stories of the whole archive, five a page.

The query is not kept anywhere: it stands in bold in every message about it, with its filters, and the buttons below
read it there. So they work after any restart, however long the query is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from telegram import Message
from telegram.constants import MessageEntityType

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import button, local_now, typed
from bot.telegram.handlers.search_faults import explain_fault
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row, pager
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.results import quoted, render_results, result_buttons
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError
from digests.domain.arguments.searches import PartKind, Query, parse_search, period_of
from digests.domain.schedule import load_zone
from digests.services.searching import PAGE, Offer, OfferKind, SearchResult

QUERY_LIMIT = 160
"""Characters; longer queries lose their last words, so that what the title says is what was searched."""
_FOLLOWED = 3
"""Words of a query that one may want to follow."""


async def search(visit: Visit) -> None:
    """/search words [filters], or a button that searches."""
    text = typed(visit)
    visit.fresh = True  # the message with the button stays
    if text:
        await search_for(visit, text)
    else:
        await visit.ask(visit.texts("search.which"), visit.texts("placeholder.search"))


async def search_answer(visit: Visit) -> None:
    """The words that somebody was asked for."""
    await search_for(visit, visit.arguments)


async def search_for(visit: Visit, text: str) -> None:
    """The first page of results for what was typed."""
    await _show(visit, parse_search(text, local_now(visit)).fitting(QUERY_LIMIT))


async def press(visit: Visit) -> None:
    """A button below results, or below a search without any: `page|number|loose`, or a change as `OfferKind` says."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    query = parse_search(_query_in_message(visit), local_now(visit))
    action, number = visit.callback.text(0), visit.callback.number(1)
    if action == "page":
        await _show(visit, query, max(number or 0, 0), loose=visit.callback.number(2) == 1, turning=True)
    elif action == OfferKind.LOOSE:
        await _show(visit, query, loose=True)
    elif action == OfferKind.DROP and len(query.parts) == 1:  # a second tap: what shall go has gone
        await visit.toast(visit.texts("toast.no_page"))
    elif action in set(OfferKind) and number is not None and 0 <= number < len(query.parts):
        offer = Offer(OfferKind(action), 0, number, visit.callback.text(2) or "")
        left_out = query.parts[number].text if action == OfferKind.DROP else ""
        await _show(visit, parse_search(offer.apply(query), local_now(visit)), left_out=left_out)
    else:
        await visit.toast(visit.texts("toast.no_page"))


async def _show(
    visit: Visit, query: Query, page: int = 0, *, loose: bool = False, turning: bool = False, left_out: str = ""
) -> None:
    """A page of results, or why there are none."""
    try:
        zone = load_zone(visit.subscriber.time_zone)
        result = await visit.services.reading.search(query, page, loose=loose, zone=zone)
    except ArgumentError as error:
        if turning:  # somebody made the button up, or what it names is gone
            await visit.toast(visit.texts("toast.no_page"))
        else:
            await explain_fault(visit, query, error)
        return
    if result.digest.items:
        await visit.show(*_screen(visit, query, result, loose=loose, left_out=left_out))
    elif turning:
        await visit.toast(visit.texts("toast.no_page"))
    else:
        await _show_nothing(visit, query, result)


def _screen(
    visit: Visit, query: Query, result: SearchResult, *, loose: bool, left_out: str
) -> tuple[str, Keyboard | None]:
    texts, items = visit.texts, result.digest.items
    first = result.page * PAGE + 1
    key = "search.title_many" if result.more else "search.title"
    title = texts("search.loose_title", query=quoted(query.text, texts)) if loose else None
    head = join(
        "\n",
        join(
            " · ",
            title or texts.plural(key, result.total, query=quoted(query.text, texts)),
            join(" ", *_period(visit, query)),
            texts("search.page", page=result.page + 1, pages=result.pages) if result.pages > 1 else None,
        ),
        texts("search.loose") if loose else None,
        texts("search.left_out", part=left_out) if left_out else None,
    )
    html = render_results(items, visit.view, result.hits, head, first)
    turning = pager(texts, result.page, result.pages, verb="found", about=int(loose))
    last = result.page + 1 == result.pages
    return html, Keyboard.of(result_buttons(items, first), turning, _follow(visit, query) if last else ())


def _period(visit: Visit, query: Query) -> Iterator[str]:
    """ "ab 1. August", "bis 5. August": which days a period means."""
    period, zone = period_of(query, local_now(visit)), visit.view.zone
    if period.since:
        yield visit.texts("search.since", date=visit.texts.full_date(period.since, zone))
    if period.until:
        last = period.until - timedelta(seconds=1)
        yield visit.texts("search.until", date=visit.texts.full_date(last, zone))


async def _show_nothing(visit: Visit, query: Query, result: SearchResult) -> None:
    """What would find something; else how far the archive goes back."""
    texts = visit.texts
    if result.archive_since is None:
        await visit.show(texts("search.none_empty", query=quoted(query.text, texts)))
    elif result.offers:
        rows = [_offer(visit, query, offer) for offer in result.offers]
        await visit.show(
            texts("search.none_exact", query=quoted(query.text, texts)), Keyboard.of(*rows, _follow(visit, query))
        )
    else:
        since = texts.full_date(result.archive_since, visit.view.zone)
        html = texts("search.none", query=quoted(query.text, texts), since=since)
        way_out = _follow(visit, query) or (Button(texts("button.latest"), encode("latest")),)
        await visit.show(html, Keyboard.of(way_out))


def _offer(visit: Visit, query: Query, offer: Offer) -> Row:
    texts, part = visit.texts, query.parts[offer.index]
    if offer.kind is OfferKind.LOOSE:
        return button(texts("button.search_loose", count=offer.stories), "found", offer.kind.value)
    if offer.kind is OfferKind.SWAP:
        label = texts("button.search_swap", word=offer.text, count=offer.stories)
        return button(label, "found", offer.kind.value, offer.index, offer.text)
    key = "button.search_without" if offer.kind is OfferKind.DROP else "button.search_only"
    return button(texts(key, word=part.text, count=offer.stories), "found", offer.kind.value, offer.index)


def _follow(visit: Visit, query: Query) -> Row:
    """A button to follow a few plain words that are no topic and not followed yet."""
    plain = all(part.kind is PartKind.WORD for part in query.parts) and len(query.parts) <= _FOLLOWED
    known = query.text in visit.subscriber.preferences.words or visit.services.catalogue.find(query.text)
    if not plain or known:
        return ()
    return button(visit.texts("button.follow_word", word=query.text), "subscribe", query.text, "new")


def _query_in_message(visit: Visit) -> str:
    """What the message with the pressed button is about: its first bold words."""
    message = visit.query.message if visit.query else None
    if not isinstance(message, Message):
        return ""
    bold = message.parse_entities([MessageEntityType.BOLD])
    first = min(bold, key=lambda entity: entity.offset, default=None)
    return bold[first] if first is not None else ""


COMMANDS: tuple[Command, ...] = (Command("search", search, costly=True),)
PRESSES: tuple[Press, ...] = (Press("search", search, costly=True), Press("found", press, costly=True))
QUESTIONS: dict[str, Handler] = {"search.which": search_answer}
