"""When digests are due: readers think in local times, everything else in UTC.

One rule answers every clock change: a slot is *the first instant at which the local clock shows its date and time, or
later*. So a time that does not exist comes as soon as the clock has jumped over it (02:30 in Berlin's spring night
comes at 03:00, the earliest moment that is not too early), a time that exists twice comes at the first of the two, and
slots never run backwards. Two times that fall together after a jump (02:30 and 03:00 in that night) are one slot: its
digest covers what both would have. A date that a zone leaves out altogether (Friday, 2011-12-30 in Pacific/Apia) has
no slots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digests.errors import InputError

MINUTES_A_DAY = 24 * 60
TIMES_AT_MOST = 3
EVERY_DAY = 0b1111111
WORKDAYS = 0b0011111
WEEKEND = 0b1100000
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


_EXAMPLE = "Europe/Berlin"
NO_ZONES = "Python finds no rules of time zones on this machine"


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """The IANA zone called `name`, read once (zoneinfo itself keeps only the last eight); InputError for another."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        problem = f"{name!r} is no IANA time zone such as {_EXAMPLE}" if name != _EXAMPLE else NO_ZONES
        raise InputError("time zone", problem) from error


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the clocks of `zone` show the naive time `wall` or later."""
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if before <= after:  # an ordinary time, or the first of two
        return before
    early, late = after, before  # a gap: the clock jumps between these two, at a full second
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late


@dataclass(frozen=True, slots=True)
class Shift:
    """A clock change that moves a time of a schedule: the local date, the time meant, and when it comes instead."""

    day: date
    minute: int  # after local midnight
    slot: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Schedule:
    """Local times of day on certain weekdays in one time zone; interned, so readers with equal wishes share one.

    Raises InputError for an unknown zone, for no or more than three times, and for no weekday.
    """

    time_zone: str  # IANA name
    minutes: tuple[int, ...]  # after local midnight, sorted, distinct, one to three
    weekdays: int = EVERY_DAY  # bit mask, Monday = 1, Sunday = 64

    def __post_init__(self) -> None:
        load_zone(self.time_zone)
        if not 1 <= len(self.minutes) <= TIMES_AT_MOST or sorted(set(self.minutes)) != list(self.minutes):
            raise InputError("schedule minutes", f"{self.minutes} are not one to three distinct times in order")
        if not all(0 <= minute < MINUTES_A_DAY for minute in self.minutes):
            raise InputError("schedule minutes", f"{self.minutes} are not all from 0 to {MINUTES_A_DAY - 1}")
        if not 0 < self.weekdays <= EVERY_DAY:
            raise InputError("schedule weekdays", f"{self.weekdays} is no mask from 1 (Monday) to {EVERY_DAY} (daily)")

    def local(self, instant: datetime) -> datetime:
        """An aware datetime as the reader's clock shows it; ValueError for a naive one."""
        if instant.tzinfo is None:
            raise ValueError("a slot needs a datetime with a time zone")
        return instant.astimezone(load_zone(self.time_zone))

    def next_slot(self, after: datetime) -> datetime:
        """The first slot strictly later than `after`, in UTC."""
        today = self.local(after).date()  # what the clock has already shown is not later
        return next(slot for _, _, slot in self._walk(today, 1) if slot > after)

    def next_slots(self, after: datetime, count: int) -> tuple[datetime, ...]:
        """The first `count` slots strictly later than `after`, in UTC."""
        slots: list[datetime] = []
        for _ in range(count):
            slots.append(self.next_slot(slots[-1] if slots else after))
        return tuple(slots)

    def previous_slot(self, before: datetime) -> datetime:
        """The last slot strictly earlier than `before`, in UTC: the start of the window that ends at `before`."""
        tomorrow = self.local(before).date() + _DAY  # a clock set back may have shown tomorrow already
        return next(slot for _, _, slot in self._walk(tomorrow, -1) if slot < before)

    def slot_is_shifted(self, slot: datetime) -> bool:
        """True when a clock change moved `slot`: the reader's clock shows a time that is not in the schedule."""
        local = self.local(slot)
        return local.second > 0 or local.hour * 60 + local.minute not in self.minutes

    def next_shift(self, after: datetime, within: timedelta = timedelta(days=366)) -> Shift | None:
        """The first clock change that moves one of these times, for the note to the reader; None when none does."""
        for day, minute, slot in self._walk(self.local(after).date(), 1):
            if slot > after + within:
                break
            if slot > after and self.slot_is_shifted(slot):
                return Shift(day, minute, slot)
        return None

    def _walk(self, day: date, step: int) -> Iterator[tuple[date, int, datetime]]:
        """All slots with the date and time they are meant for, from `day` on, forward (1) or backward (-1)."""
        zone = load_zone(self.time_zone)
        while True:
            if self.weekdays >> day.weekday() & 1:
                midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # wall time, placed by first_instant
                for minute in self.minutes[::step]:
                    slot = first_instant(midnight + timedelta(minutes=minute), zone)
                    if slot.astimezone(zone).date() == day or not _is_left_out(midnight, zone):
                        yield day, minute, slot
            day += step * _DAY


def _is_left_out(midnight: datetime, zone: ZoneInfo) -> bool:
    """True when the zone jumps over the whole date, as Samoa did when it crossed the date line."""
    return first_instant(midnight, zone) == first_instant(midnight + _DAY, zone)
