"""What pages say around their articles, as data: one TOML file per language (further languages share one)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from digests.text.document import Reason

_ESCAPE = re.compile(r"\\.")
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
    """The phrases of every language that has stop words."""
    return {language: _phrases(table) for language, table in _tables().items() if "stopwords" in table}


def phrases(language: str) -> Phrases:
    """The phrases of `language`; empty ones for a language without a file."""
    return languages().get(language, NONE)


@lru_cache(maxsize=1)
def all_stopwords() -> frozenset[str]:
    """The stop words of all languages, for texts whose language is not known yet."""
    return frozenset().union(*(each.stopwords for each in languages().values()))


@dataclass(frozen=True, slots=True)
class Family:
    """All phrases of one reason. Each is tried only where it can begin (line, word), which is many times faster."""

    reason: Reason
    patterns: tuple[Callable[[str], object], ...]  # for the line in small letters
    cased: re.Pattern[str] | None  # phrases in which capitals matter

    def fits(self, line: str, lowered: str) -> bool:
        """True when a phrase of the family stands in `line`, which is `lowered` in small letters."""
        for tried in self.patterns:
            if tried(lowered):
                return True
        return bool(self.cased and self.cased.match(line))


@lru_cache(maxsize=2)
def families(table: str) -> tuple[Family, ...]:
    """The phrases of the tables `furniture` or `ends` of all languages by reason; the first family that fits counts.

    A phrase that begins with "^" holds no "|" outside brackets (a test looks).
    """
    found: dict[Reason, list[str]] = {}
    for language in _tables().values():
        entries = language.get(table, {})
        assert isinstance(entries, dict)  # noqa: S101 - a broken file of our own must not pass silently
        for reason, alternatives in entries.items():
            found.setdefault(Reason(reason), []).extend(alternatives)
    return tuple(_family(reason, found[reason]) for reason in Reason if reason in found)


@lru_cache(maxsize=4)
def label_phrases(name: str) -> re.Pattern[str]:
    """What texts say of themselves, in all languages together: the table `labels`, key `name`; for small letters."""
    found: list[str] = []
    for language in _tables().values():
        labels = language.get("labels", {})
        found += labels.get(name, []) if isinstance(labels, dict) else []
    return re.compile("|".join(found))


def _family(reason: Reason, phrases: Sequence[str]) -> Family:
    cased = [phrase for phrase in phrases if _ESCAPE.sub("", phrase) != _ESCAPE.sub("", phrase).lower()]
    plain = [phrase for phrase in phrases if phrase not in cased]
    start = [phrase for phrase in plain if phrase.startswith("^")]
    at_word = [phrase[2:] for phrase in plain if phrase.startswith(r"\b")]
    rest = [phrase for phrase in plain if not phrase.startswith(("^", r"\b"))]
    patterns: list[Callable[[str], object]] = []
    if start:
        patterns.append(re.compile("|".join(phrase[1:] for phrase in start)).match)
    if at_word:
        patterns.append(re.compile(rf"\b(?:{'|'.join(at_word)})").search)
    if rest:
        patterns.append(re.compile("|".join(rest)).search)
    return Family(reason, tuple(patterns), re.compile("|".join(cased), re.IGNORECASE) if cased else None)


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
