"""Writes down a conversation as both sides see it, for transcripts that are kept and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox import people
from bot.sandbox.model import Message
from bot.sandbox.readers import Conversation
from tests.support.crawling import Listener
from tests.support.worlds import World

PATIENCE = 15.0
PACE = timedelta(seconds=11)
"""Between two acts: nobody is so fast that the bot asks him to slow down."""


@dataclass
class Scribe:
    """One person's conversation. Each act is written down with all that it changes, in every chat of the bot."""

    world: World
    heard: Listener
    who: Conversation
    lines: list[str] = field(default_factory=list)

    async def says(self, text: str) -> None:
        """Write a text."""
        mark = self._act(f"▶ {self._name}: {text}")
        await self.who.send(text)
        await self._settle(mark)

    async def presses(self, data: str) -> None:
        """Press the newest button whose data begins with this."""
        message, button = self._button(data)
        mark = self._act(f"▶ {self._name} [{button['text']}]")
        query = people.press(
            self.world.sandbox.world, self.who.bot, self.who.user, message, str(button["callback_data"])
        )
        await self._settle(mark)
        if query.answer is not None and query.answer.text:
            self.lines.append(f"  ({query.answer.text})")

    async def does(self, what: str, act: Callable[[], object]) -> None:
        """Something that is neither written nor a button of the bot; `what` says it in the transcript."""
        mark = self._act(f"▶ {what}")
        act()
        await self._settle(mark)

    async def waits(self, until: datetime, wanted: Callable[[Message], bool]) -> None:
        """Let time pass to `until` (UTC) and what is due come: a message that fits `wanted`."""
        mark = self._act(f"▶ {until:%Y-%m-%d %H:%M} UTC")
        await self.world.move(until)
        found: list[Message] = []

        def come() -> bool:
            found[:] = self._changed(mark)
            return any(wanted(message) for message in found)

        await self.world.sandbox.world.pulse.until(come, PATIENCE)
        self._show(found)

    @property
    def text(self) -> str:
        """The transcript."""
        return "\n".join(self.lines).strip() + "\n"

    @property
    def _name(self) -> str:
        return self.who.user.first_name

    def _act(self, line: str) -> int:
        self.world.clock.move(PACE)
        self.lines += ["", line]
        self._first = self.who.bot.updates.next_id
        return self.world.sandbox.world.change()

    async def _settle(self, mark: int) -> None:
        wanted = set(range(self._first, self.who.bot.updates.next_id))
        await self.world.sandbox.world.pulse.until(lambda: wanted <= self.heard.handled, PATIENCE)
        assert not self.heard.troubles, self.heard.troubles
        self._show(self._changed(mark))

    def _changed(self, mark: int) -> list[Message]:
        chats = [*self.who.bot.chats.values(), *self.world.sandbox.world.groups.values()]
        messages = [one for chat in chats for one in chat.messages.values() if one.from_bot and one.change > mark]
        return sorted(messages, key=lambda message: message.change)

    def _show(self, messages: list[Message]) -> None:
        for message in messages:
            where = "" if message.chat is self.who.chat else f" in {message.chat.title or 'private'}"
            how = "takes a message away" if message.deleted else "changes it" if message.edited else "writes"
            self.lines.append(f"◀ Depesche {how}{where}")
            if not message.deleted:
                self.lines += [f"  {line}".rstrip() for line in message.text.split("\n")]
                self.lines += ["  " + " ".join(f"[{label}]" for label in row) for row in message.buttons]
                if message.markup and message.markup.get("force_reply"):
                    self.lines.append(f"  (answer: {message.markup['input_field_placeholder']})")

    def _button(self, data: str) -> tuple[Message, dict[str, object]]:
        for message in reversed(self.who.messages):
            for row in (message.markup or {}).get("inline_keyboard", []):
                for button in row:
                    if button.get("callback_data", "").startswith(data):
                        return message, button
        raise AssertionError(f"no button begins with {data!r} in:\n{self.who.transcript()}")
