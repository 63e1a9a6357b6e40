"""What pages say around their articles, as data: one TOML file per language (further languages share one)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from digests.text.document import Reason

_FILES = ("de.toml", "en.toml", "uk.toml", "other.toml")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language, all lower case."""

    stopwords: frozenset[str]
    anaphora: frozenset[str]
    connectives: frozenset[str]
    demonstratives: frozenset[str]
    translated: tuple[re.Pattern[str], ...]


NONE = Phrases(frozenset(), frozenset(), frozenset(), frozenset(), ())


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, object]]:
    folder = files(__package__)
    return {
        language: table
        for name in _FILES
        for language, table in tomllib.loads((folder / name).read_text(encoding="utf-8")).items()
    }


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Phrases]:
    """The phrases of every language that has some."""
    return {language: _phrases(table) for language, table in _tables().items()}


def phrases(language: str) -> Phrases:
    """The phrases of `language`; empty ones for a language without a file."""
    return languages().get(language, NONE)


@lru_cache(maxsize=1)
def all_stopwords() -> frozenset[str]:
    """The stop words of all languages, for texts whose language is not known yet."""
    return frozenset().union(*(each.stopwords for each in languages().values()))


@lru_cache(maxsize=2)
def patterns(table: str) -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    """One pattern per reason out of the tables `furniture` or `ends` of all languages; the first match counts."""
    found: dict[Reason, list[str]] = {}
    for language in _tables().values():
        entries = language.get(table, {})
        assert isinstance(entries, dict)  # noqa: S101 - a broken file of our own must not pass silently
        for reason, alternatives in entries.items():
            found.setdefault(Reason(reason), []).extend(alternatives)
    return tuple((reason, re.compile("|".join(found[reason]), re.IGNORECASE)) for reason in Reason if reason in found)


def _phrases(table: Mapping[str, object]) -> Phrases:
    def words(key: str) -> frozenset[str]:
        return frozenset(str(table.get(key, "")).split())

    traits = table.get("traits", {})
    translated = traits.get("translated", []) if isinstance(traits, dict) else []
    return Phrases(
        words("stopwords"),
        words("anaphora"),
        words("connectives"),
        words("demonstratives"),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in translated),
    )
