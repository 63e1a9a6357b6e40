"""A job is handed over, and the answer is lost on its way: the process that never heard of it hands it back."""

from __future__ import annotations

import asyncio
from typing import Any

from structlog.testing import capture_logs

from digests.engine.postgres import PostgresQueue
from digests.ports import Clockwork, Job, Payload
from digests.storage.database import Database
from tests.engine.test_postgres import nothing, stored
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template
from tests.support.ways import forgetting_way


async def test_a_job_whose_handing_over_was_lost_is_done_once() -> None:
    """The first job is under way meanwhile and is left alone; behind the lost one another waits for its lock."""
    seen, stop, begun, lost = list[Any](), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Payload) -> None:
        begun.set()
        await lost.wait()
        seen.append("slow")

    async def quick(payload: Payload) -> None:
        seen.append(payload["n"])
        lost.set()
        if payload["n"] == 2:
            stop.set()

    handlers = {"slow": slow, "quick": quick}
    with postgres_database(postgres_template()) as url, capture_logs() as logs:
        async with forgetting_way(url) as way:
            near, far = Database(url), Database(way.url)
            queue = PostgresQueue(far, ManualClock(), workers=2, poll=0.05, heartbeat=30, stalled_after=60)
            other = PostgresQueue(near, ManualClock())
            async with asyncio.timeout(30), asyncio.TaskGroup() as group:
                await other.enqueue(Job("slow", {}, "slow"))
                group.create_task(queue.run(handlers, Clockwork(nothing, nothing, nothing), stop))
                await begun.wait()
                way.lose_commit("quick")
                await other.enqueue(Job("quick", {"n": 1}, "quick"))
                await lost.wait()
                await other.enqueue(Job("quick", {"n": 2}, "quick"))
            assert way.lost == 1
            assert await stored(near) == []
            await near.close()
            await far.close()
    assert sorted(map(str, seen)) == ["1", "2", "slow"]
    assert sum(line["event"] == "job_found_again" for line in logs) == 1
