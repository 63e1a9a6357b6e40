"""What a source would give, tried over real HTTP: told as it would be taken, and nothing of it stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from digests.domain.sources import FAILURES_KEPT, FetchError, FullText, Source, SourceKind, Tally
from digests.errors import InputError
from digests.services.checking import PAGES, Fate, PageUse
from digests.services.sources import Changes, Wishes
from digests.storage import models
from digests.text.document import Label
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.feeding import Feeding, feeding, item, page, rss
from tests.support.newsstand import Newsstand
from tests.support.reports import FOOTBALL, GRAIN, GRAIN_NEXT_DAY, Report
from tests.support.rows import rows

HTML = {"Content-Type": "text/html; charset=utf-8"}
HOUR = timedelta(hours=1)
MENU = Report("Fotos der Woche", ("Teile diesen Beitrag:",))


@pytest.fixture
async def desk(any_bureau: Bureau) -> AsyncIterator[Feeding]:
    async with Newsstand() as stand, feeding(any_bureau, stand) as desk:
        yield desk


async def added(desk: Feeding, **wishes: object) -> Source:
    found = await desk.sources.add(desk.stand.url(), Wishes(kind=SourceKind.FEED, **wishes))  # type: ignore[arg-type]
    return found.source


async def test_an_entry_is_told_as_it_would_be_taken(desk: Feeding) -> None:
    desk.stand.lay_out("/meinung/a", page(GRAIN), headers=HTML)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START - HOUR, "/meinung/a", whole=False)))
    check = await desk.sources.check(desk.stand.url())
    (tried,) = check.entries
    assert (tried.fate, tried.page) == (Fate.NEWS, PageUse.READ)
    assert tried.words == sum(len(paragraph.split()) for paragraph in GRAIN.paragraphs)
    assert tried.document.language == "de"
    assert tried.document.labels == {Label.OPINION}
    assert "ukraine" in [topic.slug for topic in tried.topics]
    tables = (models.Source, models.Article, models.SeenEntry, models.SourceDay)
    assert [await rows(desk.bureau.database, table) for table in tables] == [[], [], [], []]


async def test_what_it_tells_is_what_reading_then_does(desk: Feeding) -> None:
    desk.stand.lay_out("/a", page(GRAIN), headers=HTML)
    entries = (
        item(GRAIN, START - HOUR, "/a", whole=False),
        item(FOOTBALL, START - timedelta(days=5), "/b"),
        item(GRAIN_NEXT_DAY, None, "/c"),
        item(MENU, START, "/d"),
    )
    desk.stand.lay_out("/feed.xml", rss(*entries))
    check = await desk.sources.check(desk.stand.url())
    assert [tried.fate for tried in check.entries] == [Fate.NEWS, Fate.ARCHIVE, Fate.ARCHIVE, Fate.EMPTY]
    assert 0 < check.furniture < 1
    assert len(check.entries[3].document.dropped) == check.entries[3].lines
    source = await desk.sources.add(desk.stand.url(), Wishes())
    assert source.first.tally.faulty == 1
    stored = {row["title"]: row for row in await rows(desk.bureau.database, models.Article)}
    for tried in check.entries[:3]:
        row = stored[tried.document.title]
        fresh = row["news_at"] > desk.bureau.clock.now() - timedelta(days=2)
        assert fresh == (tried.fate is Fate.NEWS)
        assert row["language"] == tried.document.language


async def test_what_is_stored_is_known_again_and_an_edit_is_an_edit(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a"), item(FOOTBALL, START, "/b")))
    source = await added(desk)
    edited = Report(FOOTBALL.title, (*FOOTBALL.paragraphs, "Nach dem Spiel feierten die Fans am Hafen."))
    fresh = item(GRAIN_NEXT_DAY, None, "/c")
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a"), item(edited, START, "/b"), fresh))
    check = await desk.sources.check(str(source.id))
    assert [tried.fate for tried in check.entries] == [Fate.STORED, Fate.EDITED, Fate.NEWS]


async def test_few_pages_are_read_and_what_fails_says_why(desk: Feeding) -> None:
    count = PAGES + 2
    entries = [item(GRAIN, START, f"/a{number}", whole=False) for number in range(count)]
    desk.stand.lay_out("/feed.xml", rss(*entries))
    desk.stand.lay_out("/a0", page(GRAIN), headers=HTML)
    check = await desk.sources.check(desk.stand.url(), count)
    uses = [tried.page for tried in check.entries]
    assert uses == [PageUse.READ, *[PageUse.FAILED] * (PAGES - 1), *[PageUse.LEFT] * 2]
    assert check.entries[1].page_trouble == "status 404 Reason"
    assert check.entries[1].words < check.entries[0].words
    assert sum(len(desk.stand.asked(f"/a{number}")) for number in range(count)) == PAGES


async def test_pages_are_read_as_the_operator_wants(desk: Feeding) -> None:
    desk.stand.lay_out("/a", page(GRAIN), headers=HTML)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a", whole=False)))
    source = await added(desk, full_text=FullText.NEVER)
    (tried,) = (await desk.sources.check(str(source.id))).entries
    assert tried.page is PageUse.UNWANTED
    await desk.sources.set(str(source.id), Changes(full_text=FullText.ALWAYS))
    (tried,) = (await desk.sources.check(str(source.id))).entries
    assert tried.page is PageUse.READ


async def test_further_feeds_of_a_page_are_named(desk: Feeding) -> None:
    links = "".join(f"<link rel=alternate type='application/rss+xml' href='/{n}.xml'>" for n in ("feed", "sport"))
    desk.stand.lay_out("/", f"<html><head>{links}</head><body>Start</body></html>", headers=HTML)
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    check = await desk.sources.check(desk.stand.url("/"))
    assert (check.source.url, check.others) == (desk.stand.url("/feed.xml"), (desk.stand.url("/sport.xml"),))
    assert (await desk.sources.check(desk.stand.url("/feed.xml"))).others == ()
    assert (await desk.sources.add(desk.stand.url("/"), Wishes())).others == check.others


async def test_files_are_not_read_by_themselves(desk: Feeding) -> None:
    await desk.bureau.publish(GRAIN, source_key="file:seeds", source_title="seeds")
    for work in (desk.sources.check, desk.sources.poll, desk.sources.pause):
        with pytest.raises(InputError, match="a source of kind file is not read by itself"):
            await work("seeds")


async def test_the_last_failures_are_kept_and_no_more(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    source = await added(desk)
    for status in range(500, 500 + FAILURES_KEPT + 2):
        desk.bureau.clock.move(HOUR)
        desk.stand.lay_out("/feed.xml", status=status)
        assert isinstance((await desk.sources.poll(str(source.id)))[1], FetchError)
    failed_at = desk.bureau.clock.now()
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN_NEXT_DAY, START, "/b")))
    await desk.sources.poll(str(source.id))
    failures = (await desk.sources.show(str(source.id))).source.recent_failures
    assert [each.reason for each in failures] == [f"status {511 - number} Reason" for number in range(FAILURES_KEPT)]
    assert failures[0].at == failed_at


async def test_a_week_has_seven_days(desk: Feeding) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, START, "/a")))
    source = await added(desk)
    today = desk.bureau.clock.now().date()
    desk.bureau.clock.move(timedelta(days=6))
    days = await desk.sources.days(str(source.id))
    assert list(days) == [today + timedelta(days=number) for number in range(7)]
    assert (days[today].polls, days[today].added) == (1, 1)
    assert (await desk.sources.show(str(source.id))).tally == days[today]
    desk.bureau.clock.move(timedelta(days=1))
    assert set((await desk.sources.days(str(source.id))).values()) == {Tally()}
    assert (await desk.sources.show(str(source.id))).tally == Tally()
