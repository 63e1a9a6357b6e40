"""Connections for coroutines: what is taken back, and how they end when whoever uses them is cancelled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import Insert, event, insert, select
from sqlalchemy.exc import IntegrityError

from digests.storage import models
from digests.storage.connections import _to_the_end, connected
from digests.storage.database import Database, Transaction
from tests.support.rows import rows


async def slugs(database: Database) -> list[str]:
    """The topics in the database."""
    return [row["slug"] for row in await rows(database, models.Topic)]


def topic(slug: str) -> Insert:
    """Puts a topic into the database."""
    return insert(models.Topic).values(slug=slug, names={})


async def twice(transaction: Transaction, slug: str) -> None:
    """Put a topic in within a savepoint, and once more, which cannot be."""
    async with transaction.connection.begin_nested():
        await transaction.connection.execute(topic(slug))
        await transaction.connection.execute(topic(slug))


async def test_a_savepoint_takes_back_only_what_came_after_it(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(topic("before"))
        with pytest.raises(IntegrityError):
            await twice(transaction, "within")
        async with transaction.connection.begin_nested():
            await transaction.connection.execute(topic("after"))
    assert await slugs(database) == ["before", "after"]


async def test_cancelling_a_transaction_rolls_it_back_and_frees_its_connection(database: Database) -> None:
    begun, given_back = asyncio.Event(), list[object]()
    event.listen(database.engine, "checkin", lambda *_: given_back.append(None))

    async def hesitate() -> None:
        async with database.write() as transaction:
            await transaction.connection.execute(topic("never"))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hesitate())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(given_back) == 1
    assert await slugs(database) == []


async def test_results_are_typed_rows_values_and_first_values(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(
            insert(models.Topic), [{"slug": each, "names": {}, "parent": "p"} for each in "ab"]
        )
    async with connected(database.engine) as connection:
        by_slug = select(models.Topic.slug, models.Topic.parent).order_by(models.Topic.slug)
        assert (await connection.execute(by_slug)).all() == [("a", "p"), ("b", "p")]
        assert (await connection.scalars(by_slug)).all() == ["a", "b"]
        assert await connection.scalar(by_slug) == "a"
        assert await connection.scalar(by_slug.where(models.Topic.slug == "c")) is None
        assert await connection.run_sync(lambda each: each.scalar(by_slug)) == "a"


@dataclass
class Closing:
    """A connection that takes its time to close."""

    begun: asyncio.Event
    let: asyncio.Event
    closed: bool = False
    error: Exception | None = None

    async def run(self) -> None:
        """Close it."""
        self.begun.set()
        await self.let.wait()
        self.closed = True
        if self.error is not None:
            raise self.error


@pytest.fixture
def closing() -> Closing:
    """A connection that is closed once it is let."""
    return Closing(asyncio.Event(), asyncio.Event())


async def test_who_is_cancelled_while_it_closes_goes_only_when_it_has_closed(closing: Closing) -> None:
    task = asyncio.create_task(_to_the_end(closing.run()))
    await closing.begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
    closing.let.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closing.closed


async def test_an_error_while_it_closes_is_told(closing: Closing) -> None:
    closing.error = OSError("gone")
    closing.let.set()
    with pytest.raises(OSError, match="gone"):
        await _to_the_end(closing.run())
