"""Lengths of time as people write them: "3d", "2 Wochen", "24h", "один тиждень"."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digests.domain.arguments.spelling import dictionary, number, one_of, plain


class Unit(StrEnum):
    """What is counted."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Duration:
    """So many hours, days (weeks are days) or calendar months; at least zero, possibly absurdly many."""

    count: int
    unit: Unit


_UNITS = dictionary({
    (1, Unit.HOURS): "h, std, stunde, stunden, hour, hours, hr, hrs, год, година, години, годин, годину",
    (1, Unit.DAYS): "d, t, tag, tage, tagen, day, days, д, дн, день, дні, днів, доба, доби",
    (7, Unit.DAYS): "w, wo, wk, woche, wochen, week, weeks, т, тиж, тиждень, тижні, тижнів",
    (1, Unit.MONTHS): "mon, mo, monat, monate, monaten, month, months, міс, місяць, місяці, місяців",
    (12, Unit.MONTHS): "y, j, jahr, jahre, year, years, рік, роки, років",
})  # fmt: skip
_COUNTS = dictionary({
    1: "ein, eine, einen, a, an, one, один, одна, одну, одного", 2: "zwei, two, два, дві", 3: "drei, three, три",
    4: "vier, four, чотири", 5: "fünf, five, п'ять", 6: "sechs, six, шість", 7: "sieben, seven, сім", 14: "vierzehn",
})  # fmt: skip
_ALONE = dictionary({(7, Unit.DAYS): "тиждень, week, woche", (1, Unit.DAYS): "доба, добу", (1, Unit.MONTHS): "місяць"})
_DURATION = re.compile(
    rf"(?:(?P<digits>\d+)|(?P<word>{one_of(_COUNTS)})) ?-?(?P<unit>{one_of(_UNITS)})\.?|(?P<alone>{one_of(_ALONE)})"
)


def read_duration(text: str) -> Duration | None:
    """The duration that `text` is as a whole, or None."""
    match = _DURATION.fullmatch(plain(text))
    if match is None:
        return None
    factor, unit = _ALONE[match["alone"]] if match["alone"] else _UNITS[match["unit"]]
    count = 1 if match["alone"] else number(match["digits"]) if match["digits"] else _COUNTS[match["word"]]
    return Duration(count * factor, unit)


def add_months(day: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))
