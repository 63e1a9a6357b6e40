"""The stairway, and models that equal what the migrations make; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from digests.errors import SchemaError
from digests.storage import models, schema
from digests.storage.asked import Asked, AskedStore
from digests.storage.database import Database
from digests.storage.migrations.filters import include_object
from digests.storage.models import Base
from digests.storage.search import Narrowing, SearchStore
from tests.support.clocks import START
from tests.support.rows import add_article, add_subscriber, rows


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    yield database
    await database.close()


async def migrate(database: Database, direction: str, revision: str) -> None:
    def go(connection: Connection) -> None:
        move = command.upgrade if direction == "up" else command.downgrade
        move(schema.configuration(connection), revision)

    async with database.write() as transaction:
        await transaction.connection.run_sync(go)


async def tables(database: Database) -> set[str]:
    async with database.read() as transaction:
        names = await transaction.connection.run_sync(lambda connection: inspect(connection).get_table_names())
    return {name for name in names if not name.startswith(("sqlite_", "article_search"))} - {"alembic_version"}


def test_the_names_of_the_files_are_the_revisions() -> None:
    script = ScriptDirectory.from_config(schema.configuration())
    assert schema.revisions() == [step.revision for step in reversed(list(script.walk_revisions()))]


async def test_stairway(empty: Database) -> None:
    before = "base"
    for revision in schema.revisions():
        await migrate(empty, "up", revision)
        await migrate(empty, "down", before)
        await migrate(empty, "up", revision)
        before = revision
    assert await tables(empty) == set(Base.metadata.tables)
    await migrate(empty, "down", "base")
    assert await tables(empty) == set()


async def test_models_equal_migrations(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"include_object": include_object, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))

    async with database.read() as transaction:
        assert await transaction.connection.run_sync(differences) == []


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert await schema.upgrade(database, START) is None
    assert await schema.current(database) == schema.head()
    await schema.check(database)


async def test_an_empty_database_is_named(empty: Database) -> None:
    with pytest.raises(SchemaError, match="empty; run `python -m bot db upgrade`"):
        await schema.check(empty)


async def test_a_newer_schema_is_refused(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (schema.check(database), schema.upgrade(database, START)):
        with pytest.raises(SchemaError, match=r"9999.*newer version"):
            await refuse


async def test_an_sqlite_file_is_backed_up_before_it_changes(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    await schema.upgrade(database, START)
    async with database.write() as transaction:
        await transaction.connection.execute(text("INSERT INTO topic (slug, names) VALUES ('kept', '{}')"))
    copy = schema.back_up(database, "0001", START)
    assert copy is not None
    assert copy.name == "old.db.0001.20260813T040000Z.backup"
    await database.close()
    restored = Database(f"sqlite+aiosqlite:///{copy}")
    async with restored.read() as transaction:
        assert await transaction.connection.scalar(text("SELECT slug FROM topic")) == "kept"
    await restored.close()


async def test_words_of_headlines_are_read_from_articles_that_are_stored_already(database: Database) -> None:
    async with database.write() as transaction:
        for title, language in (
            ("Rentenerhöhung beschlossen", "de"),
            ("Зеленський у Харкові", "uk"),
            ("Die Rente", "de"),
        ):
            await add_article(transaction, title=title, language=language)
    before = schema.revisions()[schema.revisions().index("0015") - 1]
    await migrate(database, "down", before)
    await migrate(database, "up", "head")
    words = {(row["stem"], row["language"]): row for row in await rows(database, models.ArchiveWord)}
    assert {stem for stem, _ in words} >= {"rentenerhoh", "rent"}
    assert words["rentenerhoh", "de"]["backwards"] == "hohrenetner"
    assert any(row["sound"] for (_, language), row in words.items() if language == "uk")


async def test_articles_of_asked_digests_are_told_from_those_that_are_stored_already(database: Database) -> None:
    async with database.write() as transaction:
        subscriber = await add_subscriber(transaction)
        for article_ids in ([7, 8], [8, 9], []):
            await AskedStore(transaction).add(asked(subscriber, article_ids))
    await migrate(database, "down", "0033")
    async with database.read() as transaction:
        lists = (await transaction.connection.execute(text("SELECT article_ids FROM asked_digest ORDER BY id"))).all()
    assert [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in lists] == [[7, 8], [8, 9], []]
    await migrate(database, "up", "head")
    async with database.read() as transaction:
        store = AskedStore(transaction)
        before = START - timedelta(hours=1)
        assert [await store.naming([id_], before) for id_ in (7, 8, 9, 1)] == [[1], [1, 2], [2], []]
        assert await store.naming([8], START) == []


async def test_days_come_into_the_search_index_of_articles_that_are_stored_already(database: Database) -> None:
    period = Narrowing(since=START, until=START + timedelta(minutes=1))
    async with database.write() as transaction:
        article, _ = await add_article(transaction, title="Rente", at=START)
        await SearchStore(transaction).index(article, ["rent"], ["gestern"])
    await migrate(database, "down", "0034")
    if not database.is_sqlite:
        async with database.read() as transaction:
            stems = await transaction.connection.scalar(text("SELECT cast(stems AS text) FROM article_search"))
        assert stems == "'gestern':2 'rent':1A"
    await migrate(database, "up", "head")
    async with database.read() as transaction:
        found = await SearchStore(transaction).find([frozenset({"rent"})], 9, period)
    assert [hit.article_id for hit in found] == [article]


def asked(subscriber_id: int, article_ids: list[int]) -> Asked:
    """A digest that somebody has asked for."""
    return Asked(subscriber_id, START, "de", "Europe/Berlin", False, "{}", {}, article_ids, [1])
