"""Planning: every slot once, every window joined to the next, whatever crashes in between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from digests.domain.digests import State
from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew
from digests.services import planning
from digests.services.overview import Overview
from digests.storage import models
from digests.storage.editions import EditionRow, EditionStore
from tests.support.builders import preferences
from tests.support.bureau import Bureau, headlines
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, GRAIN_NEXT_DAY
from tests.support.rows import DAY, GRACE, SEVEN, SLOT, rows

MINUTE = timedelta(minutes=1)
TWICE = Schedule("Europe/Berlin", (7 * 60, 8 * 60))


async def test_a_slot_brings_its_digest_once(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve()
    await bureau.serve(SLOT + MINUTE)
    await bureau.sweep()
    (digest,) = bureau.got(reader)
    assert headlines(digest) == {GRAIN.title}
    (row,) = await rows(bureau.database, models.Edition)
    assert (row["slot_at"], row["window_start"]) == (SLOT, SLOT - DAY)
    await bureau.sweep()
    assert [row["status"] for row in await rows(bureau.database, models.Edition)] == ["done"]


async def test_more_schedules_than_one_transaction_takes_are_planned_in_one_tick(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "AT_ONCE", 2)
    for minute in range(5):
        await bureau.subscribe(schedule=Schedule("Europe/Berlin", (6 * 60 + 30 + minute,)))
    await bureau.planning.plan_due(bureau.clock.move(SLOT))
    assert len(await rows(bureau.database, models.Edition)) == 5


async def test_a_missed_slot_is_served_late_within_the_grace_and_said_to_be_late(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve(SLOT + GRACE)
    (parcel,) = bureau.messenger.to(reader.chat.id)
    assert (parcel.slot_at, parcel.late) == (SLOT, True)


async def test_slots_missed_beyond_the_grace_are_told_by_the_next_one(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve(SLOT + GRACE + MINUTE)  # the very first slot: nobody has ever been served
    await bureau.publish(BUDGET)
    bureau.clock.move(SLOT + DAY + timedelta(hours=4))
    await bureau.publish(FOOTBALL)
    assert bureau.got(reader) == []
    await bureau.serve(SLOT + 2 * DAY)
    (digest,) = bureau.got(reader)
    assert headlines(digest) == {GRAIN.title, BUDGET.title, FOOTBALL.title}
    assert (digest.window.start, digest.window.end) == (SLOT - DAY, SLOT + 2 * DAY)
    editions = [(row["slot_at"], row["status"]) for row in await rows(bureau.database, models.Edition)]
    assert sorted(editions) == [(SLOT, "missed"), (SLOT + DAY, "missed"), (SLOT + 2 * DAY, "planned")]


async def test_of_several_slots_missed_in_the_grace_only_the_last_comes(bureau: Bureau) -> None:
    reader = await bureau.subscribe(schedule=TWICE)
    await bureau.publish(GRAIN)
    await bureau.serve(SLOT + timedelta(hours=1, minutes=5))
    (parcel,) = bureau.messenger.to(reader.chat.id)
    assert parcel.slot_at == SLOT + timedelta(hours=1)
    assert headlines(parcel.digest) == {GRAIN.title}


THRICE = Schedule("Europe/Berlin", (7 * 60, 12 * 60, 18 * 60 + 30))


@pytest.mark.parametrize("days", [0, 3])
async def test_a_process_asleep_tells_what_it_has_missed_once(bureau: Bureau, days: int) -> None:
    """Three slots a day; the machine sleeps through those of the morning, and of days before."""
    reader = await bureau.subscribe(schedule=THRICE)
    await bureau.publish(GRAIN)
    evening = SLOT + days * DAY + timedelta(hours=11, minutes=30)
    await bureau.serve(evening + MINUTE)
    await bureau.serve(evening + 2 * MINUTE)
    (digest,) = bureau.got(reader)
    assert (headlines(digest), digest.window.end) == ({GRAIN.title}, evening)
    past = await bureau.subscriptions.past_deliveries(reader)
    noon = SLOT + days * DAY + timedelta(hours=5)
    told = [(each.slot_at, each.status, each.reason) for each in past]
    assert told[:3] == [
        (evening, "sent", None),
        (noon, "skipped", "missed"),
        (SLOT + days * DAY, "skipped", "missed"),
    ]
    assert len(told) == (5 if days else 3)
    missed = (await Overview(bureau.database).standing(bureau.clock.now())).missed
    assert missed == (planning.REMEMBERED if days else 2)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), 2 * DAY, 400 * DAY])
async def test_a_clock_set_back_neither_doubles_a_slot_nor_ends_all_of_them(bureau: Bureau, ahead: timedelta) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve(SLOT + ahead)
    bureau.clock.move(SLOT + timedelta(hours=1))
    for day in range(1, 5):
        await bureau.serve(SLOT + day * DAY)
    slots = [parcel.slot_at for parcel in bureau.messenger.to(reader.chat.id)]
    assert len(set(slots)) == len(slots)
    editions = await rows(bureau.database, models.Edition, status="planned")
    assert SLOT + 4 * DAY in {row["slot_at"] for row in editions}
    assert all(row["window_start"] < row["slot_at"] for row in editions)


async def test_schedules_of_one_slot_share_their_digests(any_bureau: Bureau) -> None:
    zones = ("Europe/Berlin", "Europe/Paris", "Europe/Rome")
    readers = [await any_bureau.subscribe(schedule=Schedule(zone, (7 * 60,))) for zone in zones]
    await any_bureau.publish(GRAIN)
    await any_bureau.serve()
    assert len(await rows(any_bureau.database, models.Edition)) == len(zones)
    assert len(await rows(any_bureau.database, models.Digest)) == 1
    assert [headlines(digest) for reader in readers for digest in any_bureau.got(reader)] == [{GRAIN.title}] * 3


async def test_an_edition_opened_but_never_sent_in_time_loses_no_article(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.planning.plan_due(bureau.clock.move(SLOT))
    later = bureau.another()  # a crash, and nobody there until the afternoon
    await later.sweep(timedelta(hours=8))
    await later.serve(bureau.clock.now())
    assert later.got(reader) == []
    await later.serve(SLOT + DAY)
    assert [headlines(digest) for digest in later.got(reader)] == [{GRAIN.title}]


@pytest.mark.parametrize("stage", ["opened", "composed", "half fanned out", "planned"])
async def test_a_crash_at_any_stage_neither_repeats_nor_forgets(
    bureau: Bureau, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "FAN_OUT", 2)
    monkeypatch.setattr(planning, "BATCH", 2)
    readers = [await bureau.subscribe(preferences(words=[f"Getreide{number % 2}"])) for number in range(5)]
    await bureau.publish(GRAIN)
    await bureau.planning.plan_due(bureau.clock.move(SLOT))
    (row,) = await rows(bureau.database, models.Edition)
    fan_outs = {"opened": 0, "composed": 0, "half fanned out": 1, "planned": 9}[stage]
    if stage != "opened":
        async with bureau.database.read() as transaction:
            edition = await EditionStore(transaction).get(row["id"])
        assert edition is not None
        await bureau.planning._compose(edition)
        for _ in range(fan_outs):
            if not await bureau.planning._fan_out(row["id"]):
                break
    after = bureau.another()
    await after.sweep(MINUTE)
    await after.sweep(MINUTE)
    deliveries = await rows(bureau.database, models.Delivery)
    assert sorted(row["subscriber_id"] for row in deliveries) == [reader.id for reader in readers]
    assert len(await rows(bureau.database, models.Digest)) == 2
    assert [row["status"] for row in await rows(bureau.database, models.Edition)] == ["done"]


async def test_nothing_new_is_silence_or_a_note(bureau: Bureau) -> None:
    quiet = await bureau.subscribe()
    noted = await bureau.subscribe()
    await bureau.subscriptions.set_nothing_new(noted.chat, NothingNew.NOTE)
    await bureau.serve()
    assert bureau.got(quiet) == []
    (note,) = bureau.got(noted)
    assert note.items == ()
    (skipped,) = await bureau.subscriptions.past_deliveries(quiet)
    assert (skipped.status, skipped.reason) == ("skipped", "nothing_new")


async def test_the_next_digest_tells_only_what_is_newer(bureau: Bureau) -> None:
    reader = await bureau.subscribe(preferences(words=["Getreidekorridor"]))
    await bureau.publish(GRAIN)
    await bureau.serve()
    await bureau.publish(GRAIN_NEXT_DAY)
    await bureau.publish(BUDGET)
    await bureau.serve(SLOT + DAY)
    first, second = bureau.got(reader)
    assert [item.state for item in first.items] == [State.NEW]
    (item,) = second.items
    assert {sentence.text for sentence in item.sentences}.isdisjoint(
        sentence.text for each in first.items for sentence in (*each.sentences, *each.details)
    )


async def test_preferences_changed_while_the_edition_is_made_do_not_cost_the_slot(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await bureau.subscribe(preferences(words=["Haushalt"]))
    await bureau.publish(GRAIN)
    compose = planning.Planning._compose
    wanted = preferences(words=["Getreidekorridor"])

    async def then_change(self: planning.Planning, edition: EditionRow) -> None:
        await compose(self, edition)
        await bureau.subscriptions.set_preferences(reader.chat, lambda _: wanted)

    monkeypatch.setattr(planning.Planning, "_compose", then_change)
    await bureau.serve()
    (digest,) = bureau.got(reader)
    assert headlines(digest) == {GRAIN.title}


@pytest.mark.parametrize("served_before", [False, True])
@pytest.mark.parametrize("moment", [-1, 0, 1, 30])
@pytest.mark.parametrize("stage", ["before planning", "planned", "sent"])
async def test_a_change_of_schedule_at_the_slot_neither_doubles_nor_repeats(
    bureau: Bureau, stage: str, moment: int, served_before: bool
) -> None:
    """07:00 becomes 07:00 and 08:00, seconds around the slot, with another reader who had both all along."""
    slot = SLOT + DAY if served_before else SLOT
    reader, other = await bureau.subscribe(), await bureau.subscribe(schedule=TWICE)
    if served_before:
        await bureau.publish(FOOTBALL)
        await bureau.serve()
        await bureau.serve(SLOT + timedelta(hours=1))
    await bureau.publish(GRAIN)
    if stage == "before planning":
        bureau.clock.move(slot + timedelta(seconds=moment))
        await bureau.subscriptions.set_schedule(reader.chat, TWICE)
        await bureau.serve(slot + MINUTE)
    else:
        await bureau.planning.plan_due(bureau.clock.move(slot))
        if stage == "sent":
            await bureau.work()
        else:
            for job in list(bureau.queue.waiting):
                await bureau.planning.prepare(job.payload["edition"])
        bureau.clock.move(slot + timedelta(seconds=max(moment, 0)))
        await bureau.subscriptions.set_schedule(reader.chat, TWICE)
        await bureau.work()
    await bureau.sweep()
    await bureau.publish(BUDGET)
    await bureau.serve(slot + timedelta(hours=1))
    for each in (reader, other):
        told = [headline for digest in bureau.got(each) for headline in headlines(digest)]
        assert sorted(told) == sorted([GRAIN.title, BUDGET.title, *([FOOTBALL.title] if served_before else [])]), each
        slots = [parcel.slot_at for parcel in bureau.messenger.to(each.chat.id)]
        assert len(set(slots)) == len(slots)


EVENING = Schedule("Europe/Berlin", (18 * 60 + 30,))


async def test_a_change_of_schedule_leaves_no_gap(bureau: Bureau) -> None:
    """Served at seven until Thursday, at half past six from Friday on: Thursday's day must not be lost."""
    reader, other = await bureau.subscribe(), await bureau.subscribe(schedule=EVENING)
    await bureau.publish(GRAIN)
    await bureau.serve()
    bureau.clock.move(SLOT + timedelta(hours=6))
    await bureau.publish(BUDGET)
    await bureau.serve(SLOT + timedelta(hours=11, minutes=30))
    bureau.clock.move(SLOT + timedelta(hours=23))
    await bureau.subscriptions.set_schedule(reader.chat, EVENING)
    await bureau.serve(SLOT + DAY)
    await bureau.publish(FOOTBALL)
    await bureau.serve(SLOT + timedelta(hours=35, minutes=30))
    await bureau.serve(SLOT + timedelta(hours=59, minutes=30))
    assert [headlines(digest) for digest in bureau.got(reader)] == [{GRAIN.title}, {BUDGET.title, FOOTBALL.title}]
    assert [headlines(digest) for digest in bureau.got(other)] == [{GRAIN.title, BUDGET.title}, {FOOTBALL.title}]


async def test_a_reader_who_comes_back_gets_no_slot_of_the_time_away(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.subscriptions.pause(reader.chat, None)
    await bureau.publish(GRAIN)
    bureau.clock.move(SLOT + timedelta(seconds=5))
    await bureau.subscriptions.resume(reader.chat)
    await bureau.serve(SLOT + MINUTE)
    assert bureau.got(reader) == []
    await bureau.publish(BUDGET)
    await bureau.serve(SLOT + DAY)
    assert [headlines(digest) for digest in bureau.got(reader)] == [{BUDGET.title}]


async def test_a_pause_that_is_over_ends_by_itself(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.subscriptions.pause(reader.chat, SLOT - MINUTE)
    await bureau.publish(GRAIN)
    await bureau.serve()
    assert [headlines(digest) for digest in bureau.got(reader)] == [{GRAIN.title}]


@pytest.mark.parametrize("at", [SLOT, SLOT + GRACE])
async def test_an_article_at_the_very_slot_is_in_one_window(bureau: Bureau, at: datetime) -> None:
    reader = await bureau.subscribe()
    bureau.clock.move(SLOT - timedelta(seconds=1))
    await bureau.publish(GRAIN)  # exactly at the slot
    await bureau.serve(at)
    await bureau.serve(SLOT + DAY)
    assert [headlines(digest) for digest in bureau.got(reader)] == [{GRAIN.title}]


async def test_batches_are_handed_out_with_the_first_ones_first(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    readers = [await bureau.subscribe() for _ in range(5)]
    await bureau.publish(GRAIN)
    await bureau.planning.plan_due(bureau.clock.move(SLOT))
    await bureau.planning.prepare(bureau.queue.waiting.popleft().payload["edition"])
    jobs = list(bureau.queue.waiting)
    assert [(job.name, job.priority) for job in jobs] == [("deliver", 0), ("deliver", -1), ("deliver", -2)]
    assert [job.payload["first"] for job in jobs] == [reader.id for reader in readers[::2]]
    await bureau.planning.sweep(SLOT)
    assert [job.key for job in bureau.queue.waiting] == [job.key for job in jobs] * 2  # so that a twin is dropped
    assert SEVEN.next_slot(SLOT) == (await rows(bureau.database, models.Schedule))[0]["next_slot_at"]
