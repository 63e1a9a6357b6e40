"""Delivering: the table of outcomes row by row, on the rows in the database. (Over HTTP: tests/bot.)"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import RowMapping

from digests.domain.delivery import DeliveryStatus, Outcome, Parcel, Result, backoff
from digests.domain.pacing import MARGIN, ONE_GROUP
from digests.domain.subscribers import Chat, Status, Subscriber
from digests.services.delivering import PATIENCE
from digests.storage import models
from digests.storage.deliveries import DeliveryStore, Settled
from digests.storage.portions import Portion
from tests.support.bureau import RATE, Bureau
from tests.support.reports import GRAIN
from tests.support.rows import GRACE, SLOT, rows

SECOND = timedelta(seconds=1)


async def planned(bureau: Bureau, readers: int = 1, **values: object) -> list[Subscriber]:
    """Readers whose digests wait to be sent."""
    found = [await bureau.subscribe(**values) for _ in range(readers)]  # type: ignore[arg-type]
    await bureau.publish(GRAIN)
    await bureau.planning.plan_due(bureau.clock.move(SLOT))
    await bureau.planning.prepare(bureau.queue.waiting.popleft().payload["edition"])
    return found


async def row(bureau: Bureau, reader: Subscriber) -> RowMapping:
    (found,) = await rows(bureau.database, models.Delivery, subscriber_id=reader.id)
    return found


async def status(bureau: Bureau, reader: Subscriber) -> Status:
    (found,) = await rows(bureau.database, models.Subscriber, id=reader.id)
    return Status(found["status"])


@dataclass(frozen=True)
class Row:
    """One row of the table: what is answered, and what becomes of delivery and reader at once."""

    outcome: Outcome
    delivery: str
    reader: Status = Status.ACTIVE
    retried_after: timedelta | None = None  # None: never
    plain: bool = False
    attempts: int = 1


TABLE = {
    "ok": Row(Outcome(Result.OK, (5,)), "sent"),
    "flood": Row(Outcome(Result.WAIT, retry_after=20), "pending", retried_after=20 * SECOND + MARGIN),
    "flood for hours": Row(Outcome(Result.WAIT, retry_after=3601, reason="flood"), "skipped"),
    "more to come": Row(Outcome(Result.MORE, (5,)), "pending", retried_after=SECOND, attempts=0),
    "no connection": Row(Outcome(Result.NOT_SENT, reason="ConnectError"), "pending", retried_after=backoff(1)),
    "read timeout": Row(Outcome(Result.UNKNOWN, reason="ReadTimeout"), "uncertain"),
    "blocked": Row(Outcome(Result.GONE, reason="blocked"), "dropped", Status.BLOCKED),
    "migrated": Row(Outcome(Result.MOVED, new_chat_id=-1009), "pending", retried_after=timedelta(0)),
    "markup": Row(Outcome(Result.BAD_MARKUP), "pending", retried_after=timedelta(0), plain=True),
    "topic closed": Row(Outcome(Result.THREAD_CLOSED, reason="closed"), "skipped", Status.PAUSED),
    "no rights": Row(Outcome(Result.NO_RIGHTS, reason="rights"), "skipped", Status.PAUSED),
    "refused": Row(Outcome(Result.REJECTED, reason="r" * 99), "failed"),
}


@pytest.mark.parametrize("case", TABLE)
async def test_the_table_of_outcomes(bureau: Bureau, case: str) -> None:
    expected = TABLE[case]
    (reader,) = await planned(bureau)
    bureau.messenger.answer(reader.chat.id, expected.outcome)
    first = bureau.another()  # one attempt only: it stops as soon as something went out
    first.messenger.on_delivery = lambda _: first.delivering.stop()
    await first.delivering.deliver(Portion((1,), 0, 10**6))
    found = await row(bureau, reader)
    assert (found["status"], found["attempts"], found["plain"]) == (
        expected.delivery,
        expected.attempts,
        expected.plain,
    )
    assert found["reason"] == (expected.outcome.reason[:64] or None)
    assert found["message_ids"] == list(expected.outcome.message_ids)
    assert await status(bureau, reader) is expected.reader
    first.messenger.on_delivery = lambda _: None
    if expected.retried_after is None:
        assert (found["finished_at"], found["not_before"]) == (SLOT, None)
        await bureau.another().sweep()
        assert len(bureau.messenger.parcels) == 1
    else:
        assert (found["finished_at"], found["not_before"]) == (None, SLOT + expected.retried_after)
        await bureau.another().delivering.deliver(Portion((1,), 0, 10**6))
        assert (await row(bureau, reader))["status"] == "sent"
        assert bureau.clock.now() >= SLOT + expected.retried_after
        assert bureau.messenger.parcels[-1].plain is expected.plain


async def test_a_group_that_moved_gets_its_digest_in_its_new_chat(bureau: Bureau) -> None:
    (reader,) = await planned(bureau, chat=Chat(-9, 0, "group"))
    bureau.messenger.answer(-9, Outcome(Result.MOVED, new_chat_id=-1009))
    await bureau.work()
    assert [(parcel.chat.id, parcel.chat.kind) for parcel in bureau.messenger.parcels] == [
        (-9, "group"),
        (-1009, "supergroup"),
    ]
    assert (await row(bureau, reader))["status"] == "sent"


async def test_one_that_fails_costs_the_others_nothing(bureau: Bureau) -> None:
    readers = await planned(bureau, 9)
    bureau.messenger.answer(readers[3].chat.id, RuntimeError("our own fault"))
    bureau.messenger.answer(readers[5].chat.id, Outcome(Result.REJECTED, reason="bad"))
    await bureau.work()
    found = [(await row(bureau, reader))["status"] for reader in readers]
    assert found == ["sent"] * 3 + ["uncertain", "sent", "failed"] + ["sent"] * 3
    assert len(bureau.messenger.parcels) == 9


def watched(bureau: Bureau) -> dict[int, list[datetime]]:
    """When something was sent to whom."""
    times: dict[int, list[datetime]] = {}
    bureau.messenger.on_delivery = lambda parcel: times.setdefault(parcel.chat.id, []).append(bureau.clock.now())
    return times


async def test_one_chats_flood_wait_holds_that_chat_and_pauses_the_others(bureau: Bureau) -> None:
    readers = await planned(bureau, 12)
    times = watched(bureau)
    bureau.messenger.answer(readers[0].chat.id, Outcome(Result.WAIT, retry_after=30))
    await bureau.work()
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["sent"] * 12
    first, again = times.pop(readers[0].chat.id)
    assert again >= first + 30 * SECOND + MARGIN
    others = sorted(at for (at,) in times.values())
    assert sum(at < first + 5 * SECOND for at in others) < bureau.delivering.at_once  # those claimed already
    assert others[-1] < first + 7 * SECOND


async def test_flood_waits_of_several_chats_halt_everyone_until_they_are_over(bureau: Bureau) -> None:
    readers = await planned(bureau, 12)
    times = watched(bureau)
    for reader in readers[:3]:
        bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=30))
    await bureau.work()
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["sent"] * 12
    before = [at for each in times.values() for at in each if at < SLOT + 30 * SECOND + MARGIN]
    assert len(before) <= bureau.delivering.at_once
    assert max(map(len, times.values())) == 2


async def test_a_long_halt_frees_the_worker_and_the_sweep_goes_on(bureau: Bureau) -> None:
    readers = await planned(bureau, 6)
    for reader in readers[:3]:
        bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=600))
    await bureau.work()
    assert sum(bureau.clock.slept) < PATIENCE.total_seconds()
    await bureau.sweep(timedelta(minutes=5))
    assert len(bureau.messenger.parcels) <= 4
    await bureau.sweep(timedelta(minutes=5))
    await bureau.sweep(timedelta(minutes=5))
    assert [len(bureau.messenger.to(reader.chat.id)) for reader in readers] == [2, 2, 2, 1, 1, 1]


async def test_the_other_topics_of_a_chat_wait_with_it_in_every_process(bureau: Bureau) -> None:
    for topic in (1, 2, 3):
        await bureau.subscribe(chat=Chat(-100, topic, "supergroup"))
    await planned(bureau, 1)
    bureau.messenger.answer(-100, Outcome(Result.WAIT, retry_after=40))
    one = bureau.another()
    one.messenger.on_delivery = lambda _: one.delivering.stop()
    await one.delivering.deliver(Portion((1,), 0, 10**6))
    times = watched(bureau)
    await bureau.work()
    await bureau.sweep(SECOND)
    assert times[-100][0] >= SLOT + 40 * SECOND
    assert all(later - earlier >= ONE_GROUP for earlier, later in pairwise(times[-100]))
    assert len(times[-100]) == 3


async def test_attempts_grow_apart_and_end_with_the_edition(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    bureau.messenger.answer(reader.chat.id, *[Outcome(Result.NOT_SENT, reason="ConnectError")] * 99)
    times: list[datetime] = []
    bureau.messenger.on_delivery = lambda _: times.append(bureau.clock.now())
    await bureau.work()
    while bureau.clock.now() <= SLOT + GRACE:
        assert (await row(bureau, reader))["status"] == "pending"
        await bureau.sweep()
    found = await row(bureau, reader)
    assert (found["status"], found["reason"]) == ("skipped", "too_late")
    assert await status(bureau, reader) is Status.ACTIVE
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert all(pause >= backoff(number) for number, pause in enumerate(pauses, 1))
    assert pauses == sorted(pauses)


async def test_markup_refused_twice_is_our_fault(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    bureau.messenger.answer(reader.chat.id, *[Outcome(Result.BAD_MARKUP)] * 3)
    await bureau.work()
    assert [parcel.plain for parcel in bureau.messenger.parcels] == [False, True]
    assert (await row(bureau, reader))["status"] == "failed"


async def test_a_digest_of_several_messages_goes_on_where_it_was_halted(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    bureau.messenger.answer(
        reader.chat.id,
        Outcome(Result.WAIT, (11,), retry_after=5),
        Outcome(Result.NOT_SENT, reason="ConnectError"),
        lambda parcel: Outcome(Result.OK, (*parcel.sent_parts, 12)),
    )
    await bureau.work()
    assert [parcel.sent_parts for parcel in bureau.messenger.parcels] == [(), (11,), (11,)]
    found = await row(bureau, reader)
    assert (found["status"], found["message_ids"]) == ("sent", [11, 12])


async def test_what_a_crash_left_in_flight_is_uncertain_and_never_sent_again(bureau: Bureau) -> None:
    readers = await planned(bureau, 6)

    class Killed(BaseException):
        """SIGKILL: nothing of ours runs any more."""

    def kill(_: Parcel) -> None:
        raise Killed

    bureau.messenger.on_delivery = kill
    with pytest.raises(BaseExceptionGroup):
        await bureau.work()
    bureau.messenger.on_delivery = lambda _: None
    in_flight = {parcel.chat.id for parcel in bureau.messenger.parcels}
    after = bureau.another()
    assert len(in_flight) == 1  # the others claimed were waiting for their slots
    assert await after.delivering.recover(SLOT) == 4
    await after.sweep()
    await after.sweep()
    found = {reader.chat.id: await row(bureau, reader) for reader in readers}
    assert [each["status"] for each in found.values()] == ["uncertain"] * 4 + ["sent"] * 2
    assert all(len(bureau.messenger.to(chat)) <= 1 for chat in in_flight)
    assert (await rows(bureau.database, models.Edition))[0]["status"] == "done"


async def test_after_a_stop_nothing_more_is_claimed(bureau: Bureau) -> None:
    readers = await planned(bureau, 6)
    bureau.messenger.on_delivery = lambda _: bureau.delivering.stop()
    await bureau.work()
    assert len(bureau.messenger.parcels) == 1  # what was in flight is finished, what was in line put back
    found = [await row(bureau, reader) for reader in readers]
    assert [(each["status"], each["attempts"]) for each in found] == [("sent", 1)] + [("pending", 0)] * 5
    await bureau.another().sweep()
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["sent"] * 6


async def test_a_stop_wakes_a_job_that_waits(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    (reader,) = await planned(bureau)
    bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=50))
    asleep = asyncio.Event()

    async def for_ever(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(bureau.clock, "sleep", for_ever)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(bureau.work())
        await asleep.wait()
        bureau.delivering.stop()
    assert (await row(bureau, reader))["status"] == "pending"


async def test_the_rate_holds_over_a_whole_edition(bureau: Bureau) -> None:
    await planned(bureau, 60)
    times: list[float] = []
    bureau.messenger.on_delivery = lambda _: times.append((bureau.clock.now() - SLOT).total_seconds())
    await bureau.work()
    assert len(times) == 60
    for start in times:
        within = [at for at in times if start <= at < start + 1]
        assert len(within) <= RATE + 1
    assert times[-1] < 60 / RATE + 1  # and it is used


async def test_a_row_that_waits_for_its_chat_leaves_its_slot_to_others(bureau: Bureau) -> None:
    """The topics of a forum are claimed together, and only one of them may be sent to in three seconds."""
    for topic in range(1, 13):
        await bureau.subscribe(chat=Chat(-100, topic, "supergroup"))
    await planned(bureau, 48)
    times = watched(bureau)
    await bureau.work()
    for _ in range(12):
        await bureau.sweep(ONE_GROUP + SECOND)
    forum = times.pop(-100)
    assert len(forum) == 12
    assert all(later - earlier >= ONE_GROUP for earlier, later in pairwise(forum))
    others = sorted(at for each in times.values() for at in each)
    assert len(others) == 48
    for start in others:
        assert sum(start <= at < start + SECOND for at in others) <= RATE + 1
    assert others[-1] - SLOT <= (48 + 3) / RATE * SECOND


async def test_what_is_too_late_is_not_sent(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    bureau.clock.move(SLOT + GRACE + SECOND)
    await bureau.work()
    assert bureau.messenger.parcels == []
    await bureau.sweep()
    found = await row(bureau, reader)
    assert (found["status"], found["reason"]) == ("skipped", "too_late")


async def test_who_left_after_the_fan_out_gets_nothing(bureau: Bureau) -> None:
    gone, here = await planned(bureau, 2)
    await bureau.subscriptions.stop(gone.chat)
    await bureau.work()
    await bureau.sweep()
    assert bureau.got(gone) == []
    assert len(bureau.got(here)) == 1
    assert (await row(bureau, gone))["reason"] == "not_active"


async def test_an_answer_after_the_recovery_is_still_written(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    async with bureau.database.write() as transaction:
        (mine,) = await DeliveryStore(transaction).claim(Portion((1,), 0, 10**6), SLOT, 1)
    await bureau.another().delivering.recover(SLOT)
    async with bureau.database.write() as transaction:
        sent = Settled(1, reader.id, DeliveryStatus.SENT, 1, (7,), claim=mine.claim)
        await DeliveryStore(transaction).settle([sent])
    found = await row(bureau, reader)
    assert (found["status"], found["message_ids"]) == ("sent", [7])


async def test_a_digest_is_read_once_for_all_batches(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = await planned(bureau, 3)
    edition = (await row(bureau, readers[0]))["edition_id"]
    monkeypatch.setattr("digests.services.delivering.KEPT", 1)
    for reader in readers:
        await bureau.delivering.deliver(Portion((edition,), reader.id, reader.id))
    digests = [parcel.digest for parcel in bureau.messenger.parcels]
    assert len(digests) == 3
    assert all(digest is digests[0] for digest in digests)
