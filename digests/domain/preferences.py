"""What a reader wants. Equal preferences are one profile, so equal readers share one digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum

from digests.errors import InputError

MOST_STORIES = 20
"""A digest that is measured in minutes has so many at most."""
MOST_MINUTES = 15
"""The longest time to read that a digest can be measured by."""
MOST_STEPS = 3
"""A weight is so many steps up or down at most."""


class Weighed(StrEnum):
    """What a reader may weigh; with its name it is the key of a weight: "topic:sport", "source:Ticker24"."""

    TOPIC = "topic"  # slug
    WORD = "word"  # as typed
    SOURCE = "source"  # credit

    def key(self, name: str) -> str:
        """The key of a weight."""
        return f"{self.value}:{name}"


class Length(StrEnum):
    """How much a digest says."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"

    @property
    def stories(self) -> int:
        """The most stories a digest of this length has."""
        return {Length.SHORT: 3, Length.NORMAL: 6, Length.LONG: 10}[self]

    @property
    def sentences(self) -> int:
        """Summary sentences per story."""
        return {Length.SHORT: 2, Length.NORMAL: 2, Length.LONG: 3}[self]

    @property
    def details(self) -> int:
        """Further sentences per story, in the expandable quote."""
        return {Length.SHORT: 0, Length.NORMAL: 3, Length.LONG: 5}[self]


def length_of(minutes: int) -> Length:
    """How much is said of each story in a digest of so many minutes. Raises InputError for more than MOST_MINUTES."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise InputError(f"length of {minutes} minutes", f"expected 1 to {MOST_MINUTES}")
    return Length.SHORT if minutes <= 2 else Length.NORMAL if minutes <= 4 else Length.LONG


@dataclass(frozen=True, slots=True)
class Preferences:
    """The interned form of a reader's wishes (table `profile`)."""

    topics: frozenset[str] = field(default_factory=frozenset)  # slugs of the catalogue
    words: frozenset[str] = field(default_factory=frozenset)  # free words followed, as typed
    mutes: frozenset[str] = field(default_factory=frozenset)  # free words that hide a story
    muted_sources: frozenset[str] = field(default_factory=frozenset)  # credits that are hidden
    languages: frozenset[str] = field(default_factory=frozenset)  # content languages; empty: all
    length: Length = Length.NORMAL
    weights: frozenset[tuple[str, int]] = field(default_factory=frozenset)  # (key, steps), 0 never among them
    stories: frozenset[int] = field(default_factory=frozenset)  # storylines followed, whatever their topics
    minutes: int | None = None  # of reading that a digest takes at most; None: as many stories as its length has

    @property
    def chosen(self) -> bool:
        """True when the reader has chosen what his news are about; a story that he follows comes beside that."""
        return bool(self.topics or self.words)

    @property
    def fingerprint(self) -> str:
        """A hash that does not depend on the order in which things were chosen.

        Weights, stories and minutes count only where there are any: profiles stored before there were such keep theirs.
        """
        parts = [sorted(self.topics), sorted(self.words), sorted(self.mutes), sorted(self.muted_sources)]
        weights = [sorted(self.weights)] if self.weights else []
        stories = [{"stories": sorted(self.stories)}] if self.stories else []
        minutes = [{"minutes": self.minutes}] if self.minutes else []
        rest = [sorted(self.languages), self.length, *weights, *stories, *minutes]
        canonical = json.dumps([*parts, *rest], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def weighted(preferences: Preferences, key: str, steps: int) -> Preferences:
    """The preferences with `key` weighed by so many steps, at most MOST_STEPS either way; 0 takes the weight off.

    A source has one weight, however its name is spelt. Raises InputError for a key that names nothing to weigh.
    """
    _, name = weight_key(key)
    if not name.strip():
        raise InputError(f"weight {key!r}", "names nothing; write it like topic:sport")
    kept = {(other, value) for other, value in preferences.weights if other.casefold() != key.casefold()}
    steps = max(-MOST_STEPS, min(MOST_STEPS, steps))
    return replace(preferences, weights=frozenset(kept | {(key, steps)} if steps else kept))


def weight_key(key: str) -> tuple[Weighed, str]:
    """What a key weighs, and its name. Raises InputError for anything else."""
    kind, colon, name = key.partition(":")
    if not colon or kind not in {each.value for each in Weighed}:
        raise InputError(f"weight {key!r}", "expected topic:<slug>, word:<word> or source:<name>")
    return Weighed(kind), name
