"""Big slots from the plan to the messenger: spread by the minute, paid for where an operator says so, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from digests.domain.delivery import ATTEMPTS, DeliveryStatus, Outcome, Parcel, Result
from digests.domain.notices import NoticeKind
from digests.domain.paying import Paying
from digests.domain.schedule import Schedule
from digests.domain.spreading import MINUTE, place
from digests.domain.subscribers import Chat
from digests.services import planning
from digests.services.big_slots import BigSlots
from digests.storage import models
from digests.storage.big_slots import BigSlotStore
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN
from tests.support.rows import GRACE, SLOT, add_subscriber, rows, statuses

SPAN = 10
READERS = 24
"""At 0.05 a second these are spread over ten minutes."""


@dataclass(frozen=True)
class Reader:
    """Somebody who gets all news at seven."""

    chat: Chat


def with_slots(bureau: Bureau, paying: Paying = Paying.OFF) -> BigSlots:
    """Let a bureau spread its slots, and pay for them."""
    slots = BigSlots(bureau.database, bureau.clock, 0.05, GRACE, paying, 970)
    bureau.planning = replace(bureau.planning, big_slots=slots)
    bureau.delivering = replace(bureau.delivering, paying=paying, paid_rate=970, paid_at_once=16)
    return slots


@pytest.fixture
async def readers(any_bureau: Bureau) -> list[Reader]:
    found = [Reader(Chat(1000 + number)) for number in range(READERS)]
    async with any_bureau.database.write() as transaction:
        for reader in found:
            await add_subscriber(transaction, reader.chat)
    await any_bureau.publish(GRAIN)
    return found


def watched(bureau: Bureau) -> dict[int, datetime]:
    """When who got his digest; nobody gets two."""
    times: dict[int, datetime] = {}

    def note(parcel: Parcel) -> None:
        assert parcel.chat.id not in times
        times[parcel.chat.id] = bureau.clock.now()

    bureau.messenger.on_delivery = note
    return times


async def go_through(bureau: Bureau, minutes: int, start: int = 0) -> None:
    """The ticks of some minutes after the slot, and all that follows from them."""
    for number in range(start, start + minutes):
        now = SLOT + number * MINUTE
        if bureau.clock.now() < now:
            bureau.clock.move(now)
        await bureau.planning.plan_due(bureau.clock.now())
        await bureau.work()


async def test_everybody_is_served_at_his_place(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots, times = with_slots(any_bureau), watched(any_bureau)
    told = {reader.chat.id: await slots.served_at(reader.chat, SLOT) for reader in readers}
    assert told == {reader.chat.id: SLOT + place(reader.chat, SPAN) for reader in readers}
    await go_through(any_bureau, SPAN)
    assert times.keys() == told.keys()
    assert all(told[chat] <= times[chat] < told[chat] + MINUTE for chat in told)
    assert set(Counter(told.values())) == {SLOT + number * MINUTE for number in range(SPAN)}
    assert not any(parcel.late or parcel.paid for parcel in any_bureau.messenger.parcels)
    await any_bureau.sweep(MINUTE)
    assert {row["status"] for row in await rows(any_bureau.database, models.Edition)} == {"done"}


async def test_no_job_waits_for_the_next_minute(any_bureau: Bureau, readers: list[Reader]) -> None:
    with_slots(any_bureau)
    await any_bureau.serve()
    assert any_bureau.clock.now() < SLOT + MINUTE
    assert len(any_bureau.messenger.parcels) == sum(not place(reader.chat, SPAN) for reader in readers)
    assert not any_bureau.queue.waiting


async def test_a_new_attempt_comes_within_its_minute_or_with_the_next(
    any_bureau: Bureau, readers: list[Reader]
) -> None:
    with_slots(any_bureau)
    soon, later = readers[0], readers[1]
    any_bureau.messenger.answer(soon.chat.id, Outcome(Result.NOT_SENT))
    any_bureau.messenger.answer(later.chat.id, *[Outcome(Result.NOT_SENT)] * 5)  # 5 + 10 + 20 + 40 + 80 seconds
    await go_through(any_bureau, SPAN + 4)
    assert set((await statuses(any_bureau.database)).values()) == {DeliveryStatus.SENT}
    assert [len(any_bureau.messenger.to(reader.chat.id)) for reader in (soon, later, readers[2])] == [2, 6, 1]


async def test_a_process_that_dies_in_between_loses_and_doubles_nothing(
    any_bureau: Bureau, readers: list[Reader]
) -> None:
    with_slots(any_bureau)
    times = watched(any_bureau)
    await go_through(any_bureau, 3)
    other = any_bureau.another()
    with_slots(other)
    other.clock.move(SLOT + 6 * MINUTE)
    await other.planning.sweep(other.clock.now())
    await other.work()
    await go_through(other, SPAN, 6)
    assert times.keys() == {reader.chat.id for reader in readers}


async def test_lateness_counts_from_the_promised_minute(any_bureau: Bureau, readers: list[Reader]) -> None:
    with_slots(any_bureau)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    await any_bureau.planning.prepare(any_bureau.queue.waiting.popleft().payload["edition"])
    any_bureau.queue.waiting.clear()
    await go_through(any_bureau, 1, 20)  # an outage of twenty minutes; late are those who were to have theirs by :05
    late = {parcel.chat.id: parcel.late for parcel in any_bureau.messenger.parcels}
    due = {reader.chat.id: place(reader.chat, SPAN) for reader in readers}
    assert late.keys() == due.keys()
    assert all(late[chat] for chat in due if due[chat] < 5 * MINUTE)
    assert not any(late[chat] for chat in due if due[chat] > 6 * MINUTE)


async def test_what_is_spread_expires_as_everything_does(any_bureau: Bureau, readers: list[Reader]) -> None:
    with_slots(any_bureau)
    await any_bureau.serve()
    await any_bureau.sweep(GRACE + MINUTE)
    counts = Counter((await statuses(any_bureau.database)).values())
    assert counts[DeliveryStatus.SKIPPED] == sum(bool(place(reader.chat, SPAN)) for reader in readers)


async def test_ranges_of_a_spread_edition_hold_a_batch_for_every_minute(
    any_bureau: Bureau, readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BATCH", 1)
    with_slots(any_bureau)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    await any_bureau.planning.prepare(any_bureau.queue.waiting.popleft().payload["edition"])
    firsts = {job.payload["first"] for job in any_bureau.queue.waiting}
    ids = [row["subscriber_id"] for row in await rows(any_bureau.database, models.Delivery)]
    assert len(ids) == len(readers)
    assert firsts <= set(ids[::SPAN])


async def test_a_small_slot_is_neither_spread_nor_kept(any_bureau: Bureau) -> None:
    slots = with_slots(any_bureau)
    readers = [await any_bureau.subscribe() for _ in range(3)]  # a minute at 0.05 a second
    await any_bureau.publish(GRAIN)
    assert await slots.served_at(readers[0].chat, SLOT) == SLOT
    assert await slots.upcoming() == []
    await any_bureau.serve()
    assert len(any_bureau.messenger.parcels) == 3
    assert await rows(any_bureau.database, models.BigSlot) == []


async def test_schedules_of_one_instant_are_one_slot(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau, Paying.ASK)
    kyiv = await any_bureau.subscribe(schedule=Schedule("Europe/Kyiv", (480, 1200)))
    (slot,) = await slots.upcoming()
    assert (slot.slot_at, slot.digests, slot.spread, slot.paid) == (SLOT, READERS + 1, 11, False)
    assert slot.free == timedelta(seconds=(READERS + 1) / 0.05)
    await slots.choose(SLOT)
    await any_bureau.serve()
    assert {parcel.chat.id for parcel in any_bureau.messenger.parcels} >= {kyiv.chat.id, readers[0].chat.id}
    assert all(parcel.paid for parcel in any_bureau.messenger.parcels)
    assert len(any_bureau.messenger.parcels) == READERS + 1


async def test_a_chosen_slot_is_paid_and_goes_at_once(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau, Paying.ASK)
    assert await slots.choose(SLOT)
    assert await slots.served_at(readers[0].chat, SLOT) == SLOT
    await any_bureau.serve()
    assert len(any_bureau.messenger.parcels) == READERS
    assert all(parcel.paid for parcel in any_bureau.messenger.parcels)
    assert any_bureau.clock.now() < SLOT + timedelta(seconds=5)
    assert {row["name"] for row in await rows(any_bureau.database, models.RateBucket)} == {"bot:paid"}
    assert not await slots.undo(SLOT)
    assert not await slots.choose(SLOT)  # nothing is left


async def test_a_choice_can_be_taken_back_before_the_slot(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau, Paying.ASK)
    assert await slots.choose(SLOT)
    assert await slots.undo(SLOT)
    await any_bureau.serve()
    assert not any(parcel.paid for parcel in any_bureau.messenger.parcels)
    assert len(any_bureau.messenger.parcels) < len(readers)


async def test_what_is_left_of_a_slot_can_still_be_paid_for(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau, Paying.ASK)
    await go_through(any_bureau, 2)
    first = len(any_bureau.messenger.parcels)
    assert 0 < first < READERS - 3
    (slot,) = [each for each in await slots.upcoming() if each.begun]
    assert (slot.slot_at, slot.digests, slot.paid) == (SLOT, READERS - first, False)
    assert await slots.choose(SLOT)
    await go_through(any_bureau, 1, 2)
    paid = [parcel.paid for parcel in any_bureau.messenger.parcels]
    assert paid == [False] * first + [True] * (READERS - first)
    assert len({parcel.chat.id for parcel in any_bureau.messenger.parcels}) == len(readers)


async def test_nothing_can_be_chosen_where_nobody_is_asked(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau)
    assert not await slots.choose(SLOT)
    asked = with_slots(any_bureau, Paying.ASK)
    assert not await asked.choose(SLOT + MINUTE)
    assert len(readers) == READERS
    assert await rows(any_bureau.database, models.BigSlot) == []


async def test_where_all_is_paid_nothing_is_spread(any_bureau: Bureau, readers: list[Reader]) -> None:
    slots = with_slots(any_bureau, Paying.ON)
    assert await slots.served_at(readers[0].chat, SLOT) == SLOT
    await any_bureau.serve()
    assert [parcel.paid for parcel in any_bureau.messenger.parcels] == [True] * READERS


@pytest.mark.parametrize("result", [Result.UNPAID, Result.DOUBTED])
async def test_what_telegram_does_not_carry_paid_goes_free(
    any_bureau: Bureau, readers: list[Reader], result: Result
) -> None:
    slots = with_slots(any_bureau, Paying.ASK)
    await slots.choose(SLOT)
    for reader in readers:
        refuse = [lambda parcel: Outcome(result if parcel.paid else Result.OK, (), reason="no Stars")] * ATTEMPTS
        any_bureau.messenger.answer(reader.chat.id, *refuse)
    await go_through(any_bureau, 2)
    assert set((await statuses(any_bureau.database)).values()) == {DeliveryStatus.SENT}
    free = Counter(parcel.chat.id for parcel in any_bureau.messenger.parcels if not parcel.paid)
    assert free == Counter({reader.chat.id: 1 for reader in readers})
    (notice,) = await rows(any_bureau.database, models.Notice)
    assert (notice["kind"], notice["detail"], notice["told_at"]) == (NoticeKind.PAID_REFUSED, "no Stars", None)
    async with any_bureau.database.read() as transaction:
        slot = await BigSlotStore(transaction).get(SLOT)
    assert (slot.refused_at is not None, slot.refusal, slots.is_paid(slot)) == (True, "no Stars", False)


async def test_one_chats_odd_refusal_costs_the_others_no_speed(any_bureau: Bureau, readers: list[Reader]) -> None:
    await with_slots(any_bureau, Paying.ASK).choose(SLOT)
    odd = readers[3].chat.id
    any_bureau.messenger.answer(odd, Outcome(Result.DOUBTED, reason="?"), Outcome(Result.DOUBTED, reason="?"))
    await go_through(any_bureau, 1)
    assert [parcel.paid for parcel in any_bureau.messenger.to(odd)] == [True, True, False]
    assert all(parcel.paid for parcel in any_bureau.messenger.parcels if parcel.chat.id != odd)
    assert set((await statuses(any_bureau.database)).values()) == {DeliveryStatus.SENT}
    assert await rows(any_bureau.database, models.Notice) == []


async def test_a_setting_that_telegram_refuses_is_told_once_a_day(any_bureau: Bureau, readers: list[Reader]) -> None:
    with_slots(any_bureau, Paying.ON)
    evening = await any_bureau.subscribe(schedule=Schedule("Europe/Berlin", (600,)))
    for chat in (*(reader.chat for reader in readers), evening.chat):
        any_bureau.messenger.answer(chat.id, *[_refused] * 3)
    await go_through(any_bureau, 1)
    await any_bureau.serve(SLOT + timedelta(hours=3))
    assert len(any_bureau.messenger.to(evening.chat.id)) == 2
    assert len(await rows(any_bureau.database, models.Notice)) == 1
    assert len(await rows(any_bureau.database, models.BigSlot)) == 2


def _refused(parcel: Parcel) -> Outcome:
    return Outcome(Result.UNPAID if parcel.paid else Result.OK, reason="no Stars")


async def test_a_refused_free_pace_leaves_the_paid_one_as_it_is(any_bureau: Bureau, readers: list[Reader]) -> None:
    await with_slots(any_bureau, Paying.ASK).choose(SLOT)
    any_bureau.messenger.answer(readers[0].chat.id, Outcome(Result.WAIT, retry_after=2))
    await go_through(any_bureau, 1)
    (paid,) = await rows(any_bureau.database, models.RateBucket)
    assert (paid["name"], paid["slowed"] > 0) == ("bot:paid", True)
    later = await any_bureau.subscribe(schedule=Schedule("Europe/Berlin", (600,)))
    await any_bureau.serve(SLOT + timedelta(hours=3))
    assert any_bureau.messenger.to(later.chat.id)[0].paid is False
    free = next(row for row in await rows(any_bureau.database, models.RateBucket) if row["name"] == "bot")
    assert free["slowed"] == 0
