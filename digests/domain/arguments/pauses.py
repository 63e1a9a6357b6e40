"""How long a pause lasts: "3d", "2 Wochen", "bis 15.08.", "until Monday", "до 15 серпня"; nothing means no end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from babel.dates import get_month_names

from digests.domain.arguments.days import weekday
from digests.domain.arguments.durations import Unit, add_months, read_duration
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, number, one_of, plain, vocabulary
from digests.text.words import LANGUAGES

OPEN_END = ""
"""The argument for a pause without an end."""
LONGEST = timedelta(days=366)
_USUAL = ("3d", "1w", "2w", OPEN_END)
_OPEN = vocabulary("offen, offenes ende, unbegrenzt, unbefristet, für immer, immer, bis auf weiteres, open, open end, "
                   "forever, indefinitely, назавжди, безстроково")  # fmt: skip
_INCLUSIVE = vocabulary("bis einschließlich, bis inklusive, bis inkl., einschließlich, through, thru, "
                        "up to and including, по, включно до")  # fmt: skip
_UNTIL = vocabulary("bis, bis zum, bis am, until, till, til, to, up to, до") | _INCLUSIVE
_FOR = vocabulary("für, for, на, um, lang")
_RELATIVE = dictionary({0: "heute, today, сьогодні", 1: "morgen, tomorrow, завтра", 2: "übermorgen, післязавтра"})
_NEXT = vocabulary("nächste, nächsten, nächster, kommenden, kommende, next, the, zum, наступний, наступного, наступної")
_STALE = timedelta(days=90)  # a day and month this far back is a slip; further back, next year's is meant
_LEAD = re.compile(rf"(?:(?P<until>{one_of(_UNTIL)})|{one_of(_FOR)}) *")
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<d>\d{1,2}) ?[./-] ?(?P<m>\d{1,2})(?:\.? ?|[/-](?P<y1>\d{4}|\d{2}))"
    r"|(?P<d2>\d{1,2}) ?[./] ?(?P<m2>\d{1,2}) ?[./] ?(?P<y2>\d{4}|\d{2})\.?"
    r"|(?P<d3>\d{1,2})(?:\.|st|nd|rd|th)? ?(?:of )?(?P<name3>[^\W\d_]{3,})\.?,? ?(?P<y3>\d{4})?"
    r"|(?P<name4>[^\W\d_]{3,})\.? (?P<d4>\d{1,2})(?:\.|st|nd|rd|th)?,? ?(?P<y4>\d{4})?"
)


def parse_pause(text: str, now: datetime) -> datetime | None:
    """When the pause ends, in UTC, or None for one without an end; `now` is aware, in the reader's time zone.

    "3d" ends at the same local time three days on. "Until 15 August" and "until Monday" end as that day begins, so
    that day's digests come again; "through" and "einschließlich" include it. A date without a year is the next one,
    unless it has just passed. Raises ArgumentError: UNREADABLE; PAST; TOO_FAR (over a year); NO_SUCH_DATE.
    """
    normal = plain(text).rstrip("!")
    if not normal or normal in _OPEN:
        return None
    lead = _LEAD.match(normal)
    rest = normal[lead.end() :] if lead else normal
    inclusive = bool(lead and lead["until"] in _INCLUSIVE)
    try:
        end = _after_duration(rest, now) or _on_day(rest, now, inclusive)
    except _Refused as refused:
        raise ArgumentError(refused.problem, _quoted(text, rest), _USUAL) from None
    if end is None:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _USUAL)
    end = end.astimezone(UTC)
    if not now < end <= now + LONGEST:
        problem = Problem.PAST if end <= now else Problem.TOO_FAR
        raise ArgumentError(problem, _quoted(text, rest), _USUAL)
    return end


class _Refused(Exception):  # noqa: N818
    """Understood, and wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _quoted(text: str, rest: str) -> str:
    """`rest` as it was typed: the last words of `text`."""
    return " ".join(text.split()[-len(rest.split()) :])


def _after_duration(text: str, now: datetime) -> datetime | None:
    duration = read_duration(text)
    if duration is None:
        return None
    if duration.count > LONGEST // timedelta(hours=1):
        raise _Refused(Problem.TOO_FAR)
    if duration.unit is Unit.HOURS:
        return now.astimezone(UTC) + timedelta(hours=duration.count)
    if duration.count > LONGEST.days:
        raise _Refused(Problem.TOO_FAR)
    return add_months(now, duration.count) if duration.unit is Unit.MONTHS else now + timedelta(days=duration.count)


def _on_day(text: str, now: datetime, inclusive: bool) -> datetime | None:
    today = now.date()
    day = _named_day(text, today) or _calendar_day(text, today)
    if day is None:
        return None
    if day > today + LONGEST:
        raise _Refused(Problem.TOO_FAR)
    return datetime.combine(day + timedelta(days=inclusive), time(), now.tzinfo)


def _named_day(text: str, today: date) -> date | None:
    """Tomorrow, or the next such weekday."""
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    first, _, rest = text.partition(" ")
    number_of_day = weekday(rest if first in _NEXT else text)
    return None if number_of_day is None else today + timedelta(days=(number_of_day - today.weekday() - 1) % 7 + 1)


def _calendar_day(text: str, today: date) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day = number(match["day"] or match["d"] or match["d2"] or match["d3"] or match["d4"])
    name = match["name3"] or match["name4"]
    month = _months().get(name) if name else number(match["month"] or match["m"] or match["m2"])
    year = match["year"] or match["y1"] or match["y2"] or match["y3"] or match["y4"]
    if month is None:
        return None
    if not name and day <= 12 < month <= 31:  # 8/15, as Americans write
        day, month = month, day
    found = _dated(day, month, year, today)
    if found is None:
        raise _Refused(Problem.NO_SUCH_DATE)
    return found


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _date(number(year) + (2000 if len(year) == 2 else 0), month, day)
    this, following = _date(today.year, month, day), _date(today.year + 1, month, day)
    previous = _date(today.year - 1, month, day)  # in January, December is over
    slip = next((past for past in (previous, this) if past and today - _STALE <= past <= today), None)
    return slip or next((later for later in (this, following) if later and later > today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Every name and short name of a month in the product's languages (CLDR)."""
    return {
        plain(name).strip("."): month
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for month, name in get_month_names(width, context, language).items()
    } | dictionary({3: "mrz, maerz, мар", 9: "sept, верес", 1: "jänner, jaenner", 2: "feber", 5: "mei"})
