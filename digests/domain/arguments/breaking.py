"""What stands behind /breaking: on, off, or the quiet hours: "22-7", "von 23 bis 6:30", "10pm to 7am", "ohne Ruhe"."""

from __future__ import annotations

import re

from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import one_of, plain, vocabulary
from digests.domain.arguments.times import parse_times
from digests.domain.quiet import NO_QUIET, Quiet

_ON = vocabulary("an, ein, ja, einschalten, anschalten, on, yes, enable, увімк, увімкни, увімкнути, увімкнено, так")
_OFF = vocabulary(
    "aus, nein, nie, kein, keine, keine mehr, ausschalten, abschalten, off, no, never, none, no more, disable, вимк, "
    "вимкни, вимкнути, вимкнено, ні, ніколи"
)
_NO_QUIET = vocabulary(
    "ohne ruhe, ohne ruhezeit, ohne ruhezeiten, keine ruhe, keine ruhezeit, keine ruhezeiten, ruhe aus, ruhezeit aus, "
    "rund um die uhr, immer, jederzeit, no quiet, no quiet hours, without quiet hours, quiet off, quiet hours off, "
    "always, any time, anytime, around the clock, без тиші, тиша вимк, тихі години вимк, без тихих годин, завжди, "
    "цілодобово"
)
_NAME = re.compile(
    rf"(?:{one_of(vocabulary('ruhezeiten, ruhezeit, ruhe, still, quiet hours, quiet, тихі години, тиша, тихо'))}:? ?)?"
    rf"(?:{one_of(vocabulary('von, zwischen, from, between, з, із, від, між'))} ?)?"
)
_TO = re.compile(rf" ?- ?| {one_of(vocabulary('bis um, bis, und, to, until, till, and, до, по, та, і'))} ?")
_EXAMPLES = ("22-7", "23-6")


def parse_breaking(text: str) -> bool | Quiet:
    """Whether breaking news shall come, or in which hours none may.

    Raises ArgumentError: MISSING; UNREADABLE; IMPOSSIBLE for hours that do not exist (25-7), `typed` being these.
    """
    normal = plain(text).rstrip(".!")
    if not normal:
        raise ArgumentError(Problem.MISSING, suggestions=_EXAMPLES)
    if normal in _ON or normal in _OFF:
        return normal in _ON
    if normal in _NO_QUIET:
        return NO_QUIET
    named = _NAME.match(normal)
    hours = [part.strip() for part in _TO.split(normal[named.end() if named else 0 :])]
    if len(hours) != 2:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _EXAMPLES)
    start, end = (_minute(hour, text) for hour in hours)
    return Quiet(start, end)


def _minute(hour: str, text: str) -> int:
    """The one time of day that stands there."""
    try:
        minutes = parse_times(hour)
    except ArgumentError as error:
        if error.problem is Problem.IMPOSSIBLE:
            raise ArgumentError(error.problem, error.typed, _EXAMPLES) from None
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _EXAMPLES) from None
    if len(minutes) != 1:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), _EXAMPLES)
    return minutes[0]
