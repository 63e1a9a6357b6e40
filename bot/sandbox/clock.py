"""The sandbox's own time: a base clock and an offset that only grows."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

ClockListener = Callable[[datetime], Awaitable[None]]


def utc_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


class VirtualClock:
    """Time that can be moved forward; listeners hear the new time after each move."""

    def __init__(self, base: Callable[[], datetime] = utc_now) -> None:
        self._base = base
        self.offset = timedelta()
        self.listeners: list[ClockListener] = []

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        return self._base().astimezone(UTC) + self.offset

    async def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and tell the listeners. Raises ValueError for a step back."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self.offset += by
        now = self.now()
        for listener in list(self.listeners):
            await listener(now)
        return now

    async def set(self, moment: datetime) -> datetime:
        """Move forward to `moment`. Raises ValueError when it lies in the past or has no time zone."""
        if moment.tzinfo is None:
            raise ValueError("the time needs a time zone, for example 2026-11-23T07:00:00+01:00")
        return await self.advance(moment.astimezone(UTC) - self.now())
