"""The memory of ingesting: which stories and texts there have been lately. Filled from storage, never the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.regrouping import Component
from digests.domain.stories import Newcomer, StoryIndex
from digests.domain.storylines import STORYLINE_WINDOW
from digests.domain.terms import terms
from digests.domain.vector_index import Vector
from digests.storage.database import Transaction
from digests.storage.recent import RecentArticle, recent_articles
from digests.storage.stories import StoryStore
from digests.text.document import Paragraph
from digests.text.embeddings import Embedder, unpack
from digests.text.fingerprints import DuplicateIndex

REMEMBERED = 20_000
"""So many articles are read back after a start; older ones than these attract nothing."""
COPIES_FOR = timedelta(days=7)
"""A copy of an article comes within so many days."""

_AT_ONCE = 20


def newcomer(  # a value, spelled out
    title: str,
    paragraphs: tuple[Paragraph, ...],
    language: str,
    source: str,
    at: datetime,
    page: int | None,
    vector: Vector | None = None,
) -> Newcomer:
    """An article or entry as the story index wants it."""
    found = terms(title, [paragraph.text for paragraph in paragraphs])
    return Newcomer(title, found, language, source, at, page, vector)


def remembered(article: RecentArticle, embedder: Embedder | None) -> Newcomer:
    """A stored article or entry as the story index wants it."""
    page = article.parent_id or (article.id if article.live_blog else None)
    vector = unpack(embedder, article.vector) if embedder else None
    return newcomer(
        article.title, article.paragraphs, article.language, article.source_key, article.news_at, page, vector
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a newcomer belongs. Without a story it opens one, in this storyline or a new one."""

    duplicate_of: int | None
    story_id: int | None
    storyline_id: int | None


@dataclass
class Newsroom:
    """Finds the story and the original of a new article."""

    embedder: Embedder | None = None
    _stories: StoryIndex = field(init=False)
    _copies: DuplicateIndex = field(default_factory=DuplicateIndex)
    _originals: dict[int, tuple[datetime, int, int]] = field(default_factory=dict)  # since when, and its place
    _seen: int = 0
    _changes: int | None = None  # the last change of stories that is known; None before the first look

    def __post_init__(self) -> None:
        self._stories = StoryIndex(self.embedder)

    @property
    def is_new(self) -> bool:
        """True before the first look at the tables."""
        return self._changes is None

    def vector(self, stored: bytes | None) -> Vector | None:
        """A stored embedding as the story index wants it."""
        return unpack(self.embedder, stored) if self.embedder else None

    async def catch_up(self, transaction: Transaction, now: datetime) -> None:
        """Learn what other processes, or this one before its start, have stored."""
        self._stories.forget(now)
        self._forget_texts(now - COPIES_FOR)
        found = await recent_articles(transaction, self._seen, now - STORYLINE_WINDOW, REMEMBERED)
        for number, article in enumerate(found, 1):
            self._learn(article, now)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # after a start there are thousands, and readers are waiting
        await self._learn_changes(StoryStore(transaction))

    def place(self, candidate: Newcomer, fingerprint: tuple[int, ...]) -> Place:
        """Where a newcomer belongs: beside the article it copies, else where the story index puts it."""
        original = self._copies.find(fingerprint)
        if original is not None:
            _, story_id, storyline_id = self._originals[original]
            return Place(original, story_id, storyline_id)
        assigned = self._stories.assign(candidate)
        return Place(None, assigned.story_id, assigned.storyline_id)

    def remember(self, article_id: int, candidate: Newcomer, story: tuple[int, int]) -> None:
        """Keep a stored article in mind; `story` is (story id, storyline id)."""
        self._stories.add(article_id, candidate, *story)
        self._seen = max(self._seen, article_id)

    def remember_text(
        self, article_id: int, fingerprint: tuple[int, ...], story: tuple[int, int], at: datetime
    ) -> None:
        """Keep an original that is known since `at` in mind, so that copies find it."""
        self._copies.add(article_id, fingerprint)
        self._originals[article_id] = (at, *story)

    def edit(self, article_id: int, candidate: Newcomer, fingerprint: tuple[int, ...]) -> None:
        """Keep in mind what an article that was edited says now, unless it is too old to be remembered."""
        if article_id in self._stories:
            self._stories.refresh(article_id, candidate)
        if article_id in self._originals:
            self._copies.remove(article_id)
            self._copies.add(article_id, fingerprint)

    def component(self, article_id: int, fixed: Container[int] = ()) -> Component | None:
        """The stories around an article, for a repair; those in `fixed` are left alone."""
        return self._stories.component(article_id, fixed) if article_id in self._stories else None

    def move(self, places: Mapping[int, tuple[int, int]], change_id: int) -> None:
        """Follow a change of stories: where articles stand now, (story id, storyline id) by article."""
        for article_id, story in places.items():
            if article_id in self._stories:
                self._stories.move(article_id, *story)
            if article_id in self._originals:
                self._originals[article_id] = (self._originals[article_id][0], *story)
        self._changes = change_id

    async def _learn_changes(self, stories: StoryStore) -> None:
        if self._changes is None:
            self._changes = await stories.last_change()
        elif changes := await stories.changes_after(self._changes):
            moved = {article_id for change in changes for article_id in change.article_ids}
            self.move(await stories.places(moved), changes[-1].id)

    def _forget_texts(self, before: datetime) -> None:
        while self._originals and (oldest := next(iter(self._originals.items())))[1][0] < before:
            self._copies.remove(oldest[0])
            del self._originals[oldest[0]]

    def _learn(self, article: RecentArticle, now: datetime) -> None:
        known = remembered(article, self.embedder)
        story = (article.story_id, article.storyline_id)
        self.remember(article.id, known, story)
        if article.duplicate_of is None and article.news_at > now - COPIES_FOR:
            self.remember_text(article.id, article.fingerprint, story, article.news_at)
