"""Deliveries: claimed by one, settled once, never left behind."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest

from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, Status
from digests.storage import models, portions
from digests.storage.database import Database
from digests.storage.deliveries import Claimed, DeliveryStore
from digests.storage.portions import Portion
from digests.storage.subscribers import SubscriberStore
from tests.support.rows import (
    DAY,
    EMPTY,
    GRACE,
    SLOT,
    add_deliveries,
    add_subscriber,
    open_edition,
    plan,
    rows,
    settled,
    statuses,
)

MINUTE = timedelta(minutes=1)
EVERYBODY = (0, 1_000_000)


async def claim(database: Database, edition: int, limit: int) -> list[Claimed]:
    async with database.write() as transaction:
        return await DeliveryStore(transaction).claim(Portion((edition,), *EVERYBODY), SLOT, limit)


async def settle(database: Database, edition: int, subscriber: int, **values: object) -> None:
    """By whoever holds it."""
    (held,) = await rows(database, models.Delivery, edition_id=edition, subscriber_id=subscriber)
    async with database.write() as transaction:
        await DeliveryStore(transaction).settle([settled(edition, subscriber, claim=held["claim"], **values)])


@pytest.mark.parametrize(("limit", "taken"), [(-1, 0), (0, 0), (1, 1), (3, 3), (9, 5)])
async def test_a_claim_is_bounded(database: Database, limit: int, taken: int) -> None:
    edition, ids = await add_deliveries(database, 5)
    claimed = await claim(database, edition.id, limit)
    assert [one.subscriber_id for one in claimed] == ids[:taken]
    assert Counter((await statuses(database)).values())[DeliveryStatus.SENDING] == taken


async def test_a_claim_says_everything_that_sending_needs(database: Database) -> None:
    chat = Chat(-1001234567890, 5, "supergroup")
    edition, (reader,) = await add_deliveries(database, 1, chat=chat, language="uk", silent=True)
    (one,) = await claim(database, edition.id, 1)
    assert (one.subscriber_id, one.chat, one.language, one.silent) == (reader, chat, "uk", True)
    assert (one.attempts, one.plain, one.sent_parts) == (1, False, ())
    assert (one.slot_at, one.next_slot_at) == (SLOT, SLOT)
    async with database.read() as transaction:
        store = DeliveryStore(transaction)
        assert await store.digest_bodies([one.digest_id]) == {one.digest_id: EMPTY}
        assert await store.digest_bodies([]) == {}
    await settle(database, edition.id, reader, status="pending", plain=True, message_ids=[11, 12])
    (again,) = await claim(database, edition.id, 1)
    assert (again.attempts, again.plain, again.sent_parts) == (2, True, (11, 12))


async def test_who_left_since_and_what_must_wait_is_not_claimed(database: Database) -> None:
    edition, (first, second, third, _) = await add_deliveries(database, 4)
    async with database.write() as transaction:
        await SubscriberStore(transaction).update(second, {"status": Status.PAUSED})
    await claim(database, edition.id, 1)
    await settle(database, edition.id, first, status="pending", not_before=SLOT + MINUTE)
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        assert [one.subscriber_id for one in await store.claim(Portion((edition.id,), 0, third), SLOT, 9)] == [third]
        assert [one.subscriber_id for one in await store.claim(Portion((edition.id,), 0, third), SLOT + MINUTE, 9)] == [
            first
        ]
        assert await store.claim(Portion((edition.id + 1,), *EVERYBODY), SLOT + MINUTE, 9) == []


async def test_no_row_is_claimed_by_two(database: Database) -> None:
    edition, ids = await add_deliveries(database, 40)
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    taken: list[int] = []

    async def worker(each: Database) -> None:
        idle = 0
        while idle < 3:
            claimed = await claim(each, edition.id, 3)
            idle = 0 if claimed else idle + 1
            taken.extend(one.subscriber_id for one in claimed)

    await asyncio.gather(*(worker(each) for each in (database, *others)))
    for each in others:
        await each.close()
    assert sorted(taken) == ids


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        ("sending", "sent", "sent"),
        ("sending", "pending", "pending"),
        ("sending", "uncertain", "uncertain"),
        ("uncertain", "sent", "sent"),  # a process thought dead still had its answer to write
        ("uncertain", "pending", "uncertain"),
        ("uncertain", "failed", "uncertain"),
        ("pending", "sent", "pending"),
        ("sent", "pending", "sent"),
        ("skipped", "sent", "skipped"),
    ],
)
async def test_only_what_is_being_sent_is_settled(database: Database, before: str, outcome: str, after: str) -> None:
    edition, (reader, other) = await add_deliveries(database, 2)
    await claim(database, edition.id, 2)
    await settle(database, edition.id, other, status="sent")
    if before != "sending":
        await settle(database, edition.id, reader, status=before)
    await settle(database, edition.id, reader, status=outcome)
    assert await statuses(database) == {reader: after, other: "sent"}


async def test_a_claim_is_taken_back_by_its_number_alone(database: Database) -> None:
    edition, ids = await add_deliveries(database, 4)
    first, second = await claim(database, edition.id, 2), await claim(database, edition.id, 1)
    assert len({one.claim for one in first}) == 1
    assert first[0].claim != second[0].claim
    await settle(database, edition.id, ids[1], status="sent")
    for count in (1, 0):
        async with database.write() as transaction:
            store = DeliveryStore(transaction)
            assert await store.release([edition.id + 1], {first[0].claim}) == 0
            assert await store.release([edition.id], {first[0].claim}) == count
            assert await store.release([edition.id], set()) == 0
    found = [(row["status"], row["attempts"]) for row in await rows(database, models.Delivery)]
    assert found == [("pending", 0), ("sent", 1), ("sending", 1), ("pending", 0)]


async def test_nothing_is_settled_by_a_claim_that_another_one_has_followed(database: Database) -> None:
    edition, (reader,) = await add_deliveries(database, 1)
    (before,) = await claim(database, edition.id, 1)
    await settle(database, edition.id, reader, status="pending")
    await claim(database, edition.id, 1)
    for status in ("pending", "sent", "failed"):
        async with database.write() as transaction:
            await DeliveryStore(transaction).settle([settled(edition.id, reader, claim=before.claim, status=status)])
        assert await statuses(database) == {reader: "sending"}


async def test_what_a_clock_that_was_ahead_has_claimed_waits_for_now(database: Database) -> None:
    edition, (waiting, under_way, fresh, done) = await add_deliveries(database, 4)
    await claim(database, edition.id, 4)
    await settle(database, edition.id, waiting, status="pending", not_before=SLOT + MINUTE)
    await settle(database, edition.id, done, status="sent")
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        assert await store.turn_back(SLOT - DAY, SLOT) == 0
        assert await store.turn_back(SLOT - DAY, SLOT - 5 * MINUTE) == 3
        assert await store.orphans_to_uncertain(SLOT, claimed_before=SLOT - DAY + MINUTE) == 2
        assert [one.subscriber_id for one in await store.claim(Portion((edition.id,), *EVERYBODY), SLOT - DAY, 9)] == [
            waiting
        ]
    assert await statuses(database) == {waiting: "sending", under_way: "uncertain", fresh: "uncertain", done: "sent"}


async def test_what_a_dead_process_was_sending_is_uncertain_and_never_claimed_again(database: Database) -> None:
    edition, ids = await add_deliveries(database, 3)
    await claim(database, edition.id, 2)
    async with database.write() as transaction:
        assert await DeliveryStore(transaction).orphans_to_uncertain(SLOT + MINUTE) == 2
        assert await DeliveryStore(transaction).orphans_to_uncertain(SLOT + MINUTE) == 0
    found = await rows(database, models.Delivery)
    assert [row["status"] for row in found] == ["uncertain", "uncertain", "pending"]
    assert (found[0]["reason"], found[0]["finished_at"]) == ("crash", SLOT + MINUTE)
    assert [one.subscriber_id for one in await claim(database, edition.id, 9)] == ids[2:]


async def test_among_several_processes_only_what_was_claimed_long_ago_is_lost(database: Database) -> None:
    edition, _ = await add_deliveries(database, 2)
    await claim(database, edition.id, 1)
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        assert await store.orphans_to_uncertain(SLOT + MINUTE, claimed_before=SLOT) == 0
        assert await store.orphans_to_uncertain(SLOT + MINUTE, claimed_before=SLOT + MINUTE) == 1


async def test_portions_cover_what_is_pending_and_stay_the_same_while_it_goes_out(database: Database) -> None:
    edition, ids = await add_deliveries(database, 7)

    async def found() -> list[Portion]:
        async with database.read() as transaction:
            return await portions.pending_portions(transaction, [edition.id], 3)

    thirds = [Portion((edition.id,), ids[first], ids[last]) for first, last in [(0, 2), (3, 5), (6, 6)]]
    assert await found() == thirds
    await claim(database, edition.id, 2)
    assert await found() == thirds
    await claim(database, edition.id, 1)
    assert await found() == thirds[1:]
    await claim(database, edition.id, 9)
    assert await found() == []


async def test_small_editions_share_a_portion_and_are_claimed_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job for each reader with times of his own would send three at a time, however many may be on their way."""
    monkeypatch.setattr(portions, "NEIGHBOURS", 6)
    mine: dict[int, list[int]] = {}
    for hour, count in enumerate([2, 1, 5, 1, 1, 1], start=10):
        schedule = Schedule("Europe/Berlin", (7 * 60, hour * 60))
        async with database.write() as transaction:
            ids = [await add_subscriber(transaction, schedule=schedule) for _ in range(count)]
            edition = await open_edition(transaction, schedule=schedule)
            await plan(transaction, edition)
        mine[edition.id] = ids
    async with database.read() as transaction:
        found = await portions.pending_portions(transaction, list(mine), 4)
    assert [portion.editions for portion in found] == [(1, 2, 4), (3,), (3,), (5,), (6,)]
    assert found[0] == Portion((1, 2, 4), mine[1][0], mine[4][0])
    assert Portion.of(json.loads(json.dumps(found[0].payload()))) == found[0]
    assert len({portion.key for portion in found}) == len(found)
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        some = await store.claim(found[0], SLOT, 3)
        assert [(one.edition_id, one.subscriber_id) for one in some] == [
            (1, mine[1][0]),
            (1, mine[1][1]),
            (2, *mine[2]),
        ]
        assert await store.next_due(found[0]) == SLOT
        rest = await store.claim(found[0], SLOT, 9)
        assert [(one.edition_id, one.subscriber_id) for one in rest] == [(4, *mine[4])]
        assert await store.next_due(found[0]) is None
    left = [subscriber for subscriber, status in (await statuses(database)).items() if status == "pending"]
    assert left == [*mine[3], *mine[5], *mine[6]]


async def test_the_next_due_delivery_of_a_range(database: Database) -> None:
    edition, (first, second, third) = await add_deliveries(database, 3)
    await claim(database, edition.id, 2)
    await settle(database, edition.id, first, status="pending", not_before=SLOT + 2 * MINUTE)
    await settle(database, edition.id, second, status="pending", not_before=SLOT + MINUTE)
    async with database.read() as transaction:
        store = DeliveryStore(transaction)
        assert await store.next_due(Portion((edition.id,), first, second)) == SLOT + MINUTE
        assert await store.next_due(Portion((edition.id,), first, first)) == SLOT + 2 * MINUTE
        assert await store.next_due(Portion((edition.id,), first, third)) == SLOT  # never tried: due since the slot
        assert await store.next_due(Portion((edition.id,), third + 1, third + 9)) is None


async def test_what_is_too_old_is_skipped_and_closes_its_edition(database: Database) -> None:
    edition, (first, second, third) = await add_deliveries(database, 3)
    await claim(database, edition.id, 2)
    await settle(database, edition.id, first, status="sent")
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        assert await store.expire(SLOT + GRACE) == 0
        await store.finish_editions()
    assert (await rows(database, models.Edition))[0]["status"] == "planned"
    async with database.write() as transaction:
        store = DeliveryStore(transaction)
        assert await store.expire(SLOT + GRACE + MINUTE) == 1
        await store.finish_editions()
        assert await store.counts(edition.id) == {"sent": 1, "sending": 1, "skipped": 1}
    assert await statuses(database) == {first: "sent", second: "sending", third: "skipped"}
    assert (await rows(database, models.Edition))[0]["status"] == "planned"  # one is still being sent
    await settle(database, edition.id, second, status="failed")
    async with database.write() as transaction:
        await DeliveryStore(transaction).finish_editions()
    assert (await rows(database, models.Edition))[0]["status"] == "done"


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ACTIVE}))
async def test_what_waits_for_somebody_who_has_left_is_skipped(database: Database, status: Status) -> None:
    _, (first, second) = await add_deliveries(database, 2)
    async with database.write() as transaction:
        await SubscriberStore(transaction).update(first, {"status": status})
        assert await DeliveryStore(transaction).skip_unreachable(SLOT) == 1
    assert await statuses(database) == {first: DeliveryStatus.SKIPPED, second: DeliveryStatus.PENDING}
