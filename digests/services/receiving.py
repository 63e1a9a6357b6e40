"""Updates that are handed to any of several processes, perhaps again: each is handled once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from digests.ports import Clock
from digests.services.gathering import Gathering
from digests.storage.database import Database
from digests.storage.updates import Standing, UpdateStore

HANDLING_TAKES = timedelta(seconds=60)
"""Whoever has not ended after so long is dead; Telegram itself waits no longer for an answer."""
KEPT = timedelta(days=2)
"""Telegram keeps updates for a day."""
AT_ONCE = 100
"""Updates noted in one transaction."""


class Receiving:
    """Knows which updates have been handled. What comes at the same time shares transactions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """One for a process."""
        self._database = database
        self._clock = clock
        self._beginning: Gathering[int, Standing] = Gathering(self._begin, AT_ONCE)
        self._finishing: Gathering[int, None] = Gathering(self._finish, AT_ONCE)

    async def begin(self, number: int) -> Standing:
        """What is to be done with this update; with NEW it is the caller's."""
        return await self._beginning.ask(number)

    async def finish(self, number: int) -> None:
        """It has been handled."""
        await self._finishing.ask(number)

    async def fail(self, number: int) -> int:
        """It has not; how often that happened."""
        async with self._database.write() as transaction:
            return await UpdateStore(transaction).fail(number)

    async def _begin(self, numbers: Sequence[int]) -> list[Standing]:
        async with self._database.write() as transaction:
            now = self._clock.now()
            return await UpdateStore(transaction).begin(numbers, now, now - HANDLING_TAKES)

    async def _finish(self, numbers: Sequence[int]) -> list[None]:
        async with self._database.write() as transaction:
            await UpdateStore(transaction).finish(numbers, self._clock.now())
        return [None] * len(numbers)
