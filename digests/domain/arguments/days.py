"""Weekdays as people write them: "mo-fr", "täglich außer So", "weekly fri", "по буднях"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from babel.dates import get_day_names

from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, plain, vocabulary
from digests.domain.schedule import EVERY_DAY, WEEKEND, WORKDAYS
from digests.text.words import LANGUAGES

_SPANS = dictionary({
    EVERY_DAY: "täglich, jeden tag, alle tage, alle, immer, daily, every day, everyday, all, all days, each day, "
    "щодня, щоденно, кожен день, кожного дня, всі дні, усі дні",
    WORKDAYS: "werktags, werktage, werktäglich, wochentags, unter der woche, arbeitstage, an arbeitstagen, weekdays, "
    "weekday, workdays, working days, on weekdays, будні, у будні, в будні, по буднях, будні дні, робочі дні",
    WEEKEND: "wochenende, am wochenende, wochenends, weekend, weekends, on weekends, at the weekend, "
    "вихідні, у вихідні, на вихідних, по вихідних",
})  # fmt: skip
_FURTHER_NAMES = dictionary({
    0: "montags, mondays", 1: "die, dienstags, tues, tuesdays", 2: "mit, mittwochs, weds, wednesdays",
    3: "don, donnerstags, thur, thurs, thursdays", 4: "fre, freitags, fridays",
    5: "sam, sonnabend, samstags, saturdays",    6: "son, sonntags, sundays, нед",
})  # fmt: skip
_CYRILLIC_STEMS = ("понеділ", "вівтор", "серед", "четвер", "пятниц", "субот", "неділ")
_TO = vocabulary("-, bis, bis zum, to, through, thru, till, until, до, по")
_EXCEPT = vocabulary("außer, ohne, nicht, except, without, but, not, крім, окрім, без")
_WEEKLY = vocabulary("wöchentlich, weekly, щотижня, 1x pro woche, einmal pro woche, einmal die woche, once a week, "
                     "раз на тиждень")  # fmt: skip
_FILL = _WEEKLY | vocabulary("und, and, і, та, й, von, vom, from, від, з, зі, am, an, on, at, у, в, во, по, "
                             "every, each, jeden, jede, immer, nur, only, лише, тільки, кожен, "
                             "кожну, кожного, щотижня")  # fmt: skip
_WORDS = re.compile(r"[^\W_]+|-")
_TOGETHER = _SPANS.keys() | _TO | _FILL
_USUAL = ("mo-fr", "mo-so", "sa so")


@cache
def _names() -> dict[str, int]:
    """Every name and short name of a weekday in the product's languages (CLDR), Monday = 0."""
    names = {
        plain(name).strip("."): day
        for language in LANGUAGES
        for width in ("wide", "abbreviated", "short")
        for context in ("format", "stand-alone")
        for day, name in get_day_names(width, context, language).items()
    }
    return names | _FURTHER_NAMES


def weekday(word: str) -> int | None:
    """The weekday (Monday = 0) a word names in any of the languages, in whatever case it stands; None for another."""
    folded = plain(word).strip(".")
    if folded in _names():
        return _names()[folded]
    stem = folded.removeprefix("що")
    return next((day for day, start in enumerate(_CYRILLIC_STEMS) if stem.startswith(start)), None)


def parse_days(text: str) -> int:
    """The weekdays as a mask, Monday = 1.

    Raises ArgumentError: MISSING, also for "weekly" without a day; UNREADABLE, `typed` being the word that is no
    weekday. "We" alone is unreadable: a Wednesday to some, the weekend to others.
    """
    normal = plain(text)
    words = _WORDS.findall(normal)
    if not words or normal in _WEEKLY:
        raise ArgumentError(Problem.MISSING, text.strip(), _USUAL)
    if words == ["we"]:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _USUAL)
    chosen = left_out = 0
    start = None  # the weekday a range may begin with
    to, excluding = False, False
    for phrase in _phrases(words):
        day = weekday(phrase)
        if phrase in _TO and start is not None:
            to = True
        elif phrase in _EXCEPT:
            excluding = True
        elif day is not None or phrase in _SPANS:
            mask = _SPANS[phrase] if day is None else _range(start if to and start is not None else day, day)
            left_out, chosen = (left_out | mask, chosen) if excluding else (left_out, chosen | mask)
            start, to = day, False
        elif phrase not in _FILL:
            raise ArgumentError(Problem.UNREADABLE, phrase if len(words) > 1 else text.strip(), _USUAL)
    mask = (chosen or EVERY_DAY if excluding else chosen) & ~left_out
    if not mask or to or (excluding and not left_out):
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _USUAL)
    return mask


def _range(first: int, last: int) -> int:
    """From one weekday to another, over Sunday where needed."""
    return sum(1 << (first + step) % 7 for step in range((last - first) % 7 + 1))


def _phrases(words: list[str]) -> Iterator[str]:
    """The words, with those that belong together ("jeden tag") in one piece."""
    while words:
        length = next((n for n in (3, 2) if len(words) >= n and " ".join(words[:n]) in _TOGETHER), 1)
        yield " ".join(words[:length])
        words = words[length:]
