"""What /mute and /follow share: why a word will not do, and what is done with it instead."""

from __future__ import annotations

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import button
from bot.telegram.html import clip
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem
from digests.domain.arguments.wishes import LONGEST, SHORTEST

QUOTED = 40
"""Characters of a wrong word that are repeated."""
PER_PAGE = 8
"""Entries of a list on one screen."""


def explanation(visit: Visit, error: ArgumentError, verb: str) -> str:
    """What is wrong with what was typed, and how it is right."""
    texts, word, right = visit.texts, clip(error.typed, QUOTED), example(visit, verb)
    match error.problem:
        case Problem.TOO_FEW if error.suggestions:
            return texts("wish.no_time", period=word, example=f"{right} {error.suggestions[0]}")
        case Problem.TOO_FEW:
            return texts("wish.too_short", count=SHORTEST, word=word, example=right)
        case Problem.TOO_MANY:
            return texts("wish.too_long", count=LONGEST, example=right)
        case Problem.COMMON:
            return texts("wish.common", word=word, example=right)
        case Problem.TOO_FAR:
            return texts("wish.too_far", period=word, example=f"{right} {error.suggestions[0]}")
        case _:
            return texts("wish.pattern", example=right)


def example(visit: Visit, verb: str) -> str:
    """A right use of /mute or /follow, as the reader's language writes it: "/stumm Eurovision"."""
    texts = visit.texts
    words = texts("placeholder.mute" if verb == "mute" else "placeholder.follow")
    return f"{texts.command(verb)} {words.split()[0]}"


def list_button(visit: Visit, verb: str) -> Button:
    """The way to the list of /mute or /follow."""
    return Button(visit.texts("button.mute_list" if verb == "mute" else "button.follow_list"), encode(verb, "list"))


async def refuse(visit: Visit, error: ArgumentError, verb: str) -> None:
    """Say why a word will not do."""
    await visit.reply(explanation(visit, error, verb), Keyboard.of([list_button(visit, verb)]))


def page_of(number: int | None, entries: int, per_page: int = PER_PAGE) -> tuple[int, int]:
    """A page that a list of so many entries has, nearest to the one asked for, and how many pages there are."""
    pages = max(1, -(-entries // per_page))
    return min(max(0, number or 0), pages - 1), pages


def word_button(text: str, verb: str, word: str, *further: str | int) -> tuple[Button, ...]:
    """A button that does something with a word; none for a word too long for one."""
    return button(text, verb, "word", word, *further)
