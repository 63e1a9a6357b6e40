"""How a method is declared: a coroutine over a `Call`, registered under the Bot API's name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.model import Chat, Message
from bot.sandbox.parameters import Parameters
from bot.sandbox.world import Bot, World


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method by a bot."""

    world: World
    bot: Bot
    parameters: Parameters

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat named by a parameter, without asking whether the bot may write to it."""
        return self.world.find_chat(self.bot, self.parameters.text(name))

    def chat_to_send(self) -> Chat:
        """The chat named by `chat_id`, which the bot may write to."""
        return self.world.chat_to_send(self.bot, self.parameters.text("chat_id"))

    def message(self, chat: Chat, missing: str, name: str = "message_id") -> Message:
        """A message of `chat` that still stands. Raises ApiError 400 with the reason `missing`."""
        number = self.parameters.optional_integer(name)
        if number is None:
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(number)
        if message is None or message.deleted:
            raise bad_request(missing)
        return message


Method = Callable[[Call], Awaitable[Any]]

METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a coroutine as a method of the Bot API; names are compared without case."""

    def register(work: Method) -> Method:
        METHODS[name.lower()] = work
        return work

    return register
