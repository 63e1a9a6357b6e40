"""Words and stems: the one way text becomes terms for search, topics and stories."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

REMEMBERED = 50_000
"""Words whose forms are kept: those of some thousand articles. Another one takes microseconds to work out."""
WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W\d_]+)*")
_FEW_SIGNS = 3
_APOSTROPHES = re.compile("['’ʼ]")
_SNOWBALL = {
    "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish",
}  # fmt: skip
# Ukrainian has no Snowball stemmer: the longest of these inflections goes, when at least four letters stay.
_UKRAINIAN_INFLECTIONS = """
а я у ю о е є и і ї ь й ою ею єю ам ям ах ях ів їв ей ій им ім их іх ий ого ому ої ими іми ами ями ові еві єві ка ки ку
кою ці ський ська ське ські ського ському ської ську ським ських ськими ення енню енням ань ння нню нням ти тися ться
ється ють уть ать ять ив ила или ало али ала
"""
_UKRAINIAN_ENDINGS = sorted(_UKRAINIAN_INFLECTIONS.split(), key=len, reverse=True)
LANGUAGES = ("de", "en", "uk")
"""The product's own languages: what a reader types may be in any of them."""


_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# Thai, Lao, Burmese, Khmer, kana and Chinese characters: written without spaces between words


def spaceless_signs(text: str) -> list[str]:
    """The signs of `text` that belong to scripts without spaces between words, in reading order."""
    return [] if text.isascii() else _SPACELESS.findall(text)


def count_words(text: str) -> int:
    """How many words `text` has; two signs count as one where a script has no spaces."""
    signs = len(spaceless_signs(text))
    return len(words(text)) if signs <= _FEW_SIGNS else len(words(_SPACELESS.sub(" ", text))) + signs // 2


def fold(text: str) -> str:
    """Lower case without diacritics: "Präsident" -> "prasident", "ß" -> "ss". Cyrillic keeps its marks: й is no и."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    kept: list[str] = []
    for character in decomposed:
        if unicodedata.combining(character) and not (kept and "\u0400" <= kept[-1] <= "\u04ff"):
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def words(text: str) -> list[str]:
    """The words of `text` as they stand, numbers included, punctuation gone."""
    return WORD.findall(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _SNOWBALL.get(language)
    return Stemmer.Stemmer(name) if name else None


@lru_cache(maxsize=REMEMBERED)
def stem(word: str, language: str) -> str:
    """The folded stem of one word (Snowball where it has the language, endings for Ukrainian, else the folded word)."""
    lowered = _APOSTROPHES.sub("", word.lower())
    if language == "uk":
        for ending in _UKRAINIAN_ENDINGS:
            if lowered.endswith(ending) and len(lowered) - len(ending) >= 4:
                return fold(lowered[: -len(ending)])
        return fold(lowered)
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(lowered) if stemmer else lowered)


def stems(text: str, language: str) -> list[str]:
    """The stems of `text` in reading order."""
    return [stem(word, language) for word in words(text)]


def query_stems(word: str, languages: Iterable[str] = LANGUAGES) -> frozenset[str]:
    """All stems a typed word may stand for, since nobody says in which language he types."""
    return frozenset(stem(word, language) for language in languages)
