"""A job is handed over, and the answer is lost on its way: the process that never heard of it hands it back."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from digests.engine.postgres import PostgresQueue
from digests.engine.ticking import SharedTicks
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


async def test_a_tick_whose_taking_was_lost_happens_once() -> None:
    """Two processes want it; the one that took it never hears so, and asks again."""
    calls, clock = list[str](), ManualClock()

    async def far_call(_: datetime) -> None:
        calls.append("far")

    async def near_call(_: datetime) -> None:
        calls.append("near")

    with postgres_database(postgres_template()) as url, capture_logs() as logs:
        async with forgetting_way(url) as way:
            near, far = Database(url), Database(way.url)
            way.lose_commit("INSERT INTO tick")
            day, after = timedelta(days=1), timedelta(hours=2)
            ticking = asyncio.ensure_future(SharedTicks(far, clock).tick("nightly", day, after, far_call))
            while not way.lost:  # noqa: ASYNC110  # a proxy that tells nobody
                await asyncio.sleep(0.01)
            await SharedTicks(near, clock).tick("nightly", day, after, near_call)
            await ticking
            assert calls == ["far"]
            await SharedTicks(far, clock).tick("nightly", day, after, far_call)
            assert calls == ["far"]
            await near.close()
            await far.close()
    assert [line["event"] for line in logs] == ["tick_waits_for_database"]


async def test_a_tick_is_given_up_when_the_next_one_comes() -> None:
    """Of a minute that nobody could take the next one does the work."""
    calls, clock = list[datetime](), ManualClock()

    async def call(now: datetime) -> None:
        calls.append(now)

    with postgres_database(postgres_template()) as url, capture_logs() as logs:
        async with forgetting_way(url) as way:
            far = Database(way.url)
            await way.refuse()
            await SharedTicks(far, clock).tick("minute", timedelta(minutes=1), timedelta(0), call)
            await way.listen()
            await SharedTicks(far, clock).tick("minute", timedelta(minutes=1), timedelta(0), call)
            await far.close()
    assert len(calls) == 1
    assert {line["event"] for line in logs} == {"tick_waits_for_database", "tick_failed"}
