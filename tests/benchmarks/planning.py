"""How long planning takes: from the tick to deliveries that wait and jobs that send them, for many who are due at once.

    python -m tests.benchmarks.planning [--subscribers N] [--due N,N] [--sqlite-subscribers N] [--sqlite-due N,N]
        [--only postgresql|sqlite] [--schedules N] [--profiles N] [--articles N]
        [--word-every N] [--own-words]

One database is filled for each engine and served slot by slot, each with another number of subscribers due. All of the
product's own planning runs, with its queue and as many workers as a process has; only what a `deliver` job would do is
left out. PostgreSQL runs with fsync. Ten million subscribers take about 4 GB on disk while it runs.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import resource
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select, text, update

from bot import interpreter
from digests.engine.embedded import EmbeddedQueue
from digests.engine.postgres import PostgresQueue
from digests.ports import Clockwork, JobQueue, Payload
from digests.services.planning import Planning
from digests.storage import models
from digests.storage.connections import connected
from digests.storage.database import Database
from digests.storage.editions import EditionStore
from digests.storage.fan_outs import FanOutStore
from digests.storage.interning import store_topics
from tests.benchmarks.audience import Audience
from tests.benchmarks.chain import exponent
from tests.benchmarks.filling import Archive
from tests.benchmarks.tables import table
from tests.support.bureau import catalogue
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template, sqlite_template

GRACE = timedelta(hours=12)
_PARTS = {
    "open": (Planning, "plan_due"),
    "compose": (Planning, "_compose"),
    "fan out": (FanOutStore, "fan_out"),
}
_HARD = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Watch:
    """Seconds on the wall by part, summed over workers; parts may overlap."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def timed(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """`call`, with its time noted."""

        async def measured(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            began = time.perf_counter()
            try:
                return await call(*given, **named)
            finally:
                self.seconds[name] += time.perf_counter() - began

        return measured


@dataclass(frozen=True)
class Figures:
    """What one slot has cost."""

    due: int
    seconds: float
    cpu: float  # of this process
    parts: dict[str, float]
    editions: int
    digests: int
    jobs: int
    first: float  # seconds until the first job was begun
    again: float  # seconds, for planning all of it once more
    added: int  # rows that this has added
    memory: float  # MB, the most so far

    def line(self) -> list[str]:
        """As a row of the table."""
        parts = [f"{self.parts.get(name, 0):.2f}" for name in _PARTS]
        counts = [f"{count:,}" for count in (self.due, self.editions, self.digests, self.jobs)]
        speed = f"{self.due / self.seconds:,.0f}"
        times = [f"{self.seconds:.2f}", f"{self.cpu:.2f}", speed, *parts]
        times.insert(1, f"{self.first:.2f}")
        return [*counts, *times, f"{self.again:.2f}", str(self.added), f"{self.memory:.0f}"]


HEAD = [
    "due",
    "editions",
    "digests",
    "jobs",
    "seconds",
    "first job",
    "CPU here",
    "rows/s",
    *_PARTS,
    "again",
    "rows added",
    "MB",
]


async def nothing(_: datetime) -> None:
    """The clock of the queue stands still; slots are planned by hand."""


def queue_of(database: Database, clock: ManualClock) -> JobQueue:
    """The engine that belongs to the database."""
    return EmbeddedQueue(clock) if database.is_sqlite else PostgresQueue(database, clock)


async def plan(database: Database, clock: ManualClock, *, tick: bool = True) -> tuple[int, float]:
    """One process that plans what is due, or what is open already, and ends with it.

    How many jobs were handed out, and how many seconds after the tick the first one of them was begun.
    """
    begun, taken, first = time.perf_counter(), 0, 0.0
    queue, stop, opened = queue_of(database, clock), asyncio.Event(), asyncio.Event()
    planning = Planning(database, catalogue(), queue, clock, GRACE)

    async def prepare(payload: Payload) -> None:
        await opened.wait()
        await planning.prepare(payload["edition"])
        async with database.read() as transaction:
            if not await EditionStore(transaction).unfinished("open"):
                stop.set()

    async def deliver(_: Payload) -> None:
        nonlocal taken, first
        taken += 1
        first = first or time.perf_counter() - begun

    handlers = {"prepare_edition": prepare, "deliver": deliver}
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.run(handlers, Clockwork(nothing, nothing, nothing), stop))
        if tick:
            await planning.plan_due(clock.now())
        else:
            await planning.sweep(clock.now())
        opened.set()
    if isinstance(queue, EmbeddedQueue):
        return taken + len(queue._bulk), first
    async with database.write() as transaction:
        count = await transaction.connection.scalar(text("SELECT count(*) FROM procrastinate_jobs"))
        await transaction.connection.execute(text("TRUNCATE procrastinate_jobs CASCADE"))
    return taken + int(count or 0), first


async def counted(database: Database, model: type[models.Base]) -> int:
    """Rows of a table."""
    async with database.read() as transaction:
        return int(await transaction.connection.scalar(select(func.count()).select_from(model)) or 0)


async def serve(database: Database, slot: datetime) -> Figures:
    """Plan one slot, then all of it again, then clear away what it has made."""
    watch, clock, before = Watch(), ManualClock(slot + timedelta(seconds=1)), {}
    for name, (owner, method) in _PARTS.items():
        before[name] = getattr(owner, method)
        setattr(owner, method, watch.timed(name, before[name]))
    began, cpu = time.perf_counter(), time.process_time()
    try:
        jobs, first = await plan(database, clock)
    finally:
        for name, (owner, method) in _PARTS.items():
            setattr(owner, method, before[name])
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    made, digests = await counted(database, models.Delivery), await counted(database, models.Digest)
    editions = await counted(database, models.Edition)
    async with database.write() as transaction:
        await transaction.connection.execute(update(models.Edition).values(status="open", planned_upto=0))
    began = time.perf_counter()
    await plan(database, clock, tick=False)
    again = time.perf_counter() - began
    added = await counted(database, models.Delivery) - made + await counted(database, models.Digest) - digests
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await clear(database)
    return Figures(made, seconds, cpu, dict(watch.seconds), editions, digests, jobs, first, again, added, memory)


async def clear(database: Database) -> None:
    """Forget the slot."""
    async with database.write() as transaction:
        if transaction.dialect == "postgresql":
            await transaction.connection.execute(text("TRUNCATE delivery, digest, edition"))
        else:
            for name in ("delivery", "digest", "edition"):
                await transaction.connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608


async def harden(database: Database, value: str) -> None:
    """Let PostgreSQL write as safely as it does for others, or as quickly as for tests."""
    if database.is_sqlite:
        return
    async with connected(database.engine) as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for setting in _HARD:
            await connection.execute(text(f"ALTER SYSTEM SET {setting} = {value}"))
        await connection.execute(text("SELECT pg_reload_conf()"))
        await connection.execute(text("CHECKPOINT"))


@asynccontextmanager
async def opened(kind: str) -> AsyncIterator[Database]:
    """A database with topics."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), Path(folder) / 'planning.db')}"
            yield await _with_topics(Database(url))
            return
        with postgres_database(postgres_template()) as url:
            database = await _with_topics(Database(url))
            yield database
            await harden(database, "off")
            await database.close()


async def _with_topics(database: Database) -> Database:
    async with database.write() as transaction:
        await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue()])
    return database


async def measure(kind: str, audience: Audience, articles: int) -> None:
    """Fill a database, serve every group, print."""
    async with opened(kind) as database:
        began = time.perf_counter()
        await audience.fill(database, catalogue())
        print(
            f"\n{kind}: {audience.subscribers:,} subscribers filled in within {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        await Archive(articles, audience.slot(0) - timedelta(minutes=5)).fill(database)
        await harden(database, "on")
        interpreter.settle()  # as in a process that works
        found: list[Figures] = []
        for group in range(len(audience.groups)):
            found.append(await serve(database, audience.slot(group)))
            print(table([found[-1].line()], head=HEAD), flush=True)
    due, again = [each.due for each in found], [each.again for each in found]
    print(f"exponent {exponent(due, [each.seconds for each in found]):+.2f}, again {exponent(due, again):+.2f}")


def sizes(listed: str) -> Sequence[int]:
    """Numbers with commas between them."""
    return [int(size) for size in listed.split(",")]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=10_000_000, help="on PostgreSQL")
    parser.add_argument("--due", type=sizes, default=[10_000, 100_000, 500_000, 1_000_000], help="on PostgreSQL")
    parser.add_argument("--sqlite-subscribers", type=int, default=1_000_000)
    parser.add_argument("--sqlite-due", type=sizes, default=[10_000, 50_000, 100_000, 500_000])
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    parser.add_argument("--schedules", type=int, default=400)
    parser.add_argument("--profiles", type=int, default=300)
    parser.add_argument("--word-every", type=int, default=10, help="of so many profiles one has a free word")
    parser.add_argument("--own-words", action="store_true", help="another one in each of them")
    parser.add_argument("--articles", type=int, default=10_000)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = {"sqlite": (given.sqlite_subscribers, given.sqlite_due), "postgresql": (given.subscribers, given.due)}
    for kind, (subscribers, due) in wanted.items():
        if given.only in (None, kind):
            audience = Audience(
                subscribers, due, given.schedules, given.profiles, given.word_every, own_words=given.own_words
            )
            asyncio.run(measure(kind, audience, given.articles))


if __name__ == "__main__":
    main()
