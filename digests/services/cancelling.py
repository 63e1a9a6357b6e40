"""Cancellation that a failure has hidden."""

from __future__ import annotations

import asyncio


def end_if_cancelled() -> None:
    """Raise CancelledError when this task was cancelled. For loops that go on after every failure.

    A connection that breaks while its task is being cancelled raises its own failure in place of the cancellation, and
    whoever waits for the task would wait for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
