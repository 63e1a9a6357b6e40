"""What belongs to a chat is found by the keys of the tables: none is missing from the file, none survives."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert, select

from digests.domain.digests import Item, State
from digests.domain.keeping import ReportKind
from digests.domain.preferences import Preferences
from digests.domain.subscribers import Chat
from digests.storage import models
from digests.storage.database import Database, Transaction
from digests.storage.feedback import FeedbackStore, ReportStore
from digests.storage.interning import InterningStore
from digests.storage.personal import OWNED, PersonalStore
from digests.storage.saved import SavedStore
from digests.storage.subscribers import SubscriberStore
from tests.support.clocks import START
from tests.support.rows import add_rare_rows, add_subscriber, add_topics, open_edition, plan, rows

ADA, BOB = 4711, 4712
TABLES: dict[str, Table] = dict(models.Base.metadata.tables)


def leads_to_subscriber(table: Table) -> bool:
    """True when the rows of a table belong to a subscriber, over any number of keys."""
    owners = {key.column.table for key in table.foreign_keys} - {table}
    named = "subscriber_id" in table.columns
    return table.name == "subscriber" or named or any(map(leads_to_subscriber, owners))


def personal() -> set[str]:
    """The tables with rows of one chat, read off the metadata by another way than the store does."""
    return {name for name, table in TABLES.items() if "chat_id" in table.columns or leads_to_subscriber(table)}


async def fill(transaction: Transaction, chat_id: int) -> None:
    """A chat with two forum topics and a row of everything."""
    item = Item(1, 1, "Getreide", State.NEW, (), (), (), "de", START, START, (), 1.0)
    for thread in (0, 7):
        wish = Preferences(topics=frozenset({"sport"}), words=frozenset({f"Wort {chat_id} {thread}"}))
        who = await add_subscriber(transaction, Chat(chat_id, thread, "supergroup"), preferences=wish)
        await SubscriberStore(transaction).remember(who, START)
        await SavedStore(transaction, who).add(item, START)
        await FeedbackStore(transaction).add(who, f"Hallo {chat_id}", START)
        await ReportStore(transaction).add(who, 1, "Getreide", ReportKind.FALSE, START)
        await add_rare_rows(transaction, who, chat_id)


async def filled(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "sport")
        for chat_id in (ADA, BOB):
            await fill(transaction, chat_id)
        await plan(transaction, await open_edition(transaction))


async def counts(database: Database) -> dict[str, int]:
    async with database.read() as transaction:
        return {name: len((await transaction.connection.execute(select(TABLES[name]))).all()) for name in personal()}


def test_the_store_finds_every_personal_table() -> None:
    assert {table.name for table in OWNED} == personal()
    assert {"subscriber", "delivery", "change_log", "saved_story", "feedback", "report"} <= personal()


def test_the_database_deletes_what_belongs_to_a_subscriber_with_him() -> None:
    for name in personal() - {"subscriber"}:
        for key in TABLES[name].foreign_keys:
            if key.column.table.name in personal():
                assert key.ondelete == "CASCADE", f"{name}.{key.parent.name}"


async def test_the_file_has_every_column_and_only_this_chat_s(database: Database) -> None:
    await filled(database)
    async with database.read() as transaction:
        store = PersonalStore(transaction, ADA)
        told, shared = await store.rows(), await store.shared()
    assert told.keys() == personal()
    for name, found in told.items():
        assert len(found) == 2, f"fill() leaves {name} without rows"
        assert found[0].keys() == set(TABLES[name].columns.keys()), name
    assert str(BOB) not in f"{told}{shared}"
    assert sorted(row["words"] for row in shared["profile"]) == [[f"Wort {ADA} 0"], [f"Wort {ADA} 7"]]
    assert {row["slug"] for row in shared["profile_topic"]} == {"sport"}
    assert len(shared["schedule"]) == len(shared["edition"]) == 1


async def test_nothing_of_the_chat_survives_and_everything_of_others(database: Database) -> None:
    await filled(database)
    before = await counts(database)
    async with database.write() as transaction:
        assert await PersonalStore(transaction, ADA).delete() == 2
    assert await counts(database) == {name: count // 2 for name, count in before.items()}
    async with database.read() as transaction:
        assert not any((await PersonalStore(transaction, ADA).rows()).values())
    for name, table in TABLES.items():
        for row in await rows_of(database, table):
            assert str(ADA) not in str({**row, "words": None}), name
    async with database.write() as transaction:
        await InterningStore(transaction).drop_orphans()
    kept = await rows(database, models.Profile)
    assert sum(f"Wort {ADA}" in str(row["words"]) for row in kept) == 2  # a digest still names them
    async with database.write() as transaction:
        await transaction.connection.execute(TABLES["edition"].delete())
        await transaction.connection.execute(TABLES["digest"].delete())
        await InterningStore(transaction).drop_orphans()
    assert not any(f"Wort {ADA}" in str(row["words"]) for row in await rows(database, models.Profile))


async def rows_of(database: Database, table: Table) -> list[dict[str, Any]]:
    async with database.read() as transaction:
        return [dict(row) for row in (await transaction.connection.execute(select(table))).mappings()]


async def test_a_number_of_feedback_never_comes_twice(database: Database) -> None:
    async with database.write() as transaction:
        ada, bob = await add_subscriber(transaction, Chat(ADA)), await add_subscriber(transaction, Chat(BOB))
        first = await FeedbackStore(transaction).add(ada, "Hallo", START)
        await PersonalStore(transaction, ADA).delete()
        assert await FeedbackStore(transaction).add(bob, "Hallo", START) > first


async def test_a_saved_story_that_is_saved_again_stays_one(database: Database) -> None:
    item = Item(5, 1, "Alt", State.NEW, (), (), (), "de", START, START, (), 1.0)
    async with database.write() as transaction:
        store = SavedStore(transaction, await add_subscriber(transaction, Chat(ADA)))
        first = await store.add(item, START)
        assert await store.remove(first, START)
        assert not await store.remove(first, START)
        assert not await store.restore(first, START + timedelta(minutes=1))
        assert await store.add(item, START) == first
        assert await store.count() == 1


async def test_equal_reports_are_one_and_open_again(database: Database) -> None:
    async with database.write() as transaction:
        store = ReportStore(transaction)
        ada, bob = [await add_subscriber(transaction, Chat(chat)) for chat in (ADA, BOB)]
        await store.add(ada, 1, "Alt", ReportKind.FALSE, START)
        await store.add(bob, 1, "Alt", ReportKind.FALSE, START)
        await store.add(bob, 2, "Neu", ReportKind.TOPIC, START)
        assert await store.settle(1, START) == 2
        await store.add(ada, 1, "Alt, geändert", ReportKind.FALSE, START + timedelta(hours=1))
        queue = await store.queue(0, 5)
        assert [(each.story_id, each.headline, dict(each.counts)) for each in queue] == [
            (1, "Alt, geändert", {ReportKind.FALSE: 1}),
            (2, "Neu", {ReportKind.TOPIC: 1}),
        ]
        assert await store.count() == (2, 2)
        assert not await store.withdraw(ada, 2, ReportKind.TOPIC, START)  # another's
        assert await store.withdraw(bob, 2, ReportKind.TOPIC, START)
        await store.drop(START + timedelta(days=1))
        assert await store.count() == (0, 0)


async def test_a_story_that_is_stored_keeps_its_reports(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(
            insert(models.Storyline).values(id=1, first_at=START, last_at=START),
        )
        await transaction.connection.execute(
            insert(models.Story).values(id=1, storyline_id=1, first_at=START, last_at=START)
        )
        store, ada = ReportStore(transaction), await add_subscriber(transaction, Chat(ADA))
        for story in (1, 2):
            await store.add(ada, story, "Alt", ReportKind.FALSE, START)
        await store.drop(START + timedelta(days=1))
        assert [each.story_id for each in await store.queue(0, 5)] == [1]


async def test_who_is_deleted_while_deliveries_are_planned_is_passed_over(database: Database) -> None:
    async with database.write() as transaction:
        await add_subscriber(transaction, Chat(ADA))
        bob = await add_subscriber(transaction, Chat(BOB))
        edition = await open_edition(transaction)

    async def plan_it() -> None:
        async with database.write() as transaction:
            await plan(transaction, edition)

    async with asyncio.TaskGroup() as group, database.write() as deleting:
        await PersonalStore(deleting, ADA).delete()
        group.create_task(plan_it())
        for _ in range(20):  # on PostgreSQL it now waits for the deletion to end, on SQLite for its turn
            await rows(database, models.Subscriber)
    assert [row["subscriber_id"] for row in await rows(database, models.Delivery)] == [bob]


async def test_who_is_deleted_takes_along_the_deliveries_that_are_planned_meanwhile(database: Database) -> None:
    async with database.write() as transaction:
        await add_subscriber(transaction, Chat(ADA))
        bob = await add_subscriber(transaction, Chat(BOB))
        edition = await open_edition(transaction)

    async def delete() -> None:
        async with database.write() as transaction:
            await PersonalStore(transaction, ADA).delete()

    async with asyncio.TaskGroup() as group, database.write() as planning:
        await plan(planning, edition)
        group.create_task(delete())
        for _ in range(20):  # on PostgreSQL it now waits for the deliveries to be made, on SQLite for its turn
            await rows(database, models.Subscriber)
    assert [row["subscriber_id"] for row in await rows(database, models.Delivery)] == [bob]
