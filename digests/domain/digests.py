"""What a reader gets: items with verbatim sentences, grouped by storyline. Stored as JSON and rendered per language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from digests.domain.articles import TopicMatch, WrittenSentence
from digests.text.document import Label

TEASER = -1
"""Paragraph index of a sentence that stands in the source's own teaser."""
TITLE = -2
"""Paragraph index of a headline."""


class State(StrEnum):
    """New: the story began inside the window. Update: it began earlier and has new sentences inside."""

    NEW = "new"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Window:
    """The time a digest covers: after `start` up to and including `end`, both UTC."""

    start: datetime
    end: datetime

    def __contains__(self, instant: object) -> bool:
        return isinstance(instant, datetime) and self.start < instant <= self.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim sentence and its address: article, paragraph index (or TEASER), sentence index."""

    text: str
    article_id: int
    paragraph: int
    position: int


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One article behind an item, as a reader sees it named. The [n] of a sentence is the index + 1 of its article."""

    article_id: int
    name: str
    published_at: datetime  # UTC
    dated: bool
    language: str
    labels: frozenset[Label]
    url: str | None = None
    copy: bool = False  # a near-duplicate of another source: named, but no second witness


@dataclass(frozen=True, slots=True)
class Claim:
    """The number one source gives, verbatim with its hedge and unit."""

    figure: str
    source: str  # as readers see it named
    article_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A number on which sources disagree: what is counted, and two or three claims, the lowest first."""

    subject: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a story's rank is the product of; `ranking` says how each factor comes about."""

    sources: float = 1.0  # at least 1: independent sources
    freshness: float = 1.0  # in (0, 1]
    topical: float = 1.0  # in [0.1, 1]: how well it meets what the reader follows
    novelty: float = 1.0  # in [0.5, 1]: a new story, or how much an update has to say
    weight: float = 1.0  # the reader's own weights
    crowding: float = 1.0  # in (0, 1]: stories of the same topic or storyline come before it

    @property
    def alone(self) -> float:
        """The rank with nothing before it."""
        return self.sources * self.freshness * self.topical * self.novelty * self.weight

    @property
    def score(self) -> float:
        """The rank."""
        return self.alone * self.crowding


class Fault(StrEnum):
    """What was wrong with a story in a digest that has gone out."""

    HEADLINE = "headline"  # its source has changed it
    NUMBERS = "numbers"  # a sentence has another number now
    TEXT = "text"  # a sentence reads otherwise now, or was withdrawn
    SOURCES = "sources"  # reports of something else stood in it
    SAME = "same"  # another item of the digest tells the same story


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right in an item after its digest had gone out; once more when it happens again."""

    at: datetime  # UTC; the last time
    faults: tuple[Fault, ...]  # at least one, in the order in which they are defined
    counted: tuple[str, ...] = ()  # what the corrected numbers count, as far as that is clear
    same_as: int | None = None  # with SAME: the number of the other item


@dataclass(frozen=True, slots=True)
class Item:
    """One story in a digest."""

    story_id: int
    storyline_id: int
    headline: str
    state: State
    sentences: tuple[Sentence, ...]  # the summary, 1 to 3
    details: tuple[Sentence, ...]  # further sentences, for the expandable quote and the story card
    sources: tuple[SourceNote, ...]  # sources of shown sentences first, then the others by time
    language: str
    first_at: datetime  # UTC
    last_at: datetime  # UTC; age shown to readers
    topics: tuple[TopicMatch, ...]  # topics and words of the reader that matched, best first
    score: float
    differences: tuple[Difference, ...] = ()  # numbers on which the sources clearly disagree
    parts: Parts | None = None  # what `score` is made of; None in digests stored before parts were kept
    weights: tuple[tuple[str, int], ...] = ()  # the reader's weights that moved it: (key, steps)
    written: tuple[WrittenSentence, ...] = ()  # a generated summary, shown as such before the verbatim sentences
    followed: bool = False  # the reader follows its storyline
    since: datetime | None = None  # UTC; when he had it as breaking news: it has news since then
    correction: Correction | None = None  # what was put right since it went out

    @property
    def witnesses(self) -> int:
        """How many sources report by themselves; a source whose text here copies another's is none."""
        return max(1, len({note.name.casefold() for note in self.sources if not note.copy}))

    @property
    def repeaters(self) -> int:
        """How many further sources only took over another's text."""
        return len({note.name.casefold() for note in self.sources}) - self.witnesses

    @property
    def single_source(self) -> bool:
        """True when one source alone reports it, however many have copied that."""
        return self.witnesses == 1


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one storyline under one heading; a lone item has no heading.

    `topics` are slugs of catalogue topics that name the storyline ("Ukraine · NATO"); `heading` is the fallback text.
    """

    storyline_id: int
    items: tuple[Item, ...]
    topics: tuple[str, ...] = ()
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one profile gets for one window."""

    window: Window
    groups: tuple[Group, ...]
    left_out: int = 0  # stories that matched but did not fit
    muted: int = 0  # stories hidden by mutes
    breaking: bool = False  # a single story, told as breaking news

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in reading order; the number a reader sees is the index + 1."""
        return tuple(item for group in self.groups for item in group.items)

    def with_items(self, items: Iterable[Item]) -> Digest:
        """The same digest with these items, as many as it has, in reading order."""
        rest = iter(items)
        groups = (replace(group, items=tuple(next(rest) for _ in group.items)) for group in self.groups)
        return replace(self, groups=tuple(groups))
