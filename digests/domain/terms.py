"""What a text is about, as weighted terms that reports of one event share across outlets, inflections and languages.

A term is the first letters of a folded word. Prefixes do what stems do, join the parts of one word family
("Beitritt", "beitreten" apart, "Verhandlung", "verhandelt" together) and need no language: a name in a German report
meets the same name in an English one, and after transliteration the one in a Ukrainian report.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from digests.domain.common_words import CALENDAR_WORDS, FUNCTION_WORDS, NEWS_WORDS
from digests.text.words import REMEMBERED, fold, words

PREFIX = 5
"""Letters of a word that count; German compounds still meet their first part.

This, the weights here and those of `event_index` are round numbers on plateaus: average precision on pairs of 16
language pairs and events in English, where halves of pairs and events agreed (5 or 6 letters, any root of the length
from the third to the first, rarity to the power of 1.25 to 2, 40 to 100 terms differ by less than their spread).
"""
LEAD = 1000
"""Characters of the body that tell the event; what follows is background."""
_TITLE_WEIGHT = 2.0
_CAPITAL_WEIGHT = 1.5  # names, numbers and German nouns carry the event
_NUMBER_LENGTH = 6  # a number speaks as loud as a word of so many letters
_LAST_VOWELS = re.compile("(?<=.{3})[aeiou]+$")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
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
    """What stands for a text: `event` from title and lead, `subject` from title and whole body.

    The strength of an event's term grows with the logarithm of its count, so that each shared term speaks, and with
    the root of the word's length, since long words (names, compounds) say more about which event it is than short
    ones. The strength of a subject's term is its count, so that what a text repeats speaks loudest.
    """

    event: Mapping[str, float]
    subject: Mapping[str, float]
    numbers: frozenset[str] = frozenset()  # of title and lead, two digits or more, without years


def terms(title: str, paragraphs: Iterable[str]) -> Terms:
    """The terms of one article or entry; `paragraphs` are the texts of its body paragraphs in order."""
    body = " ".join(paragraphs)
    counts: dict[str, float] = {}
    lengths: dict[str, int] = {}
    _count(title, _TITLE_WEIGHT, counts, lengths)
    _count(body[:LEAD], 1.0, counts, lengths)
    event = {term: (1 + math.log(count)) * math.sqrt(lengths[term]) for term, count in counts.items()}
    numbers = frozenset(term for term in event if term[0].isdigit() and len(term) > 1 and not _YEAR.fullmatch(term))
    _count(body[LEAD:], 1.0, counts, lengths)
    return Terms(event, counts, numbers)


def title_pattern(title: str) -> str:
    """What stays of a title when days, months and numbers are gone; empty when it names nothing else.

    Issues of a recurring format ("Nachrichten des Tages, 4. März") have one pattern.
    """
    kept = [term for word in words(title) if (term := _undated_term(word))]
    return " ".join(kept)


def _count(text: str, weight: float, counts: dict[str, float], lengths: dict[str, int]) -> None:
    """Add the terms of `text` to the counts, and note the longest word behind each."""
    for word in words(text):
        term, length = _term(word)
        if term:
            gain = weight * _CAPITAL_WEIGHT if word[0].isupper() else weight
            counts[term] = counts.get(term, 0.0) + gain
            if length > lengths.get(term, 0):
                lengths[term] = length


@lru_cache(maxsize=REMEMBERED)
def _undated_term(word: str) -> str:
    """The term of one word, empty when it has none, is a number or belongs to the calendar."""
    term, _ = _term(word)
    return "" if not term or term[0].isdigit() or fold(word) in CALENDAR_WORDS else term


@lru_cache(maxsize=REMEMBERED)
def _term(word: str) -> tuple[str, int]:
    """The term of one word and how long the word is; empty for function words and what is too short to mean much."""
    folded = fold(word)
    if folded in FUNCTION_WORDS or (len(folded) < 3 and not folded.isdigit() and not word.isupper()):
        return "", 0
    if folded[0].isdigit():
        return folded, _NUMBER_LENGTH
    sound = _sound(folded)
    return _beginning(sound), len(sound)


def _beginning(sound: str) -> str:
    """The letters that count, without vowels at their end, in which short words are inflected: Одеса, Одеси, Odessa."""
    return _LAST_VOWELS.sub("", sound[:PREFIX])


def _sound(folded: str) -> str:
    """Spelling differences of transliterated names levelled: Selenskyj, Zelensky and Зеленський begin alike."""
    latin = folded.translate(_CYRILLIC)
    sounds = _DIGRAPHS.sub(lambda match: _DIGRAPH_SOUND.get(match[0], "k"), latin).translate(_LETTER_SOUND)
    return "".join(letter for letter, _ in groupby(sounds))


COMMON_TERMS = frozenset(_beginning(_sound(word)) for word in NEWS_WORDS)
