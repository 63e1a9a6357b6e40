"""A sentence as the check of facts reads it: numbers with their values, names, and the words between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from digests.domain.common_words import CALENDAR_WORDS, FUNCTION_WORDS
from digests.domain.fact_words import NEUTRAL, WEAKENERS, negation
from digests.domain.figures import ABOUT, AT_LEAST, AT_MOST, SCALES, SMALL_NUMBERS, UNITS
from digests.text.words import WORD, fold, stem

_TOKEN = re.compile(
    rf"(?P<number>(?<![\w])\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\w)|(?<!\w)\d+(?:[.,:]\d+)*(?![^\W_]))"
    rf"|(?P<word>{WORD.pattern})|(?P<sign>[%€$£])|(?P<stop>[,;:()–—])"
)
_UNIT_NAMES = {name: re.compile(rf"(?:{pattern})\Z", re.IGNORECASE) for name, pattern in UNITS.items()}
_SCALE_FACTORS = tuple((re.compile(rf"(?:{pattern})\Z", re.IGNORECASE), factor) for pattern, factor in SCALES)
_HEDGES = tuple(
    (name, re.compile(rf"(?:(?<!\w)(?:{pattern}))(?:\s+(?:als|than|ніж|як))?\s*\Z", re.IGNORECASE))
    for name, pattern in (("least", AT_LEAST), ("most", AT_MOST), ("about", ABOUT))
)
# Words that count or order and that no synonym may replace: folded beginnings.
_COUNTING = re.compile(
    r"(?:hundert|tausend|dutzend|million|milliard|halb|halft|drittel|viertel|doppel|dreifach|vierfach|erst(?:e[nrsm]?|mals)?$|"
    r"zweit|dritt|viert|funft|sechst|siebt|acht(?:e|en|er)$|neunt|zehnt|letzt|hundred|thousand|dozen|billion|half|third|"
    r"quarter|double|twice|triple|first$|second$|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last$|"
    r"сотн|тисяч|мільйон|мільярд|десятк|половин|трет|чверт|подвій|перш|друг|четверт|п'ят|останн)"
)
_SIGNS, _OPENERS = "€$£", "„“”\"«»‚‘’':"
_RELATIVE = """
heute gestern morgen vorgestern übermorgen today yesterday tomorrow tonight сьогодні вчора учора завтра
"""
_RELATIVE_DAYS = frozenset(fold(word) for word in _RELATIVE.split())
_CALENDAR_STEMS = {
    language: frozenset(stem(word, language) for word in CALENDAR_WORDS) for language in ("de", "en", "uk")
}


class Role(StrEnum):
    """What a token does in a statement."""

    NUMBER = "number"
    DATE = "date"  # a weekday, a month, "yesterday"
    NAME = "name"  # begins with a capital: in German every noun
    COUNT = "count"  # "third", "dozens"
    UNIT = "unit"
    CONTENT = "content"
    FUNCTION = "function"
    STOP = "stop"  # a comma, a bracket


ANCHORED = (Role.NUMBER, Role.DATE)
"""Roles that belong to a certain place of a sentence: elsewhere in it they say something else."""
STRICT = (Role.NUMBER, Role.DATE, Role.NAME, Role.COUNT, Role.UNIT)
"""Roles that no synonym can fill."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or stop of a sentence. Tokens with one key mean the same."""

    text: str
    key: str
    role: Role
    negation: int | None = None  # the way it negates
    weakens: bool = False
    hedge: str | None = None  # of a number: "least", "most", "about"


Tokens = Sequence[Token]
"""A sentence."""


@lru_cache(maxsize=20_000)
def tokens(sentence: str, language: str) -> tuple[Token, ...]:
    """The tokens of one sentence in German, English or Ukrainian; a number takes in its scale ("1,5 Millionen")."""
    return tuple(_tokens(unicodedata.normalize("NFC", sentence), language))


def _tokens(sentence: str, language: str) -> Iterator[Token]:
    matches = list(_TOKEN.finditer(sentence))
    scales: set[int] = set()
    sign: Token | None = None  # a currency before its number
    for place, match in enumerate(matches):
        if place in scales:
            continue
        text, following = match[0], matches[place + 1] if place + 1 < len(matches) else None
        if match["stop"]:
            yield Token(text, text, Role.STOP)
            continue
        value = _value(text, language) if match["number"] else _small_numbers(language).get(text.lower())
        if match["number"] or value is not None:
            factor = _factor(following, sentence[match.end() : following.start()]) if following else None
            if factor and value is not None:
                value = value * factor
                scales.add(place + 1)
            key = text if value is None else f"{value:.10g}"
            yield Token(text, f"#{key}", Role.NUMBER, hedge=_hedge(sentence[: match.start()].rstrip(_SIGNS)))
            if sign:
                yield sign
            sign = None
            continue
        token = _word(text, language, first=not place or sentence[match.start() - 1] in _OPENERS)
        if match["sign"] and following and following["number"] and text in _SIGNS:
            sign = token
        else:
            yield token


@lru_cache(maxsize=4)
def _small_numbers(language: str) -> dict[str, float]:
    """Numbers in words; "one" only where it is no article."""
    ones = {"one": 1.0} if language == "en" else {}
    return {**ones, **SMALL_NUMBERS[language], **{f.replace("'", "’"): v for f, v in SMALL_NUMBERS[language].items()}}


def _value(number: str, language: str) -> float | None:
    """What a numeral is worth; None for one that is no amount, such as 16:30, 5:4 or 12.08.2026."""
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:[{thousands} \u00a0\u202f]\d{{3}})+", number):
        return float(re.sub(r"\D", "", number))
    if re.fullmatch(rf"\d+(?:{re.escape(decimal)}\d+)?", number):
        return float(number.replace(decimal, "."))
    return None


def _factor(following: re.Match[str], between: str) -> float | None:
    if not following["word"] or between.strip(" \u00a0"):
        return None
    return next((factor for pattern, factor in _SCALE_FACTORS if pattern.match(following[0])), None)


def _hedge(before: str) -> str | None:
    return next((name for name, pattern in _HEDGES if pattern.search(before[-30:])), None)


def _word(text: str, language: str, *, first: bool) -> Token:
    folded, key = fold(text), stem(text, language)
    unit = next((name for name, pattern in _UNIT_NAMES.items() if pattern.match(text)), None)
    if unit:
        return Token(text, f"unit {unit}", Role.UNIT)
    way, weakens = negation(folded), folded in WEAKENERS
    neutral = folded in NEUTRAL or len(text) == 1
    function = folded in FUNCTION_WORDS or neutral or way is not None
    if _is_date(text, folded, key, language):
        role = Role.DATE
    elif any(letter.isdigit() for letter in text):
        role = Role.NAME
    elif _COUNTING.match(folded) and not function:
        role = Role.COUNT
    elif text[0].isupper() and not neutral and (not function or not first):
        role = Role.NAME
    else:
        role = Role.FUNCTION if function else Role.CONTENT
    return Token(text, key, role, way, weakens)


def _is_date(text: str, folded: str, key: str, language: str) -> bool:
    """May, march, sat and mar are words of their own in small letters."""
    named = folded in CALENDAR_WORDS or key in _CALENDAR_STEMS[language]
    return folded in _RELATIVE_DAYS or (named and (language == "uk" or text[0].isupper()))
