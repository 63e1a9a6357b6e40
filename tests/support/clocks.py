"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 8, 13, 4, 0, tzinfo=UTC)
"""A summer Thursday, 06:00 in Berlin."""


class ManualClock:
    """Sleeping moves it at once, so nothing ever waits."""

    def __init__(self, now: datetime = START) -> None:
        """Stand at `now` (UTC)."""
        self._now = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The instant it stands at."""
        return self._now

    def move(self, to: datetime | timedelta) -> datetime:
        """Move to an instant, or by a span."""
        self._now = to if isinstance(to, datetime) else self._now + to
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move on by so many seconds and let others run."""
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
