"""Which language a text is in: py3langid, held to the languages a reader of this product may meet.

Of a few words, mostly names, the classifier knows little. There common words, shapes of words and how often a language
is met decide with it. The weights are set by hand and round; they were checked on first words of sentences, not
fitted to titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, cast

from digests.text.phrases import phrases
from digests.text.spellings import COMMON, SHAPES
from digests.text.words import WORD

UNKNOWN = "und"
"""ISO 639 code of "undetermined": nothing fits, or there is too little text to say."""

CANDIDATES = (
    "bg", "cs", "da", "de", "en", "es", "fi", "fr", "hr", "hu", "id", "it", "lt", "nl", "no", "pl", "pt", "ro", "ru",
    "sk", "sv", "tr", "uk",
)  # fmt: skip
_BODY_LETTERS = 400
_LONG_BODY = 1_200  # characters; from here on the body's middle and end have a say
_FEWEST_LETTERS = 4
_LEAST_CONFIDENCE = 0.2
_SURE = 0.95
_KANA = 0.1  # share that makes a text Japanese, however many Chinese characters it has
# How much oftener than others the product's readers and their neighbours meet a language; set, not fitted.
_OFTEN = {"de": 8.0, "en": 8.0, "uk": 4.0, "ru": 2.0, "fr": 2.0, "es": 2.0, "it": 2.0, "pl": 2.0}
_PER_WORD = 4.0  # how much likelier one function word or common word makes its language
_PER_SHAPE = 2.0  # and one word that only looks like it
_LETTER = re.compile(r"[^\W\d_]")
# Scripts that one language of the product's world owns; the classifier would only guess among Latin and Cyrillic ones.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    (UNKNOWN, re.compile("[\u0900-\u0fff]")),
)


_CYRILLIC = frozenset({"bg", "ru", "uk"})
# Letters that tell Cyrillic neighbours apart; a text with letters of both is left to the classifier.
_TELLING_LETTERS = (("uk", re.compile("[іїєґ]", re.IGNORECASE)), ("ru", re.compile("[ыэё]", re.IGNORECASE)))


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    """The model is unpacked only when the first text comes (0.3 s), so that commands without texts start fast.

    Of its languages only the candidates are kept; `set_languages` would keep all of them beside, 28 MB.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
    from py3langid.modelio import load_model

    chances, commonness, languages, moves, rows, output = load_model(MODEL_DIR / MODEL_FILE)
    kept = [place for place, language in enumerate(languages) if language in CANDIDATES]
    names = [languages[place] for place in kept]
    identifier = LanguageIdentifier(
        chances[:, kept], commonness[kept], names, moves, output, norm_probs=True, tk_row=rows
    )
    return cast("_Identifier", identifier)


def detect(title: str, body: str) -> str:
    """The ISO 639-1 code of a text, or "und" when nothing fits.

    Title and first 400 characters of the body say it. Of a long body the middle and the end are heard too, and two of
    three decide, so that a quotation or press text in another language at the beginning does not.
    """
    first = _of_sample(f"{title}\n{body[:_BODY_LETTERS]}")
    if len(body) < _LONG_BODY:
        return first
    middle = (len(body) - _BODY_LETTERS) // 2
    second, third = _of_sample(body[middle : middle + _BODY_LETTERS]), _of_sample(body[-_BODY_LETTERS:])
    return second if second == third != UNKNOWN else first


def _of_sample(sample: str) -> str:
    letters = _LETTER.findall(sample)
    if len(letters) < _FEWEST_LETTERS:
        return UNKNOWN
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) >= len(letters) * (_KANA if language == "ja" else 0.3):
            return language
    return _weighed(sample)


def _weighed(sample: str) -> str:
    """The classifier's answer; where it hesitates, words and how often a language is met decide with it."""
    ranked = _identifier().rank(sample)
    language, confidence = ranked[0]
    if confidence >= _SURE:
        return language
    said = [word.lower() for word in WORD.findall(sample)]
    weights = {name: chance * _OFTEN.get(name, 1.0) * _spoken(name, said) for name, chance in ranked}
    best = max(weights, key=lambda name: weights[name])
    seen = [name for name, letters in _TELLING_LETTERS if letters.search(sample)]
    if best in _CYRILLIC and len(seen) == 1:
        return seen[0]
    return best if confidence >= _LEAST_CONFIDENCE or best in _OFTEN else UNKNOWN


def _spoken(language: str, said: Sequence[str]) -> float:
    """How much likelier a language is for the words said."""
    stopwords, common, shape = phrases(language).stopwords, COMMON.get(language, frozenset()), SHAPES.get(language)
    known = [word in stopwords or word in common for word in said]
    alike = (
        sum(not own and shape.search(word) is not None for own, word in zip(known, said, strict=True)) if shape else 0
    )
    return _PER_WORD ** sum(known) * _PER_SHAPE**alike
