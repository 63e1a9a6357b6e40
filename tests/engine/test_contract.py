"""What every engine promises. A further engine is a line in `engines.ENGINES`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from digests.ports import Clockwork, Handler, Job, JobQueue, Payload
from tests.engine.engines import Engine


async def nothing(_: datetime) -> None:
    """A tick that nobody waits for."""


IDLE = Clockwork(nothing, nothing, nothing)


async def run(queue: JobQueue, handlers: Mapping[str, Handler], until: asyncio.Event) -> None:
    """Work, but not for ever: a test that hangs says so."""
    async with asyncio.timeout(10):
        await queue.run(handlers, IDLE, until)


def recording(seen: list[Any], stop: asyncio.Event, count: int) -> Handler:
    """A handler that notes its payloads and ends the run after so many."""

    async def handle(payload: Payload) -> None:
        seen.append(payload["n"])
        if len(seen) == count:
            stop.set()

    return handle


def job(number: object, key: str | None = None, priority: int = 0) -> Job:
    return Job("note", {"n": number}, key=key or str(number), priority=priority)


async def test_what_was_enqueued_before_and_during_the_run_is_done(engine: Engine) -> None:
    queue, stop, seen = engine.queue(), asyncio.Event(), list[Any]()
    note = recording(seen, stop, 3)

    async def first(payload: Payload) -> None:
        await queue.enqueue(job(2))
        await note(payload)

    await queue.enqueue(Job("first", {"n": 0}, key="first"))
    await queue.enqueue(job(1))
    await run(queue, {"note": note, "first": first}, stop)
    assert sorted(seen) == [0, 1, 2]


async def test_higher_priorities_go_first_and_equal_ones_in_order(engine: Engine) -> None:
    queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[Any]()
    for number, priority in enumerate([0, -2, 7, 0, -1, 7]):
        await queue.enqueue(job(number, priority=priority))
    await run(queue, {"note": recording(seen, stop, 6)}, stop)
    assert seen == [2, 5, 0, 3, 4, 1]


async def test_a_twin_is_dropped_only_while_the_first_one_waits(engine: Engine) -> None:
    queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[Any]()
    note = recording(seen, stop, 4)

    async def again(payload: Payload) -> None:
        await queue.enqueue(Job("note", {"n": "after"}, key="again"))  # it has begun: what comes now is new work
        await note(payload)

    await queue.enqueue(Job("again", {"n": "first"}, key="again"))
    await queue.enqueue(Job("again", {"n": "twin"}, key="again"))
    await queue.enqueue(job("x", key="k"))
    await queue.enqueue(job("twin of x", key="k"))
    await queue.enqueue(job("y"))
    await run(queue, {"note": note, "again": again}, stop)
    assert sorted(seen) == ["after", "first", "x", "y"]


async def test_a_job_counts_only_once_its_transaction_is_committed(engine: Engine) -> None:
    queue, stop, seen = engine.queue(), asyncio.Event(), list[Any]()
    earlier = asyncio.Event()

    async def note(payload: Payload) -> None:
        seen.append(payload["n"])
        (stop if payload["n"] == "committed" else earlier).set()

    async def roll_back() -> None:
        async with engine.database.write() as transaction:
            await queue.enqueue(job("rolled back"), within=transaction)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await roll_back()
    async with asyncio.TaskGroup() as group:
        async with engine.database.write() as transaction:
            await queue.enqueue(job("committed"), within=transaction)
            await queue.enqueue(job("earlier"))
            group.create_task(run(queue, {"note": note}, stop))
            await asyncio.wait_for(earlier.wait(), 10)
        await asyncio.wait_for(stop.wait(), 10)
    assert seen == ["earlier", "committed"]


async def test_a_twin_inside_a_transaction_leaves_the_rest_of_it_alone(engine: Engine) -> None:
    queue, stop, seen = engine.queue(), asyncio.Event(), list[Any]()
    await queue.enqueue(job("first", key="k"))
    async with engine.database.write() as transaction:
        await queue.enqueue(job("twin", key="k"), within=transaction)
        await queue.enqueue(job("other"), within=transaction)
    await run(queue, {"note": recording(seen, stop, 2)}, stop)
    assert sorted(seen) == ["first", "other"]


@pytest.mark.parametrize("beside", [False, True])
async def test_a_job_waits_for_its_twin_that_has_begun_unless_it_may_run_beside_it(
    engine: Engine, beside: bool
) -> None:
    queue, stop = engine.queue(workers=3), asyncio.Event()
    events: list[str] = []
    other = asyncio.Event()

    async def twin(payload: Payload) -> None:
        events.append(f"{payload['n']} begins")
        if payload["n"] == 1:
            await queue.enqueue(Job("twin", {"n": 2}, "k", beside=beside))
            await queue.enqueue(Job("other", {}, "other", priority=-9))
            await asyncio.wait_for(other.wait(), 10)
        elif beside:
            other.set()
        events.append(f"{payload['n']} ends")
        if len(events) == 4:
            stop.set()

    async def later(_: Payload) -> None:
        if not beside:
            other.set()

    await queue.enqueue(Job("twin", {"n": 1}, "k", beside=beside))
    await run(queue, {"twin": twin, "other": later}, stop)
    first, second = ["1 begins", "1 ends"], ["2 begins", "2 ends"]
    assert events == (["1 begins", *second, "1 ends"] if beside else first + second)


async def test_many_jobs_at_once_keep_their_order_and_lose_their_twins(engine: Engine) -> None:
    queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[Any]()
    await queue.enqueue(job("first", key="k"))
    async with engine.database.write() as transaction:
        twins = [job("twin", key="k"), job(1), job(2, priority=1), job("twin of 1", key="1"), job(3)]
        await queue.enqueue_all(twins, within=transaction)
    await queue.enqueue_all([])
    await queue.enqueue_all([job(4)])
    await run(queue, {"note": recording(seen, stop, 5)}, stop)
    assert seen == [2, "first", 1, 3, 4]


async def test_what_waits_can_be_withdrawn(engine: Engine) -> None:
    """Only once the transaction is committed; what has begun goes on, and its key is free for another one."""
    queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[Any]()

    async def first(payload: Payload) -> None:
        async with engine.database.write() as transaction:
            await queue.withdraw(["first", "2", "bulk", "unknown"], within=transaction)
        with suppress(RuntimeError):
            async with engine.database.write() as transaction:
                await queue.withdraw(["3"], within=transaction)
                raise RuntimeError
        await queue.enqueue(job("2 again", key="2"))
        seen.append(payload["n"])

    await queue.enqueue(Job("first", {"n": "first"}, "first", priority=1))
    await queue.enqueue_all([job(2), job(3), Job("note", {"n": "bulk"}, "bulk", bulk=True), job(4)])
    await run(queue, {"first": first, "note": recording(seen, stop, 4)}, stop)
    assert seen == ["first", 3, 4, "2 again"]


async def test_one_worker_is_kept_free_of_bulk_jobs(engine: Engine) -> None:
    """However many of them run and wait, another job begins at once; without them bulk jobs have all but that one."""
    queue, stop, begun, free = engine.queue(workers=3), asyncio.Event(), list[int](), asyncio.Event()

    async def bulk(payload: Payload) -> None:
        begun.append(payload["n"])
        if len(begun) == 2:
            await queue.enqueue(job("short"))
        await free.wait()
        if payload["n"] == 4:
            stop.set()

    async def note(_: Payload) -> None:
        assert begun == [0, 1]
        free.set()

    await queue.enqueue_all([Job("bulk", {"n": n}, f"bulk {n}", priority=9 - n, bulk=True) for n in range(5)])
    await run(queue, {"bulk": bulk, "note": note}, stop)
    assert begun == [0, 1, 2, 3, 4]


async def test_a_failed_job_harms_no_other_and_its_key_is_free_again(engine: Engine) -> None:
    """At least once: the sweep finds the work again and enqueues it under the same key."""
    queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[Any]()
    failures = iter([RuntimeError("once")])

    async def fragile(payload: Payload) -> None:
        for failure in failures:
            await queue.enqueue(job("other"))
            await queue.enqueue(Job("fragile", {"n": "again"}, key="fragile"))  # what a sweep does
            raise failure
        await note(payload)

    note = recording(seen, stop, 2)
    await queue.enqueue(Job("fragile", {"n": "first"}, key="fragile"))
    with capture_logs() as logs:
        await run(queue, {"fragile": fragile, "note": note}, stop)
    assert sorted(seen) == ["again", "other"]
    (error,) = [line for line in logs if line["log_level"] == "error"]
    assert (error["event"], error["job"]) == ("job_failed", "fragile")


async def test_a_job_without_a_handler_is_an_error_and_no_end(engine: Engine) -> None:
    queue, stop, seen = engine.queue(), asyncio.Event(), list[Any]()
    await queue.enqueue(Job("unknown", {}, key="unknown", priority=9))
    await queue.enqueue(job(1))
    with capture_logs() as logs:
        await run(queue, {"note": recording(seen, stop, 1)}, stop)
    assert seen == [1]
    assert "job_failed" in {line["event"] for line in logs}


async def test_a_stop_lets_begun_jobs_finish_and_begins_no_other(engine: Engine) -> None:
    queue, stop, seen = engine.queue(workers=2), asyncio.Event(), list[Any]()
    begun = asyncio.Barrier(3)
    release = asyncio.Event()

    async def slow(payload: Payload) -> None:
        await begun.wait()
        await release.wait()
        seen.append(payload["n"])

    for number in range(5):
        await queue.enqueue(Job("slow", {"n": number}, key=str(number), priority=-number))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(run(queue, {"slow": slow}, stop))
        await begun.wait()
        stop.set()
        await asyncio.sleep(0)
        assert not running.done()
        release.set()
    assert sorted(seen) == [0, 1]


async def test_a_job_that_does_not_end_is_cut_short_and_blocks_no_stop(engine: Engine) -> None:
    queue, stop, ends = engine.queue(drain=0.05), asyncio.Event(), list[str]()

    async def endless(_: Payload) -> None:
        try:
            stop.set()
            await asyncio.Event().wait()
        finally:
            ends.append("cut")

    await queue.enqueue(Job("endless", {}, "endless"))
    await run(queue, {"endless": endless}, stop)
    assert ends == ["cut"]


async def test_a_stop_ends_a_run_with_nothing_to_do(engine: Engine) -> None:
    queue, stop = engine.queue(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(run(queue, {}, stop))
        await asyncio.sleep(0)
        stop.set()


async def test_it_is_ready_once_it_runs(engine: Engine) -> None:
    queue, stop = engine.queue(), asyncio.Event()
    waiting = asyncio.ensure_future(queue.ready())
    await asyncio.sleep(0)
    assert not waiting.done()
    async with asyncio.TaskGroup() as group:
        group.create_task(run(queue, {}, stop))
        async with asyncio.timeout(10):
            await waiting
        stop.set()
