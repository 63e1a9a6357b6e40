"""Messages that go away by themselves: what concerns one person in a group need not stand there for all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from telegram import Bot
from telegram.error import TelegramError

from digests.ports import Clock

log = structlog.get_logger(__name__)

AFTER = timedelta(seconds=20)
_LAST_WORDS = 3.0
"""Seconds for those that are left when the process stops."""


@dataclass
class Fading:
    """Deletes messages some time after they were sent, and what is left when it ends."""

    bot: Bot
    clock: Clock
    _waiting: deque[tuple[datetime, int, int]] = field(default_factory=deque, init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def let_go(self, chat_id: int, message_id: int) -> None:
        """Delete this message of the bot in a while."""
        self._waiting.append((self.clock.now() + AFTER, chat_id, message_id))
        self._news.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work in the background."""
        task = asyncio.ensure_future(self._for_ever())  # no group: what ends the bot must not come out wrapped
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    while self._waiting:
                        await self._delete(*self._waiting.popleft()[1:])

    async def _for_ever(self) -> None:
        while True:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
            due, chat_id, message_id = self._waiting[0]
            await self.clock.sleep(max(0.0, (due - self.clock.now()).total_seconds()))
            self._waiting.popleft()
            await self._delete(chat_id, message_id)

    async def _delete(self, chat_id: int, message_id: int) -> None:
        try:
            await self.bot.delete_message(chat_id, message_id)
        except TelegramError as error:
            log.info("message_not_deleted", error=type(error).__name__)
