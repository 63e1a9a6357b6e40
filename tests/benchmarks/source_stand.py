"""The web that `tests.benchmarks.sources` reads: invented feeds and pages, served by a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from tests.support.feeding import item, page, rss
from tests.support.newsstand import Answer, Newsstand, Request, Writer, plain
from tests.support.reports import Report

ENTRIES = 25
"""Entries of one feed."""
LIVELY = 20
"""One in so many of the many sources has a new entry each hour; the others never."""
HUGE = 50_000_000
"""Bytes of the huge feed."""
BEGIN = datetime(2026, 8, 13, 3, 0, tzinfo=UTC)
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


def heavy_page(number: int) -> bytes:
    """A page of 130 kB, most of it menus, lists and scripts, as large sites have them."""
    chance = random.Random(number)
    boxes = "".join(
        f"<div class='box'><ul><li><a href='/{at}'>{chance.choice(SYLLABLES)} {at}</a></li></ul></div>"
        for at in range(600)
    )
    script = "<script>" + "var a = [0,1,2,3];" * 5_000 + "</script>"
    return page(report(chance, number), f"{boxes}{script}").encode()


def _changing(number: int, hour: list[int]) -> Answer:
    """A feed with one entry, and in a lively source another one each hour; 304 to who knows it."""

    async def answer(request: Request, writer: Writer) -> None:
        hours = hour[0] if number % LIVELY == 0 else 0
        etag = f'"v{hours}"'
        if request.headers.get("if-none-match") == etag:
            await plain(b"", 304, {"ETag": etag})(request, writer)
            return
        chance = random.Random(10**7 + number)
        items = [
            item(report(chance, number * 100 + at), BEGIN + timedelta(hours=at), f"/many/{number}/{at}")
            for at in range(hours + 1)
        ]
        await plain(rss(*items).encode(), 200, {"ETag": etag})(request, writer)

    return answer


def _serve(pipe: Connection, feeds: int, sources: int) -> None:
    """The server's process: whole feeds, feeds of teasers with pages, many feeds of which few change, a huge one."""

    async def serve() -> None:
        chance, hour = random.Random(1), [0]
        async with Newsstand("0.0.0.0") as stand:  # noqa: S104 - all loopback addresses are hosts of their own
            for number in range(feeds):
                reports = [report(chance, number * ENTRIES + at) for at in range(ENTRIES)]
                items = [item(each, BEGIN, f"/whole/{number}/{at}") for at, each in enumerate(reports)]
                stand.lay_out(f"/whole/{number}.xml", rss(*items, title=f"Whole {number}"))
            for number in range(feeds):
                for at in range(ENTRIES):
                    each = report(chance, 10**6 + number * ENTRIES + at)
                    stand.lay_out(f"/page/{number}/{at}", page(each), headers={"Content-Type": "text/html"})
                items = [item(report(chance, at), BEGIN, f"/page/{number}/{at}", whole=False) for at in range(ENTRIES)]
                stand.lay_out(f"/teasers/{number}.xml", rss(*items, title=f"Teasers {number}"))
            for number in range(sources):
                stand.behave(f"/many/{number}.xml", _changing(number, hour))
            one = item(report(chance, 1), BEGIN, "/h/0000000")
            many = (one.replace("/h/0000000", f"/h/{at:07}") for at in range(HUGE // len(one.encode())))
            stand.lay_out("/huge.xml", rss(*many))
            pipe.send(stand.port)
            while True:
                while pipe.poll():
                    if (said := pipe.recv()) is None:
                        return
                    hour[0] = said
                    pipe.send(said)
                await asyncio.sleep(0.05)
                stand.requests.clear()

    asyncio.run(serve())


class Stand:
    """The server as the benchmark sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port: int = pipe.recv()

    def strike(self, hour: int) -> None:
        """So many hours have passed: lively sources have as many new entries."""
        self._pipe.send(hour)
        self._pipe.recv()


@contextmanager
def serving(feeds: int, sources: int) -> Iterator[Stand]:
    """The server, while it runs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, feeds, sources))
    process.start()
    try:
        yield Stand(ours)
    finally:
        ours.send(None)
        process.join()
