"""What a reader wants. Equal preferences are one profile, so equal readers share one digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Preferences:
    """The interned form of a reader's wishes (table `profile`)."""

    topics: frozenset[str] = field(default_factory=frozenset)  # slugs of the catalogue
    words: frozenset[str] = field(default_factory=frozenset)  # free words followed, as typed
    mutes: frozenset[str] = field(default_factory=frozenset)  # free words that hide a story
    muted_sources: frozenset[str] = field(default_factory=frozenset)  # credits that are hidden
    languages: frozenset[str] = field(default_factory=frozenset)  # content languages; empty: all
    length: Length = Length.NORMAL

    @property
    def chosen(self) -> bool:
        """True when the reader follows anything at all."""
        return bool(self.topics or self.words)

    @property
    def fingerprint(self) -> str:
        """A hash that does not depend on the order in which things were chosen."""
        parts = [sorted(self.topics), sorted(self.words), sorted(self.mutes), sorted(self.muted_sources)]
        canonical = json.dumps([*parts, sorted(self.languages), self.length], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
