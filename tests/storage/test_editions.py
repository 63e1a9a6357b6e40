"""Editions: due in order, owned by one, windows without gaps, deliveries made once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew, Status
from digests.storage import models
from digests.storage.database import Database
from digests.storage.editions import DueSchedule, EditionRow, EditionStore, Move, NewEdition, next_slot
from digests.storage.fan_outs import FanOutStore, Reach, Wanted
from digests.storage.interning import InterningStore
from digests.storage.subscribers import SubscriberStore
from tests.support.builders import preferences
from tests.support.clocks import START
from tests.support.databases import statements
from tests.support.rows import (
    DAY,
    GRACE,
    SEVEN,
    SLOT,
    add_subscriber,
    compose_empty,
    open_edition,
    plan,
    rows,
    statuses,
)

MINUTE = timedelta(minutes=1)


def edition_of(due: DueSchedule, slot: datetime) -> NewEdition:
    """What opens the edition of a slot."""
    return NewEdition(due.id, slot, due.covered_upto, slot + GRACE)


HOURLY = [Schedule("Europe/Berlin", (minute,)) for minute in (8 * 60, 6 * 60 + 30, 7 * 60)]


async def test_schedules_are_due_longest_overdue_first_and_bounded(database: Database) -> None:
    async with database.write() as transaction:
        for schedule in HOURLY:
            await InterningStore(transaction).schedule(schedule, START)
        store = EditionStore(transaction)
        assert [due.schedule.minutes for due in await store.due(SLOT)] == [(390,), (420,)]
        assert [due.schedule.minutes for due in await store.due(SLOT, limit=1)] == [(390,)]
        assert [due.schedule.minutes for due in await store.due(SLOT - timedelta(microseconds=1))] == [(390,)]
        assert await store.due(START) == []


async def test_one_of_many_processes_owns_a_slot(database: Database) -> None:
    async with database.write() as transaction:
        await InterningStore(transaction).schedule(SEVEN, START)
        (due,) = await EditionStore(transaction).due(SLOT)
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]

    async def take(each: Database) -> bool:
        async with each.write() as transaction:
            store = EditionStore(transaction)
            won = await store.advance([Move(due, SEVEN.next_slot(SLOT), SLOT)])
            if won:
                await store.open([edition_of(due, SLOT)])
            return due.id in won

    won = await asyncio.gather(*(take(each) for each in (database, *others) * 2))
    for each in others:
        await each.close()
    assert sorted(won) == [False] * 7 + [True]
    (edition,) = await rows(database, models.Edition)
    assert (edition["slot_at"], edition["status"]) == (SLOT, "open")


async def test_windows_follow_one_another_over_missed_slots(database: Database) -> None:
    async with database.write() as transaction:
        store = EditionStore(transaction)
        await InterningStore(transaction).schedule(SEVEN, START)
        for day, has_edition in enumerate((False, True, False, False, True, True)):
            now = SLOT + day * DAY
            (due,) = await store.due(now)
            assert due.slot == now
            covered = now if has_edition else due.covered_upto
            assert await store.advance([Move(due, SEVEN.next_slot(now), covered)]) == {due.id}
            if has_edition:
                await store.open([edition_of(due, now)])
    found = [(row["window_start"], row["slot_at"]) for row in await rows(database, models.Edition)]
    days = [SLOT + day * DAY for day in range(-1, 6)]
    assert found == [(days[0], days[2]), (days[2], days[5]), (days[5], days[6])]


async def test_an_edition_nobody_got_in_time_is_given_up_and_its_window_goes_on(database: Database) -> None:
    async with database.write() as transaction:
        store = EditionStore(transaction)
        await InterningStore(transaction).schedule(SEVEN, START)
        (due,) = await store.due(SLOT)
        await store.advance([Move(due, SEVEN.next_slot(SLOT), SLOT)])
        await store.open([edition_of(due, SLOT)])
        assert await store.give_up(SLOT + GRACE) == 0
        assert await store.give_up(SLOT + GRACE + MINUTE) == 1
        (due,) = await store.due(SLOT + DAY)
        assert due.covered_upto == SLOT - DAY
    assert [row["status"] for row in await rows(database, models.Edition)] == ["missed"]


@pytest.mark.parametrize("reason", ["planned", "begun", "followed by another"])
async def test_other_editions_are_not_given_up(database: Database, reason: str) -> None:
    async with database.write() as transaction:
        store = EditionStore(transaction)
        await add_subscriber(transaction)
        (due,) = await store.due(SLOT)
        covered = SLOT + DAY if reason == "followed by another" else SLOT
        await store.advance([Move(due, SEVEN.next_slot(SLOT), covered)])
        (edition,) = await store.open([edition_of(due, SLOT)])
        if reason == "planned":
            await store.set_status("planned", edition.id)
        elif reason == "begun":
            await plan(transaction, edition)
            await store.set_status("open", edition.id)
        assert await store.give_up(SLOT + DAY) == 0
        assert await store.get(edition.id) is not None


async def test_the_audience_is_who_had_chosen_the_slot_before_it_came(database: Database) -> None:
    async with database.write() as transaction:
        edition = await open_edition(transaction)
        in_time = await add_subscriber(transaction, scheduled_at=SLOT - timedelta(seconds=1))
        await add_subscriber(transaction, scheduled_at=SLOT)  # too late by a moment
        await add_subscriber(transaction, schedule=HOURLY[0])
        await add_subscriber(transaction, schedule=None)
        for status in set(Status) - {Status.ACTIVE}:
            await add_subscriber(transaction, status=status)
        await plan(transaction, edition)
    assert list(await statuses(database)) == [in_time]


async def test_equal_readers_share_a_digest_and_a_later_beginning_has_its_own(database: Database) -> None:
    rente, later = preferences(words=["Rente"]), SLOT - timedelta(hours=2)
    async with database.write() as transaction:
        edition, store = await open_edition(transaction), FanOutStore(transaction)
        for begins in (None, edition.window_start, edition.window_start - DAY, SLOT, SLOT + DAY, later, later):
            await add_subscriber(transaction, preferences=rente, news_from=begins)
        await add_subscriber(transaction)
        wanted = await store.wanted(SLOT)
        assert len(wanted) == 4
        rente_id = await InterningStore(transaction).profile(rente)
        assert {Wanted(rente_id, since) for since in (edition.window_start, later, SLOT)} < set(wanted)
        await compose_empty(transaction, edition)
        assert await store.wanted(SLOT) == {}
        await compose_empty(transaction, edition)  # twice adds nothing
        await plan(transaction, edition)
    digests = {row["id"]: row for row in await rows(database, models.Digest)}
    assert len(digests) == 4
    since = [digests[row["digest_id"]]["since"] for row in await rows(database, models.Delivery)]
    assert since == [edition.window_start] * 3 + [SLOT] * 2 + [later] * 2 + [edition.window_start]


async def test_postgresql_knows_of_new_digests_before_they_are_fanned_out(database: Database) -> None:
    async with database.write() as transaction:
        edition = await open_edition(transaction)
        for word in ("Rente", "Hitze", "Getreide"):
            await add_subscriber(transaction, preferences=preferences(words=[word]))
        await compose_empty(transaction, edition)
        await EditionStore(transaction).tell_digests()
    if not database.is_sqlite:
        async with database.read() as transaction:
            known = text("SELECT reltuples FROM pg_class WHERE relname = 'digest'")
            assert await transaction.connection.scalar(known) == len(await rows(database, models.Digest)) == 3


@pytest.mark.parametrize(
    ("chosen", "begins", "since"),
    [
        (-2 * DAY, -3 * DAY, -DAY),  # chosen before the window: it has no gap to the one before
        (-DAY, -2 * DAY, -2 * DAY),  # chosen inside: goes on where the schedule before has ended
        (-DAY / 2, -2 * DAY, -2 * DAY),
        (-DAY / 2, -99 * DAY, -7 * DAY),  # but not for ever
        (-DAY / 2, -DAY / 4, -DAY / 4),
        (-DAY / 2, None, -DAY),
    ],
)
async def test_where_the_news_of_a_changed_schedule_begin(
    database: Database, chosen: timedelta, begins: timedelta | None, since: timedelta
) -> None:
    async with database.write() as transaction:
        await open_edition(transaction)
        news_from = None if begins is None else SLOT + begins
        await add_subscriber(transaction, scheduled_at=SLOT + chosen, news_from=news_from)
        (wanted,) = await FanOutStore(transaction).wanted(SLOT)
    assert wanted.since == SLOT + since


async def fan_out(database: Database, edition_id: int, chunk: int) -> bool:
    """One chunk, in one transaction; False at the end."""
    async with database.write() as transaction:
        store = EditionStore(transaction)
        edition = await store.get(edition_id)
        assert edition is not None
        reach = await FanOutStore(transaction).reach(edition, chunk)
        return reach.count > 0 and await FanOutStore(transaction).fan_out(edition, reach)


async def test_deliveries_are_made_in_chunks_that_resume_and_never_double(database: Database) -> None:
    async with database.write() as transaction:
        ids = [await add_subscriber(transaction) for _ in range(7)]
        edition = await open_edition(transaction)
        await compose_empty(transaction, edition)
    done = []
    while await fan_out(database, edition.id, 3):
        done.append(len(await statuses(database)))
    assert done == [3, 6, 7]
    async with database.write() as transaction:  # as if nobody remembered how far it had come
        assert await FanOutStore(transaction).fan_out(edition, Reach(ids[-1], 7))
    assert await statuses(database) == dict.fromkeys(ids, DeliveryStatus.PENDING)


ZONES = [Schedule(zone, (7 * 60,)) for zone in ("Europe/Berlin", "Europe/Paris", "Europe/Rome", "Europe/Madrid")]
"""Their slots are the same instant."""


async def test_only_where_deliveries_may_be_there_already_each_is_asked_for(database: Database) -> None:
    async def made(edition: EditionRow, first: int, last: int) -> tuple[int, bool]:
        """Rows made of the readers behind `first`, up to `last`, and whether it was asked of each if it was there."""
        async with database.write() as transaction:
            here = update(models.Edition).where(models.Edition.id == edition.id)
            await transaction.connection.execute(here.values(planned_upto=first))
            with statements(database) as seen:
                count = await FanOutStore(transaction)._add_deliveries(edition, Reach(last, 9))
        return count, any("ON CONFLICT" in statement for statement, _ in seen)

    async with database.write() as transaction:
        readers = [await add_subscriber(transaction) for _ in range(6)]
        edition, other = await open_edition(transaction), await open_edition(transaction, SLOT + DAY)
        await compose_empty(transaction, edition)
        await compose_empty(transaction, other)
    assert await made(edition, 0, readers[1]) == (2, False)
    assert await made(edition, readers[1], readers[3]) == (2, False)
    assert await made(edition, readers[1], readers[4]) == (1, True)
    assert await made(other, 0, readers[5]) == (6, False)
    assert await made(edition, 0, readers[5]) == (1, True)
    assert len(await rows(database, models.Delivery)) == 12


async def test_small_editions_of_a_slot_are_fanned_out_together(database: Database) -> None:
    async with database.write() as transaction:
        store = FanOutStore(transaction)
        readers = {
            zone: [await add_subscriber(transaction, schedule=zone) for _ in range(count)]
            for zone, count in zip(ZONES, (2, 3, 5, 1), strict=True)
        }
        last = await add_subscriber(transaction, schedule=ZONES[1], status=Status.PAUSED)
        opened = [await open_edition(transaction, schedule=zone) for zone in ZONES]
        edition_at = {edition.id: edition for edition in opened}
        later = await open_edition(transaction, SLOT + DAY)  # another slot's goes by itself
        await compose_empty(transaction, opened[0])
        reach = await store.reach(opened[0], 7)
        together = await store.beside(opened[0], reach, 7)
        beside = (opened[3], opened[1])  # from the last one on, where nobody else begins; the third has no room
        assert (together.upto, together.count, together.beside) == (last, 6, tuple(each.id for each in beside))
        assert together.schedules == tuple(each.schedule_id for each in beside)
        assert await store.fan_out(opened[0], together)
    expected = {reader for zone in (ZONES[0], ZONES[1], ZONES[3]) for reader in readers[zone]}
    made = await rows(database, models.Delivery)
    assert {row["subscriber_id"] for row in made} == expected
    assert later.id not in {row["edition_id"] for row in made} <= set(edition_at)
    async with database.write() as transaction:
        assert await FanOutStore(transaction).fan_out(opened[0], together)  # twice adds nothing
    assert len(await rows(database, models.Delivery)) == 6


async def test_many_small_editions_are_looked_at_until_there_is_no_room(database: Database) -> None:
    async with database.write() as transaction:
        plans = [Schedule("Europe/Berlin", (7 * 60, 12 * 60 + number)) for number in range(25)]
        for plan in plans:
            await add_subscriber(transaction, schedule=plan)
        opened = [await open_edition(transaction, schedule=plan) for plan in plans]
        reach = await FanOutStore(transaction).reach(opened[0], 30)
        for chunk, count in ((30, 25), (21, 21), (1, 1)):
            together = await FanOutStore(transaction).beside(opened[0], reach, chunk)
            assert (together.count, len(together.beside)) == (count, count - 1)


async def test_an_edition_that_somebody_fans_out_is_not_taken_beside_another(database: Database) -> None:
    if database.is_sqlite:
        return  # one writer at a time
    async with database.write() as transaction:
        for zone in ZONES[:3]:
            await add_subscriber(transaction, schedule=zone)
        opened = [await open_edition(transaction, schedule=zone) for zone in ZONES[:3]]
    other = Database(database.url.render_as_string(hide_password=False))
    async with other.write() as theirs, database.write() as transaction:
        assert await EditionStore(theirs).get(opened[1].id, lock=True) == opened[1]
        store = FanOutStore(transaction)
        reach = await store.reach(opened[0], 10)
        assert (await store.beside(opened[0], reach, 10)).beside == (opened[2].id,)
    await other.close()


async def test_who_changes_his_preferences_in_between_is_not_forgotten(database: Database) -> None:
    async with database.write() as transaction:
        ids = [await add_subscriber(transaction) for _ in range(3)]
        edition = await open_edition(transaction)
        await compose_empty(transaction, edition)
        profile = await InterningStore(transaction).profile(preferences(words=["neu"]))
        await SubscriberStore(transaction).update(ids[1], {"profile_id": profile})
    assert not await fan_out(database, edition.id, 10)
    assert set(await statuses(database)) == {ids[0], ids[2]}
    async with database.write() as transaction:
        assert await FanOutStore(transaction).wanted(SLOT) == {Wanted(profile, edition.window_start): ids[1]}
        await compose_empty(transaction, edition)
    assert await fan_out(database, edition.id, 10)
    assert set(await statuses(database)) == set(ids)


async def test_nothing_new_is_skipped_at_once_unless_a_note_is_wanted(database: Database) -> None:
    async with database.write() as transaction:
        quiet = await add_subscriber(transaction, nothing_new=NothingNew.SILENT)
        noted = await add_subscriber(transaction, nothing_new=NothingNew.NOTE)
        await plan(transaction, await open_edition(transaction), items=0)
    found = {row["subscriber_id"]: row for row in await rows(database, models.Delivery)}
    assert (found[quiet]["status"], found[quiet]["reason"]) == ("skipped", "nothing_new")
    assert found[quiet]["finished_at"] == SLOT
    assert (found[noted]["status"], found[noted]["finished_at"]) == ("pending", None)


@pytest.mark.parametrize(("status", "expected"), [(Status.ACTIVE, SLOT), (Status.PAUSED, None)])
async def test_the_next_slot_is_that_of_somebody(database: Database, status: Status, expected: datetime | None) -> None:
    async with database.write() as transaction:
        await InterningStore(transaction).schedule(HOURLY[1], START)  # earlier, and nobody's
        await add_subscriber(transaction, status=status)
        assert await next_slot(transaction) == expected
