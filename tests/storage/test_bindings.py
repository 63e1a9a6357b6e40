"""Who manages a chat, and what keeps digests from it, on both databases."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.bindings import Hindrance
from digests.domain.subscribers import Chat, Status
from digests.storage.bindings import BindingStore
from digests.storage.database import Database
from digests.storage.subscribers import SubscriberStore
from tests.support.clocks import START
from tests.support.rows import add_subscriber

FORUM, TOPIC, OTHER = Chat(-1001, 7, "supergroup"), Chat(-1001, 8, "supergroup"), Chat(-1002, 0, "channel")
OLGA, MAX = 11, 12


async def managed(database: Database) -> int:
    """A forum with two topics and a channel; Olga manages the first topic. Its subscriber."""
    async with database.write() as transaction:
        number, *_ = [await add_subscriber(transaction, chat) for chat in (FORUM, TOPIC, OTHER)]
        await BindingStore(transaction).add_manager(number, OLGA, "Forum", START)
    return number


async def test_a_manager_finds_his_own_chats_only(database: Database) -> None:
    number = await managed(database)
    async with database.write() as transaction:
        store = BindingStore(transaction)
        await store.add_manager(number, OLGA, "Neuer Name", START + timedelta(days=1))
        (found,) = await store.managed_by(OLGA)
        assert (found.subscriber_id, found.title, found.chat) == (number, "Neuer Name", FORUM)
        assert await store.managed_by(MAX) == []
        assert await store.find(MAX, number) is None


async def test_a_hindrance_is_told_once_and_goes_away(database: Database) -> None:
    number = await managed(database)
    async with database.write() as transaction:
        store = BindingStore(transaction)
        assert await store.hinder(FORUM, Hindrance.TOPIC_CLOSED, START) == 1
        assert await store.hinder(FORUM, Hindrance.TOPIC_CLOSED, START) == 0  # it rests already
        (trouble,) = await store.untold()
        assert (trouble.user_id, trouble.title, trouble.hindrance) == (OLGA, "Forum", Hindrance.TOPIC_CLOSED)
        await store.told([number], START)
        assert await store.untold() == []
        assert await store.hindered(FORUM.id, Hindrance.RIGHTS) == []
        await store.clear(await store.hindered(FORUM.id))
        found = await store.find(OLGA, number)
        assert found is not None
        assert (found.status, found.hindrance) == (Status.ACTIVE, None)


async def test_lost_rights_hinder_all_topics_of_a_chat_and_no_other(database: Database) -> None:
    await managed(database)
    async with database.write() as transaction:
        assert await BindingStore(transaction).hinder(FORUM, Hindrance.RIGHTS, START, everywhere=True) == 2
        statuses = [(await SubscriberStore(transaction).find(chat)) for chat in (FORUM, TOPIC, OTHER)]
    assert [each.status for each in statuses if each] == [Status.PAUSED, Status.PAUSED, Status.ACTIVE]


async def test_who_ends_the_pause_himself_is_not_called_hindered(database: Database) -> None:
    number = await managed(database)
    async with database.write() as transaction:
        store = BindingStore(transaction)
        await store.hinder(FORUM, Hindrance.RIGHTS, START)
        await SubscriberStore(transaction).update(number, {"status": Status.ACTIVE})
        found = await store.find(OLGA, number)
        assert found is not None
        assert found.hindrance is None
        assert await store.untold() == []
        assert await store.hinder(FORUM, Hindrance.RIGHTS, START + timedelta(days=1)) == 1  # Telegram says so again
        assert len(await store.untold()) == 1
