"""What /search is asked for: words, "fixed phrases", -words that must not stand there, and filters.

A query is kept as its parts, each as it is shown: so it can be written into a message, read again from there, and put
right part by part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digests.domain.arguments.choices import parse_language
from digests.domain.arguments.periods import LONGEST, Period, bounded_period, trailing_period
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, plain
from digests.text.languages import CANDIDATES
from digests.text.words import LANGUAGES, words


class PartKind(StrEnum):
    """What a part of a query asks for."""

    WORD = "word"
    PHRASE = "phrase"  # these words in this order; a single one without its compounds
    WITHOUT = "without"  # a word or phrase that must not stand there
    SOURCE = "source"
    TOPIC = "topic"
    LANGUAGE = "language"
    PERIOD = "period"

    @property
    def is_filter(self) -> bool:
        """True for what says nothing about the words of an article."""
        return self not in (PartKind.WORD, PartKind.PHRASE, PartKind.WITHOUT)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it asks for, without its sign, key or quotation marks; and the key as it was typed."""

    kind: PartKind
    value: str
    key: str = ""

    @property
    def text(self) -> str:
        """The part as it is shown and read again."""
        quoted = self.kind is PartKind.PHRASE or (self.kind is not PartKind.PERIOD and " " in self.value)
        value = f'"{self.value}"' if quoted else self.value
        return f"{'-' if self.kind is PartKind.WITHOUT else self.key}{value}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for; reading its `text` again gives the same query."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The whole query as it is shown."""
        return " ".join(self._texts())

    def _texts(self) -> list[str]:
        """The parts as they are shown. A filter without a value must not take what follows for it when it is read."""
        bare = [part.kind.is_filter and not part.value for part in self.parts[:-1]]
        return [
            f'{part.text}""' if empty else part.text for part, empty in zip(self.parts, [*bare, False], strict=False)
        ]

    def of(self, *kinds: PartKind) -> list[Part]:
        """The parts of these kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @property
    def wanted(self) -> list[Part]:
        """The words and phrases that must stand there."""
        return self.of(PartKind.WORD, PartKind.PHRASE)

    @property
    def filters(self) -> list[Part]:
        """What narrows the search otherwise than by words."""
        return [part for part in self.parts if part.kind.is_filter]

    def replaced(self, index: int, text: str = "") -> str:
        """The query's text with another text in place of the part at `index`; without that part when it is empty."""
        texts = [text if place == index else shown for place, shown in enumerate(self._texts())]
        return " ".join(filter(None, texts))

    def fitting(self, limit: int) -> Query:
        """As much of it as `limit` characters hold: words go from the end, filters stay as long as they can."""
        parts = list(self.parts)
        while parts and len(Query(tuple(parts)).text) > limit:
            words_at = [place for place, part in enumerate(parts) if not part.kind.is_filter]
            if len(words_at) == 1 or len(parts) == 1:
                last = words_at[-1] if words_at else 0
                over = len(Query(tuple(parts)).text) - limit
                kept = parts[last].value[: max(len(parts[last].value) - over, 0)].rstrip()
                parts[last : last + 1] = [Part(parts[last].kind, kept, parts[last].key)] if kept else []
            else:
                del parts[words_at[-1] if words_at else -1]
        return Query(tuple(parts))


_ReadPeriod = Callable[[Sequence[str], datetime], Period | None]
_KEYS = dictionary({
    PartKind.SOURCE: "quelle, quellen, source, sources, джерело, джерела",
    PartKind.TOPIC: "thema, themen, topic, topics, тема, теми",
    PartKind.LANGUAGE: "sprache, language, lang, мова",
})  # fmt: skip
_QUOTES = '"„“”‟«»「」'
_MINUS = "-−–—"
_PART = re.compile(
    rf"(?P<key>[^\W\d_]+)[:：]\s*(?:[{_QUOTES}](?P<named>[^{_QUOTES}]*)[{_QUOTES}]|(?P<name>[^\s{_QUOTES}]*))"
    rf"|(?P<minus>(?<!\S)[{_MINUS}](?=[\w{_QUOTES}]))?"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)


def parse_search(text: str, now: datetime) -> Query:
    """Read "words -not "fixed phrase" source:x topic:y language:de 7d"; `now` is aware, on the reader's clock.

    Never raises. A period that is said by a preposition ("seit 01.11.") or is as short as "7d" may stand anywhere;
    others only at the end, so that "Zwei Wochen nach Juli" is searched for whole. A period is one only beside
    something that it can narrow.
    """
    parts = list(_split(" ".join(text.split())))
    for read, only_last in ((bounded_period, False), (trailing_period, True)):
        parts = _with_periods(parts, now, read, only_last=only_last)
    return Query(tuple(parts))


def period_of(query: Query, now: datetime) -> Period:
    """When what is searched for was news; `now` as for `parse_search`.

    Raises ArgumentError NO_SUCH_DATE for a day that does not exist, and IMPOSSIBLE where nothing lies between the
    bounds, which `typed` quotes.
    """
    period = Period()
    parts = query.of(PartKind.PERIOD)
    for part in parts:
        said = part.value.split()
        try:
            period &= bounded_period(said, now) or trailing_period(said, now) or Period()
        except ArgumentError as error:
            raise ArgumentError(error.problem, part.text) from None
    if period.is_empty or (period.since and period.since > now):
        raise ArgumentError(Problem.IMPOSSIBLE, parts[-1].text)
    return period


def languages_of(query: Query) -> frozenset[str]:
    """The languages that articles may be in (ISO 639-1); empty for any.

    Raises ArgumentError: MISSING, UNREADABLE, `typed` being the part that is wrong.
    """
    found = set()
    for part in query.of(PartKind.LANGUAGE):
        code = plain(part.value)
        if code in CANDIDATES:
            found.add(code)
            continue
        try:
            found.add(parse_language(part.value))
        except ArgumentError as error:
            fixed = tuple(Part(part.kind, language, part.key).text for language in LANGUAGES)
            raise ArgumentError(error.problem, part.text, fixed) from None
    return frozenset(found)


def check_words(query: Query) -> None:
    """Raise ArgumentError for a query that says too little.

    MISSING when words are only left out; TOO_FEW when no word has two letters and no filter says what is meant.
    """
    longest = max((len(word) for part in query.wanted for word in words(part.value)), default=0)
    if longest >= 2 or (query.filters and not query.of(PartKind.WITHOUT) and not query.wanted):
        return
    without = query.of(PartKind.WITHOUT)
    if without and not query.wanted:
        raise ArgumentError(Problem.MISSING, without[0].text, (without[0].text.lstrip("-"),))
    raise ArgumentError(Problem.TOO_FEW, query.text)


def _split(text: str) -> Iterator[Part]:
    for match in _PART.finditer(text):
        kind = _KEYS.get(plain(match["key"])) if match["key"] else None
        value = next((match[name] for name in ("named", "name", "phrase", "word") if match[name] is not None), "")
        value = " ".join(value.split())
        if kind is not None:
            yield Part(kind, value, f"{match['key']}:")
        elif match["key"]:  # a colon in a text, such as an address
            yield from (Part(PartKind.WORD, word) for word in match[0].translate(_NO_QUOTES).split())
        elif match["minus"] and words(value):
            yield Part(PartKind.WITHOUT, value)
        elif match["phrase"] is None:
            yield Part(PartKind.WORD, value)
        elif words(value):
            yield Part(PartKind.PHRASE, value)
        else:
            yield from (Part(PartKind.WORD, word) for word in value.split())


_NO_QUOTES = dict.fromkeys(map(ord, _QUOTES), " ")


def _with_periods(parts: Sequence[Part], now: datetime, read: _ReadPeriod, *, only_last: bool) -> list[Part]:
    """The parts with words put together that say a period; one at most, unless it may stand anywhere."""
    found: list[Part] = []
    at = 0
    while at < len(parts):
        size = _period_size(parts, at, now, read, only_last=only_last)
        if size and _narrows(parts, at, size):
            found.append(Part(PartKind.PERIOD, " ".join(part.value for part in parts[at : at + size])))
        else:
            size = 1
            found.append(parts[at])
        at += size
    return found


def _period_size(parts: Sequence[Part], at: int, now: datetime, read: _ReadPeriod, *, only_last: bool) -> int:
    """How many parts from `at` on say a period together, at most."""
    for size in range(LONGEST, 0, -1):
        group = parts[at : at + size]
        if len(group) < size or any(part.kind is not PartKind.WORD for part in group):
            continue
        if only_last and any(part.kind is PartKind.WORD for part in parts[at + size :]):
            continue
        try:
            if read([part.value for part in group], now) is not None:
                return size
        except ArgumentError:  # a day that does not exist is meant as a period, too
            return size
    return 0


def _narrows(parts: Sequence[Part], at: int, size: int) -> bool:
    """True when something else is asked for than a period."""
    others = [*parts[:at], *parts[at + size :]]
    return any(part.kind not in (PartKind.PERIOD, PartKind.WITHOUT) for part in others)
