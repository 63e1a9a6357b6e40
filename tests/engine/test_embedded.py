"""What is the embedded engine's own: three static jobs in UTC that neither pile up nor get lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from digests.engine.embedded import EmbeddedQueue
from digests.ports import Clockwork
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
