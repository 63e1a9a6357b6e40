"""Operators hear of broken sources and dry topics, once for each outage; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from digests.domain.notices import Notice, NoticeKind
from digests.domain.preferences import Preferences
from digests.domain.sources import SourceState
from digests.domain.subscribers import Status
from digests.services.overview import Overview
from digests.services.watching import KEPT_FOR, Watching
from digests.storage import models
from digests.storage.sources import SourceStore
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN, Report
from tests.support.rows import rows

DAY = timedelta(days=1)


@dataclass
class Hearing:
    """Operators who keep what they are told, or cannot be reached."""

    heard: list[Notice] = field(default_factory=list)
    there: bool = True

    async def tell(self, notices: Sequence[Notice]) -> bool:
        """Keep the notices."""
        self.heard += notices if self.there else ()
        return self.there


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


@pytest.fixture
def watching(any_bureau: Bureau, hearing: Hearing) -> Watching:
    return Watching(any_bureau.database, hearing)


async def add_source(bureau: Bureau, **values: object) -> int:
    async with bureau.database.write() as transaction:
        columns = {"kind": "feed", "url": "https://abendbote.example/feed.xml", "title": "Abendbote", **values}
        found = await SourceStore(transaction).add(columns, bureau.clock.now())
    assert found is not None
    return found


async def change(bureau: Bureau, source: int, **values: object) -> None:
    async with bureau.database.write() as transaction:
        await SourceStore(transaction).set(source, values)


async def look(bureau: Bureau, watching: Watching, later: timedelta) -> datetime:
    now = bureau.clock.move(later)
    await watching.look(now)
    return now


async def test_a_source_that_fails_for_a_day_is_told_of_once(
    any_bureau: Bureau, watching: Watching, hearing: Hearing
) -> None:
    since = any_bureau.clock.now()
    source = await add_source(any_bureau, failures=3, failing_since=since, last_error="status 500")
    await look(any_bureau, watching, 0.9 * DAY)
    assert hearing.heard == []
    for _ in range(3):
        await look(any_bureau, watching, 0.5 * DAY)
    (notice,) = hearing.heard
    assert replace(notice, id=0) == Notice(NoticeKind.SOURCE_FAILING, str(source), "Abendbote", since, "status 500")
    again = any_bureau.clock.now()
    await change(any_bureau, source, failures=0, failing_since=None, last_error=None)
    await look(any_bureau, watching, DAY)
    await change(any_bureau, source, failures=1, failing_since=again + DAY, last_error="status 404")
    await look(any_bureau, watching, 2 * DAY)
    assert [each.detail for each in hearing.heard] == ["status 500", "status 404"]


async def test_a_retired_source_is_told_of_and_a_paused_one_is_not(
    any_bureau: Bureau, watching: Watching, hearing: Hearing
) -> None:
    now = any_bureau.clock.now()
    await add_source(any_bureau, retired_at=now, failing_since=now - 30 * DAY, failures=40, last_error="gone")
    await add_source(
        any_bureau, url="https://b.example/", paused_at=now, failing_since=now - 3 * DAY, failures=3, last_error="x"
    )
    await look(any_bureau, watching, timedelta(minutes=5))
    assert [(each.kind, each.since) for each in hearing.heard] == [(NoticeKind.SOURCE_RETIRED, now)]


async def test_what_nobody_heard_is_told_again(any_bureau: Bureau, watching: Watching, hearing: Hearing) -> None:
    await add_source(any_bureau, failures=3, failing_since=any_bureau.clock.now(), last_error="status 500")
    hearing.there = False
    await look(any_bureau, watching, DAY)
    await look(any_bureau, watching, DAY)
    hearing.there = True
    await look(any_bureau, watching, DAY)
    await look(any_bureau, watching, DAY)
    assert len(hearing.heard) == 1
    await watching.forget(any_bureau.clock.move(KEPT_FOR))
    assert await rows(any_bureau.database, models.Notice) == []


async def test_a_followed_topic_that_runs_dry_is_told_of_with_its_sources(
    any_bureau: Bureau, watching: Watching, hearing: Hearing
) -> None:
    await any_bureau.subscribe(Preferences(topics=frozenset({"sport"})))
    start = any_bureau.clock.now()
    for number in range(12):
        any_bureau.clock.move(start + number * DAY / 2)
        report = Report(f"Sieg Nummer {number} für den Verein", (f"{GRAIN.paragraphs[0]} {number} {'Tor ' * number}",))
        credit = "Sportblatt" if number % 3 else "Abendbote"
        await any_bureau.publish(report, topics=("sport", "kultur"), credit=credit, source_key=credit)
    last = any_bureau.clock.now()
    await look(any_bureau, watching, 3 * DAY)
    assert hearing.heard == []
    quiet = any_bureau.clock.now().replace(minute=20)
    any_bureau.clock.move(quiet + 10 * DAY)
    await watching.look(any_bureau.clock.now())
    assert hearing.heard == []  # topics are counted once an hour only
    await look(any_bureau, watching, timedelta(minutes=42))
    (notice,) = hearing.heard  # nobody follows the other topic
    assert (notice.kind, notice.subject, notice.since) == (NoticeKind.TOPIC_DRY, "sport", last)
    assert notice.detail == "Sportblatt, Abendbote"
    await look(any_bureau, watching, timedelta(hours=1))
    assert len(hearing.heard) == 1


async def test_the_overview_counts_what_there_is(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(GRAIN)
    await add_source(any_bureau, failures=2)
    standing = await Overview(any_bureau.database).standing(any_bureau.clock.now())
    assert (standing.articles, standing.stories, standing.fresh) == (1, 1, 1)
    assert standing.readers == {Status.ACTIVE: 1}
    assert standing.sources[SourceState.FAILING] == 1
    later = await Overview(any_bureau.database).standing(any_bureau.clock.move(2 * DAY))
    assert later.fresh == 0


async def test_a_full_disk_is_told_once_an_hour_and_again_when_nobody_was_reached(
    any_bureau: Bureau, watching: Watching, hearing: Hearing
) -> None:
    clock, database = any_bureau.clock, any_bureau.database

    async def refused(later: timedelta = timedelta(0)) -> int:
        clock.move(later)
        database.no_room.set()
        for _ in range(5):  # the guard needs no more turns
            await asyncio.sleep(0)
        return len(hearing.heard)

    guard = asyncio.ensure_future(watching.guard(clock))
    hearing.there = False
    assert await refused() == 0
    hearing.there = True
    assert await refused() == 1
    assert await refused(timedelta(minutes=59)) == 1
    assert await refused(timedelta(minutes=1)) == 2
    guard.cancel()
    assert {notice.kind for notice in hearing.heard} == {NoticeKind.DATABASE_FULL}
