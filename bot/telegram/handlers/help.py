"""/help: six lines, all commands behind "Mehr", one command with examples; and which command a wrong one meant."""

from __future__ import annotations

from bot.command_names import called
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import button, typed
from bot.telegram.html import clip
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.suggestions import key, nearest

MORE = "more"
QUOTED = 40
"""Characters of an unknown word that are repeated."""


def known_commands(visit: Visit) -> dict[str, Command]:
    """The commands that this chat may give, by name and alias."""
    from bot.telegram.handlers import REGISTRY  # it is put together of this module too

    hidden = frozenset() if visit.by_operator else REGISTRY.for_operators
    return {name: command for name, command in REGISTRY.names.items() if command.run not in hidden}


def command_names(visit: Visit) -> dict[str, str]:
    """Every name and alias of a command, in one spelling, to the command's name."""
    return {key(name): command.name for name, command in known_commands(visit).items()}


def nearest_names(visit: Visit, word: str) -> list[str]:
    """The commands that a word may have meant, as the reader's language calls them, best first."""
    known = known_commands(visit)
    found = dict.fromkeys(known[name].name for name in nearest(word, known, count=len(known)))
    return [called(name, visit.texts.language) for name in found][:3]


async def help_(visit: Visit) -> None:
    """/help, with the name of a command perhaps, or a button that explains."""
    word = typed(visit).strip().lstrip("/")
    if word == MORE and visit.callback is not None:
        await visit.show(visit.texts("help.more"), Keyboard.of(*in_rows(_all_buttons(visit), 3)))
    elif not word:
        await show_help(visit)
    elif name := command_names(visit).get(key(word)):
        back = Button(visit.texts("button.help"), encode("help"))
        await visit.show(visit.texts(f"help.command.{name}"), Keyboard.of([back]))
    else:
        await _explain_unknown(visit, word)


async def show_help(visit: Visit) -> None:
    """The six lines."""
    more = Button(visit.texts("button.help_more"), encode("help", MORE))
    await visit.show(visit.texts("help.short"), Keyboard.of([more, _settings(visit)]))


async def _explain_unknown(visit: Visit, word: str) -> None:
    near = nearest_names(visit, word)
    if not near:
        await show_help(visit)
        return
    rows: tuple[Row, ...] = in_rows([cell for name in near for cell in button(f"/{name}", "help", name)], 3)
    await visit.reply(visit.texts("help.unknown", word=clip(word, QUOTED)), Keyboard.of(*rows))


def _all_buttons(visit: Visit) -> list[Button]:
    texts = visit.texts
    return [
        Button(texts("button.saved"), encode("saved")),
        Button(texts("button.share_topics"), encode("share")),
        Button(texts("button.feedback"), encode("feedback")),
        Button(texts("button.status"), encode("status")),
        Button(texts("button.privacy"), encode("privacy")),
        _settings(visit),
    ]


def _settings(visit: Visit) -> Button:
    return Button(visit.texts("button.settings"), encode("settings"))


COMMANDS: tuple[Command, ...] = (Command("help", help_),)
PRESSES: tuple[Press, ...] = (Press("help", help_),)
QUESTIONS: dict[str, Handler] = {}
