"""What can be wrong with something a reader typed. The bot says it in the reader's language."""

from __future__ import annotations

from enum import StrEnum

from digests.errors import DepescheError


class Problem(StrEnum):
    """Why an argument was refused."""

    MISSING = "missing"  # nothing was typed, or only half of it ("weekly" without a day)
    UNREADABLE = "unreadable"  # nothing like it is known
    IMPOSSIBLE = "impossible"  # understood, but there is no such thing: 25:00, +15
    TOO_MANY = "too many"
    TOO_FEW = "too few"
    PAST = "past"
    TOO_FAR = "too far"  # more than a year ahead
    NO_SUCH_DATE = "no such date"  # 31.02.
    OFFSET = "offset"  # "+2" is no time zone: it does not follow daylight saving time
    ABBREVIATION = "abbreviation"  # neither is "CEST"
    AMBIGUOUS = "ambiguous"  # several places are called so
    COMMON = "common"  # a word that stands in nearly every text
    PATTERN = "pattern"  # a search pattern where a word is expected


class ArgumentError(DepescheError):
    """An argument was refused; nothing was changed.

    `typed` is the part of the text that is wrong, for quoting. Each of `suggestions` is a text that the same function
    would understand, fit for a button, best first.
    """

    def __init__(self, problem: Problem, typed: str = "", suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(f"{problem}: {typed!r}")
        self.problem = problem
        self.typed = typed
        self.suggestions = suggestions
