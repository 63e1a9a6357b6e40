"""The pulse of a process: it says that it lives and adds what it has counted to the tallies of all."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from digests.domain.health import BEAT_EVERY, CONFLICT_ADVICE, CONFLICT_LASTS, SILENT_AFTER, Vital
from digests.ports import Clock
from digests.services.cancelling import end_all, end_if_cancelled
from digests.storage.database import Database
from digests.storage.vitals import Key, VitalStore

log = structlog.get_logger(__name__)

FORGOTTEN_AFTER = timedelta(days=1)
"""Processes that ended without saying so."""
BEAT_WITHIN, LEAVE_WITHIN = 10.0, 2.0
"""Seconds that a beat, and the goodbye, may take: a database that hangs must not look like a process that does."""


@dataclass
class Tallies:
    """What one process has counted since its last beat."""

    counts: Counter[Key] = field(default_factory=Counter)

    def count(self, name: str, *labels: str, by: float = 1.0) -> None:
        """Add to a tally; `labels` are the values of its labels, in their order."""
        self.counts[name, "|".join(labels)] += by  # type: ignore[assignment]  # a Counter of floats

    def took(self, name: str, *labels: str, seconds: float) -> None:
        """Something took so many seconds: added to the sum and the number of such."""
        self.count(f"{name}_sum", *labels, by=seconds)
        self.count(f"{name}_count", *labels)


def host_name() -> str:
    """The name of this machine or container, as its processes know it."""
    return socket.gethostname()[:64]


@dataclass
class Pulse:
    """What one process says of itself."""

    database: Database
    clock: Clock
    role: str  # run, web or work
    host: str = field(default_factory=host_name)
    tallies: Tallies = field(default_factory=Tallies)
    polled_at: datetime | None = field(default=None, init=False)
    ticked_at: datetime | None = field(default=None, init=False)
    conflict_since: datetime | None = field(default=None, init=False)
    conflict_at: datetime | None = field(default=None, init=False)
    _turned_at: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        self.started_at = self.clock.now()
        self.name = f"{self.role}:{self.host}:{os.getpid()}"

    def polled(self) -> None:
        """Telegram has answered a poll."""
        self.polled_at = self.clock.now()

    def conflicted(self, reason: str) -> None:
        """Telegram refuses a poll, as another program takes the updates; `reason` is in its words.

        Two programs that poll refuse one another by turns, so that answered polls in between end nothing.
        """
        self.conflict_at = self.clock.now()
        if self.conflict_since is None:
            self.conflict_since = self.conflict_at
            log.error("polling_conflict", reason=reason[:150], advice=CONFLICT_ADVICE)

    def ticked(self) -> None:
        """This process has taken the minute."""
        self.ticked_at = self.clock.now()

    @property
    def turns(self) -> bool:
        """False when the loop of this process hangs. Whether the database answers does not matter."""
        return time.monotonic() - self._turned_at < SILENT_AFTER.total_seconds()

    async def beat(self) -> None:
        """Say that this process lives, and what it has counted; what cannot be written now is kept."""
        counted, self.tallies.counts = self.tallies.counts, Counter()
        now = self.clock.now()
        if self.conflict_at is not None and now - self.conflict_at >= CONFLICT_LASTS:
            log.info("polling_conflict_over")
            self.conflict_since = self.conflict_at = None
        vital = Vital(
            role=self.role,
            host=self.host,
            started_at=self.started_at,
            beat_at=now,
            polled_at=self.polled_at,
            ticked_at=self.ticked_at,
            conflict_since=self.conflict_since,
            conflict_at=self.conflict_at,
        )
        try:
            async with self.database.write() as transaction:
                store = VitalStore(transaction)
                await store.beat(self.name, vital)
                await store.forget(now - FORGOTTEN_AFTER)
                await store.add(counted)
        except BaseException:
            self.tallies.counts.update(counted)
            raise

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Beat as long as this is open; at the end say goodbye."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._for_ever())
            try:
                yield
            finally:
                await end_all([task])
        try:
            async with asyncio.timeout(LEAVE_WITHIN):
                await self.beat()
                async with self.database.write() as transaction:
                    await VitalStore(transaction).leave(self.name)
        except Exception as error:  # the stop goes on: whoever cannot say goodbye is forgotten within a day
            log.warning("goodbye_failed", error=type(error).__name__)

    async def _for_ever(self) -> None:
        while True:
            self._turned_at = time.monotonic()
            try:
                async with asyncio.timeout(BEAT_WITHIN):
                    await self.beat()
            except Exception as error:
                log.warning("heartbeat_failed", error=type(error).__name__)
                end_if_cancelled()
            await asyncio.sleep(BEAT_EVERY.total_seconds())  # of real time: it is about this process, not about slots
