"""Dates as people write them: "15.08.", "8/15", "2026-08-15", "15. August 2026", "Aug 15", "15 серпня"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

from digests.domain.arguments.spelling import dictionary, number, plain
from digests.text.words import LANGUAGES

_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<d>\d{1,2}) ?[./-] ?(?P<m>\d{1,2})(?:\.? ?|[/-](?P<y1>\d{4}|\d{2}))"
    r"|(?P<d2>\d{1,2}) ?[./] ?(?P<m2>\d{1,2}) ?[./] ?(?P<y2>\d{4}|\d{2})\.?"
    r"|(?P<d3>\d{1,2})(?:\.|st|nd|rd|th)? ?(?:of )?(?P<name3>[^\W\d_]{3,})\.?,? ?(?P<y3>\d{4})?"
    r"|(?P<name4>[^\W\d_]{3,})\.? (?P<d4>\d{1,2})(?:\.|st|nd|rd|th)?,? ?(?P<y4>\d{4})?"
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day and month, perhaps of a year; there need be no such day."""

    day: int
    month: int
    year: int | None = None

    def of(self, year: int) -> date | None:
        """The date in its own year, or in this one where it has none; None when the calendar has no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


def read_date(text: str) -> WrittenDate | None:
    """The date that `text` is as a whole, in the one spelling (`plain`); None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day = number(match["day"] or match["d"] or match["d2"] or match["d3"] or match["d4"])
    name = match["name3"] or match["name4"]
    month = month_names().get(name) if name else number(match["month"] or match["m"] or match["m2"])
    year = match["year"] or match["y1"] or match["y2"] or match["y3"] or match["y4"]
    if month is None:
        return None
    if not name and day <= 12 < month <= 31:  # 8/15, as Americans write
        day, month = month, day
    return WrittenDate(day, month, number(year) + (2000 if len(year) == 2 else 0) if year else None)


@cache
def month_names() -> dict[str, int]:
    """Every name and short name of a month in the product's languages (CLDR), January = 1."""
    return {
        plain(name).strip("."): month
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for month, name in get_month_names(width, context, language).items()
    } | dictionary({3: "mrz, maerz, мар", 9: "sept, верес", 1: "jänner, jaenner", 2: "feber", 5: "mei"})
