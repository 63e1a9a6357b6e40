"""Periods of the past as a search names them: "7d", "gestern", "seit 01.11.", "bis Montag", "im November 2025"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from babel.dates import get_month_names

from digests.domain.arguments.dates import month_names, read_date
from digests.domain.arguments.days import weekday
from digests.domain.arguments.latest import leading_period
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, plain, vocabulary
from digests.text.words import LANGUAGES

_SINCE = vocabulary("seit, seit dem, ab, ab dem, vom, von, since, from, after, з, від, із, після")
_UNTIL = vocabulary("bis, bis zum, bis am, until, till, to, before, vor dem, до, по")
_ON = vocabulary("am, vom, on, the, on the, im, in, in the, у, в")
_DAYS_BACK = dictionary({
    0: "heute, today, сьогодні", 1: "gestern, yesterday, вчора, учора", 2: "vorgestern, позавчора",
})  # fmt: skip
_COMPACT = re.compile(r"\d+ ?[a-zа-яіїє]{1,3}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AMBIGUOUS = vocabulary("march, may, mai, august, mars")  # also names, or words of other things
_ONE_DAY = timedelta(days=1)
LONGEST = 5
"""So many words may say a period together: "seit dem 1. November 2025"."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`, both UTC; None is without a bound."""

    since: datetime | None = None
    until: datetime | None = None

    def __and__(self, other: Period) -> Period:
        """What lies in both."""
        sinces = [each for each in (self.since, other.since) if each]
        untils = [each for each in (self.until, other.until) if each]
        return Period(max(sinces, default=None), min(untils, default=None))

    @property
    def is_empty(self) -> bool:
        """True when nothing can lie in it."""
        return self.since is not None and self.until is not None and self.since >= self.until


def bounded_period(words: Sequence[str], now: datetime) -> Period | None:
    """The period that these words are as a whole, said by a word such as "since" or "until", or as short as "7d".

    Nobody means anything else by these, wherever they stand. `now` is aware, in the reader's time zone. Raises
    ArgumentError NO_SUCH_DATE for a day that the calendar does not have.
    """
    said = [plain(word) for word in words]
    if len(said) == 1 and _COMPACT.fullmatch(said[0]):
        return _back(said, now)
    for lead in (2, 1):
        if len(said) <= lead:
            continue
        preposition, rest = " ".join(said[:lead]), said[lead:]
        span = _span(" ".join(rest), now) if preposition in _SINCE | _UNTIL else None
        if span is not None:
            return Period(since=span.since) if preposition in _SINCE else Period(until=span.until)
        if preposition in _SINCE and (back := _back(rest, now)):
            return back
    return None


def trailing_period(words: Sequence[str], now: datetime) -> Period | None:
    """The period that these words are as a whole where they end a search: "gestern", "letzte 3 Tage", "November".

    Raises as `bounded_period`.
    """
    said = [plain(word) for word in words]
    if len(said) > 1 and said[0] in _ON:
        return _span(" ".join(said[1:]), now)
    text = " ".join(said)
    dated = read_date(text)
    if text in _DAYS_BACK or (dated is not None and dated.year is not None) or _month(text, now, alone=True):
        return _span(text, now)
    return _back(said, now)


def _back(said: Sequence[str], now: datetime) -> Period | None:
    """From so long ago until now."""
    try:
        taken, since = leading_period(list(said), now)
    except ArgumentError:
        return None
    return Period(since=since) if since is not None and taken == len(said) else None


def _span(text: str, now: datetime) -> Period | None:
    """The day, month or year that `text` names: the last one that has begun, where it names no year."""
    day = _day(text, now.date())
    if day is not None:
        return _between(day, day + _ONE_DAY, now)
    month = _month(text, now, alone=False)
    if month is not None:
        return _between(month, (month + 31 * _ONE_DAY).replace(day=1), now)
    if _YEAR.fullmatch(text):
        return _between(date(int(text), 1, 1), date(int(text) + 1, 1, 1), now)
    return None


def _between(first: date, after: date, now: datetime) -> Period:
    since, until = (datetime.combine(each, time(), now.tzinfo).astimezone(UTC) for each in (first, after))
    return Period(since, until)


def _day(text: str, today: date) -> date | None:
    if text in _DAYS_BACK:
        return today - _DAYS_BACK[text] * _ONE_DAY
    named = weekday(text)
    if named is not None:
        return today - (today.weekday() - named) % 7 * _ONE_DAY
    written = read_date(text)
    if written is None:
        return None
    years = [today.year] if written.year else [today.year, *range(today.year - 1, today.year - 5, -1)]
    found = [day for year in years if (day := written.of(year))]
    if not found:
        raise ArgumentError(Problem.NO_SUCH_DATE, text)
    return next((day for day in found if day <= today), found[0])


def _month(text: str, now: datetime, *, alone: bool) -> date | None:
    """The first day of a month that is named, with its year or without.

    `alone` tells that no preposition stands before it: then only full names count that are no other words.
    """
    name, _, year = text.partition(" ")
    month = month_names().get(name)
    if month is None or (year and not _YEAR.fullmatch(year)):
        return None
    if year:
        return date(int(year), month, 1)
    if alone and (name in _AMBIGUOUS or name not in _full_names()):
        return None
    return date(now.year if month <= now.month else now.year - 1, month, 1)


@cache
def _full_names() -> frozenset[str]:
    return frozenset(
        plain(name)
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for name in get_month_names("wide", context, language).values()
    )
