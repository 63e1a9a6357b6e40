"""Whatever readers choose and however late and broken the clock ticks: every slot once, every article in one window."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew, Subscriber
from digests.services import planning
from digests.storage import models
from digests.storage.database import Database
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.databases import sqlite_template
from tests.support.rows import GRACE, add_article, rows

TOPICS = ("nato", "ukraine", "sport")
ZONES = sorted(available_timezones() - {"localtime"})
CLOCK_CHANGES = datetime.fromisoformat("2026-10-24T12:00:00+00:00"), datetime.fromisoformat("2027-03-27T12:00:00+00:00")
SCHEDULES = st.builds(
    lambda zone, minutes, weekdays: Schedule(zone, tuple(sorted(minutes)), weekdays),
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 1439), min_size=1, max_size=3),
    st.integers(1, 127),
)


@dataclass(frozen=True)
class Step:
    """The clock moves on; then something happens."""

    pause: timedelta
    kind: str
    topic: str


STEPS = st.lists(
    st.builds(
        Step,
        st.timedeltas(timedelta(seconds=1), timedelta(hours=9)) | st.timedeltas(timedelta(0), timedelta(days=3)),
        st.sampled_from(["tick", "tick", "tick", "article", "article", "crash", "opened only", "sweep"]),
        st.sampled_from(TOPICS),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(
    start=st.sampled_from([START, *CLOCK_CHANGES]),
    wishes=st.lists(st.tuples(SCHEDULES, st.sets(st.sampled_from(TOPICS), min_size=1)), min_size=1, max_size=3),
    steps=STEPS,
)
def test_every_slot_once_and_every_article_in_one_window(
    start: datetime, wishes: list[tuple[Schedule, set[str]]], steps: list[Step]
) -> None:
    asyncio.run(live(start, wishes, steps))


async def live(start: datetime, wishes: list[tuple[Schedule, set[str]]], steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(sqlite_template(), Path(folder) / "life.db")
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            await live_on(await Bureau(database).open(), start, wishes, steps)
        finally:
            await database.close()


async def live_on(bureau: Bureau, start: datetime, wishes: list[tuple[Schedule, set[str]]], steps: list[Step]) -> None:
    bureau.clock.move(start)
    readers = [await bureau.subscribe(preferences(topics), schedule) for schedule, topics in wishes]
    for reader in readers:
        await bureau.subscriptions.set_nothing_new(reader.chat, NothingNew.NOTE)
    articles = await run_steps(bureau, steps)
    await settle(bureau, [schedule for schedule, _ in wishes])
    await check(bureau, readers, wishes, articles)


async def run_steps(bureau: Bureau, steps: list[Step]) -> list[tuple[datetime, str, int]]:
    """Do what the steps say; the articles: when, topic, story."""
    articles: list[tuple[datetime, str, int]] = []
    for step in steps:
        now = bureau.clock.move(step.pause)
        if step.kind == "article":
            async with bureau.database.write() as transaction:
                _, story = await add_article(transaction, at=now, topics=[step.topic])
            articles.append((now, step.topic, story))
        elif step.kind == "crash":  # what waited in memory is gone; a start sweeps and plans
            bureau.queue.waiting.clear()
            await bureau.delivering.recover(now)
            await bureau.planning.sweep(now)
            await bureau.planning.plan_due(now)
        elif step.kind == "opened only":
            await bureau.planning.plan_due(now)
        elif step.kind == "sweep":
            await bureau.sweep(timedelta(0))
        else:
            await bureau.serve(now)
    return articles


async def settle(bureau: Bureau, schedules: list[Schedule]) -> None:
    """Let the clock tick on time until every window has come to its end."""
    await bureau.sweep(timedelta(0))
    for slot in sorted({schedule.next_slot(bureau.clock.now()) for schedule in schedules}):
        await bureau.serve(slot)
    await bureau.sweep(timedelta(0))


async def check(
    bureau: Bureau,
    readers: list[Subscriber],
    wishes: list[tuple[Schedule, set[str]]],
    articles: list[tuple[datetime, str, int]],
) -> None:
    editions = await rows(bureau.database, models.Edition)
    assert max(Counter((row["schedule_id"], row["slot_at"]) for row in editions).values(), default=0) <= 1
    for schedule_id in {row["schedule_id"] for row in editions}:
        served = [row for row in editions if row["schedule_id"] == schedule_id and row["status"] != "missed"]
        mine = sorted((row["window_start"], row["slot_at"]) for row in served)
        assert all(start < slot for start, slot in mine)
        assert all(before[1] == after[0] for before, after in pairwise(mine))  # no gap, no overlap
    for reader, (schedule, topics) in zip(readers, wishes, strict=True):
        parcels = bureau.messenger.to(reader.chat.id)
        slots = [parcel.slot_at for parcel in parcels]
        assert all(before < after for before, after in pairwise(slots))  # each once, in order
        assert all(schedule.next_slot(slot - timedelta(seconds=1)) == slot for slot in slots)
        late = await too_late(bureau, reader)
        told = Counter(item.story_id for parcel in parcels for item in parcel.digest.items)
        for at, topic, story in articles:
            if topic in topics and slots and slots[0] > at:
                assert told[story] <= 1
            if topic in topics and slots and at <= slots[-1]:
                left_out = any(parcel.digest.left_out for parcel in parcels if at in parcel.digest.window)
                assert told[story] == 1 or left_out or any(start < at <= slot for start, slot in late)
            if topic not in topics:
                assert told[story] == 0


async def too_late(bureau: Bureau, reader: Subscriber) -> list[tuple[datetime, datetime]]:
    """The windows of digests that were made in time but could not be sent in time; /status tells of them."""
    lost = {
        row["edition_id"]
        for row in await rows(bureau.database, models.Delivery, subscriber_id=reader.id)
        if row["reason"] == "too_late"
    }
    editions = await rows(bureau.database, models.Edition)
    found = [(row["window_start"], row["slot_at"]) for row in editions if row["id"] in lost]
    assert all(row["expires_at"] == row["slot_at"] + GRACE for row in editions)
    assert len(editions) < planning.FAN_OUT
    return found
