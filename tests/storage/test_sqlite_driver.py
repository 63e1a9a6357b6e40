"""SQLite through one trip to its thread per statement behaves as SQLAlchemy expects of a driver."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from digests.storage import models
from digests.storage.connections import connected
from digests.storage.database import Database

TOPIC: dict[str, Any] = {"names": {}, "parent": None}


@contextmanager
def trips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is sent to the thread meanwhile."""
    seen: list[str] = []
    send = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, call: object, *rest: object, **named: object) -> object:
        seen.append(str(getattr(call, "__name__", call)))
        return await send(self, call, *rest, **named)  # type: ignore[no-untyped-call]

    with monkeypatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", counted)
        yield seen


async def test_a_statement_is_one_trip(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sqlite.write() as transaction:
        with trips(monkeypatch) as seen:
            await transaction.connection.execute(insert(models.Topic).values(slug="a", **TOPIC))
            await transaction.connection.execute(insert(models.Topic), [{"slug": slug, **TOPIC} for slug in "bcd"])
            rows = await transaction.connection.execute(select(models.Topic.slug).order_by(models.Topic.slug))
            assert rows.scalars().all() == ["a", "b", "c", "d"]
        assert len(seen) == 3, seen


async def test_rows_counts_and_new_ids_come_back(sqlite: Database) -> None:
    async with sqlite.write() as transaction:
        topic, connection = models.Topic, transaction.connection
        returned = await connection.scalar(insert(topic).values(slug="a", **TOPIC).returning(topic.id))
        plain = await connection.execute(insert(topic).values(slug="b", **TOPIC))
        assert returned is not None
        assert plain.inserted_primary_key == (returned + 1,)
        changed = await connection.execute(update(topic).values(parent="x"))
        assert changed.rowcount == 2
        many = await connection.execute(text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                             "SELECT i FROM n LIMIT 5000"))  # fmt: skip
        assert many.scalars().all() == list(range(1, 5001))


async def test_an_error_is_the_databases_and_leaves_the_connection_whole(sqlite: Database) -> None:
    async with sqlite.write() as transaction:
        await transaction.connection.execute(insert(models.Topic).values(slug="a", **TOPIC))
    with pytest.raises(IntegrityError):
        async with sqlite.write() as transaction:
            await transaction.connection.execute(insert(models.Topic).values(slug="a", **TOPIC))
    with pytest.raises(OperationalError):
        async with sqlite.read() as transaction:
            await transaction.connection.execute(text("SELECT * FROM nowhere"))
    async with sqlite.read() as transaction:
        assert (await transaction.connection.scalars(select(models.Topic.slug))).all() == ["a"]


async def test_readers_and_a_writer_do_not_get_each_others_rows(sqlite: Database) -> None:
    async def write(slug: str) -> None:
        async with sqlite.write() as transaction:
            await transaction.connection.execute(insert(models.Topic).values(slug=slug, **TOPIC))

    async def read(number: int) -> int:
        async with sqlite.read() as transaction:
            return (await transaction.connection.execute(text("SELECT :n"), {"n": number})).scalar_one()  # type: ignore[no-any-return]

    results = await asyncio.gather(*map(read, range(20)), *map(write, "abcde"))
    assert results[:20] == list(range(20))


async def test_a_statement_that_is_given_up_leaves_the_next_one_alone(sqlite: Database) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) SELECT max(i) FROM n")

    async def give_up() -> None:
        async with sqlite.read() as transaction:
            await transaction.connection.execute(endless)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(give_up(), 0.05)
    async with sqlite.read() as transaction:
        assert await transaction.connection.scalar(text("SELECT 7")) == 7


async def test_a_transaction_that_is_committed_is_not_rolled_back_too(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sqlite.write() as transaction:
        await transaction.connection.execute(insert(models.Topic).values(slug="a", **TOPIC))
    with trips(monkeypatch) as seen:
        async with sqlite.write() as transaction:
            await transaction.connection.execute(insert(models.Topic).values(slug="b", **TOPIC))
    assert [name.removeprefix("_") for name in seen] == ["run", "commit"]


async def test_a_transaction_in_which_nothing_happens_makes_no_trip(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sqlite.read():
        pass  # there is a connection now
    with trips(monkeypatch) as seen:
        async with sqlite.read():
            pass
        async with sqlite.write():
            pass
        with pytest.raises(LookupError):
            async with sqlite.write():
                raise LookupError
    assert seen == []


async def test_a_writer_holds_the_lock_from_its_first_statement_on_and_when_it_wants_to_be_alone(
    sqlite: Database,
) -> None:
    def somebody_else() -> None:
        with contextlib.closing(sqlite3.connect(str(sqlite.url.database), timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

    async with sqlite.write() as transaction:
        somebody_else()
        await transaction.connection.scalar(select(models.Topic.slug))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            somebody_else()
    async with sqlite.write() as transaction:
        await transaction.alone("anything")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            somebody_else()


async def test_a_first_statement_that_is_given_up_changes_nothing(sqlite: Database) -> None:
    """The trip goes on in its thread, and must not write outside the transaction that it was to open."""
    async with sqlite.write() as transaction:
        await transaction.connection.execute(insert(models.Topic).values(slug="a", names={}, parent="before"))
    begun, goes_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold_up() -> None:
        loop.call_soon_threadsafe(begun.set)
        goes_on.wait()

    async with connected(sqlite.engine) as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        driver.begin("BEGIN IMMEDIATE")
        driver._tx.put((None, hold_up))
        trip = asyncio.create_task(driver.cursor().execute("UPDATE topic SET parent = 'after'"))
        await begun.wait()
        trip.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trip
        undone = asyncio.create_task(driver.rollback())
        await asyncio.sleep(0)
        goes_on.set()
        await undone
        assert await connection.scalar(select(models.Topic.parent)) == "before"


async def test_what_a_cancelled_trip_opens_afterwards_is_rolled_back(sqlite: Database) -> None:
    """The trip goes on in its thread, and nobody waits for it any more."""
    async with connected(sqlite.engine) as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        begun, goes_on = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def begin() -> None:
            loop.call_soon_threadsafe(begun.set)
            goes_on.wait()
            driver._conn.execute("BEGIN IMMEDIATE")

        trip = asyncio.create_task(driver._execute(begin))
        await begun.wait()
        trip.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trip
        undone = asyncio.create_task(driver.rollback())
        await asyncio.sleep(0)  # it has looked whether anything is open: nothing is, yet
        goes_on.set()
        await undone
        await driver._execute(lambda: None)  # behind whatever the thread still had to do
        assert not driver.in_transaction
