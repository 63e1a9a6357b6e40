"""/length: how much a digest says."""

from __future__ import annotations

from bot.telegram.handlers.setup import go_on, length_line, length_name
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Keyboard, length_row, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem, parse_length
from digests.domain.preferences import Length

_QUOTED = 40


async def length(visit: Visit) -> None:
    """/length: the three buttons, or a length by name or minutes."""
    try:
        wanted = parse_length(visit.arguments)
    except ArgumentError as error:
        missing = error.problem is Problem.MISSING
        await show_screen(visit, None if missing else visit.texts("length.unknown", word=clip(error.typed, _QUOTED)))
    else:
        await save(visit, wanted)


async def save(visit: Visit, wanted: Length) -> None:
    """Store a length and tell its effect."""
    change = await visit.services.subscriptions.set_length(visit.chat, wanted)
    visit.subscriber = change.subscriber
    if not await go_on(visit):
        saved = visit.texts.plural("length.saved", wanted.stories, length=length_name(visit, wanted))
        await visit.confirm(change, saved, length_row(visit.texts, wanted, verb="length"))


async def show_screen(visit: Visit, note: str | None = None) -> None:
    """The length that counts now, and the three to choose from."""
    row = length_row(visit.texts, visit.subscriber.preferences.length, verb="length")
    await visit.show(join("\n", note, length_line(visit)), Keyboard.of(row, to_settings(visit.texts)))


async def press(visit: Visit) -> None:
    """One of the three lengths, or the button that opens them."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    wanted = visit.callback.text(0)
    if wanted in tuple(Length):
        await save(visit, Length(wanted))
    else:
        await show_screen(visit)


COMMANDS = (Command("length", length, ("laenge",), changes=True),)
PRESSES = (Press("length", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
