"""Reading sources that fail, break us, or are slow: what waits, what is given up, and that nobody else suffers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from digests.domain.polling import LONGEST_BACKOFF, RETIRE_AFTER
from digests.domain.sources import FullText, Harvest, Source, SourceKind
from digests.services.polling import AT_ONCE, LEASE
from digests.storage import models
from digests.storage.search import SearchStore
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.feeding import Feeding, added, feeding, item, only_source, page, poll_next, rss, titles
from tests.support.newsstand import Newsstand, Request, Writer, conditional, plain
from tests.support.reports import BUDGET, GRAIN, GRAIN_NEXT_DAY
from tests.support.rows import rows

HOUR = timedelta(hours=1)


async def test_a_page_that_fails_is_read_the_next_time(desk: Feeding) -> None:
    desk.stand.lay_out("/a", status=503)
    desk.stand.behave("/feed.xml", conditional(rss(item(GRAIN, START, "/a", whole=False)).encode(), '"v1"'))
    await added(desk)
    desk.stand.lay_out("/a", page(GRAIN), headers={"Content-Type": "text/html"})
    await poll_next(desk)
    (row,) = await rows(desk.bureau.database, models.Article)
    assert len(row["body"]) == len(GRAIN.paragraphs)


async def test_a_bad_entry_spoils_no_feed(desk: Feeding) -> None:
    empty = "<item><guid>x</guid><title>...</title></item>"
    desk.stand.lay_out("/feed.xml", rss("<item/>", empty, item(GRAIN, START, "/a")))
    await added(desk)
    assert GRAIN.title in await titles(desk)
    (day,) = await rows(desk.bureau.database, models.SourceDay)
    assert day["faulty"] >= 1


async def test_failures_are_waited_for_longer_and_longer_and_then_given_up(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await added(desk)
    desk.stand.lay_out("/feed.xml", status=503)
    waits = []
    while (row := await only_source(desk))["retired_at"] is None:
        await poll_next(desk)
        after = await only_source(desk)
        waits.append(after["next_poll_at"] - desk.bureau.clock.now())
        assert len(waits) < 60
    assert waits[0] < waits[1] < waits[2]
    assert max(waits) <= LONGEST_BACKOFF * 1.1
    assert row["last_error"] == "status 503 Reason"
    assert desk.bureau.clock.now() - row["failing_since"] >= RETIRE_AFTER
    desk.bureau.clock.move(timedelta(days=3))
    assert await desk.polling.poll_due() == 0
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN_NEXT_DAY, None, "/b")))
    await desk.sources.resume(str(row["id"]))
    assert await desk.polling.poll_due() == 1
    assert (await only_source(desk))["failures"] == 0


async def test_gone_is_gone_at_once(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await added(desk)
    desk.stand.lay_out("/feed.xml", status=410)
    await poll_next(desk)
    assert (await only_source(desk))["retired_at"] is not None


async def test_retry_after_is_obeyed(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await added(desk)
    desk.stand.lay_out("/feed.xml", status=429, headers={"Retry-After": str(13 * 3600)})
    await poll_next(desk)
    wait = (await only_source(desk))["next_poll_at"] - desk.bureau.clock.now()
    assert 11 * HOUR < wait < 15 * HOUR


async def test_two_processes_read_a_source_once(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await desk.sources.add_all([Source(0, SourceKind.FEED, desk.stand.url("/feed.xml"), "Abendbote")])
    async with feeding(desk.bureau.another(), desk.stand) as other:

        async def meanwhile(request: Request, writer: Writer) -> None:
            assert await other.polling.poll_due() == 0  # claimed by the first
            await plain(rss(item(GRAIN, START, "/a")).encode(), 200, {})(request, writer)

        desk.stand.behave("/feed.xml", meanwhile)
        assert await desk.polling.poll_due() == 1
    assert await titles(desk) == [GRAIN.title]


async def test_a_source_whose_reader_died_is_read_after_its_lease(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await desk.sources.add_all([Source(0, SourceKind.FEED, desk.stand.url("/feed.xml"), "Abendbote")])
    await desk.polling._claim()  # and no more
    assert await desk.polling.poll_due() == 0
    desk.bureau.clock.move(LEASE)
    assert await desk.polling.poll_due() == 1


async def test_a_source_that_breaks_us_does_not_stop_the_others(desk: Feeding, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.stand.lay_out("/fine.xml", rss(item(GRAIN, START, "/a")))
    urls = [desk.stand.url(path) for path in ("/broken.xml", "/fine.xml")]
    await desk.sources.add_all([Source(0, SourceKind.FEED, url, url) for url in urls])
    read = desk.reader.read

    async def fail(self: object, source: Source) -> Harvest:
        if source.url.endswith("/broken.xml"):
            raise RuntimeError
        return await read(source)

    monkeypatch.setattr(type(desk.reader), "read", fail)
    assert await desk.polling.poll_due() == 2
    assert await titles(desk) == [GRAIN.title]


async def test_an_entry_that_breaks_us_holds_up_no_other_and_is_tried_again(
    desk: Feeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = SearchStore.index

    async def fail(self: SearchStore, article_id: int, title: list[str], body: list[str]) -> None:
        if "haushalt" in title:
            raise RuntimeError
        await index(self, article_id, title, body)

    items = [item(each, START, f"/{number}") for number, each in enumerate((GRAIN, BUDGET, GRAIN_NEXT_DAY))]
    desk.stand.lay_out("/feed.xml", rss(*items))
    with monkeypatch.context() as patch:
        patch.setattr(SearchStore, "index", fail)
        await added(desk, full_text=FullText.NEVER)
    assert sorted(await titles(desk)) == sorted([GRAIN.title, GRAIN_NEXT_DAY.title])
    await poll_next(desk)
    assert BUDGET.title in await titles(desk)


async def test_one_slow_host_holds_up_nobody_else(any_bureau: Bureau) -> None:
    others, all_asked = 2 * AT_ONCE, asyncio.Event()

    async def quick(request: Request, writer: Writer) -> None:
        await plain(rss().encode(), 200, {})(request, writer)
        if sum(each.path.startswith("/quick") for each in stand.requests) == others:
            all_asked.set()

    async def slow(request: Request, writer: Writer) -> None:
        await all_asked.wait()
        await plain(rss(item(GRAIN, START, "/a")).encode(), 200, {})(request, writer)

    async with Newsstand("0.0.0.0") as stand, feeding(any_bureau, stand, seconds=60) as desk:  # noqa: S104 - many hosts
        paths = [(stand.behave("/slow.xml", slow), "/slow.xml")]
        paths += [(stand.behave(path, quick), path) for path in (f"/quick{number}.xml" for number in range(others))]
        urls = [f"http://127.0.0.{number}:{stand.port}{path}" for number, (_, path) in enumerate(paths, 1)]
        await desk.sources.add_all([Source(0, SourceKind.FEED, url, url) for url in urls])
        assert await desk.polling.poll_due() == 1 + others
        assert await titles(desk) == [GRAIN.title]
