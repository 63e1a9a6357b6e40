"""Reading sources over real HTTP: what is new is stored once, what fails is waited for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from digests.domain.sources import FullText
from digests.storage import models
from tests.support.clocks import START
from tests.support.feeding import Feeding, added, item, only_source, page, poll_next, rss, titles
from tests.support.newsstand import conditional
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET
from tests.support.rows import rows

HOUR = timedelta(hours=1)


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


async def test_a_page_that_robots_may_not_read_leaves_the_teaser_for_good(desk: Feeding) -> None:
    desk.stand.lay_out("/robots.txt", "User-agent: *\nDisallow: /\n")
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", whole=False)))
    await added(desk)
    await poll_next(desk)
    assert desk.stand.asked("/a") == []
    assert await titles(desk) == [GRAIN.title]


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
