"""The phrase files are whole: every pattern compiles, every reason exists, every word is lower case."""

from __future__ import annotations

import importlib.resources
import re
import tomllib

import pytest

from digests.text.document import Reason
from digests.text.phrases import finder, languages

TABLES = ("furniture", "ends")


def test_eleven_languages() -> None:
    assert set(languages()) == {"de", "en", "uk", "fr", "es", "it", "nl", "pl", "pt", "ru", "tr"}


@pytest.mark.parametrize("language", sorted(languages()))
def test_words_are_lower_case(language: str) -> None:
    phrases = languages()[language]
    for words in (phrases.stopwords, phrases.anaphora, phrases.connectives, phrases.demonstratives):
        assert words
        assert all(word == word.lower() for word in words)


def every_phrase() -> list[str]:
    folder = importlib.resources.files("digests.text.phrases")
    found: list[str] = []
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            for language in tomllib.loads(file.read_text(encoding="utf-8")).values():
                found += [phrase for table in TABLES for each in language.get(table, {}).values() for phrase in each]
    return found


@pytest.mark.parametrize("phrase", every_phrase())
def test_a_phrase_that_begins_a_line_or_word_has_no_second_beginning(phrase: str) -> None:
    """An alternative outside brackets would be tried at the beginning only, silently."""
    pattern = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", phrase)
    depth = 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        assert depth >= 0
        assert not (character == "|" and depth == 0 and phrase.startswith(("^", r"\b")))
    assert depth == 0
    assert re.compile(phrase).groups == 0


def test_capitals_count_only_where_a_phrase_says_so() -> None:
    furniture = finder("furniture", frozenset({"de", "en"}))
    assert furniture.find("Von Karla Muster", "von karla muster") is Reason.CREDIT
    assert furniture.find("von einem neuen Anleger", "von einem neuen anleger") is None
    assert furniture.find("SHARE ON FACEBOOK", "share on facebook") is Reason.SHARE
