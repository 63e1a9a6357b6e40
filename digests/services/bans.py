"""Chats that operators answer no more: no digests, and no answers beyond one line."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from digests.ports import Clock
from digests.storage.bans import Ban, BanStore
from digests.storage.database import Database

log = structlog.get_logger(__name__)

REASON_LENGTH = 300
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Bans:
    """What operators do with bans, and what conversations ask."""

    database: Database
    clock: Clock

    async def ban(self, number: int, reason: str | None) -> bool:
        """Ban a chat by its number; False when it was banned before."""
        async with self.database.write() as transaction:
            banned = await BanStore(transaction).add(number, (reason or "")[:REASON_LENGTH] or None, self.clock.now())
        if banned:
            log.info("chat_banned")
        return banned

    async def end(self, number: int) -> bool:
        """End a ban: what goes to the chat goes on; False when there is none."""
        async with self.database.write() as transaction:
            ended = await BanStore(transaction).remove(number)
        if ended:
            log.info("chat_ban_ended")
        return ended

    async def has(self, number: int) -> bool:
        """Whether a chat is banned."""
        async with self.database.read() as transaction:
            return await BanStore(transaction).has(number)

    async def tell(self, number: int) -> bool:
        """Note that a banned chat gets its one line now; False when it has had it."""
        async with self.database.write() as transaction:
            return await BanStore(transaction).tell(number, self.clock.now())

    async def some(self, offset: int, limit: int) -> list[Ban]:
        """A part of all bans, the latest first."""
        async with self.database.read() as transaction:
            return await BanStore(transaction).some(offset, limit)
