"""What /mute and /follow are given: a word, a phrase in quotation marks or a source, and perhaps for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from digests.domain.arguments.durations import Unit, read_duration
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import plain, vocabulary
from digests.domain.common_words import FUNCTION_WORDS_OF, NEWS_WORDS
from digests.text.words import fold, words

SHORTEST = 3
"""Letters of a word; a shorter one would be found nearly everywhere."""
LONGEST = 60
"""Characters of a word or phrase."""
LONGEST_MUTE = timedelta(days=366)
_GROUPS = (3, 2, 1)  # how many words may say a period together
_FOREVER = vocabulary("immer, für immer, dauerhaft, unbegrenzt, forever, always, for good, permanently, "
                      "назавжди, завжди, постійно")  # fmt: skip
_FILL = vocabulary("für, for, на, bis auf weiteres")
_SOURCE = re.compile(r"(?:quelle|source|джерело|src)\s*:\s*(?P<name>.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = "\"„“”«»'"
_SIGNS = re.compile(r"[.*+?^$()\[\]{}|\\]+")
_INSIDE = re.compile(r"(?<=\w)[.'’ʼ](?=\w)")  # "St.Gallen", "dpa.de", "п'ять" are names, no patterns


@dataclass(frozen=True, slots=True)
class MuteRequest:
    """A word or phrase (the latter in quotation marks), or the name of a source; `lasts` None: for good."""

    name: str
    source: bool = False
    lasts: timedelta | None = None


def parse_mute(text: str, language: str) -> MuteRequest:
    """Read `word`, `"a phrase"` or `quelle:name`, with a period such as `7d` or `immer` at its end.

    `language` (ISO 639-1) is the one in which the reader is spoken to. Raises ArgumentError as `parse_wish` does;
    TOO_FEW for a period of no length, TOO_FAR for one of more than a year.
    """
    name, lasts = _split(text)
    source = _SOURCE.fullmatch(name)
    if source is None:
        return MuteRequest(parse_wish(name, language), lasts=lasts)
    wanted = " ".join(source["name"].strip(_QUOTES + " ").split())
    if not plain(wanted):
        raise ArgumentError(Problem.MISSING, text.strip())
    return MuteRequest(wanted, source=True, lasts=lasts)


def parse_wish(text: str, language: str) -> str:
    """A word or phrase as it is kept: one space between words, straight quotation marks around a phrase.

    `language` (ISO 639-1) is the one in which the reader is spoken to: "war" tells something in English only. Raises
    ArgumentError: MISSING; TOO_FEW letters; TOO_MANY characters; COMMON for words that stand everywhere in it; PATTERN
    for the signs of a search pattern, the cleaned word being the suggestion where there is one.
    """
    typed = " ".join(text.split())
    phrase = len(typed) > 2 and typed[0] in _QUOTES and typed[-1] in _QUOTES
    bare = typed.strip(_QUOTES + " ") if phrase else typed
    if not words(bare) and not _SIGNS.search(bare):
        raise ArgumentError(Problem.MISSING, typed)
    if _SIGNS.search(_INSIDE.sub("", bare.rstrip("."))):
        raise ArgumentError(Problem.PATTERN, typed, _cleaned(bare, language))
    problem = _problem(bare, language)
    if problem is not None:
        raise ArgumentError(problem, typed)
    return f'"{bare}"' if phrase and len(words(bare)) > 1 else bare


def _problem(bare: str, language: str) -> Problem | None:
    letters = sum(map(str.isalnum, bare))
    if letters < SHORTEST:
        return Problem.TOO_FEW
    if len(bare) > LONGEST:
        return Problem.TOO_MANY
    return Problem.COMMON if all(_is_common(fold(word), language) for word in words(bare)) else None


def _is_common(folded: str, language: str) -> bool:
    """True for words that tell nothing in this language, or in another of ours, unless they are of the news."""
    where = [code for code, small in FUNCTION_WORDS_OF.items() if folded in small]
    return language in where or bool(where and folded not in NEWS_WORDS)


def _cleaned(bare: str, language: str) -> tuple[str, ...]:
    """The word inside a pattern, if it would do."""
    word = " ".join(_SIGNS.sub(" ", bare).split())
    return (word,) if word and _problem(word, language) is None else ()


def _split(text: str) -> tuple[str, timedelta | None]:
    """The name, and how long; a period is one only where a name stands before it, and outside quotation marks."""
    parts = text.split()
    for size in _GROUPS:
        if len(parts) <= size:
            continue
        said = " ".join(word for word in map(plain, parts[-size:]) if word not in _FILL)
        name = " ".join(parts[:-size])
        if said in _FOREVER:
            return name, None
        duration = read_duration(said) if any(letter.isalpha() for letter in said) else None
        if duration is not None:
            unit = timedelta(hours=1) if duration.unit is Unit.HOURS else timedelta(days=1)
            count = min(duration.count, 10**6) * (30 if duration.unit is Unit.MONTHS else 1)
            if not count:
                raise ArgumentError(Problem.TOO_FEW, " ".join(parts[-size:]), ("7d",))
            if count * unit > LONGEST_MUTE:
                raise ArgumentError(Problem.TOO_FAR, " ".join(parts[-size:]), ("immer",))
            return name, count * unit
    return " ".join(parts), None
