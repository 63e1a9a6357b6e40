"""When clocks of a zone change next, and what schedules make of it: for those who want to see it beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

from digests.domain.schedule import Schedule, load_zone

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
AROUND = timedelta(days=2)
"""So far before and after a change slots are looked at."""


def next_change(zone_name: str, after: datetime, within: timedelta = timedelta(days=400)) -> datetime | None:
    """The instant (UTC, to the second) at which the clocks of a zone change first after `after`; None for none."""
    zone = load_zone(zone_name)
    early = after.replace(microsecond=0)
    offset = early.astimezone(zone).utcoffset()
    while early < after + within:
        late = early + _DAY
        if late.astimezone(zone).utcoffset() == offset:
            early = late
            continue
        while late - early > _SECOND:
            middle = early + (late - early) // _SECOND // 2 * _SECOND
            if middle.astimezone(zone).utcoffset() == offset:
                early = middle
            else:
                late = middle
        return late
    return None


def slots_around(schedule: Schedule, change: datetime) -> tuple[datetime, ...]:
    """The slots (UTC) of the days around a clock change."""
    slots, slot = [], schedule.next_slot(change - AROUND)
    while slot <= change + AROUND:
        slots.append(slot)
        slot = schedule.next_slot(slot)
    return tuple(slots)
