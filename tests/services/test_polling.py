"""Reading sources over real HTTP: what is new is stored once, what fails is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import RowMapping

from digests.domain.polling import LONGEST_BACKOFF, RETIRE_AFTER
from digests.domain.sources import FullText, Harvest, Source, SourceKind
from digests.services.polling import AT_ONCE, LEASE
from digests.services.sources import Wishes
from digests.storage import models
from digests.storage.search import SearchStore
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.feeding import Feeding, feeding, item, page, rss
from tests.support.newsstand import Newsstand, Request, Writer, conditional, plain
from tests.support.reports import BUDGET, GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET
from tests.support.rows import rows

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(any_bureau: Bureau) -> AsyncIterator[Feeding]:
    async with Newsstand() as stand, feeding(any_bureau, stand) as desk:
        yield desk


async def added(desk: Feeding, path: str = "/feed.xml", **wishes: object) -> Source:
    found = await desk.sources.add(desk.stand.url(path), Wishes(kind=SourceKind.FEED, **wishes))  # type: ignore[arg-type]
    return found.source


async def only_source(desk: Feeding) -> RowMapping:
    (row,) = await rows(desk.bureau.database, models.Source)
    return row


async def poll_next(desk: Feeding) -> int:
    """Move to when the next source is due, and read it."""
    due = min(row["next_poll_at"] for row in await rows(desk.bureau.database, models.Source))
    desk.bureau.clock.move(due)
    return await desk.polling.poll_due()


async def titles(desk: Feeding) -> list[str]:
    return [row["title"] for row in await rows(desk.bureau.database, models.Article)]


async def test_what_stood_there_at_first_sight_is_no_news(desk: Feeding) -> None:
    old = START - timedelta(hours=20)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, old, "/a"), item(GRAIN_NEXT_DAY, None, "/b")))
    await added(desk)
    dated, undated = sorted(await rows(desk.bureau.database, models.Article), key=lambda row: not row["dated"])
    assert dated["news_at"] == old
    assert undated["news_at"] <= desk.bureau.clock.now() - timedelta(days=2)
    assert (await only_source(desk))["title"] == "Abendbote"


async def test_what_comes_later_is_news_and_comes_once(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START - HOUR, "/a")))
    await added(desk)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN_NEXT_DAY, START - HOUR, "/b"), item(GRAIN, START - HOUR, "/a")))
    assert await poll_next(desk) == 1
    fresh = next(
        row for row in await rows(desk.bureau.database, models.Article) if row["title"] == GRAIN_NEXT_DAY.title
    )
    assert fresh["news_at"] == fresh["fetched_at"] > START
    assert await poll_next(desk) == 1
    assert sorted(await titles(desk)) == sorted([GRAIN.title, GRAIN_NEXT_DAY.title])


async def test_changed_ids_and_addresses_send_nothing_again(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", guid="1")))
    await added(desk)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a?utm_source=rss", guid="new-scheme-1")))
    await poll_next(desk)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, None, "/other-path", guid="2")))
    await poll_next(desk)
    assert await titles(desk) == [GRAIN.title]


async def test_an_edited_headline_is_an_update(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await added(desk)
    edited = replace(GRAIN, title="Getreidekorridor: zweite Runde beginnt")
    desk.stand.lay_out("/feed.xml", rss(item(edited, START, "/a")))
    await poll_next(desk)
    assert await titles(desk) == [edited.title]
    (day, *_) = await rows(desk.bureau.database, models.SourceDay)
    assert (day["added"], day["updated"], day["polls"]) == (1, 1, 2)


async def test_a_server_that_says_unchanged_is_believed(desk: Feeding) -> None:
    desk.stand.behave("/feed.xml", conditional(rss(item(GRAIN, START, "/a")).encode(), '"v1"'))
    await added(desk)
    await poll_next(desk)
    assert desk.stand.asked("/feed.xml")[-1].headers["if-none-match"] == '"v1"'
    (day,) = await rows(desk.bureau.database, models.SourceDay)
    assert (day["polls"], day["unchanged"], day["added"]) == (2, 1, 1)


async def test_the_same_bytes_are_not_parsed_again(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    await added(desk)
    await poll_next(desk)
    (day,) = await rows(desk.bureau.database, models.SourceDay)
    assert day["unchanged"] == 1


async def test_a_teaser_makes_the_page_be_read(desk: Feeding) -> None:
    desk.stand.lay_out("/a", page(GRAIN), headers={"Content-Type": "text/html; charset=utf-8"})
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", whole=False)))
    await added(desk)
    (row,) = await rows(desk.bureau.database, models.Article)
    assert GRAIN.paragraphs[1] in "\n".join(" ".join(sentences) for _, sentences in row["body"])
    assert row["teaser"] == GRAIN.paragraphs[0]
    assert len(desk.stand.asked("/robots.txt")) == 1


async def test_a_page_that_may_never_be_read(desk: Feeding) -> None:
    desk.stand.lay_out("/a", page(GRAIN), headers={"Content-Type": "text/html"})
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", whole=False)))
    await added(desk, full_text=FullText.NEVER)
    assert desk.stand.asked("/a") == []
    assert await titles(desk) == [GRAIN.title]


async def test_a_page_that_fails_is_read_the_next_time(desk: Feeding) -> None:
    desk.stand.lay_out("/a", status=503)
    desk.stand.behave("/feed.xml", conditional(rss(item(GRAIN, START, "/a", whole=False)).encode(), '"v1"'))
    await added(desk)
    desk.stand.lay_out("/a", page(GRAIN), headers={"Content-Type": "text/html"})
    await poll_next(desk)
    (row,) = await rows(desk.bureau.database, models.Article)
    assert len(row["body"]) == len(GRAIN.paragraphs)


async def test_a_page_that_robots_may_not_read_leaves_the_teaser_for_good(desk: Feeding) -> None:
    desk.stand.lay_out("/robots.txt", "User-agent: *\nDisallow: /\n")
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", whole=False)))
    await added(desk)
    await poll_next(desk)
    assert desk.stand.asked("/a") == []
    assert await titles(desk) == [GRAIN.title]


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


async def test_a_feed_that_moves_for_good_is_followed_once(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    source = await added(desk)
    desk.stand.lay_out("/new.xml", rss(item(GRAIN_NEXT_DAY, None, "/b"), item(GRAIN, START, "/a")))
    desk.stand.lay_out("/feed.xml", status=301, headers={"Location": "/new.xml"})
    await poll_next(desk)
    row = await only_source(desk)
    assert (row["id"], row["url"]) == (source.id, desk.stand.url("/new.xml"))
    await poll_next(desk)
    asked = [request.path for request in desk.stand.requests if request.path.endswith(".xml")]
    assert asked == ["/feed.xml", "/feed.xml", "/new.xml", "/new.xml"]
    assert sorted(await titles(desk)) == sorted([GRAIN.title, GRAIN_NEXT_DAY.title])


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


async def test_copies_of_other_sources_are_counted(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    desk.stand.lay_out("/other.xml", rss(item(GRAIN, START, "/copy"), title="Hafenpost"))
    await added(desk)
    other = await added(desk, "/other.xml")
    doing = await desk.sources.show(str(other.id))
    assert (doing.tally.added, doing.tally.copies, doing.articles) == (1, 1, 1)


async def test_topics_and_language_of_the_operator_count(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN_OTHER_OUTLET, START, "/a"), language="en"))
    await added(desk, topics=("Sport",), language="de", title="Mein Blatt")
    (row,) = await rows(desk.bureau.database, models.Article)
    assert (row["language"], row["credit"]) == ("de", "Mein Blatt")
    topics = {each["id"]: each["slug"] for each in await rows(desk.bureau.database, models.Topic)}
    assert "sport" in {topics[link["topic_id"]] for link in await rows(desk.bureau.database, models.ArticleTopic)}


async def test_a_source_goes_with_all_that_it_brought(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    desk.stand.lay_out("/other.xml", rss(item(GRAIN_OTHER_OUTLET, START, "/b"), title="Hafenpost"))
    source = await added(desk)
    await added(desk, "/other.xml")
    (story,) = await rows(desk.bureau.database, models.Story)
    assert (story["article_count"], story["source_count"]) == (2, 2)
    await desk.sources.remove(str(source.id))
    (story,) = await rows(desk.bureau.database, models.Story)
    assert (story["article_count"], story["source_count"]) == (1, 1)
    assert await titles(desk) == [GRAIN_OTHER_OUTLET.title]
    await desk.sources.remove("Hafenpost")
    assert await rows(desk.bureau.database, models.Story) == []
    assert (await desk.bureau.reading.search("Istanbul")).total == 0
    again = await added(desk)
    assert again.id
    assert await titles(desk) == [GRAIN.title]


async def test_entries_that_share_an_id_do_not_cost_the_conditional_request(desk: Feeding) -> None:
    twice = rss(item(GRAIN, START, "/a", guid="1"), item(GRAIN, START, "/a", guid="1"))
    desk.stand.behave("/feed.xml", conditional(twice.encode(), '"v1"'))
    await added(desk, full_text=FullText.NEVER)
    await poll_next(desk)
    assert desk.stand.asked("/feed.xml")[-1].headers.get("if-none-match") == '"v1"'


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


async def test_author_and_picture_come_from_the_entry_else_from_its_page(desk: Feeding) -> None:
    head = (
        '<head><link rel="canonical" href="/hafen-oeffnet-1"><meta name="author" content="Ada">'
        '<meta property="og:image" content="https://abendbote.example/p.jpg">'
    )
    desk.stand.lay_out("/a", page(GRAIN).replace("<head>", head), headers={"Content-Type": "text/html"})
    entry = item(GRAIN, None, "/a").replace("</item>", '<enclosure url="/e.png" type="image/png"/></item>')
    desk.stand.lay_out("/feed.xml", rss(entry))
    await added(desk, full_text=FullText.ALWAYS)
    (row,) = await rows(desk.bureau.database, models.Article)
    assert (row["author"], row["picture_url"]) == ("Ada", desk.stand.url("/e.png"))
    assert row["url"] == desk.stand.url("/hafen-oeffnet-1")


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
