"""Times of day as people write them: "7 Uhr", "7:00 and 18:30", "halb acht abends", "пів на восьму"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, one_of, plain, vocabulary
from digests.domain.schedule import MINUTES_A_DAY, TIMES_AT_MOST

OFF: tuple[int, ...] = ()
"""What `parse_times` returns when the reader wants no digest."""
_OFF = vocabulary(
    "aus, aussetzen, nie, niemals, kein, keine, off, never, none, no, вимк, вимкнути, вимкнено, ніколи, ні"
)
_USUAL = ("06:30", "07:00", "18:30")


class _Part(StrEnum):
    AM = "am"
    PM = "pm"
    MORNING = "morning"
    FORENOON = "forenoon"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"
    MIDNIGHT = "midnight"


_MEANT = {
    _Part.MORNING: 420, _Part.FORENOON: 600, _Part.NOON: 720, _Part.AFTERNOON: 900,
    _Part.EVENING: 1110, _Part.NIGHT: 1320, _Part.MIDNIGHT: 0,
}  # fmt: skip
_MORNING_HOURS = {hour: hour for hour in range(12)}
_HOURS: dict[_Part, dict[int, int]] = {  # spoken hour -> hour of the day; other hours do not go with the part
    _Part.AM: _MORNING_HOURS | {12: 0},
    _Part.PM: {hour: hour % 12 + 12 for hour in range(1, 24)},
    _Part.MORNING: _MORNING_HOURS,
    _Part.FORENOON: _MORNING_HOURS | {12: 12},
    _Part.NOON: {1: 13, 2: 14, 11: 11, 12: 12, 13: 13, 14: 14},
    _Part.AFTERNOON: {hour: hour % 12 + 12 for hour in (*range(1, 8), *range(12, 20))},
    _Part.EVENING: {hour: hour % 12 + 12 for hour in (*range(4, 12), *range(16, 24))},
    _Part.NIGHT: {hour: hour for hour in range(7)}
    | {12: 0}
    | {hour: hour % 12 + 12 for hour in (8, 9, 10, 11, 22, 23)},
    _Part.MIDNIGHT: {0: 0, 12: 0},
}
_PARTS = dictionary({
    _Part.AM: "am, a.m., a.m, a. m.",
    _Part.PM: "pm, p.m., p.m, p. m.",
    _Part.MORNING: "morgens, morgen, früh, frühmorgens, am morgen, in der früh, morning, mornings, in the morning, "
    "вранці, ранок, зранку, уранці, ранку, ранком, щоранку",
    _Part.FORENOON: "vormittag, vormittags, am vormittag, forenoon",
    _Part.NOON: "mittag, mittags, am mittag, noon, at noon, midday, lunch, lunchtime, опівдні, полудень, обід, в обід",
    _Part.AFTERNOON: "nachmittag, nachmittags, am nachmittag, afternoon, afternoons, in the afternoon, "
    "вдень, удень, пополудні, дня, після обіду",
    _Part.EVENING: "abend, abends, am abend, evening, evenings, in the evening, tonight, "
    "вечір, ввечері, увечері, вечора, вечором, щовечора",
    _Part.NIGHT: "nacht, nachts, in der nacht, night, at night, вночі, уночі, ніч, ночі",
    _Part.MIDNIGHT: "mitternacht, um mitternacht, midnight, at midnight, опівночі, північ",
})  # fmt: skip

_CYRILLIC_HOURS = "перш, друг, трет, четверт, п'ят, шост, сьом, восьм, дев'ят, десят, одинадцят, дванадцят"
_HOUR_NAMES = dictionary({
    1: "ein, eins, one", 2: "zwei, two", 3: "drei, three", 4: "vier, four", 5: "fünf, five", 6: "sechs, six",
    7: "sieben, seven", 8: "acht, eight", 9: "neun, nine", 10: "zehn, ten", 11: "elf, eleven", 12: "zwölf, twelve",
}) | {
    plain(stem + ending): hour
    for hour, stem in enumerate(_CYRILLIC_HOURS.split(", "), 1)
    for ending in ("а", "я", "у", "ю", "ій", "ої", "ьої")
}  # fmt: skip
_AMOUNTS = {
    5: "5, fünf, five, п'ять", 10: "10, zehn, ten, десять", 20: "20, zwanzig, twenty, двадцять",
    15: "15, viertel, quarter, a quarter, чверть", 25: "25, twenty-five",
}  # fmt: skip
_LEADS = dictionary({-30: "halb, пів, пів на", 30: "half, half past", -15: "dreiviertel, drei viertel", -45: "viertel"})
for _minutes, _names in _AMOUNTS.items():
    for _name in vocabulary(_names):
        _LEADS |= {f"{_name} {word}": _minutes for word in ("nach", "past", "after", "по")}
        _LEADS |= {f"{_name} {word}": -_minutes for word in ("vor", "to", "before")}
        _LEADS |= {f"{_name} vor halb": -30 - _minutes, f"{_name} nach halb": _minutes - 30}
        _LEADS |= {f"за {_name}": -_minutes, f"{_name} на": _minutes - 60}

_UNIT = r"(?:uhr|h|oclock|o[ ]clock|година|годині|годину|годин|год)(?!\w)\.?"
_HOUR = rf"(?:\d{{1,2}}(?!\d)|{one_of(_HOUR_NAMES)})"
_TOKEN = re.compile(
    rf"""
      (?P<lead>{one_of(_LEADS)})[ ](?P<spoken>{_HOUR})(?![:.]\d)
    | (?P<hour>\d{{1,2}})(?::|\.|,(?=00|30|45))(?P<minute>\d{{2}})(?::00)?(?![.:]?\d)
    | (?P<hour_of>\d{{1,2}})[ ]?(?:h|uhr)[ ]?(?P<minute_of>\d{{2}})(?![ ]?{_UNIT}|[:.]?\d)
    | (?P<compact>\d{{3,4}})(?!\d)
    | (?P<full>{_HOUR})(?![:.]\d)
    | (?P<part>{one_of(_PARTS)})
    | (?P<break>[,;/+&|]|{one_of(vocabulary("und, and, sowie, plus, і, та, й"))})
    | (?P<fill>{one_of(vocabulary("um, at, o, о, об, в, у, на, gegen, jeweils, bitte, please"))}|{_UNIT}|[.!])
    """,
    re.VERBOSE,
)
_Token = int | _Part | None  # a minute of the day, a part of the day, or a break between two times


def clock_time(minute: int) -> str:
    """A minute of the day as HH:MM."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def parse_times(text: str) -> tuple[int, ...]:
    """One to three minutes after midnight, in order; OFF for "aus", "off", "вимк".

    Without a part of the day the 24-hour clock is meant ("7" is the morning). Raises ArgumentError: MISSING;
    UNREADABLE; IMPOSSIBLE (25:00, 13am), `typed` being that time; TOO_MANY, suggesting the first three.
    """
    normal = plain(text)
    if not normal:
        raise ArgumentError(Problem.MISSING, suggestions=_USUAL)
    if normal.strip(".!") in _OFF:
        return OFF
    minutes = list(dict.fromkeys(_combine(list(_tokens(normal, text.strip())), text.strip())))
    if not minutes:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _USUAL)
    if len(minutes) > TIMES_AT_MOST:
        first = " ".join(clock_time(minute) for minute in minutes[:TIMES_AT_MOST])
        raise ArgumentError(Problem.TOO_MANY, text.strip(), (first,))
    return tuple(sorted(minutes))


def _tokens(normal: str, typed: str) -> Iterator[_Token]:
    position = 0
    while position < len(normal):
        if normal[position] == " ":
            position += 1
            continue
        match = _TOKEN.match(normal, position)
        if match is None:
            raise ArgumentError(Problem.UNREADABLE, typed, _USUAL)
        position = match.end()
        if match["part"]:
            yield _PARTS[match["part"]]
        elif match["break"]:
            yield None
        elif not match["fill"]:
            yield _minute(match)


def _minute(match: re.Match[str]) -> int:
    if match["lead"]:
        hour, minute = _hour(match["spoken"]), 0
        offset = _LEADS[match["lead"]]
    else:
        compact = match["compact"] or ""
        hour = _hour(match["hour"] or match["hour_of"] or compact[:-2] or match["full"])
        minute = int(match["minute"] or match["minute_of"] or compact[-2:] or 0)
        offset = 0
    if hour > 23 or minute > 59:
        raise ArgumentError(Problem.IMPOSSIBLE, match[0].strip(), _USUAL)
    total = hour * 60 + minute + offset
    if offset and total < 60:  # "halb eins" is half past twelve
        total += MINUTES_A_DAY // 2
    return total % MINUTES_A_DAY


def _hour(word: str) -> int:
    return _HOUR_NAMES[word] if word in _HOUR_NAMES else int(word)


def _combine(tokens: list[_Token], typed: str) -> Iterator[int]:
    """Give each time the part of the day that stands beside it; a part alone is a time of its own."""
    position = 0
    while position < len(tokens):
        here, following = tokens[position], (tokens[position + 1] if position + 1 < len(tokens) else None)
        position += 1
        if here is None:
            continue
        time, part = (following, here) if isinstance(here, _Part) else (here, following)
        joined = _at(part, time) if isinstance(time, int) and isinstance(part, _Part) else None
        if joined is not None:
            position += 1
            yield joined
        elif isinstance(here, _Part):
            if here not in _MEANT:  # "pm" belongs to a time it can go with
                raise ArgumentError(Problem.UNREADABLE, typed, _USUAL)
            yield _MEANT[here]
        elif following in (_Part.AM, _Part.PM):
            raise ArgumentError(Problem.IMPOSSIBLE, f"{clock_time(here)} {following}", _USUAL)
        else:
            yield here


def _at(part: _Part, minute: int) -> int | None:
    hour = _HOURS[part].get(minute // 60)
    return None if hour is None else hour * 60 + minute % 60
