"""What the bot understands: commands with their aliases, verbs of buttons, questions that expect an answer.

Each module of `handlers` lists its own; `handlers.__init__` puts the lists together and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from telegram import Bot, ChosenInlineResult, InlineQuery
from telegram.constants import ChatAction

from bot.command_names import aliases
from bot.telegram.visit import Services, Visit
from digests.domain.suggestions import key

Handler = Callable[[Visit], Awaitable[None]]
Upload = Literal[ChatAction.UPLOAD_DOCUMENT, ChatAction.UPLOAD_PHOTO]
"""What the client says above the chat while a file or picture is made."""
InlineHandler = Callable[[Services, InlineQuery, Bot], Awaitable[None]]
ChosenHandler = Callable[[Services, ChosenInlineResult, Bot], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot by its English name; the others stand in `bot.command_names`."""

    name: str
    run: Handler
    changes: bool = False  # changes settings: in groups for admins only
    costly: bool = False  # composes or searches: a reader may do so a few times a minute
    sends: Upload | None = None  # the answer is no text, which alone ends a draft


@dataclass(frozen=True, slots=True)
class Press:
    """A verb of buttons; its handler finds the arguments in `visit.callback`."""

    verb: str
    run: Handler
    changes: bool = False
    costly: bool = False


@dataclass(frozen=True)
class Registry:
    """Everything the bot understands."""

    commands: tuple[Command, ...]
    presses: Mapping[str, Press]
    questions: Mapping[str, Handler]  # key of the question's text -> who takes the answer
    text: Handler  # free text in private chats
    location: Handler
    document: Handler  # a file that an operator sends
    chosen_chat: Handler  # a group or channel that somebody picked, or a post forwarded from one
    joined: Handler  # the bot may write in a group or channel from now on
    reaction: Handler  # to a message in a private chat
    other: Handler  # photos, stickers, voice
    late: Handler  # an older message of a private chat was edited
    inline: InlineHandler  # words behind the bot's name in any chat
    chosen: ChosenHandler  # one of the results was put into a chat
    unknown: Handler  # an unknown command; its name is the first word of the arguments
    outdated: Handler  # a button of an older version
    for_operators: frozenset[Handler]  # to everybody else these do not exist
    names: Mapping[str, Command] = field(default_factory=dict)  # by name and alias

    def find(self, typed: str) -> Command | None:
        """The command that was typed: neither case nor the spelling of umlauts matters (/Länge is /laenge)."""
        return self._by_key.get(key(typed))

    @cached_property
    def _by_key(self) -> dict[str, Command]:
        return {key(name): command for name, command in self.names.items()}

    def spoken(self, text: str) -> str | None:
        """The command that words without a slash are, with the slash: its name alone, or a search for what follows."""
        name, *rest = text.split(maxsplit=1)
        command = self.find(name)
        if command is None or command.run in self.for_operators or (rest and command.name != "search"):
            return None
        return f"/{text}"

    def is_changing(self, handler: Handler) -> bool:
        """True when this handler of an answer is that of a command that changes settings."""
        return any(command.run is handler and command.changes for command in self.commands)


def collect(
    commands: Iterable[Command],
    presses: Iterable[Press],
    questions: Mapping[str, Handler],
    for_operators: Iterable[Handler] = (),
    **others: Any,  # noqa: ANN401  # the handlers of what is neither command nor button nor answer, by name
) -> Registry:
    """Put the lists of all conversations together. Raises ValueError when two want the same name."""
    names: dict[str, Command] = {}
    commands = tuple(commands)
    for command in commands:
        for name in (command.name, *aliases(command.name)):
            if names.setdefault(name, command) is not command:
                raise ValueError(f"two commands are called /{name}")
    by_verb: dict[str, Press] = {}
    for press in presses:
        if by_verb.setdefault(press.verb, press) is not press:
            raise ValueError(f"two buttons have the verb {press.verb!r}")
    return Registry(commands, by_verb, questions, for_operators=frozenset(for_operators), names=names, **others)
