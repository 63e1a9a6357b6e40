"""What pages say around their articles, as data: one TOML file per language (further languages share one)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from digests.text.document import Reason

_WORD = r"\b"
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


def silent_in(said: Set[str]) -> frozenset[str]:
    """The languages in which each of these words (lower case) is a stop word: "war" tells nothing in German."""
    return frozenset(code for code, each in languages().items() if said and each.stopwords.issuperset(said))


@lru_cache(maxsize=1)
def all_stopwords() -> frozenset[str]:
    """The stop words of all languages, for texts whose language is not known yet."""
    return frozenset().union(*(each.stopwords for each in languages().values()))


@dataclass(frozen=True, slots=True)
class Finder:
    """All phrases of one table. Each is tried only where it can begin (line, word), all of them in one pass."""

    tries: tuple[Callable[[str], re.Match[str] | None], ...]  # for the line in small letters
    cased: re.Pattern[str]  # phrases in which capitals matter

    def find(self, line: str, lowered: str) -> Reason | None:
        """Why `line`, which is `lowered` in small letters, is furniture; None when no phrase stands in it."""
        for tried in self.tries:
            if found := tried(lowered):
                return Reason(found.lastgroup or "")
        found = self.cased.match(line)
        return Reason(found.lastgroup or "") if found else None


def phrase_languages() -> frozenset[str]:
    """Every language that has phrases, "und" (languages without stop words) among them."""
    return frozenset(_tables())


@lru_cache(maxsize=256)
def finder(table: str, spoken: frozenset[str]) -> Finder:
    """The phrases of the table `furniture` or `ends` of the languages in `spoken`; made at the first call (5-30 ms).

    A phrase that begins with "^" or a word holds no "|" outside brackets, and none has groups (a test looks).
    """
    found: dict[Reason, list[str]] = {reason: [] for reason in Reason}
    for language in sorted(spoken):
        entries = _tables().get(language, {}).get(table, {})
        assert isinstance(entries, dict)  # noqa: S101 - a broken file of our own must not pass silently
        for reason, alternatives in entries.items():
            found[Reason(reason)] += alternatives
    cased = {reason: [each for each in phrases if _is_cased(each)] for reason, phrases in found.items()}
    plain = {reason: [each for each in phrases if not _is_cased(each)] for reason, phrases in found.items()}

    def beginning(mark: str) -> dict[Reason, list[str]]:
        return {
            reason: [each.removeprefix(mark) for each in phrases if each.startswith(mark)]
            for reason, phrases in plain.items()
        }

    elsewhere = {
        reason: [each for each in phrases if not each.startswith(("^", _WORD))] for reason, phrases in plain.items()
    }
    return Finder(
        (
            re.compile(_alternatives(beginning("^"))).match,
            re.compile(_WORD + _alternatives(beginning(_WORD))).search,
            re.compile(_alternatives(elsewhere)).search,
        ),
        re.compile(_alternatives(cased), re.IGNORECASE),
    )


def _is_cased(phrase: str) -> bool:
    bare = _ESCAPE.sub("", phrase)
    return bare != bare.lower()


def _alternatives(phrases: Mapping[Reason, Sequence[str]]) -> str:
    """One pattern whose groups are named by reason; it fits nothing when there are no phrases."""
    groups = [f"(?P<{reason}>{'|'.join(each)})" for reason, each in phrases.items() if each]
    return f"(?:{'|'.join(groups)})" if groups else r"(?!)"


@lru_cache(maxsize=4)
def label_phrases(name: str) -> re.Pattern[str]:
    """What texts say of themselves, in all languages together: the table `labels`, key `name`; for small letters."""
    found: list[str] = []
    for language in _tables().values():
        labels = language.get("labels", {})
        found += labels.get(name, []) if isinstance(labels, dict) else []
    return re.compile("|".join(found))


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
        tuple(re.compile(pattern) for pattern in translated),
    )
