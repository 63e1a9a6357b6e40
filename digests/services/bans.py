"""Chats that operators answer no more: no digests, and no answers beyond one line.

Every update asks whether its chat is banned. The answer comes from memory: all numbers, read again once they are a few
seconds old, so that what another process has banned is banned here as soon. What this process does counts at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from digests.ports import Clock
from digests.storage.bans import Ban, BanStore
from digests.storage.database import Database

log = structlog.get_logger(__name__)

REASON_LENGTH = 300
"""Characters of a reason that are kept."""

FRESH = timedelta(seconds=3)
"""For so long the numbers in memory are taken as they are: what another process does counts after that."""


@dataclass
class Bans:
    """What operators do with bans, and what conversations ask. One for a process."""

    database: Database
    clock: Clock
    _known: tuple[datetime, frozenset[int]] | None = field(default=None, init=False)  # as of (UTC)
    _changes: int = field(default=0, init=False)  # made here; what was read before one is out of date
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def ban(self, number: int, reason: str | None) -> bool:
        """Ban a chat by its number; False when it was banned before."""
        async with self.database.write() as transaction:
            transaction.after_commit(self._look_again)
            banned = await BanStore(transaction).add(number, (reason or "")[:REASON_LENGTH] or None, self.clock.now())
        if banned:
            log.info("chat_banned")
        return banned

    async def end(self, number: int) -> bool:
        """End a ban: what goes to the chat goes on; False when there is none."""
        async with self.database.write() as transaction:
            transaction.after_commit(self._look_again)
            ended = await BanStore(transaction).remove(number)
        if ended:
            log.info("chat_ban_ended")
        return ended

    async def has(self, number: int) -> bool:
        """Whether a chat is banned, by this process or, some seconds ago, by another one."""
        known = self._current()
        return number in (await self._read() if known is None else known)

    def _current(self) -> frozenset[int] | None:
        """The numbers in memory while they are fresh."""
        if self._known is None or not timedelta(0) <= self.clock.now() - self._known[0] < FRESH:
            return None
        return self._known[1]

    async def _read(self) -> frozenset[int]:
        """The numbers as they stand. However many ask at a time, one reads."""
        async with self._reading:
            while (known := self._current()) is None:
                changes, at = self._changes, self.clock.now()
                async with self.database.read() as transaction:
                    numbers = await BanStore(transaction).numbers()
                if changes == self._changes:
                    self._known = at, numbers
            return known

    def _look_again(self) -> None:
        self._changes += 1
        self._known = None

    async def tell(self, number: int) -> bool:
        """Note that a banned chat gets its one line now; False when it has had it."""
        async with self.database.write() as transaction:
            return await BanStore(transaction).tell(number, self.clock.now())

    async def some(self, offset: int, limit: int) -> list[Ban]:
        """A part of all bans, the latest first."""
        async with self.database.read() as transaction:
            return await BanStore(transaction).some(offset, limit)
