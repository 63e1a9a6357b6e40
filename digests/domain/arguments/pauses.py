"""How long a pause lasts: "3d", "2 Wochen", "bis 15.08.", "until Monday", "до 15 серпня"; nothing means no end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from digests.domain.arguments.dates import WrittenDate, read_date
from digests.domain.arguments.days import weekday
from digests.domain.arguments.durations import Unit, add_months, read_duration
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, one_of, plain, vocabulary

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
    written = read_date(text)
    if written is None:
        return None
    found = _dated(written, today)
    if found is None:
        raise _Refused(Problem.NO_SUCH_DATE)
    return found


def _dated(written: WrittenDate, today: date) -> date | None:
    this = written.of(today.year)
    if written.year is not None:
        return this
    following, previous = written.of(today.year + 1), written.of(today.year - 1)  # in January, December is over
    slip = next((past for past in (previous, this) if past and today - _STALE <= past <= today), None)
    return slip or next((later for later in (this, following) if later and later > today), None)
