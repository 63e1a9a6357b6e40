"""Updates that are handed to any of several processes, perhaps again: each is handled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from digests.ports import Clock
from digests.storage.database import Database
from digests.storage.updates import Standing, UpdateStore

HANDLING_TAKES = timedelta(seconds=60)
"""Whoever has not ended after so long is dead; Telegram itself waits no longer for an answer."""
KEPT = timedelta(days=2)
"""Telegram keeps updates for a day."""


@dataclass(frozen=True, slots=True)
class Receiving:
    """Knows which updates have been handled."""

    database: Database
    clock: Clock

    async def begin(self, number: int) -> Standing:
        """What is to be done with this update; with NEW it is the caller's."""
        async with self.database.write() as transaction:
            now = self.clock.now()
            return await UpdateStore(transaction).begin(number, now, now - HANDLING_TAKES)

    async def finish(self, number: int) -> None:
        """It has been handled."""
        async with self.database.write() as transaction:
            await UpdateStore(transaction).finish(number, self.clock.now())

    async def fail(self, number: int) -> int:
        """It has not; how often that happened."""
        async with self.database.write() as transaction:
            return await UpdateStore(transaction).fail(number)
