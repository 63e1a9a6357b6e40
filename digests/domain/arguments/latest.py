"""What /latest and /topic are asked for: how many stories, from when on, about what; in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from digests.domain.arguments.durations import Duration, Unit, add_months, read_duration
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, number, plain, vocabulary

USUAL = 5
MOST = 10
_LONGEST = timedelta(days=366)
_INTEGER = re.compile(r"[+-]?\d+")
_DAYS_BACK = dictionary(
    {0: "heute, today, сьогодні", 1: "gestern, yesterday, вчора, учора", 6: "diese woche, this week"}
)
_FILL = vocabulary("top, die, the, letzte, letzten, last, past, seit, since, останні, за")
_GROUPS = (3, 2, 1)  # how many words may say a period together: "last 3 days", "3 Tage", "3d"


@dataclass(frozen=True, slots=True)
class LatestRequest:
    """`words` is what was typed beside number and period, as it was typed: a topic, or something to search."""

    count: int = USUAL
    since: datetime | None = None  # UTC
    words: str = ""
    capped: bool = False  # more than ten were asked for; `count` is ten


def parse_latest(text: str, now: datetime) -> LatestRequest:
    """Read "[n] [topic] [heute | 24h | 3d]" in any order; `now` is aware, in the reader's time zone.

    A name that holds a number ("Formel 1") is for the caller to recognise first. Raises ArgumentError TOO_FEW for a
    number below one, and for a period of no length.
    """
    words = [word for word in text.split() if plain(word)]
    count: int | None = None
    since: datetime | None = None
    kept: list[str] = []
    while words:
        taken, period = (0, None) if since else leading_period(words, now)
        if period is not None:
            since = period
        elif count is None and _INTEGER.fullmatch(plain(words[0])):
            taken, count = 1, _count(words[0])
        else:
            taken = 1
            kept.append(words[0])
        words = words[taken:]
    if kept and plain(kept[0]) == "top" and count is not None:
        del kept[0]
    wanted = USUAL if count is None else count
    return LatestRequest(min(wanted, MOST), since, " ".join(kept), capped=wanted > MOST)


def _count(word: str) -> int:
    normal = plain(word)
    value = number(normal.lstrip("+-")) * (-1 if normal.startswith("-") else 1)
    if value < 1:
        raise ArgumentError(Problem.TOO_FEW, word, (str(USUAL),))
    return value


def leading_period(words: list[str], now: datetime) -> tuple[int, datetime | None]:
    """How many of the first words say a period up to now, and when it begins (UTC); (0, None) when they say none.

    Raises ArgumentError TOO_FEW for a period of no length.
    """
    for size in _GROUPS:
        group = [plain(word) for word in words[:size]]
        while len(group) > 1 and group[0] in _FILL:
            del group[0]
        phrase = " ".join(group)
        if len(words) >= size and phrase in _DAYS_BACK:
            midnight = datetime.combine(now.date() - timedelta(days=_DAYS_BACK[phrase]), time(), now.tzinfo)
            return size, midnight.astimezone(UTC)
        if len(words) >= size and (duration := read_duration(phrase)) and any(letter.isalpha() for letter in phrase):
            if duration.count < 1:
                raise ArgumentError(Problem.TOO_FEW, " ".join(words[:size]), ("24h", "3d"))
            return size, _back(duration, now)
    return 0, None


def _back(duration: Duration, now: datetime) -> datetime:
    """The beginning of the period; nothing reaches further back than a year."""
    oldest = now.astimezone(UTC) - _LONGEST
    if duration.count > _LONGEST // timedelta(hours=1):
        return oldest
    if duration.unit is Unit.MONTHS:
        return max(add_months(now, -min(duration.count, 13)).astimezone(UTC), oldest)
    return max(now.astimezone(UTC) - timedelta(**{duration.unit.value: duration.count}), oldest)
