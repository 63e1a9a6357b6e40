"""Waiting for a condition over shared state without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Pulse:
    """Wakes everyone who waits for a condition whenever the state may have changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Say that something changed; never blocks."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, look: Callable[[], Value | None], timeout: float | None) -> Value:  # noqa: ASYNC109
        """Return the first result of `look` that is neither None nor False.

        Raises TimeoutError after `timeout` seconds; None waits for ever.
        """
        async with asyncio.timeout(timeout):
            while True:
                found = look()
                if found is not None and found is not False:
                    return found
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
