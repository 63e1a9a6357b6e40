"""The phrase files are whole: every pattern compiles, every reason exists, every word is lower case."""

from __future__ import annotations

import re

import pytest

from digests.text.phrases import Family, families, languages

TABLES = ("furniture", "ends")


def test_eleven_languages() -> None:
    assert set(languages()) == {"de", "en", "uk", "fr", "es", "it", "nl", "pl", "pt", "ru", "tr"}


@pytest.mark.parametrize("language", sorted(languages()))
def test_words_are_lower_case(language: str) -> None:
    phrases = languages()[language]
    for words in (phrases.stopwords, phrases.anaphora, phrases.connectives, phrases.demonstratives):
        assert words
        assert all(word == word.lower() for word in words)


@pytest.mark.parametrize("family", [family for table in TABLES for family in families(table)], ids=lambda f: f.reason)
def test_phrases_that_begin_a_line_have_no_second_beginning(family: Family) -> None:
    """An alternative outside brackets would be tried at the line's start only, silently."""
    pattern = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", family.at_start.pattern)
    depth, alternatives, current = 0, [], ""
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            alternatives.append(current)
            current = ""
        else:
            current += character
    assert depth == 0
    assert all(each.startswith("^") for each in [*alternatives, current])
