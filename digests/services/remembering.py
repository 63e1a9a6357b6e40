"""What takes long to count and changes slowly, counted once for all who ask within a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Remembered(Generic[T]):
    """A count and when it was made.

    However many ask at a time, one of them counts: the others get what was counted before, and wait for it only where
    nothing has been.
    """

    count: Callable[[datetime], Awaitable[T]]  # is told what time it is (UTC)
    kept_for: timedelta
    _found: tuple[datetime, T] | None = field(default=None, init=False)
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def get(self, now: datetime) -> T:
        """What was counted within `kept_for` before `now` (UTC), or is counted now. Raises what counting raises."""
        if self._found is not None and (self._is_fresh(self._found[0], now) or self._counting.locked()):
            return self._found[1]
        async with self._counting:
            if self._found is None or not self._is_fresh(self._found[0], now):  # else whoever was first has counted
                self._found = now, await self.count(now)
            return self._found[1]

    def _is_fresh(self, counted_at: datetime, now: datetime) -> bool:
        """Never when the clock has been set back since."""
        return timedelta() <= now - counted_at < self.kept_for
