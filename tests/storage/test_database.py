"""Transactions: what is committed, what is seen, and that no update is lost."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import AsyncConnection
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from digests.engine.conninfo import conninfo
from digests.errors import SettingsError
from digests.storage import models
from digests.storage.database import WATCHFUL, Database
from digests.storage.rate import RateStore
from tests.support.clocks import START
from tests.support.databases import postgres_database, postgres_template
from tests.support.rows import add_topics, rows
from tests.support.ways import forgetting_way


async def read_then_write(database: Database, times: int) -> None:
    """Add one to a number by reading it first: the way in which updates are lost."""
    bucket = models.RateBucket
    for _ in range(times):
        async with database.write() as transaction:
            number = await transaction.connection.scalar(select(bucket.slowed).with_for_update())
            assert number is not None
            await asyncio.sleep(0)
            await transaction.connection.execute(update(bucket).values(slowed=number + 1))


async def test_no_update_is_lost_between_processes(database: Database) -> None:
    async with database.write() as transaction:
        await RateStore(transaction, "bot").locked()
    other = Database(database.url.render_as_string(hide_password=False))  # a lock of its own: another process
    await asyncio.gather(*(read_then_write(each, 5) for each in (database, other) for _ in range(4)))
    await other.close()
    (row,) = await rows(database, models.RateBucket)
    assert row["slowed"] == 40


async def test_callbacks_run_after_the_commit_and_never_after_a_rollback(database: Database) -> None:
    seen: list[str] = []
    async with database.write() as transaction:
        transaction.after_commit(lambda: seen.append("committed"))
        await add_topics(transaction, "kept")
        assert seen == []
    assert seen == ["committed"]

    async def fail() -> None:
        async with database.write() as transaction:
            transaction.after_commit(lambda: seen.append("rolled back"))
            await add_topics(transaction, "lost")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    assert seen == ["committed"]
    assert [row["slug"] for row in await rows(database, models.Topic)] == ["kept"]


async def test_a_reader_sees_one_state_beside_an_open_writer(database: Database) -> None:
    slugs = select(models.Topic.slug).order_by(models.Topic.slug)
    async with database.read() as reader:
        assert list(await reader.connection.scalars(slugs)) == []
        async with database.write() as writer:
            await add_topics(writer, "new")
            assert list(await reader.connection.scalars(slugs)) == []
        assert list(await reader.connection.scalars(slugs)) == []  # committed meanwhile, and still not seen
    async with database.read() as reader:
        assert list(await reader.connection.scalars(slugs)) == ["new"]


async def test_foreign_keys_are_enforced(database: Database) -> None:
    link = {"topic_id": 1, "article_id": 1, "news_at": START, "score": 1.0, "words": []}
    with pytest.raises(IntegrityError):
        async with database.write() as transaction:
            await transaction.connection.execute(insert(models.ArticleTopic).values(link))


async def test_one_name_is_held_by_one_transaction_at_a_time(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    inside: list[int] = []
    most = 0

    async def hold(each: Database) -> None:
        nonlocal most
        async with each.write() as transaction:
            await transaction.alone("a name")
            inside.append(1)
            most = max(most, len(inside))
            await transaction.connection.execute(text("SELECT 1"))
            inside.pop()

    await asyncio.gather(*(hold(each) for each in (database, other, database, other)))
    await other.close()
    assert most == 1


async def test_many_processes_may_open_a_file_for_the_first_time_at_once(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}.db"
        with closing(sqlite3.connect(path)) as plain:  # as a backup leaves it, not yet in the mode of many readers
            plain.execute("CREATE TABLE thing (id INTEGER)")
            plain.commit()
        opened = [Database(f"sqlite+aiosqlite:///{path}") for _ in range(4)]

        async def write(each: Database) -> None:
            async with each.write() as transaction:
                await transaction.connection.execute(text("INSERT INTO thing VALUES (1)"))

        await asyncio.gather(*map(write, opened))
        for each in opened:
            await each.close()


async def test_a_naive_datetime_is_refused_and_an_aware_one_comes_back_in_utc(database: Database) -> None:
    async with database.write() as transaction:
        store = RateStore(transaction, "bot")
        await store.save(replace(await store.locked(), next_at=START.astimezone(ZoneInfo("Asia/Kathmandu"))))
    (row,) = await rows(database, models.RateBucket)
    assert row["next_at"] == START
    assert row["next_at"].utcoffset().total_seconds() == 0
    with pytest.raises(StatementError, match="no time zone"):
        async with database.write() as transaction:
            await transaction.connection.execute(update(models.RateBucket).values(next_at=START.replace(tzinfo=None)))


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"mysql.*sqlite\+aiosqlite"):
        Database("mysql://localhost/x")


async def test_stored_json_comes_back_whatever_text_is_in_it(database: Database) -> None:
    """Half a character (one surrogate) is no text in UTF-8, but JSON can write it."""
    names = {"de": "Grüße „Київ“ 🙂", "en": "half \ud83d", "uk": ""}
    async with database.write() as transaction:
        if not database.is_sqlite:  # PostgreSQL refuses to store it at all
            names["en"] = "whole"
        await transaction.connection.execute(insert(models.Topic).values(slug="a", names=names))
    async with database.read() as transaction:
        assert await transaction.connection.scalar(select(models.Topic.names)) == names


_WATCH = {
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE): 1,
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE): 20,
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL): 10,
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT): 3,
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT): 40_000,
}


def watched(connection: AsyncConnection[Any]) -> dict[tuple[int, int], int]:
    """By what the system watches a connection; it alone can tell, and a server that has vanished cannot be had here."""
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as its:
        return {option: its.getsockopt(*option) for option in _WATCH}


async def test_the_system_notices_within_a_minute_that_postgresql_has_vanished() -> None:
    """On the connections of the product and on those of the engine; what the address says goes before."""
    with postgres_database(postgres_template()) as url:
        async with forgetting_way(url) as way:
            far = Database(way.url)
            async with far.read() as transaction:
                raw = await transaction.connection.get_raw_connection()
                assert raw.driver_connection is not None
                assert watched(raw.driver_connection) == _WATCH
            async with await AsyncConnection.connect(conninfo(far.url)) as connection:
                assert watched(connection) == _WATCH
            await far.close()
            patient = Database(f"{way.url}&keepalives_idle=7200")
            expected = _WATCH | {(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE): 7200}
            async with patient.read() as transaction:
                raw = await transaction.connection.get_raw_connection()
                assert raw.driver_connection is not None
                assert watched(raw.driver_connection) == expected
            async with await AsyncConnection.connect(conninfo(patient.url)) as connection:
                assert watched(connection) == expected
            await patient.close()


def test_it_is_noticed_within_a_minute() -> None:
    """By probes where nothing is under way, else by what is never confirmed."""
    probes = WATCHFUL["keepalives_idle"] + WATCHFUL["keepalives_interval"] * WATCHFUL["keepalives_count"]
    assert max(probes, WATCHFUL["tcp_user_timeout"] / 1000) < 60
