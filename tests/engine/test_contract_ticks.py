"""What every engine promises of its clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from digests.ports import Clockwork
from tests.engine.engines import Engine
from tests.engine.test_contract import nothing

Tick = Callable[[datetime], Coroutine[Any, Any, None]]


async def test_a_tick_happens_once_however_many_processes_there_are(engine: Engine) -> None:
    calls: list[datetime] = []

    async def note(now: datetime) -> None:
        calls.append(now)

    queues, clockwork = [engine.queue() for _ in range(engine.processes)], Clockwork(note, nothing, nothing)
    for _ in range(3):
        now = engine.clock.move(timedelta(minutes=1))
        await asyncio.gather(*(engine.tick(queue, clockwork, "minute") for queue in queues))
        assert calls.pop() == now
        assert calls == []


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=5), timedelta(days=2)])
async def test_ticks_go_on_at_once_after_the_clock_was_set_back(engine: Engine, back: timedelta) -> None:
    calls: list[datetime] = []

    async def note(now: datetime) -> None:
        calls.append(now)

    queues, clockwork = [engine.queue() for _ in range(engine.processes)], Clockwork(note, nothing, nothing)

    async def tick() -> None:
        await asyncio.gather(*(engine.tick(queue, clockwork, "minute") for queue in queues))

    await tick()
    engine.clock.move(-back)
    for _ in range(3):
        now = engine.clock.move(timedelta(minutes=1))
        await tick()
        assert calls.pop() == now
    assert len(calls) == 1  # none came twice


@pytest.mark.parametrize("name", ["minute", "sweep", "nightly"])
async def test_a_tick_passes_the_instant_of_the_clock(engine: Engine, name: str) -> None:
    seen: list[tuple[str, datetime]] = []

    def noting(which: str) -> Tick:
        async def note(now: datetime) -> None:
            seen.append((which, now))

        return note

    clockwork = Clockwork(**{each: noting(each) for each in ("minute", "sweep", "nightly")})
    queue = engine.queue()
    for _ in range(2):
        now = engine.clock.move(timedelta(days=1, minutes=7, seconds=3))
        await engine.tick(queue, clockwork, name)
        assert seen.pop() == (name, now)
        assert seen == []


async def test_a_tick_that_fails_is_told_and_comes_again(engine: Engine) -> None:
    calls: list[datetime] = []

    async def fail(now: datetime) -> None:
        calls.append(now)
        raise RuntimeError("no disk")

    queue, clockwork = engine.queue(), Clockwork(fail, nothing, nothing)
    with capture_logs() as logs:
        await engine.tick(queue, clockwork, "minute")
        engine.clock.move(timedelta(minutes=1))
        await engine.tick(queue, clockwork, "minute")
    assert len(calls) == 2
    assert [(line["event"], line["tick"]) for line in logs] == [("tick_failed", "minute")] * 2
