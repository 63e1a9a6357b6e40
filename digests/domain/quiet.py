"""Quiet hours: when nothing may come that nobody has asked for at this moment. They are what the reader's clock shows,
so a clock change needs no rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from digests.domain.schedule import MINUTES_A_DAY, first_instant, load_zone
from digests.errors import InputError


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` up to `end`, both minutes after local midnight, over midnight where the end is earlier; none at all
    where they are equal. Raises InputError for what is no minute of a day.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES_A_DAY and 0 <= self.end < MINUTES_A_DAY):
            raise InputError("quiet hours", f"{self.start} to {self.end} are not both from 0 to {MINUTES_A_DAY - 1}")

    @property
    def is_none(self) -> bool:
        """True when no hour is quiet."""
        return self.start == self.end

    def holds(self, instant: datetime, time_zone: str) -> bool:
        """Whether it is quiet at an instant (aware) for whoever lives by this IANA zone."""
        local = instant.astimezone(load_zone(time_zone))
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


QUIET = Quiet(22 * 60, 7 * 60)
"""For who has chosen nothing else."""
NO_QUIET = Quiet(0, 0)
"""Every hour is as good as another."""


def day_began(instant: datetime, time_zone: str) -> datetime:
    """When the local day of an instant began, in UTC."""
    zone = load_zone(time_zone)
    today = instant.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return first_instant(today, zone).astimezone(UTC)
