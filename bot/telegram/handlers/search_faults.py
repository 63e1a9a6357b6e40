"""What is said of a search that cannot be made, with buttons that put it right."""

from __future__ import annotations

from bot.telegram.handlers.offers import button, search_button
from bot.telegram.html import join
from bot.telegram.keyboards import Keyboard, Row
from bot.telegram.results import quoted
from bot.telegram.visit import Visit
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.searches import Part, PartKind, Query
from digests.domain.suggestions import key
from digests.services.searching import OfferKind

_UNKNOWN = {
    PartKind.SOURCE: "search.unknown_source",
    PartKind.TOPIC: "search.unknown_topic",
    PartKind.LANGUAGE: "search.unknown_language",
}
_UNNAMED = {
    PartKind.SOURCE: "search.unnamed_source",
    PartKind.TOPIC: "search.unnamed_topic",
    PartKind.LANGUAGE: "search.unnamed_language",
}
_PERIODS = {Problem.NO_SUCH_DATE: "search.no_such_date", Problem.IMPOSSIBLE: "search.no_such_period"}


async def explain_fault(visit: Visit, query: Query, error: ArgumentError) -> None:
    """Name the part that is wrong; what may have been meant, and a search without it, are buttons.

    The query stands in bold, where the buttons find it again.
    """
    if error.problem is Problem.TOO_FEW:
        example = visit.texts("search.examples").split()[0]
        await visit.show(visit.texts("search.too_short"), Keyboard.of(search_button(visit, example)))
        return
    index = next(place for place, part in enumerate(query.parts) if part.text == error.typed)
    part = query.parts[index]
    rows = [_swap(index, suggestion) for suggestion in error.suggestions]
    if part.kind is PartKind.TOPIC and not rows:
        rows.append(button(visit.texts("button.all_topics"), "topic"))
    html = join("\n", visit.texts("search.asked", query=quoted(query.text, visit.texts)), _problem(visit, part, error))
    await visit.show(html, Keyboard.of(*rows, _without(visit, query, index)))


def _problem(visit: Visit, part: Part, error: ArgumentError) -> str:
    if part.kind is PartKind.WITHOUT:
        return visit.texts("search.only_without", word=part.value, example=_other_word(visit, part.value))
    if part.kind is PartKind.PERIOD:
        return visit.texts(_PERIODS[error.problem], period=part.value)
    keys = _UNKNOWN if part.value else _UNNAMED
    return visit.texts(keys[part.kind], sign=part.key, name=part.value)


def _other_word(visit: Visit, word: str) -> str:
    """A word to search for that is not this one."""
    words = visit.texts("search.examples").split()
    return next(each for each in words if key(each) != key(word))


def _swap(index: int, text: str) -> Row:
    return button(text, "found", OfferKind.SWAP.value, index, text)


def _without(visit: Visit, query: Query, index: int) -> Row:
    """A search for the rest, where there is any."""
    if not any(part.kind is not PartKind.WITHOUT for place, part in enumerate(query.parts) if place != index):
        return ()
    label = visit.texts("button.search_rest", part=query.parts[index].text)
    return button(label, "found", OfferKind.DROP.value, index)
