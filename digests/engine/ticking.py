"""Ticks of several processes: each happens in one of them."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from digests.engine.periods import Tick, latest
from digests.ports import Clock
from digests.services.cancelling import end_if_cancelled
from digests.services.outlasting import LATER, SOON, outlast
from digests.storage.database import Database
from digests.storage.ticks import TickStore

log = structlog.get_logger(__name__)

AHEAD = 2
"""Ticks by which clocks of processes may differ. One that was taken still farther ahead was taken by a clock that has
been set back since: ticks go on at once. Planning a minute again is harmless, as slots never go back."""


@dataclass(frozen=True, slots=True)
class SharedTicks:
    """The ticks of one process; the database says which of them are its own."""

    database: Database
    clock: Clock

    async def tell(self, name: str, period: timedelta, after: timedelta, call: Tick) -> None:
        """Let the tick `name` happen every `period`, so long `after` its beginning (UTC), for ever."""
        while True:
            now = self.clock.now()
            await asyncio.sleep((latest(now, period, after) + period - now).total_seconds())
            await self.tick(name, period, after, call)

    async def tick(self, name: str, period: timedelta, after: timedelta, call: Tick) -> None:
        """Let the latest tick happen here, unless another process has taken it. What fails is told."""
        try:
            now = self.clock.now()
            if await self._take(name, latest(now, period, after), period):
                await call(now)
        except Exception:
            log.exception("tick_failed", tick=name)
            end_if_cancelled()

    async def _take(self, name: str, at: datetime, period: timedelta) -> bool:
        """Take a tick. Where the database never says whether it was taken it is asked again, until the next one comes.

        Else a tick would be lost that was taken, and with that of the night a day's upkeep. Raises what is no outage.
        """
        claim = secrets.randbits(63)

        async def take() -> bool:
            async with self.database.write() as transaction:
                return await TickStore(transaction).take(name, at, AHEAD * period, claim)

        def patience() -> float | None:
            left = (at + period - self.clock.now()).total_seconds()
            return min(left, LATER) if left > SOON else None

        return await outlast(take, self.clock, patience, waits="tick_waits_for_database")
