"""/length: how much a digest says."""

from __future__ import annotations

from bot.telegram.callbacks import encode
from bot.telegram.handlers.setup import go_on, length_line, length_name
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, length_row, ticked, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem, parse_length
from digests.domain.preferences import MOST_MINUTES, Length, length_of

MINUTES = (2, 3, 5, 10)
"""Lengths in minutes to tap."""
_QUOTED = 40


async def length(visit: Visit) -> None:
    """/length: the three buttons, or a length by name or minutes."""
    try:
        wanted, minutes = parse_length(visit.arguments)
    except ArgumentError as error:
        await show_screen(visit, _problem(visit, error))
    else:
        await save(visit, wanted, minutes)


def _problem(visit: Visit, error: ArgumentError) -> str | None:
    match error.problem:
        case Problem.MISSING:
            return None
        case Problem.IMPOSSIBLE:
            return visit.texts("length.impossible", most=MOST_MINUTES)
        case _:
            return visit.texts("length.unknown", word=clip(error.typed, _QUOTED))


async def save(visit: Visit, wanted: Length, minutes: int | None = None) -> None:
    """Store a length and tell its effect."""
    change = await visit.services.subscriptions.set_length(visit.chat, wanted, minutes)
    visit.subscriber = change.subscriber
    if not await go_on(visit):
        if minutes is None:
            saved = visit.texts.plural("length.saved", wanted.stories, length=length_name(visit))
        else:
            saved = visit.texts.plural("length.saved_minutes", minutes)
        await visit.confirm(change, saved, *_rows(visit))


def _rows(visit: Visit) -> tuple[Row, ...]:
    """The three lengths, and some in minutes."""
    own = visit.subscriber.preferences
    minutes = tuple(
        Button(ticked(visit.texts("button.minutes", count=count), count == own.minutes), encode("length", count))
        for count in MINUTES
    )
    return length_row(visit.texts, None if own.minutes else own.length, verb="length"), minutes


async def show_screen(visit: Visit, note: str | None = None) -> None:
    """The length that counts now, and those to choose from."""
    await visit.show(join("\n", note, length_line(visit)), Keyboard.of(*_rows(visit), to_settings(visit.texts)))


async def press(visit: Visit) -> None:
    """One of the lengths, or the button that opens them."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    wanted, minutes = visit.callback.text(0), visit.callback.number(0)
    if wanted in tuple(Length):
        await save(visit, Length(wanted))
    elif minutes in MINUTES:
        await save(visit, length_of(minutes), minutes)
    else:
        await show_screen(visit)


COMMANDS = (Command("length", length, changes=True),)
PRESSES = (Press("length", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
