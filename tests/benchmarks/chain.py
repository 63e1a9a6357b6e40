"""The whole chain, from a plain text to a stored article: its cost by stage, and how it grows with what is stored.

    python -m tests.benchmarks.chain [--sizes 10000,100000] [--large] [--postgres] [--profile]

Real texts as they are scraped go through `Ingesting.ingest`. CPU is that of this process, with the threads of SQLite's
driver; PostgreSQL's own processes are not counted, there the time on the wall is told. `--large` also fills a million
articles: about six minutes and 7 GB on disk. `--profile` prints where the time of ingesting goes, by function.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import pstats
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path

import structlog

from digests.domain.articles import RawArticle
from digests.domain.preferences import Preferences
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.services import drafts, newsroom, preparing, storing
from digests.services.ingesting import Ingesting
from digests.services.reading import Reading
from digests.storage.database import Database
from digests.storage.interning import store_topics
from digests.storage.search import SearchStore
from digests.text.markup import plain_lines
from tests.benchmarks.data import clear_exit, pages, rows
from tests.benchmarks.filling import COMMON, RARE, Archive
from tests.benchmarks.stopwatch import Seam, Stopwatch, watching
from tests.benchmarks.tables import table
from tests.support.bureau import catalogue
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template, sqlite_template

SIZES = (10_000, 100_000)
LARGE = 1_000_000
NOW = datetime(2026, 8, 13, 4, 0, tzinfo=UTC)
CALLS = 15
WARM, MEASURED = 60, 300
"""Texts that fill caches first, and texts that are measured."""


SEAMS: tuple[Seam, ...] = (
    (preparing, "read_document", "read"),
    (drafts, "fingerprint", "fingerprints"),
    (newsroom, "terms", "placing"),
    (newsroom.Newsroom, "place", "placing"),
    (newsroom.Newsroom, "remember", "placing"),
    (newsroom.Newsroom, "remember_text", "placing"),
    (newsroom.Newsroom, "catch_up", "catching up"),
    (Catalogue, "match", "topics"),
    (storing, "stems", "search stems"),
    (SearchStore, "index", "search index"),
)
"""All that is not in one of them is storage: rows, transactions, threads."""


def texts() -> list[RawArticle]:
    """German and English texts as they are scraped, a minute apart, mixed. Raises MissingDataError."""
    scraped = [(f"page {page.id}", page.title, _tail(page.html, page.title), "") for page in pages() if page.german]
    scraped += [
        (f"{row['id']} {side}", "", row[f"text{side}"], "de")
        for row in rows("pairs")
        if row["language1"] == row["language2"] == "de"
        for side in (1, 2)
    ]
    scraped += [(f"event {n}", row["title"], row["text"], "en") for n, row in enumerate(rows("stories_en"))]
    scraped.sort(key=lambda each: hash_of(each[0]))
    return [
        RawArticle(
            guid=guid,
            text=text,
            origin=guid,
            source_key=f"source {number % 30}",
            source_title="Blatt",
            credit=f"Blatt {number % 30}",
            title=title or None,
            language=language or None,
            published_at=NOW + timedelta(minutes=number),
        )
        for number, (guid, title, text, language) in enumerate(scraped)
    ]


def hash_of(text: str) -> int:
    """The same order in every run."""
    return int.from_bytes(text.encode()[-6:]) * 2_654_435_761 % 2**32


def _tail(html: str, title: str) -> str:
    lines = plain_lines(html)
    return "\n".join([title, *lines[len(lines) // 5 :]])


@asynccontextmanager
async def opened(kind: str, count: int) -> AsyncIterator[Database]:
    """A database of its own with so many articles in it; says how long filling took."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), Path(folder) / 'chain.db')}"
            async with _filled(url, count) as database:
                yield database
            return
        with postgres_database(postgres_template()) as url:
            async with _filled(url, count) as database:
                yield database


@asynccontextmanager
async def _filled(url: str, count: int) -> AsyncIterator[Database]:
    database, began = Database(url), time.perf_counter()
    try:
        async with database.write() as transaction:
            await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue()])
        if count:
            await Archive(count, NOW).fill(database)
            print(f"    {count:,} articles stored in {time.perf_counter() - began:.0f} s")
        yield database
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """What ingesting costs with so many articles stored: CPU and wall milliseconds per article, and CPU by stage."""

    cpu: float
    wall: float
    stages: dict[str, float]
    start: float  # seconds of the first article, which reads the newsroom back


async def ingest(database: Database, raws: Sequence[RawArticle], profile: cProfile.Profile | None = None) -> Cost:
    """Send texts through the chain; the first ones only warm it up."""
    clock = ManualClock(NOW)
    chain = Ingesting(database, catalogue(), clock)
    started = time.process_time()
    await _send(chain, clock, raws[:1])
    start = time.process_time() - started
    await _send(chain, clock, raws[1:WARM])
    chosen = raws[WARM : WARM + MEASURED]
    with watching(SEAMS) if profile is None else _profiled(profile) as watch:
        cpu, wall = time.process_time(), time.perf_counter()
        await _send(chain, clock, chosen)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    each = 1000 / len(chosen)
    stages = {name: seconds * each for name, seconds in watch.seconds.items()}
    return Cost(cpu * each, wall * each, stages, start)


@contextmanager
def _profiled(profile: cProfile.Profile) -> Iterator[Stopwatch]:
    profile.enable()
    yield Stopwatch()
    profile.disable()


async def _send(chain: Ingesting, clock: ManualClock, raws: Sequence[RawArticle]) -> None:
    for raw in raws:
        assert raw.published_at is not None, "every text has its time"
        clock.move(raw.published_at)
        try:
            await chain.ingest(raw)
        except InputError:
            continue  # a text without an article costs its reading, too


async def answers(database: Database, *, cpu: bool) -> dict[str, float]:
    """Median milliseconds of what readers ask for: CPU of this process, or the time on the wall."""
    reading = Reading(database, catalogue(), ManualClock(NOW + timedelta(minutes=1)))
    three = Preferences(topics=frozenset({"ukraine", "politics", "science"}))
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "/latest, three topics": lambda: reading.latest(three, 5),
        "/latest, no topics": lambda: reading.latest(Preferences(), 5),
        "/topic": lambda: reading.topic("ukraine", Preferences(), 5),
        "/topic, free word": lambda: reading.word(RARE, Preferences(), 5),
        "/search, rare word": lambda: reading.search(RARE),
        "/search, common word": lambda: reading.search(COMMON),
        "/search, two words": lambda: reading.search(f"{RARE} {COMMON}"),
    }
    return {name: await _median(call, time.process_time if cpu else time.perf_counter) for name, call in calls.items()}


async def _median(call: Callable[[], Awaitable[object]], clock: Callable[[], float]) -> float:
    spent = []
    for _ in range(CALLS):
        began = clock()
        await call()
        spent.append((clock() - began) * 1000)
    return statistics.median(spent)


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of cost over size, both as logarithms: 0 is flat, 1 grows as what is stored does."""
    if len(sizes) < 2:
        return float("nan")
    xs, ys = [log(size) for size in sizes], [log(max(cost, 1e-6)) for cost in costs]
    return statistics.linear_regression(xs, ys).slope


@dataclass(frozen=True, slots=True)
class Growth:
    """Milliseconds of everything at each size."""

    kind: str
    sizes: Sequence[int]
    costs: Sequence[Cost]
    answers: Sequence[dict[str, float]]

    def lines(self) -> list[list[str]]:
        """One row per call with its exponent."""
        measured = {"ingest, CPU": [cost.cpu for cost in self.costs], "ingest, wall": [c.wall for c in self.costs]}
        measured |= {name: [one[name] for one in self.answers] for name in self.answers[0]}
        return [
            [name, *(f"{each:.1f}" for each in values), f"{exponent(self.sizes, values):+.2f}"]
            for name, values in measured.items()
        ]


async def grow(kind: str, sizes: Sequence[int], raws: Sequence[RawArticle]) -> Growth:
    """Measure ingesting and answering with each number of articles stored."""
    costs, found = [], []
    for size in sizes:
        async with opened(kind, size) as database:
            found.append(await answers(database, cpu=kind == "sqlite"))
            costs.append(await ingest(database, raws))
    return Growth(kind, sizes, costs, found)


async def cost_of(kind: str, stored: int, raws: Sequence[RawArticle]) -> Cost:
    """What ingesting costs in a database of its own."""
    async with opened(kind, stored) as database:
        return await ingest(database, raws)


def report(growth: Growth) -> None:
    """Print it."""
    print(f"\n{growth.kind}: milliseconds with so many articles stored, and growth (0 flat, 1 proportional)")
    print(table(growth.lines(), head=["", *(f"{size:,}" for size in growth.sizes), "exponent"]))
    for size, cost in zip(growth.sizes, growth.costs, strict=True):
        print(
            f"\n{growth.kind}, {size:,} stored: {stage_line(cost)}; first article after a start {cost.start:.1f} s CPU"
        )


def stage_line(cost: Cost) -> str:
    """All stages, the dearest first."""
    stages = sorted(cost.stages.items(), key=lambda each: -each[1])
    parts = ", ".join(f"{name} {value:.1f}" for name, value in stages)
    return f"{cost.cpu:.1f} ms CPU, {1000 / cost.wall:.0f} articles/s ({parts})"


async def profiled(raws: Sequence[RawArticle]) -> None:
    """Print the functions that cost most. What runs in threads of its own (reading, SQLite) is not in it."""
    profile = cProfile.Profile()
    async with opened("sqlite", 10_000) as database:
        await ingest(database, raws, profile)
    pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} articles")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL as well")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    sizes = [*map(int, given.sizes.split(",")), *([LARGE] if given.large else [])]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with clear_exit():
        raws = texts()
        if given.profile:
            asyncio.run(profiled(raws))
            return
        print(f"nothing stored: {stage_line(asyncio.run(cost_of('sqlite', 0, raws)))}")
        for kind in ("sqlite", "postgresql") if given.postgres else ("sqlite",):
            report(asyncio.run(grow(kind, sizes, raws)))


if __name__ == "__main__":
    main()
