"""Letting the one limit know of answers that leave a process which sends no digests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from digests.ports import Clock
from digests.services.cancelling import end_all, end_if_cancelled
from digests.services.leasing import leased
from digests.services.traffic import Traffic
from digests.storage.database import Database

log = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two reports."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Reports the traffic of this process once a second, so that digests of other processes step back for it."""

    database: Database
    clock: Clock
    bot: str  # names the limit's row
    rate: float  # messages per second for digests
    traffic: Traffic

    async def report(self) -> None:
        """Tell the shared limit what has left since the last report, and learn whether everything is halted."""
        if not self.traffic.answers and not self.traffic.refusals:
            return
        async with leased(self.database, self.clock, self.bot, self.rate, self.traffic, 0):
            pass

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Report as long as this is open. A report that fails is told and hinders nothing."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._for_ever())
            try:
                yield
            finally:
                await end_all([task])

    async def _for_ever(self) -> None:
        while True:
            try:
                await self.report()
            except Exception as error:
                log.warning("traffic_not_reported", error=type(error).__name__)
                end_if_cancelled()
            await self.clock.sleep(EVERY)
