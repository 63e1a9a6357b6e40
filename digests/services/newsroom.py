"""The memory of ingesting: which stories and texts there have been lately. Filled from storage, never the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.stories import Assignment, Newcomer, StoryIndex
from digests.domain.storylines import STORYLINE_WINDOW
from digests.domain.terms import terms
from digests.storage.database import Transaction
from digests.storage.recent import RecentArticle, recent_articles
from digests.text.document import Paragraph
from digests.text.fingerprints import DuplicateIndex

REMEMBERED = 20_000
"""So many articles are read back after a start; older ones than these attract nothing."""
COPIES_FOR = timedelta(days=7)
"""A copy of an article comes within so many days."""


def newcomer(  # a value, spelled out
    title: str, paragraphs: tuple[Paragraph, ...], language: str, source: str, at: datetime, page: int | None
) -> Newcomer:
    """An article or entry as the story index wants it."""
    return Newcomer(title, terms(title, [paragraph.text for paragraph in paragraphs]), language, source, at, page)


@dataclass
class Newsroom:
    """Finds the story and the original of a new article."""

    _stories: StoryIndex = field(default_factory=StoryIndex)
    _copies: DuplicateIndex = field(default_factory=DuplicateIndex)
    _story_of: dict[int, tuple[int, int]] = field(default_factory=dict)
    _seen: int = 0

    async def catch_up(self, transaction: Transaction, now: datetime) -> None:
        """Learn what other processes, or this one before its start, have stored."""
        self._stories.forget(now)
        for article in await recent_articles(transaction, self._seen, now - STORYLINE_WINDOW, REMEMBERED):
            self._learn(article, now)

    def original(self, fingerprint: tuple[int, ...]) -> tuple[int, int, int] | None:
        """The article this text mostly copies, with its story and storyline."""
        found = self._copies.find(fingerprint)
        if found is None or found not in self._story_of:
            return None
        return (found, *self._story_of[found])

    def assign(self, candidate: Newcomer) -> Assignment:
        """The story and storyline of a newcomer, None each for a new one."""
        return self._stories.assign(candidate)

    def remember(self, article_id: int, candidate: Newcomer, story: tuple[int, int]) -> None:
        """Keep a stored article in mind; `story` is (story id, storyline id)."""
        self._stories.add(article_id, candidate, *story)
        self._story_of[article_id] = story
        self._seen = max(self._seen, article_id)

    def remember_text(self, article_id: int, fingerprint: tuple[int, ...]) -> None:
        """Keep an original in mind, so that copies find it."""
        self._copies.add(article_id, fingerprint)

    def _learn(self, article: RecentArticle, now: datetime) -> None:
        page = article.parent_id or (article.id if article.live_blog else None)
        known = newcomer(article.title, article.paragraphs, article.language, article.source_key, article.news_at, page)
        self.remember(article.id, known, (article.story_id, article.storyline_id))
        if article.duplicate_of is None and article.news_at > now - COPIES_FOR:
            self.remember_text(article.id, article.fingerprint)
