"""Sources from bytes to stored articles: entries, pages, a huge feed, thousands of sources of which most say nothing.

    python -m tests.benchmarks.sources [--sources 10000] [--feeds 20]

Everything is read over HTTP from a process of its own on this machine, parsed in processes of its own as `bot run` does
it, and stored on SQLite. Times are CPU seconds of the reading process and of those that parse. Side by side in one run:
lemon24/reader (`pip install reader`), which stores entries as they come, without cleaning, stories, topics or full
texts; and parsing in a thread against parsing in processes, while readers ask for /latest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import structlog

from bot.app import opened
from bot.settings import Settings
from digests.domain.preferences import Preferences
from digests.domain.sources import FetchError, Source, SourceKind
from digests.ports import SystemClock
from digests.services.polling import Polling
from digests.services.reading import Reading
from digests.services.sources import Sources
from digests.sources.contents import Content, feed_of, page_of
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import Limits, fetching
from digests.sources.parsing import WORKERS, IsolatedParser, Parser, ThreadParser
from digests.sources.web import WebReader
from digests.storage import schema
from digests.storage.database import Database
from tests.benchmarks.reading import fill
from tests.benchmarks.source_stand import BEGIN, ENTRIES, Stand, heavy_page, serving
from tests.support.bureau import Bureau, catalogue
from tests.support.clocks import ManualClock
from tests.support.feeding import LOOPBACK

HEAVY = 200
"""Heavy pages that are parsed while readers ask."""
STORED = 10_000
"""Articles that readers ask for."""
WARM = Content("http://a.example/", heavy_page(0), "text/html")


class Desk:
    """What reads sources, with a clock that courtesy's pauses move."""

    def __init__(self, database: Database, bureau: Bureau, reader: WebReader, parser: IsolatedParser) -> None:
        self.clock, self.parser = bureau.clock, parser
        self.polling = Polling(database, bureau.ingesting, reader, bureau.clock)
        self._sources = Sources(database, catalogue(), reader, self.polling, bureau.clock)

    async def add(self, urls: Sequence[str]) -> None:
        """Sources to be read."""
        await self._sources.add_all([Source(0, SourceKind.FEED, url, url[-20:]) for url in urls])


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """Our services on a new SQLite file, and processes that have started."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'depesche.db'}")
        await schema.upgrade(database, datetime.now(UTC))
        bureau = await Bureau(database, ManualClock(BEGIN + timedelta(minutes=30))).open()
        async with fetching("Depesche-Test/1", LOOPBACK, bureau.clock) as fetcher, IsolatedParser() as parser:
            await asyncio.gather(*(parser.parse(page_of, WARM) for _ in range(WORKERS)))
            reader = WebReader(CourteousFetcher(fetcher, bureau.clock, "Depesche"), parser)
            yield Desk(database, bureau, reader, parser)
        await database.close()


def _cpu(parser: IsolatedParser | None) -> float:
    """CPU seconds of this process, of those that parse, and of those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for worker in parser._workers if parser else ():
        if worker._process and worker.is_alive:
            ticks = Path(f"/proc/{worker._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            total += (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    return total


async def first_and_again(name: str, urls: list[str]) -> None:
    """Read sources for the first time, and again when they say the same; what an entry and a reading cost."""
    async with desk() as ours:
        await ours.add(urls)
        with _measured(f"{name}, stored", lambda: len(urls) * ENTRIES, ours.parser):
            await ours.polling.poll_due()
        ours.clock.move(timedelta(days=1))
        with _measured(f"{name}: the same feeds again, readings", lambda: len(urls), ours.parser):
            await ours.polling.poll_due()


async def many(stand: Stand, count: int) -> None:
    """A first reading of many sources, then an hour in which one in twenty has something new."""
    urls = [f"http://127.0.{number % 250}.{1 + number % 7}:{stand.port}/many/{number}.xml" for number in range(count)]
    async with desk() as ours:
        await ours.add(urls)
        with _measured(f"{count} new sources with an entry each", lambda: count, ours.parser):
            await ours.polling.poll_due()
        stand.strike(1)
        end, polls = ours.clock.now() + timedelta(hours=1), 0
        with _measured(f"an hour of {count} sources, 95 % unchanged: readings", lambda: polls, ours.parser):
            while ours.clock.now() < end:
                polls += await ours.polling.poll_due()
                ours.clock.move(timedelta(minutes=1))


async def fetch_huge(url: str, size: int | None) -> None:
    """In a process of its own: fetch and parse one feed; what came of it, and the peak of memory."""
    clock = ManualClock()
    limits = Limits() if size is None else Limits(size=size)
    began, came, before, parsing = time.perf_counter(), "nothing", _peak(), 0.0
    async with fetching("Depesche-Test/1", LOOPBACK, clock, limits) as fetcher, IsolatedParser() as parser:
        try:
            fetched = await fetcher.fetch(url)
            feed = await parser.parse(feed_of, Content(fetched.url, fetched.body, fetched.content_type))
            came = f"{len(fetched.body) / 1e6:.0f} MB, {len(feed.entries)} entries taken"
            parsing = max(_peak(str(worker._process.pid)) for worker in parser._workers if worker._process)
        except FetchError as error:
            came = f"refused: {error.reason}"
    print(
        f"{came}; {time.perf_counter() - began:.1f} s; resident at most {_peak():.0f} MB ({before:.0f} before), "
        f"the process that parses {parsing:.0f} MB"
    )


def _peak(process: str = "self") -> float:
    """Megabytes. What `getrusage` tells is that of the process before it, too."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def huge(stand: Stand) -> None:
    """A feed of 50 MB, with the limit as it is and raised."""
    url = f"http://127.0.0.1:{stand.port}/huge.xml"
    for name, size in (("the limit of 20 MB", []), ("a limit of 60 MB", ["--size", "60000000"])):
        print(f"a feed of 50 MB, {name}: ", end="", flush=True)
        subprocess.run([sys.executable, "-m", "tests.benchmarks.sources", "--huge", url, *size], check=True)


async def stalls() -> None:
    """How long readers wait for /latest, and the event loop for its turn, while heavy pages are parsed."""
    pages = [Content(f"http://a.example/{number}", heavy_page(number), "text/html") for number in range(HEAVY)]
    print(f"{HEAVY} pages of {len(pages[0].body) / 1e3:.0f} kB are parsed while readers ask, {STORED} articles stored")
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite+aiosqlite:///{Path(folder) / 'depesche.db'}"
        settings = Settings(database_url=address)
        async with opened(settings, SystemClock()) as app:
            await fill(app, STORED)
            await _ask("nothing is parsed", app.reading, None, pages)
            await _ask("in threads", app.reading, ThreadParser(), pages)
            async with IsolatedParser() as parser:
                await parser.parse(page_of, pages[0])  # started
                await _ask("in processes", app.reading, parser, pages)


async def _ask(name: str, reading: Reading, parser: Parser | None, pages: Sequence[Content]) -> None:
    waits: list[float] = []
    longest, began = 0.0, time.perf_counter()

    async def tick() -> None:
        nonlocal longest
        while True:
            since = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - since - 0.005)

    async def ask() -> None:
        while True:
            since = time.perf_counter()
            await reading.latest(Preferences(topics=frozenset({"ukraine", "politics", "science"})), 5)
            waits.append(time.perf_counter() - since)
            await asyncio.sleep(0.02)

    async def parse() -> None:
        if parser is None:
            await asyncio.sleep(10)
            return
        await asyncio.gather(*(parser.parse(page_of, each) for each in pages))

    others = [asyncio.ensure_future(tick()), asyncio.ensure_future(ask())]
    await parse()
    took = time.perf_counter() - began
    for task in others:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    cuts = statistics.quantiles(waits, n=100)
    print(
        f"  {name:20} /latest p50 {1000 * cuts[49]:6.0f} ms, p99 {1000 * cuts[98]:6.0f} ms of {len(waits)}; longest "
        f"stall of the event loop {1000 * longest:6.0f} ms; {took:.1f} s",
        flush=True,
    )


def lemon24(urls: list[str]) -> None:
    """The same feeds with the library `reader`."""
    if find_spec("reader") is None:
        print("reader: not installed (pip install reader)")
        return
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        library = make_reader(str(Path(folder) / "reader.db"))
        for url in urls:
            library.add_feed(url)
        with _measured("lemon24/reader: entries of the same feeds", lambda: len(urls) * ENTRIES):
            library.update_feeds()
        with _measured("lemon24/reader: the same feeds again, readings", lambda: len(urls)):
            library.update_feeds()
        library.close()


@contextmanager
def _measured(name: str, count: Callable[[], int], parser: IsolatedParser | None = None) -> Iterator[None]:
    """Print what each of so many things cost."""
    began, cpu = time.perf_counter(), _cpu(parser)
    yield
    cpu, wall = _cpu(parser) - cpu, time.perf_counter() - began
    rate, each = count() / cpu, 1000 * cpu / max(1, count())
    print(f"{name:58} {count():7}  {rate:8.0f}/s CPU  {each:7.2f} ms  {wall:7.1f} s", flush=True)


def main() -> None:
    """Print all figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--sources", type=int, default=10_000)
    options.add_argument("--feeds", type=int, default=20)
    options.add_argument("--huge", help=argparse.SUPPRESS)
    options.add_argument("--size", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if chosen.huge:
        asyncio.run(fetch_huge(chosen.huge, chosen.size))
        return
    with serving(chosen.feeds, chosen.sources) as stand:
        whole = [f"http://127.0.1.{number + 1}:{stand.port}/whole/{number}.xml" for number in range(chosen.feeds)]
        pages = [f"http://127.0.2.{number + 1}:{stand.port}/teasers/{number}.xml" for number in range(chosen.feeds)]
        asyncio.run(first_and_again("entries with their text", whole))
        lemon24(whole)
        asyncio.run(first_and_again("entries with a page each", pages))
        huge(stand)
        asyncio.run(many(stand, chosen.sources))
    asyncio.run(stalls())


if __name__ == "__main__":
    main()
