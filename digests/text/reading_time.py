"""How long a text takes to read."""

from __future__ import annotations

from collections.abc import Mapping

from digests.text.words import count_words

WORDS_PER_MINUTE: Mapping[str, int] = {
    "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "it": 188, "nl": 202, "pl": 166, "pt": 181, "ru": 184,
    "sv": 199, "tr": 166, "uk": 184,
}  # fmt: skip
"""Mean speed at which adults read texts of equal content in each language (Trauzettel-Klosinski and Dietz, 2012).

Ukrainian, which they did not measure, stands at the speed of Russian, whose words are as long.
"""
USUAL = 184
"""Words per minute in any other language: the mean of the seventeen measured ones."""


def reading_seconds(text: str, language: str) -> float:
    """Seconds that a reader of `language` needs for `text`."""
    return 60 * count_words(text) / WORDS_PER_MINUTE.get(language, USUAL)
