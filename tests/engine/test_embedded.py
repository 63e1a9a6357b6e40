"""What is the embedded engine's own: three static jobs in UTC that neither pile up nor get lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from digests.engine.embedded import EmbeddedQueue
from digests.ports import Clockwork, SystemClock
from tests.support.clocks import ManualClock


async def nothing(_: datetime) -> None:
    """Not called."""


@pytest.mark.parametrize(
    ("name", "period"),
    [("minute", timedelta(minutes=1)), ("sweep", timedelta(minutes=5)), ("nightly", timedelta(days=1))],
)
async def test_the_periods_are_even_through_every_clock_change(name: str, period: timedelta) -> None:
    scheduler = EmbeddedQueue(ManualClock())._scheduler(Clockwork(nothing, nothing, nothing))
    scheduler.start(paused=True)
    (job,) = [job for job in scheduler.get_jobs() if job.args[0] == name]
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    now = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)  # the night in which Berlin's clocks go back
    first = job.trigger.get_next_fire_time(None, now)
    times = [first]
    while len(times) < 100:
        times.append(job.trigger.get_next_fire_time(times[-1], times[-1] + timedelta(microseconds=1)))
    assert {later - earlier for earlier, later in pairwise(times)} == {period}
    assert len(scheduler.get_jobs()) == 3
    scheduler.shutdown(wait=False)


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=5), timedelta(days=2)])
async def test_ticks_come_at_once_after_the_clock_was_set_back(back: timedelta) -> None:
    """APScheduler itself would rest until the old time comes again."""
    minute, almost = datetime(2026, 8, 13, 12, 0, tzinfo=UTC), timedelta(milliseconds=5)
    calls, come = list[datetime](), asyncio.Event()

    async def note(now: datetime) -> None:
        calls.append(now)
        come.set()

    queue, stop = EmbeddedQueue(SystemClock(), clock_look=0.005), asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        with time_machine.travel(minute - almost, tick=False) as clock:
            group.create_task(queue.run({}, Clockwork(note, nothing, nothing), stop))
            for instant in (minute, minute - back, minute - 2 * back):
                clock.move_to(instant - almost)
                await asyncio.sleep(0.05)  # the clock stands still: nothing may come
                assert calls == []
                clock.move_to(instant)
                await come.wait()
                assert calls.pop() == instant
                come.clear()
            stop.set()
