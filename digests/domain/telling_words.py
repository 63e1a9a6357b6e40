"""The word that tells a story apart: what a reader would mute who has had enough of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from math import sqrt

from digests.domain.common_words import CALENDAR_WORDS, FUNCTION_WORDS, NEWS_WORDS
from digests.domain.digests import Item
from digests.text.words import fold, stem, words

_SHORTEST = 4  # letters; acronyms of three count too
_CAPITAL = 2.0  # a name or a German noun says more than a verb
_COMPARED = 5  # letters by which a story's sources and its words are compared


def telling_word(item: Item, unfit: Callable[[str], bool] = lambda _: False) -> str | None:
    """The most telling word of the headline that the sentences repeat, else the longest; None where all are common.

    Function words, words of every day's news, days, numbers and the names of the story's sources say nothing, nor does
    what the caller finds `unfit`. German nouns and names (capitals) go before other words.
    """
    told = " ".join(sentence.text for sentence in (*item.sentences, *item.details))
    counts = Counter(stem(word, item.language) for word in words(told))
    outlets = {fold(word)[:_COMPARED] for note in item.sources for word in words(note.name)}
    candidates = [
        word for word in words(item.headline) if _says_something(word, item.language, outlets) and not unfit(word)
    ]
    return max(candidates, key=lambda word: _weight(word, counts[stem(word, item.language)]), default=None)


@lru_cache(maxsize=16)
def _common(language: str) -> frozenset[str]:
    """The stems of words that say nothing, so that "Bidens" says as little as "Biden"."""
    return frozenset(stem(word, language) for word in FUNCTION_WORDS | NEWS_WORDS | CALENDAR_WORDS)


def _says_something(word: str, language: str, outlets: set[str]) -> bool:
    folded = fold(word)
    if not any(map(str.isalpha, word)) or any(map(str.isdigit, word)) or folded[:_COMPARED] in outlets:
        return False
    long_enough = len(word) >= _SHORTEST or (len(word) == _SHORTEST - 1 and word.isupper())
    return long_enough and stem(word, language) not in _common(language)


def _weight(word: str, count: int) -> tuple[float, int]:
    return (1 + count) * sqrt(len(word)) * (_CAPITAL if word[0].isupper() else 1.0), len(word)
