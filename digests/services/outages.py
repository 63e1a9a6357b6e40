"""What readers are told while something is wrong: written by an operator, shown until he ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from digests.domain.outages import Outage
from digests.ports import Clock
from digests.storage.database import Database
from digests.storage.outages import OutageStore

log = structlog.get_logger(__name__)

KNOWN_FOR = timedelta(seconds=15)
"""Every answer asks, so what the database says is remembered for so long; other processes hear of a change by then."""


@dataclass
class Outages:
    """What operators do with outages, and what all answers ask."""

    database: Database
    clock: Clock
    _known: Outage | None = field(default=None, init=False)
    _read_at: datetime | None = field(default=None, init=False)

    async def current(self) -> Outage | None:
        """The one that readers are told of now. A database that is away lets the last one known stand."""
        now = self.clock.now()
        if self._read_at is None or not timedelta() <= now - self._read_at < KNOWN_FOR:
            try:
                async with self.database.read() as transaction:
                    self._known = await OutageStore(transaction).current()
            except (SQLAlchemyError, OSError) as error:
                log.warning("outage_unknown", error=type(error).__name__)
            self._read_at = now
        return self._known

    async def get(self, number: int) -> Outage | None:
        """One of them; None when there is none with this number."""
        async with self.database.read() as transaction:
            return await OutageStore(transaction).get(number)

    async def write(self, message: str) -> Outage:
        """Keep a draft."""
        async with self.database.write() as transaction:
            return Outage(await OutageStore(transaction).add(message, self.clock.now()), message)

    async def drop(self, number: int) -> None:
        """Throw a draft away."""
        async with self.database.write() as transaction:
            await OutageStore(transaction).remove_draft(number)

    async def begin(self, number: int) -> bool:
        """Show a draft to readers from now on, in place of the one that is shown; False when it is no draft."""
        async with self.database.write() as transaction:
            begun = await OutageStore(transaction).begin(number, self.clock.now())
        return self._changed("outage_begun", number, begun)

    async def end(self, number: int) -> bool:
        """Show it no more; False when it was not shown."""
        async with self.database.write() as transaction:
            ended = await OutageStore(transaction).end(number, self.clock.now())
        return self._changed("outage_ended", number, ended)

    async def resume(self, number: int) -> bool:
        """Take an end back; False when another one is shown."""
        async with self.database.write() as transaction:
            resumed = await OutageStore(transaction).resume(number)
        return self._changed("outage_resumed", number, resumed)

    def _changed(self, event: str, number: int, done: bool) -> bool:
        self._read_at = None
        if done:
            log.info(event, outage=number)
        return done
