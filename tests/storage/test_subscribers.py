"""Subscribers: added once, undone as they stood, moved, blocked and resumed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, NothingNew, Status, Subscriber
from digests.storage import models
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore
from digests.storage.interning import InterningStore
from digests.storage.portions import Portion
from digests.storage.subscribers import UNDO_FOR, SubscriberStore
from tests.support.builders import preferences
from tests.support.clocks import START
from tests.support.databases import statements
from tests.support.rows import SEVEN, SLOT, add_deliveries, add_subscriber, add_topics, rows, settled

CHAT = Chat(7)
EVENING = Schedule("Europe/Kyiv", (20 * 60,))


async def find(database: Database, chat: Chat = CHAT) -> Subscriber:
    async with database.read() as transaction:
        found = await SubscriberStore(transaction).find(chat)
    assert found is not None
    return found


async def add(database: Database, chat: Chat = CHAT, **values: object) -> int:
    async with database.write() as transaction:
        return await add_subscriber(transaction, chat, **values)  # type: ignore[arg-type]


async def test_adding_twice_keeps_the_first(database: Database) -> None:
    first = await add(database, language="de")
    assert await add(database, language="uk") == first
    assert (await find(database)).language == "de"
    assert len(await rows(database, models.Subscriber)) == 1


async def test_forum_topics_are_subscribers_of_their_own(database: Database) -> None:
    group, topic = Chat(-100, 0, "supergroup"), Chat(-100, 9, "supergroup")
    assert await add(database, group) != await add(database, topic, schedule=EVENING)
    assert (await find(database, group)).schedule == SEVEN
    found = await find(database, topic)
    assert (found.chat, found.schedule) == (topic, EVENING)


async def test_a_subscriber_comes_whole_with_one_statement(database: Database) -> None:
    """Everything that anybody writes or taps asks for him."""
    wish = preferences(["nato", "ukraine"], words=["Rente"], weights={"topic:nato": -2}, stories=[5, 2**40])
    async with database.write() as transaction:
        await add_topics(transaction, "ukraine", "nato", "sport")
        await add_subscriber(transaction, Chat(8), preferences=preferences(["sport"], stories=[6]), schedule=None)
        await add_subscriber(transaction, CHAT, preferences=wish, schedule=EVENING)
    async with database.read() as transaction:
        with statements(database) as seen:
            found = await SubscriberStore(transaction).find(CHAT)
            other = await SubscriberStore(transaction).find(Chat(8))
            assert await SubscriberStore(transaction).find(Chat(7, 1)) is None
    assert found is not None
    assert other is not None
    assert (found.preferences, found.schedule) == (wish, EVENING)
    assert (other.preferences, other.schedule) == (preferences(["sport"], stories=[6]), None)
    assert len(seen) == 3


async def test_an_undo_brings_back_everything_that_stood_then(database: Database) -> None:
    reader = await add(database, preferences=preferences(words=["Rente"]))
    before = await find(database)
    async with database.write() as transaction:
        store, interning = SubscriberStore(transaction), InterningStore(transaction)
        change = await store.remember(reader, START)
        await store.update(reader, {"profile_id": await interning.profile(preferences())})
        await store.remember(reader, START)
        await store.set_schedule(reader, EVENING, START)
        await store.remember(reader, START)
        later = {"language": "uk", "silent": True, "nothing_new": NothingNew.NOTE, "zone_confirmed": False}
        pause = {"status": Status.PAUSED, "paused_until": START + timedelta(days=2)}
        await store.update(reader, later | pause)
    changed = await find(database)
    assert (changed.schedule, changed.time_zone) == (EVENING, "Europe/Kyiv")
    assert changed.paused_until == START + timedelta(days=2)
    async with database.write() as transaction:
        assert await SubscriberStore(transaction).undo(reader, change, START - UNDO_FOR, START)
    assert await find(database) == before
    assert await rows(database, models.ChangeLog) == []  # later changes are undone with it and cannot be undone again


async def test_a_pause_comes_back_by_an_undo(database: Database) -> None:
    until = datetime.fromisoformat("2026-08-20T00:00:00+02:00")
    reader = await add(database, status=Status.PAUSED, paused_until=until)
    async with database.write() as transaction:
        store = SubscriberStore(transaction)
        change = await store.remember(reader, START)
        await store.update(reader, {"status": Status.ACTIVE, "paused_until": None})
        assert await store.undo(reader, change, START, START)
    found = await find(database)
    assert (found.status, found.paused_until) == (Status.PAUSED, until)


async def test_an_undo_does_not_take_the_set_up_back(database: Database) -> None:
    reader = await add(database, status=Status.SETUP)
    async with database.write() as transaction:
        store = SubscriberStore(transaction)
        change = await store.remember(reader, START)
        await store.update(reader, {"silent": True, "status": Status.ACTIVE})
        assert await store.undo(reader, change, START, START)
    found = await find(database)
    assert (found.status, found.silent) == (Status.ACTIVE, False)


@pytest.mark.parametrize("schedule", [SEVEN, EVENING])
async def test_only_a_change_of_schedule_begins_it_anew(database: Database, schedule: Schedule) -> None:
    """Who changes something else while an edition is fanned out must not fall out of its audience."""
    reader = await add(database)
    (before,) = await rows(database, models.Subscriber)
    async with database.write() as transaction:
        store = SubscriberStore(transaction)
        change = await store.remember(reader, SLOT)
        await store.set_schedule(reader, schedule, SLOT)
        await store.update(reader, {"silent": True})
    (row,) = await rows(database, models.Subscriber)
    began = before["scheduled_at"] if schedule == SEVEN else SLOT
    assert row["scheduled_at"] == began
    async with database.write() as transaction:
        assert await SubscriberStore(transaction).undo(reader, change, SLOT, SLOT + timedelta(seconds=9))
    (row,) = await rows(database, models.Subscriber)
    assert row["scheduled_at"] == (began if schedule == SEVEN else SLOT + timedelta(seconds=9))


async def test_an_old_change_and_a_foreign_one_cannot_be_undone(database: Database) -> None:
    mine, other = await add(database), await add(database, Chat(8))
    async with database.write() as transaction:
        store = SubscriberStore(transaction)
        change = await store.remember(mine, START)
        await store.update(mine, {"language": "uk"})
        assert not await store.undo(other, change, START - UNDO_FOR, START)
        assert not await store.undo(mine, change, START + timedelta(seconds=1), START)
        assert not await store.undo(mine, change + 1, START - UNDO_FOR, START)
    assert (await find(database)).language == "uk"
    assert (await find(database, Chat(8))).language == "de"


async def test_changes_are_forgotten_by_date(database: Database) -> None:
    reader = await add(database)
    async with database.write() as transaction:
        store = SubscriberStore(transaction)
        await store.remember(reader, START - timedelta(seconds=1))
        kept = await store.remember(reader, START)
        await store.forget_changes(START)
    assert [row["id"] for row in await rows(database, models.ChangeLog)] == [kept]


async def test_a_group_takes_its_settings_along_when_it_becomes_a_supergroup(database: Database) -> None:
    await add(database, Chat(-5, 0, "group"), schedule=EVENING)
    async with database.write() as transaction:
        await SubscriberStore(transaction).move(-5, -1005)
        assert await SubscriberStore(transaction).find(Chat(-5)) is None
    found = await find(database, Chat(-1005))
    assert (found.chat.kind, found.schedule, found.status) == ("supergroup", EVENING, Status.ACTIVE)


async def test_a_supergroup_that_is_known_already_keeps_its_own_settings(database: Database) -> None:
    await add(database, Chat(-5, 0, "group"), schedule=EVENING)
    await add(database, Chat(-1005, 0, "supergroup"), schedule=SEVEN)
    async with database.write() as transaction:
        await SubscriberStore(transaction).move(-5, -1005)
        await SubscriberStore(transaction).move(-5, -1005)  # Telegram says it more than once
        assert await SubscriberStore(transaction).find(Chat(-5)) is None
    assert (await find(database, Chat(-1005))).schedule == SEVEN


async def test_a_supergroup_where_the_bot_was_only_seen_gets_the_settings_of_the_group(database: Database) -> None:
    await add(database, Chat(-5, 0, "group"), schedule=EVENING)
    await add(database, Chat(-1005, 0, "supergroup"), schedule=None, status=Status.SETUP)
    await add(database, Chat(-1005, 7, "supergroup"), schedule=None, status=Status.SETUP)
    async with database.write() as transaction:
        await SubscriberStore(transaction).move(-5, -1005)
    found = await find(database, Chat(-1005))
    assert (found.schedule, found.status) == (EVENING, Status.ACTIVE)
    assert len(await rows(database, models.Subscriber, chat_id=-1005)) == 2


async def test_a_block_rests_all_topics_of_a_chat_but_keeps_what_the_reader_said(database: Database) -> None:
    for thread, status in enumerate(Status):
        await add(database, Chat(-9, thread), status=status)
    await add(database, Chat(-8))
    async with database.write() as transaction:
        await SubscriberStore(transaction).set_status(-9, Status.BLOCKED)
        assert await SubscriberStore(transaction).counts() == {"active": 1, "blocked": 3, "paused": 1, "stopped": 1}
    found = {row["thread_id"]: row["status"] for row in await rows(database, models.Subscriber, chat_id=-9)}
    expected = {Status.PAUSED: "paused", Status.STOPPED: "stopped"}
    assert found == {thread: expected.get(status, "blocked") for thread, status in enumerate(Status)}


async def test_one_topic_can_be_paused_alone(database: Database) -> None:
    for thread in (0, 1):
        await add(database, Chat(-9, thread))
    async with database.write() as transaction:
        await SubscriberStore(transaction).set_status(-9, Status.PAUSED, 1)
    assert (await find(database, Chat(-9, 0))).status is Status.ACTIVE
    assert (await find(database, Chat(-9, 1))).status is Status.PAUSED


async def test_pauses_end_when_they_are_due(database: Database) -> None:
    for chat, until in ((1, START), (2, START + timedelta(microseconds=1)), (3, None)):
        await add(database, Chat(chat), status=Status.PAUSED, paused_until=until)
    await add(database, Chat(4), status=Status.STOPPED)
    async with database.write() as transaction:
        await SubscriberStore(transaction).resume_due(START)
    found = {row["chat_id"]: (row["status"], row["paused_until"]) for row in await rows(database, models.Subscriber)}
    assert found[1] == ("active", None)
    assert found[2] == ("paused", START + timedelta(microseconds=1))
    assert (found[3], found[4]) == (("paused", None), ("stopped", None))


@pytest.mark.parametrize(
    ("values", "served", "on_the_way"),
    [
        ({"status": "sent"}, True, True),
        ({"status": "uncertain"}, True, True),
        ({"status": "skipped", "reason": "nothing_new"}, True, True),
        ({"status": "skipped", "reason": "too_late"}, False, False),
        ({"status": "failed"}, False, False),
        ({"status": "dropped"}, False, False),
        ({"status": "pending"}, False, True),
        ({"status": "sending"}, True, True),  # read on the phone before the row says so
    ],
)
async def test_which_deliveries_have_served_their_window(
    sqlite: Database, values: dict[str, str], served: bool, on_the_way: bool
) -> None:
    edition, (reader,) = await add_deliveries(sqlite, 1)
    async with sqlite.write() as transaction:
        (held,) = await DeliveryStore(transaction).claim(Portion((edition.id,), 0, reader), SLOT, 1)
        await DeliveryStore(transaction).settle([settled(edition.id, reader, claim=held.claim, **values)])
        store = SubscriberStore(transaction)
        assert await store.last_slot(reader) == (SLOT if served else None)
        assert await store.last_slot(reader, on_the_way=True) == (SLOT if on_the_way else None)
        (past,) = await store.past_deliveries(reader, 5)
        assert (past.slot_at, past.status, past.reason) == (SLOT, values["status"], values.get("reason"))
