"""The times at which a ticker's entries came, as pages write them, and the moments they mean.

Understood at the beginning of a line, in German, English, Ukrainian and Russian: "14:32 Uhr", "[13:05]",
"2.05 p.m. GMT", "+++ 09:15 +++", "Update, 12. März, 08:10 Uhr", "March 12, 2026, 8:10 a.m.", "08:10, 12 березня",
"vor 2 Stunden", "2 години тому", and ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

_MONTHS = (
    ("jan", "jän", "січ", "янв"), ("feb", "лют", "фев"), ("mär", "mar", "бер", "мар"), ("apr", "кві", "апр"),
    ("mai", "may", "тра", "мая"), ("jun", "чер", "июн"), ("jul", "лип", "июл"), ("aug", "сер", "авг"),
    ("sep", "вер", "сен"), ("okt", "oct", "жов", "окт"), ("nov", "лис", "ноя"), ("dez", "dec", "гру", "дек"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTH_OF)})[^\W\d_]*)\.?"
_YEAR = r"(?:,?\s?(?P<year>20\d\d)(?:\s?р(?:оку|\.))?)?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_WEEKDAY = (
    r"(?:(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|нд|понед|вівт|серед|четв|п.ятн|субот|неділ)"
    r"[^\W\d_]*[.,]*\s*)?"
)
_ZONES = {
    "MEZ": 1, "CET": 1, "MESZ": 2, "CEST": 2, "GMT": 0, "UTC": 0, "BST": 1, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4,
}  # fmt: skip
_TIME = (
    r"(?P<hour>[01]?\d|2[0-4])[.:](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d]|[.,:]\d|\.\s?\d|\s?(?:min|std|sek|sec|хв)\b)"
    rf"(?:[\])]*\s*(?P<half>[ap])\.?m\b\.?)?(?:[\])]*\s*(?:uhr|h|год)\b\.?)?(?:\s*\(?(?P<zone>{'|'.join(_ZONES)})\b\)?)?"
)
_AGO = (
    r"(?:(?:vor|seit)\s(?P<vor>\d{1,3}|eine[mr])\s(?P<vor_unit>min|stunde|tag)\w*|"
    r"(?P<ago>\d{1,3}|an?|one)\s(?P<ago_unit>min|m|hour|hr|h|day|хв|год|дн|ден|день|мин|час)\w*\.?\s(?:ago|тому|назад))\b"
)
_LEAD = r"[\[(+•·|\s]*(?:(?:update|updated|aktualisierung|aktualisiert|stand|nachtrag|оновлено|оновлення)\b[\s:,|]*)?"
_BETWEEN = r"[\s,|·–-]*(?:(?:um|at|о|в)\s)?"
_TAIL = r"[\])\s:|,–—+-]*"
_DATES = (
    rf"{_WEEKDAY}{_DAY}\.\s?(?:{_MONTH}|(?P<number>1[0-2]|0?[1-9])\.){_YEAR}",
    rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?\s{_MONTH}{_YEAR}",
    rf"{_WEEKDAY}{_MONTH}\s{_DAY}(?:st|nd|rd|th)?{_YEAR}",
)
_ISO = re.compile(
    r"[\[(+•\s]*(?P<moment>20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)" + _TAIL
)
_FORMS = tuple(
    re.compile(_LEAD + form + _TAIL, re.IGNORECASE)
    for form in (
        *(_TIME + r"[\s,|·–-]+" + day + r"(?!\w)" for day in _DATES),
        *(day + _BETWEEN + _TIME for day in _DATES),
        _TIME,
        _AGO,
    )
)
_DIGIT = re.compile(r"\d|vor ein|an? (?:hour|minute) ago")
_REACH = 40  # characters in which a head's first digit stands
_UNITS = {
    "stunde": "hours", "hour": "hours", "hr": "hours", "h": "hours", "год": "hours", "час": "hours", "tag": "days",
    "day": "days", "дн": "days", "ден": "days", "день": "days",
}  # fmt: skip
_HOME = {
    "de": "Europe/Berlin", "uk": "Europe/Kyiv", "fr": "Europe/Paris", "it": "Europe/Rome", "es": "Europe/Madrid",
    "nl": "Europe/Amsterdam", "pl": "Europe/Warsaw", "tr": "Europe/Istanbul", "ru": "Europe/Moscow",
}  # fmt: skip
_SLACK = timedelta(minutes=15)  # by which a page's clock may be ahead


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a line gives it: what is missing is None. `end` is where the rest of the line begins."""

    end: int
    hour: int | None = None
    minute: int = 0
    day: int | None = None
    month: int | None = None
    year: int | None = None
    zone: tzinfo | None = None
    ago: timedelta | None = None

    @property
    def clock(self) -> str:
        """The time of the day as HH:MM; empty for an age."""
        return "" if self.hour is None else f"{self.hour:02}:{self.minute:02}"


def find_stamp(line: str) -> Stamp | None:
    """The time with which `line` begins, or None."""
    if not _DIGIT.search(line[:_REACH].lower()):
        return None
    if found := _ISO.match(line):
        return _iso_stamp(found)
    for form in _FORMS:
        if found := form.match(line):
            return _stamp(found)
    return None


def moments(
    stamps: Sequence[Stamp | None], language: str, published_at: datetime | None, fetched_at: datetime | None
) -> list[datetime | None]:
    """When the entries with these stamps came, in UTC, in the order of the page; None where nobody can say.

    A time of the day needs a day: a date in the text, else the last at which it was that time when the page was
    fetched, or when its day ended if it was published more than a day before. Without `published_at` nothing says
    which day a saved page is of, and the answer is None. An age ("vor 2 Stunden") counts from `fetched_at`, if the
    page is fresh. Times that jump backwards on the way from the newest entry to the oldest are of the day before.
    Clocks are those of the language's main country (UTC for English) unless the page names a zone.
    """
    home = ZoneInfo(_HOME[language]) if language in _HOME else UTC
    anchor, fresh = _anchor(published_at, fetched_at, home)
    found: list[datetime | None] = [None] * len(stamps)
    indices = list(range(len(stamps)))
    if not _newest_first(stamps):
        indices.reverse()
    later = anchor
    for index in indices:
        stamp = stamps[index]
        if stamp is None:
            continue
        if stamp.ago is not None:
            found[index] = fetched_at - stamp.ago if fresh and fetched_at else None
            continue
        found[index] = _moment(stamp, later, home)
        if found[index] is not None:
            later = found[index]
    return found


def _anchor(published_at: datetime | None, fetched_at: datetime | None, home: tzinfo) -> tuple[datetime | None, bool]:
    """The last moment an entry may be of, and whether the page was fetched on the day it was published."""
    if published_at is None:
        return None, False
    fresh = fetched_at is not None and fetched_at - published_at <= timedelta(days=1)
    if fresh:
        return fetched_at, True
    night = datetime.combine(published_at.astimezone(home).date(), time(23, 59), home)
    return night.astimezone(UTC), False


def _newest_first(stamps: Sequence[Stamp | None]) -> bool:
    """True when more times fall than rise from one entry to the next."""
    known = [stamp for stamp in stamps if stamp is not None and stamp.hour is not None]
    rising = sum(_place(one, two) < _place(two, one) for one, two in pairwise(known))
    falling = sum(_place(one, two) > _place(two, one) for one, two in pairwise(known))
    return falling >= rising


def _place(stamp: Stamp, other: Stamp) -> tuple[int, ...]:
    """To compare with the place of `other`; by the time of the day alone where one of them has no date."""
    dated = stamp.day is not None and other.day is not None
    day = (stamp.year or 0, stamp.month or 0, stamp.day or 0) if dated else ()
    return (*day, stamp.hour or 0, stamp.minute)


def _moment(stamp: Stamp, later: datetime | None, home: tzinfo) -> datetime | None:
    """The last moment not after `later` that the stamp can mean."""
    zone = stamp.zone or home
    limit = later.astimezone(zone) + _SLACK if later else None
    if stamp.hour is None:
        return None
    clock = time(stamp.hour % 24, stamp.minute, tzinfo=zone)
    if stamp.day is None or stamp.month is None:
        if limit is None:
            return None
        day = limit.date()
        if datetime.combine(day, clock) > limit:
            day -= timedelta(days=1)
        return datetime.combine(day, clock).astimezone(UTC)
    year = stamp.year or (limit.year if limit else None)
    if year is None:
        return None
    for guess in (year, year - 1) if stamp.year is None else (year,):
        try:
            moment = datetime.combine(date(guess, stamp.month, stamp.day), clock)
        except ValueError:  # 29 February of another year
            continue
        if limit is None or stamp.year is not None or moment <= limit + timedelta(days=1):
            return moment.astimezone(UTC)
    return None


def _iso_stamp(found: re.Match[str]) -> Stamp | None:
    try:
        moment = datetime.fromisoformat(found["moment"])
    except ValueError:
        return None
    return Stamp(found.end(), moment.hour, moment.minute, moment.day, moment.month, moment.year, moment.tzinfo)


def _stamp(found: re.Match[str]) -> Stamp:
    parts = found.groupdict()
    ago = parts.get("vor") or parts.get("ago")
    if ago:
        unit = _UNITS.get((parts.get("vor_unit") or parts.get("ago_unit") or "").lower(), "minutes")
        return Stamp(found.end(), ago=timedelta(**{unit: int(ago) if ago.isdigit() else 1}))
    hour = int(parts["hour"])
    if parts["half"] and hour <= 12:
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    zone = parts.get("zone")
    stamp = Stamp(
        found.end(),
        hour,
        int(parts["minute"]),
        zone=_fixed(zone) if zone else None,
    )
    if not parts.get("day"):
        return stamp
    month = parts.get("month")
    number = _MONTH_OF[month.lower()[:3]] if month else int(parts["number"])
    return replace(stamp, day=int(parts["day"]), month=number, year=int(parts["year"]) if parts.get("year") else None)


def _fixed(name: str) -> tzinfo:
    return timezone(timedelta(hours=_ZONES[name.upper()]), name.upper())
