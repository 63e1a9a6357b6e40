"""When the periodic calls come that processes share, and waiting that ends with the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from digests.ports import Clockwork

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
Tick = Callable[[datetime], Coroutine[Any, Any, None] | Awaitable[None]]
"""A periodic call, given the instant (UTC) that it stands for."""


def ticks(clockwork: Clockwork, nightly: Tick) -> list[tuple[str, timedelta, timedelta, Tick]]:
    """Name, period, how long after its beginning (UTC), and call; the same times as the embedded engine's."""
    return [
        ("minute", _MINUTE, timedelta(0), clockwork.minute),
        ("sweep", 5 * _MINUTE, timedelta(seconds=30), clockwork.sweep),
        ("nightly", _DAY, timedelta(hours=2, minutes=17), nightly),
    ]


def latest(now: datetime, period: timedelta, after: timedelta) -> datetime:
    """The last tick before or at `now`."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC) + after
    return epoch + (now - epoch) // period * period


async def unless(until: asyncio.Event, awaited: Awaitable[Any]) -> Any:  # noqa: ANN401  # of any kind
    """What is awaited, or None as soon as `until` is set."""
    if until.is_set():
        if isinstance(awaited, Coroutine):
            awaited.close()
        return None
    task, stop = asyncio.ensure_future(awaited), asyncio.ensure_future(until.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stop.cancel()
