"""When slots come, found by looking at a clock on the wall minute by minute: no arithmetic with time zones."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class WallClock:
    """The clock of one zone from `start` to `end` (UTC, both included), read every minute."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self._seen: list[tuple[datetime, datetime, datetime]] = []  # the instant, the latest wall time before, and now
        where, instant = ZoneInfo(zone), start
        latest = (start - MINUTE).astimezone(where).replace(tzinfo=None)
        while instant <= end:
            wall = instant.astimezone(where).replace(tzinfo=None)
            if wall > latest:  # a clock that was set back shows nothing new for a while
                self._seen.append((instant.astimezone(UTC), latest, wall))
                latest = wall
            instant += MINUTE

    def slots(self, minutes: Collection[int], weekdays: int) -> Iterator[datetime]:
        """The instants at which one of these minutes of a day is reached or jumped over, on these days of the week."""
        times = [time(minute // 60, minute % 60) for minute in minutes]
        for instant, before, wall in self._seen:
            days: set[date] = {before.date(), wall.date()}
            meant = (datetime.combine(day, each) for day in days if weekdays >> day.weekday() & 1 for each in times)
            if any(before < each <= wall for each in meant):
                yield instant
