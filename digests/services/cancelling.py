"""Cancellation that a failure or a library has hidden."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_ONCE_MORE = 0.5
"""Seconds between two requests to end."""


def end_if_cancelled() -> None:
    """Raise CancelledError when this task was cancelled. For loops that go on after every failure.

    A connection that breaks while its task is being cancelled raises its own failure in place of the cancellation, and
    whoever waits for the task would wait for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def end_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until all have ended, whatever of: one cancellation may get lost.

    Before Python 3.12 `asyncio.wait_for`, by which procrastinate waits for notifications, forgets the one that comes
    together with what it waits for (CPython issue 86296).
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_ONCE_MORE)
