"""Sources from bytes to stored articles: entries, pages, a huge feed, ten thousand sources of which most say nothing.

    python -m tests.benchmarks.sources [--sources 10000] [--feeds 40]

Everything runs against a server in a process of its own on this machine; times are CPU seconds of the reading process.
Side by side in one run with lemon24/reader (`pip install reader`), which stores entries as they come, without cleaning,
stories, topics or full texts: it does less for each.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import re
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from digests.domain.sources import Source, SourceKind
from digests.sources.feeds import read_feed
from digests.storage import schema
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.clocks import ManualClock
from tests.support.feeding import Feeding, feeding, item, page, rss
from tests.support.newsstand import Newsstand, conditional
from tests.support.reports import Report

ENTRIES = 25
"""Entries of one feed."""
SYLLABLES = re.findall("..", "babedadefagehainkalalomaminanoraresasetatiunvewazu")


def report(chance: random.Random, number: int) -> Report:
    """An invented article of about 300 words that is nobody's copy."""
    names = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(400)]
    common = ["die", "der", "und", "in", "mit", "auf", "nicht", "eine", "wird", "nach"]

    def sentence() -> str:
        words = [chance.choice(common) if chance.random() < 0.4 else chance.choice(names) for _ in range(14)]
        return f"{' '.join(words).capitalize()}."

    paragraphs = tuple(" ".join(sentence() for _ in range(4)) for _ in range(5))
    return Report(f"{' '.join(chance.choices(names, k=6))} {number}", paragraphs)


def _serve(pipe: Connection, feeds: int, sources: int) -> None:
    """The server's process: whole feeds, feeds of teasers with pages, and many feeds of which few change."""

    async def serve() -> None:
        chance = random.Random(1)
        now = datetime(2026, 8, 13, 3, 0, tzinfo=UTC)
        async with Newsstand("0.0.0.0") as stand:  # noqa: S104 - all loopback addresses are hosts of their own
            for number in range(feeds):
                reports = [report(chance, number * ENTRIES + at) for at in range(ENTRIES)]
                items = [item(each, now, f"/whole/{number}/{at}") for at, each in enumerate(reports)]
                stand.lay_out(f"/whole/{number}.xml", rss(*items, title=f"Whole {number}"))
            for number in range(feeds // 4):
                for at in range(ENTRIES):
                    each = report(chance, 10**6 + number * ENTRIES + at)
                    stand.lay_out(f"/page/{number}/{at}", page(each), headers={"Content-Type": "text/html"})
                items = [item(report(chance, at), now, f"/page/{number}/{at}", whole=False) for at in range(ENTRIES)]
                stand.lay_out(f"/teasers/{number}.xml", rss(*items, title=f"Teasers {number}"))
            for number in range(sources):
                body = rss(item(report(chance, 10**7 + number), now, f"/many/{number}/a")).encode()
                stand.behave(f"/many/{number}.xml", conditional(body, '"v1"'))
            long = report(chance, 1)
            stand.lay_out("/huge.xml", rss(*(item(long, now, f"/h/{at}") for at in range(20_000))))
            pipe.send(stand.port)
            while not pipe.poll():
                await asyncio.sleep(0.2)
                stand.requests.clear()

    asyncio.run(serve())


@contextmanager
def server(feeds: int, sources: int) -> Iterator[int]:
    """The server's port, while it runs."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, feeds, sources))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("done")
        process.join()


@asynccontextmanager
async def desk() -> AsyncIterator[Feeding]:
    """Our services on a new SQLite file; courtesy's pauses only move the clock."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'depesche.db'}")
        await schema.upgrade(database, datetime.now(UTC))
        bureau = await Bureau(database, ManualClock()).open()
        async with feeding(bureau, Newsstand()) as opened:
            yield opened
        await database.close()


async def measure(name: str, urls: list[str], per_source: int) -> None:
    """Read sources for the first time, and print what an entry costs."""
    async with desk() as ours:
        await ours.sources.add_all([Source(0, SourceKind.FEED, url, url[-20:]) for url in urls])
        began, cpu = time.perf_counter(), time.process_time()
        await ours.polling.poll_due()
        _print(name, len(urls) * per_source, time.process_time() - cpu, time.perf_counter() - began)


async def many(port: int, count: int) -> None:
    """An hour of sources that mostly answer 304, after a first reading."""
    urls = [f"http://127.0.{number % 250}.{1 + number % 7}:{port}/many/{number}.xml" for number in range(count)]
    async with desk() as ours:
        await ours.sources.add_all([Source(0, SourceKind.FEED, url, url[-20:]) for url in urls])
        began, cpu = time.perf_counter(), time.process_time()
        await ours.polling.poll_due()
        _print(f"{count} new sources, one entry each", count, time.process_time() - cpu, time.perf_counter() - began)
        end = ours.bureau.clock.now() + timedelta(hours=1)
        polls, began, cpu = 0, time.perf_counter(), time.process_time()
        while ours.bureau.clock.now() < end:
            polls += await ours.polling.poll_due()
            ours.bureau.clock.move(timedelta(minutes=1))
        _print(
            f"an hour of {count} sources: readings, all 304",
            polls,
            time.process_time() - cpu,
            time.perf_counter() - began,
        )


def parsing(port: int) -> None:
    """Bytes of feeds to entries, and what a feed of 50 MB needs of memory."""
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/whole/0.xml") as answer:
        body = answer.read()
    read_feed(body, "http://a.example/")
    cpu = time.process_time()
    for _ in range(40):
        read_feed(body, "http://a.example/")
    _print("feeds parsed, entries", 40 * ENTRIES, time.process_time() - cpu, None)
    with urlopen(f"http://127.0.0.1:{port}/huge.xml") as answer:
        huge = answer.read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    entries = len(read_feed(huge, "http://a.example/").entries)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"a feed of {len(huge) / 1e6:.0f} MB: {entries} entries, {time.process_time() - cpu:.1f} s, {grown:.0f} MB more"
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
        began, cpu = time.perf_counter(), time.process_time()
        library.update_feeds()
        _print(
            "reader: entries of whole feeds",
            len(urls) * ENTRIES,
            time.process_time() - cpu,
            time.perf_counter() - began,
        )
        began, cpu = time.perf_counter(), time.process_time()
        library.update_feeds()
        _print("reader: the same feeds again", len(urls), time.process_time() - cpu, time.perf_counter() - began)
        library.close()


def _print(name: str, count: int, cpu: float, wall: float | None) -> None:
    took = f"{wall:7.1f} s" if wall is not None else " " * 9
    print(f"{name:48} {count:7}  {count / cpu:8.0f}/s CPU  {1000 * cpu / max(1, count):7.2f} ms  {took}", flush=True)


def main() -> None:
    """Print all figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--sources", type=int, default=10_000)
    options.add_argument("--feeds", type=int, default=40)
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with server(chosen.feeds, chosen.sources) as port:
        parsing(port)
        whole = [f"http://127.0.1.{number + 1}:{port}/whole/{number}.xml" for number in range(chosen.feeds)]
        teasers = [f"http://127.0.2.{number + 1}:{port}/teasers/{number}.xml" for number in range(chosen.feeds // 4)]
        asyncio.run(measure("entries with their text, stored", whole, ENTRIES))
        asyncio.run(measure("entries with a page each, stored", teasers, ENTRIES))
        lemon24(whole)
        asyncio.run(many(port, chosen.sources))


if __name__ == "__main__":
    main()
