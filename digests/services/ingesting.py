"""The way of an article into the tables. What reads and recognises texts is loaded with the first one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from digests.domain.articles import RawArticle
from digests.domain.revisions import RevisionKind
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.spotting import Spotting
from digests.storage.database import Database
from digests.storage.stories import Change
from digests.text.document import DroppedLine, Label

if TYPE_CHECKING:
    from digests.services.storing import Storing
    from digests.text.embeddings import Embedder

BATCH = 20
"""Articles that are stored in one transaction at most: one commit costs what storing one of them does."""


class Action(StrEnum):
    """What storing an article came to."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article or entry ended up."""

    article_id: int
    title: str
    story_id: int
    opened_story: bool
    joined_storyline: bool  # a new story that continues a known storyline
    duplicate_of: int | None = None
    changes: tuple[Change, ...] = ()  # of the stories around it, now that it is there
    kinds: tuple[RevisionKind, ...] = ()  # of an edit: what it changed, as far as readers would notice


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one raw article, for the operator."""

    origin: str
    action: Action
    placement: Placement
    language: str
    title_derived: bool
    dated: bool
    labels: frozenset[Label] = frozenset()
    paragraphs: int = 0  # what is left, those of entries too
    dropped: tuple[DroppedLine, ...] = ()
    entries: tuple[Placement, ...] = ()

    @property
    def kinds(self) -> tuple[RevisionKind, ...]:
        """What an edit changed in the article, entries aside; nothing where readers would not notice."""
        return self.placement.kinds

    @property
    def changes(self) -> tuple[Change, ...]:
        """Which stories were merged or split because of it, oldest first."""
        return tuple(change for placement in (self.placement, *self.entries) for change in placement.changes)


Outcome = Report | Exception
"""What became of one of several articles: an InputError where it has no text, any other where we failed."""


@dataclass
class Ingesting:
    """Takes raw articles in. One instance per process.

    A process that stores none, or has not yet, does without a fifth of its start and of its memory.
    """

    database: Database
    catalogue: Catalogue
    clock: Clock
    embedder: Embedder | None = None  # also compares what articles mean, across languages
    spotting: Spotting | None = None  # looks for breaking news; set where there is somebody to tell of it
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _storing: Storing | None = field(default=None, init=False)

    async def ingest(self, raw: RawArticle) -> Report:
        """Store one article. Storing it again changes nothing; an edited one is updated.

        Raises InputError when no article text is left after cleaning.
        """
        (outcome,) = await self.ingest_all([raw])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def ingest_all(self, raws: Iterable[RawArticle]) -> list[Outcome]:
        """Store articles in this order, as if they came one by one, a few in a transaction; what became of each.

        An InputError stands for one of which no text is left after cleaning. One that we fail at holds back no other:
        in its place is what went wrong. Raises what concerns all of them, such as a database that is away; what
        has been stored by then remains.
        """
        coming, storing = list(raws), await self.storing()
        outcomes: list[Outcome] = []
        for start in range(0, len(coming), BATCH):
            outcomes += await storing.store(coming[start : start + BATCH], self.spotting)
        return outcomes

    async def storing(self) -> Storing:
        """What does it, once it is loaded."""
        async with self._loading:
            if self._storing is None:
                self._storing = await asyncio.to_thread(self._load)  # tenths of a second, in which others go on
            return self._storing

    def _load(self) -> Storing:
        from digests.services.storing import Storing

        self.catalogue.prepare()
        return Storing(self.database, self.catalogue, self.clock, self.embedder)
