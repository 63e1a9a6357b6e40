"""/search: stories of the whole archive, five a page.

The query is not kept anywhere: it stands in bold in the title of the results, and the pager reads it there.
"""

from __future__ import annotations

from datetime import timedelta

from telegram import Message
from telegram.constants import MessageEntityType

from bot.telegram.handlers.offers import days, local_now, typed
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Keyboard, pager
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.results import query_terms, render_results, result_buttons
from bot.telegram.visit import Visit
from digests.domain.arguments.searches import parse_search
from digests.services.reading import PAGE, SearchResult
from digests.text.words import words

QUERY_LIMIT = 100
"""UTF-16 units; longer queries are cut at a word, so that what the title says is what was searched."""
_HOUR = timedelta(hours=1)


async def search(visit: Visit) -> None:
    """/search words [period], or a button that searches."""
    text = typed(visit)
    if text:
        await search_for(visit, text)
    else:
        await visit.ask(visit.texts("search.which"), visit.texts("placeholder.search"))


async def search_answer(visit: Visit) -> None:
    """The words that somebody was asked for."""
    await search_for(visit, visit.arguments)


async def search_for(visit: Visit, text: str) -> None:
    """The first page of results for what was typed."""
    request = parse_search(text, local_now(visit))
    query = clip(request.words, QUERY_LIMIT)
    if max(map(len, words(query)), default=0) < 2:
        await visit.reply(visit.texts("search.too_short"))
        return
    hours = round((visit.now - request.since) / _HOUR) if request.since else 0
    result = await _find(visit, query, 0, hours)
    if result.digest.items:
        await visit.reply(*_screen(visit, query, result, hours))
    elif result.archive_since is None:
        await visit.reply(visit.texts("search.none_empty", query=query))
    else:
        since = visit.texts.full_date(result.archive_since, visit.view.zone)
        await visit.reply(visit.texts("search.none", query=query, since=since))


async def turn_page(visit: Visit) -> None:
    """A button of the pager: another page in place of this one."""
    assert visit.callback is not None and visit.query is not None, "called for pressed buttons only"  # noqa: S101, PT018
    query, page, hours = _query_in_title(visit), visit.callback.number(1), visit.callback.number(2)
    result = await _find(visit, query, page or 0, hours or 0) if query else None
    if result is None or not result.digest.items:  # the archive has lost what stood there
        await visit.toast(visit.texts("toast.no_page"))
        return
    await visit.show(*_screen(visit, query, result, hours or 0))


async def _find(visit: Visit, query: str, page: int, hours: int) -> SearchResult:
    return await visit.services.reading.search(query, max(page, 0), hours * _HOUR or None)


def _screen(visit: Visit, query: str, result: SearchResult, hours: int) -> tuple[str, Keyboard | None]:
    texts, items = visit.texts, result.digest.items
    first = result.page * PAGE + 1
    terms = query_terms(query, visit.services.catalogue)
    title = texts("search.relaxed_title", query=query) if result.relaxed else None
    head = join(
        "\n",
        join(
            " · ",
            title or texts.plural("search.title", result.total, query=query),
            texts.plural("button.last_days", days(hours * _HOUR)) if hours else None,
            texts("search.page", page=result.page + 1, pages=result.pages) if result.pages > 1 else None,
        ),
        texts("search.none_exact", query=query) if result.relaxed else None,
    )
    html = render_results(items, visit.view, terms, head, first)
    turning = pager(texts, result.page, result.pages, verb="found", about=hours)
    return html, Keyboard.of(result_buttons(items, first), turning)


def _query_in_title(visit: Visit) -> str:
    """What the message with the pressed button searched for: its first bold words, without their quotation marks."""
    message = visit.query.message if visit.query else None
    if not isinstance(message, Message):
        return ""
    bold = message.parse_entities([MessageEntityType.BOLD])
    first = min(bold, key=lambda entity: entity.offset, default=None)
    return bold[first][1:-1] if first is not None else ""


COMMANDS: tuple[Command, ...] = (Command("search", search, ("suche",), costly=True),)
PRESSES: tuple[Press, ...] = (Press("search", search, costly=True), Press("found", turn_page, costly=True))
QUESTIONS: dict[str, Handler] = {"search.which": search_answer}
