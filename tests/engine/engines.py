"""The engines under contract, each with a way to let its clock tick at once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from digests.engine.embedded import EmbeddedQueue
from digests.engine.periods import ticks
from digests.engine.postgres import PostgresQueue
from digests.engine.ticking import SharedTicks
from digests.ports import Clockwork, JobQueue
from digests.storage.database import Database
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template, sqlite_template


class Engine(Protocol):
    """What the contract needs of an engine beside the port."""

    clock: ManualClock
    database: Database
    processes: int  # that may run at the same time

    def queue(self, workers: int = 2, drain: float = 5.0) -> JobQueue:
        """The engine of a new process."""
        ...

    async def tick(self, queue: JobQueue, clockwork: Clockwork, name: str) -> None:
        """Let the clock of a process come to the next "minute", "sweep" or "nightly"."""
        ...


@dataclass
class Embedded:
    """The engine of one process."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    processes: int = 1

    def queue(self, workers: int = 2, drain: float = 5.0) -> JobQueue:
        return EmbeddedQueue(self.clock, workers, drain)

    async def tick(self, queue: JobQueue, clockwork: Clockwork, name: str) -> None:
        assert isinstance(queue, EmbeddedQueue)
        (job,) = [job for job in queue._scheduler(clockwork).get_jobs() if job.args[0] == name]
        await job.func(*job.args)


@dataclass
class Postgres:
    """The engine of several processes."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    processes: int = 2

    def queue(self, workers: int = 2, drain: float = 5.0) -> JobQueue:
        return PostgresQueue(self.database, self.clock, workers, drain, poll=0.5)

    async def tick(self, queue: JobQueue, clockwork: Clockwork, name: str) -> None:
        assert isinstance(queue, PostgresQueue)
        (ticking,) = [each for each in ticks(clockwork, clockwork.nightly) if each[0] == name]
        await SharedTicks(queue.database, queue.clock).tick(*ticking)


@asynccontextmanager
async def embedded(folder: Path) -> AsyncIterator[Engine]:
    """The embedded engine beside a new SQLite file."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), folder / 'engine.db')}")
    yield Embedded(database)
    await database.close()


@asynccontextmanager
async def postgres(_folder: Path) -> AsyncIterator[Engine]:
    """The engine on PostgreSQL in a new database."""
    with postgres_database(postgres_template()) as url:
        database = Database(url)
        yield Postgres(database)
        await database.close()


ENGINES: dict[str, Callable[[Path], AbstractAsyncContextManager[Engine]]] = {
    "embedded": embedded,
    "postgres": postgres,
}
