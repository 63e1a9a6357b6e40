"""Workers and the database are killed while digests go out: nobody gets one twice, nobody who waited misses his."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.roles import FEWEST_AT_ONCE
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from digests.engine import postgres
from digests.storage import schema
from digests.storage.database import Database
from tests.end_to_end.readers import before_the_slot, newcomers, publish, subscribe
from tests.support.clocks import START
from tests.support.databases import postgres_database, postgres_template
from tests.support.drills import Count, Drill, private_server

READERS = 40


@pytest.fixture
def database_url() -> Iterator[str]:
    with postgres_database(postgres_template()) as url:
        yield url


async def prepare(sandbox: Sandbox, folder: Path, url: str) -> None:
    """Readers whose slot was a minute ago, and a Telegram that takes its time."""
    readers = newcomers(sandbox, READERS)
    async with before_the_slot(sandbox.url, folder, url) as app:
        await publish(app)
        await subscribe(app, readers, minutes_ago=1)
    sandbox.fail("delay", "sendMessage", times=100 * READERS, seconds=0.2)


def is_right(count: Count, troubles: int) -> None:
    """One edition, one delivery each, none twice, none missing, and only what was in flight uncertain."""
    assert (count.editions, count.slots_twice, count.deliveries) == (1, 0, READERS), count
    assert (count.sent_twice, count.missing) == (0, 0), count
    assert count.uncertain <= troubles * FEWEST_AT_ONCE, count
    assert set(count.statuses) <= {"sent", "uncertain"}, count
    assert count.statuses["sent"] > 0, count


async def test_workers_killed_while_they_plan_and_send(tmp_path: Path, database_url: str) -> None:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        await prepare(sandbox, tmp_path, database_url)
        async with Drill(sandbox, database_url, tmp_path) as drill:
            for _ in range(2):
                await drill.hire()
            planner = await drill.whoever_says(random.choice(("edition_opened", "edition_composed")))  # noqa: S311
            await drill.kill(planner)
            for _ in range(2):
                upto = min(len(sandbox.ledger) + random.randrange(1, 8), READERS // 2)  # noqa: S311
                await drill.reaches(lambda upto=upto: len(sandbox.ledger) >= upto)  # type: ignore[misc]
                await drill.kill(random.choice(drill.workers))  # noqa: S311
            await drill.settles()
            assert set(await drill.stop()) == {0}
            is_right(await drill.count(), drill.kills)


async def test_the_database_killed_while_digests_go_out(tmp_path: Path) -> None:
    async with private_server() as server, Sandbox(flood=NO_FLOOD) as sandbox:
        database = Database(server.url)
        await schema.upgrade(database, START)
        await postgres.upgrade(database)
        await database.close()
        await prepare(sandbox, tmp_path, server.url)
        async with Drill(sandbox, server.url, tmp_path) as drill:
            await drill.hire()
            await drill.reaches(lambda: len(sandbox.ledger) >= 10)
            server.kill()
            await drill.workers[0].says("queue_unreachable")
            server.start()
            await drill.settles()
            (code,) = await drill.stop()
            assert code == 0
            is_right(await drill.count(), 1)
