"""Which language a text is in: py3langid, held to the languages a reader of this product may meet."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol, cast

UNKNOWN = "und"
"""ISO 639 code of "undetermined": nothing fits, or there is too little text to say."""

CANDIDATES = (
    "bg", "cs", "da", "de", "en", "es", "fi", "fr", "hr", "hu", "id", "it", "lt", "nl", "no", "pl", "pt", "ro", "ru",
    "sk", "sv", "tr", "uk",
)  # fmt: skip
_BODY_LETTERS = 400
_FEWEST_LETTERS = 4
_LEAST_CONFIDENCE = 0.2
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


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    """The model is unpacked only when the first text comes (0.3 s), so that commands without texts start fast."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(CANDIDATES))
    return cast("_Identifier", identifier)


def detect(title: str, body: str) -> str:
    """The ISO 639-1 code of title and the first 400 characters of the body, or "und" when nothing fits."""
    sample = f"{title}\n{body[:_BODY_LETTERS]}".strip()
    letters = _LETTER.findall(sample)
    if len(letters) < _FEWEST_LETTERS:
        return UNKNOWN
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) >= len(letters) * 0.3:
            return language
    language, confidence = _identifier().classify(sample)
    return language if confidence >= _LEAST_CONFIDENCE else UNKNOWN
