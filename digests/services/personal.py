"""What is stored of a chat: handed out whole, and deleted whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from digests.ports import Clock
from digests.storage.bans import BanStore
from digests.storage.database import Database
from digests.storage.personal import PersonalStore

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=15)
"""A digest on its way arrives within this time, or never."""
_LOOK_EVERY = 0.1
"""Seconds."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A chat's right to know and to be forgotten."""

    database: Database
    clock: Clock

    async def export(self, chat_id: int) -> dict[str, Any]:
        """Every row of this chat by table, and below "shared" the rows they refer to that others refer to as well."""
        async with self.database.read() as transaction:
            store = PersonalStore(transaction, chat_id)
            ban = await BanStore(transaction).rows(chat_id)
            return {**await store.rows(), "shared": await store.shared(), **({"ban": ban} if ban else {})}

    async def forget(self, chat_id: int) -> bool:
        """Delete every row of this chat, of all its forum topics, in one transaction; False when there was none.

        Of a ban the bare number stays.

        Digests that a process is just sending are waited for, so that none arrives afterwards; no further one begins.
        """
        async with self.database.write() as transaction:
            await PersonalStore(transaction, chat_id).stop()
        give_up_at = self.clock.now() + PATIENCE
        while (deleted := await self._delete(chat_id, whatever=self.clock.now() >= give_up_at)) is None:
            await self.clock.sleep(_LOOK_EVERY)
        log.info("chat_forgotten", subscribers=deleted)
        return deleted > 0

    async def _delete(self, chat_id: int, *, whatever: bool) -> int | None:
        """Delete all unless a digest is on its way, or `whatever` is; how many subscribers, None when it must wait."""
        async with self.database.write() as transaction:
            store = PersonalStore(transaction, chat_id)
            if await store.hold() and not whatever:
                return None
            await BanStore(transaction).bare(chat_id)
            return await store.delete()
