"""What a text is about, as weighted terms that reports of one event share across outlets, inflections and languages.

A term is the first letters of a folded word. Prefixes do what stems do, join the parts of one word family
("Beitritt", "beitreten" apart, "Verhandlung", "verhandelt" together) and need no language: a name in a German report
meets the same name in an English one, and after transliteration the one in a Ukrainian report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from digests.domain.common_words import CALENDAR_WORDS, FUNCTION_WORDS, NEWS_WORDS
from digests.text.words import fold, words

PREFIX = 6
"""Letters of a word that count; German compounds still meet their first part."""
LEAD = 1000
"""Characters of the body that tell the event; what follows is background."""
_TITLE_WEIGHT = 2.0
_CAPITAL_WEIGHT = 1.5  # names, numbers and German nouns carry the event
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "s", "з": "s", "и": "i",
        "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "s", "ч": "h", "ш": "s", "щ": "s", "ь": "", "ю": "iu", "я": "ia",
        "ы": "i", "э": "e", "ъ": "", "ё": "e",
    }
)  # fmt: skip
_DIGRAPHS = re.compile("sch|sh|zh|tz|ts|ch|kh|ph|th|ck|x")
_DIGRAPH_SOUND = {"sch": "s", "sh": "s", "zh": "s", "tz": "s", "ts": "s", "ch": "h", "kh": "h", "ph": "f", "th": "t"}
_LETTER_SOUND = str.maketrans("zyjwcq", "siivkk")


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms with their counts: `event` from title and lead, `subject` from title and whole body."""

    event: Mapping[str, float]
    subject: Mapping[str, float]


def terms(title: str, paragraphs: Iterable[str]) -> Terms:
    """The terms of one article or entry; `paragraphs` are the texts of its body paragraphs in order."""
    body = " ".join(paragraphs)
    head = _counts(title, _TITLE_WEIGHT)
    event = _counts(body[:LEAD], 1.0, head)
    return Terms(event, _counts(body[LEAD:], 1.0, event))


def is_common(term: str) -> bool:
    """True for a term of every day's news, which tells little about the event."""
    return term in COMMON_TERMS


def title_pattern(title: str) -> str:
    """What stays of a title when days, months and numbers are gone; empty when it names nothing else.

    Issues of a recurring format ("Nachrichten des Tages, 4. März") have one pattern.
    """
    kept = [term for word in words(title) if (term := _undated_term(word))]
    return " ".join(kept)


def _counts(text: str, weight: float, before: Mapping[str, float] | None = None) -> dict[str, float]:
    """The terms of `text` with their counts, added to those of the text before it."""
    counts = dict(before or {})
    for word in words(text):
        term = _term(word)
        if term is not None:
            gain = weight * _CAPITAL_WEIGHT if word[0].isupper() else weight
            counts[term] = counts.get(term, 0.0) + gain
    return counts


@lru_cache(maxsize=50_000)
def _undated_term(word: str) -> str | None:
    """The term of one word, or None when it is no term, a number or a word of the calendar."""
    term = _term(word)
    return None if term is None or term[0].isdigit() or fold(word) in CALENDAR_WORDS else term


@lru_cache(maxsize=200_000)
def _term(word: str) -> str | None:
    """The term of one word, or None when it is a function word or too short to mean anything."""
    folded = fold(word)
    if folded in FUNCTION_WORDS or (len(folded) < 3 and not folded.isdigit() and not word.isupper()):
        return None
    if folded[0].isdigit():
        return folded
    return _sound(folded)[:PREFIX] or None


def _sound(folded: str) -> str:
    """Spelling differences of transliterated names levelled: Selenskyj, Zelensky and Зеленський begin alike."""
    latin = folded.translate(_CYRILLIC)
    sounds = _DIGRAPHS.sub(lambda match: _DIGRAPH_SOUND.get(match[0], "k"), latin).translate(_LETTER_SOUND)
    return "".join(letter for letter, _ in groupby(sounds))


COMMON_TERMS = frozenset(_sound(word)[:PREFIX] for word in NEWS_WORDS)
