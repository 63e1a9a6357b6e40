"""Big slots: the decisions on them and the counts behind these, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.domain.spreading import MINUTE, place
from digests.domain.subscribers import Chat, Status
from digests.storage import models
from digests.storage.big_slots import BigSlot, BigSlotStore, place_in
from digests.storage.database import Database
from digests.storage.editions import EditionStore
from digests.storage.fan_outs import FanOutStore, Reach
from digests.storage.portions import pending_portions
from tests.support.clocks import START
from tests.support.rows import SEVEN, SLOT, add_subscriber, compose_empty, open_edition, plan, rows

CHATS = [Chat(1), Chat(2), Chat(4711), Chat(5_400_000_000), Chat(-1_001_234_567_890, 77), Chat(-9_999_999_999_999, 12)]


async def test_the_database_finds_the_places_that_readers_are_told(database: Database) -> None:
    async with database.write() as transaction:
        ids = {await add_subscriber(transaction, chat): chat for chat in CHATS}
        for span in (2, 15, 60):
            statement = select(models.Subscriber.id, place_in(span))
            found = (await transaction.connection.execute(statement)).all()
            assert {key: number * MINUTE for key, number in found} == {key: place(ids[key], span) for key in ids}


async def test_a_span_is_decided_once_and_outlives_every_choice(database: Database) -> None:
    async with database.write() as transaction:
        store = BigSlotStore(transaction)
        assert await store.get(SLOT) == BigSlot(SLOT)
        assert await store.decide(SLOT, 12) == 12
        assert await store.decide(SLOT, 15) == 12
        await store.choose(SLOT, START)
        assert await store.get(SLOT) == BigSlot(SLOT, 12, START)
        assert await store.refuse(SLOT, "no Stars", SLOT)
        assert not await store.refuse(SLOT, "still none", SLOT)
        assert await store.get(SLOT) == BigSlot(SLOT, 12, START, SLOT, "no Stars")
        await store.choose(SLOT, SLOT)  # with more Stars now
        assert await store.get(SLOT) == BigSlot(SLOT, 12, SLOT)
        await store.undo(SLOT)
        assert await store.get(SLOT) == BigSlot(SLOT, 12)
        await store.choose(SLOT + MINUTE, START)
        assert await store.decide(SLOT + MINUTE, 0) == 0
        assert await store.refuse(SLOT + 2 * MINUTE, "never chosen", SLOT)
        await store.forget(SLOT + MINUTE)
    assert len(await rows(database, models.BigSlot)) == 2


async def test_readers_of_all_schedules_of_an_instant_are_counted(database: Database) -> None:
    kyiv = Schedule("Europe/Kyiv", (480,))
    async with database.write() as transaction:
        for schedule in (SEVEN, SEVEN, kyiv, Schedule("Europe/Berlin", (480,)), None):
            await add_subscriber(transaction, schedule=schedule)
        await add_subscriber(transaction, status=Status.PAUSED)
        store = BigSlotStore(transaction)
        assert await store.size(SLOT) == 3
        loads = await store.loads()
        assert {(load.schedule, load.readers) for load in loads} >= {(SEVEN, 2), (kyiv, 1)}
        assert all(load.next_slot_at > START for load in loads)
        await open_edition(transaction)
        here = models.Schedule.next_slot_at == SLOT
        later = update(models.Schedule).where(here).values(next_slot_at=SLOT + timedelta(days=1))
        await transaction.connection.execute(later)
        assert await store.size(SLOT) == 2  # of the edition that is open
        assert await store.under_way(SLOT) == {SLOT: 2}  # whose deliveries are still to be made


async def test_deliveries_are_spread_and_gathered_again(database: Database) -> None:
    async with database.write() as transaction:
        ids = {await add_subscriber(transaction, chat): chat for chat in CHATS}
        edition, editions, store = await open_edition(transaction), EditionStore(transaction), BigSlotStore(transaction)
        await compose_empty(transaction, edition)
        assert await FanOutStore(transaction).fan_out(edition, Reach(max(ids), len(ids)), await store.decide(SLOT, 10))
        await editions.set_status("planned", edition.id)
    told = {key: SLOT + place(chat, 10) for key, chat in ids.items()}
    found = await rows(database, models.Delivery)
    assert {row["subscriber_id"]: row["not_before"] or SLOT for row in found} == told
    async with database.write() as transaction:
        store = BigSlotStore(transaction)
        assert await store.under_way(SLOT) == {SLOT: len(CHATS)}
        ((slot, (number,)),) = await store.spread_editions()
        assert (number, slot) == (edition.id, await store.of_edition(edition.id)) == (edition.id, BigSlot(SLOT, 10))
        middle = sorted(told.values())[len(CHATS) // 2]
        due = await pending_portions(transaction, [number], 1, middle)
        assert [portion.first for portion in due] == sorted(key for key, at in told.items() if at < middle)
        late = max(told, key=lambda key: told[key])
        held = told[late] + timedelta(seconds=3, microseconds=5)  # waits for another reason
        row = models.Delivery.subscriber_id == late
        await transaction.connection.execute(update(models.Delivery).where(row).values(not_before=held))
        await store.gather([number], slot)
    waiting = {row["subscriber_id"]: row["not_before"] for row in await rows(database, models.Delivery)}
    assert waiting == dict.fromkeys(ids) | {late: held}


async def test_what_has_been_sent_or_has_expired_is_not_under_way(database: Database) -> None:
    async with database.write() as transaction:
        ids = [await add_subscriber(transaction) for _ in range(3)]
        edition = await open_edition(transaction)
        await plan(transaction, edition)
        sent = update(models.Delivery).where(models.Delivery.subscriber_id == ids[0])
        await transaction.connection.execute(sent.values(status=DeliveryStatus.SENT))
        store = BigSlotStore(transaction)
        assert await store.under_way(SLOT) == {SLOT: 2}
        assert await store.under_way(edition.expires_at + MINUTE) == {}
        assert await store.spread_editions() == []
