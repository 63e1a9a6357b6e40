"""/language: what the bot speaks. The command menu of this chat follows."""

from __future__ import annotations

from bot.i18n import LANGUAGES
from bot.telegram import menu
from bot.telegram.html import clip
from bot.telegram.keyboards import Keyboard, language_rows, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem, parse_language

_QUOTED = 40


async def language(visit: Visit) -> None:
    """/language: the buttons, or a language by code or name."""
    try:
        wanted = parse_language(visit.arguments, LANGUAGES)
    except ArgumentError as error:
        missing = error.problem is Problem.MISSING
        await show_screen(visit, None if missing else visit.texts("language.unknown", word=clip(error.typed, _QUOTED)))
    else:
        await save(visit, wanted)


async def save(visit: Visit, wanted: str) -> None:
    """Switch the language and answer in the new one."""
    change = await visit.services.subscriptions.set_language(visit.chat, wanted)
    visit.subscriber = change.subscriber
    await menu.register_for_chat(visit.bot, visit.chat.id, wanted, operator=visit.by_operator)
    rows = language_rows(wanted, verb="language")
    await visit.confirm(change, visit.texts("language.saved"), *rows)


async def show_screen(visit: Visit, question: str | None = None) -> None:
    """The languages to choose from, below `question` (HTML)."""
    rows = language_rows(visit.subscriber.language, verb="language")
    await visit.show(question or visit.texts("language.choose"), Keyboard.of(*rows, to_settings(visit.texts)))


async def press(visit: Visit) -> None:
    """One of the languages, or the button that opens them."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    wanted = visit.callback.text(0)
    if wanted in LANGUAGES:
        await save(visit, wanted)
    else:
        await show_screen(visit)


COMMANDS = (Command("language", language, changes=True),)
PRESSES = (Press("language", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
