"""Recognises an event that was told as breaking news before: it was left as two stories, or is told by others anew."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digests.domain.breaking import is_told
from digests.storage.breaking import AlertStore
from digests.storage.database import Transaction
from digests.storage.recent import RecentArticle, articles_of
from digests.storage.stories import StoryStore

if TYPE_CHECKING:
    from digests.text.embeddings import Embedder

TOLD_FOR = timedelta(hours=24)
"""For so long an event that was told is not told again."""
_COMPARED = 20
"""Reports of a story that are compared, the first: they told the event."""


@dataclass(frozen=True, slots=True)
class Recognising:
    """Compares a story with those told lately as stories are compared with each other, only less strictly.

    Nothing but these stories is looked at: the index knows how rare words are before it holds anything. What it tells
    apart is measured by `python -m tests.benchmarks.alerts`.
    """

    embedder: Embedder | None = None  # as the stories have it

    async def told(self, transaction: Transaction, now: datetime) -> frozenset[int]:
        """The stories that hold what was told within the last day."""
        stories = StoryStore(transaction)
        found = await AlertStore(transaction).stories(now - TOLD_FOR)
        return frozenset([await stories.successor(story_id) for story_id in found])

    async def twin(self, transaction: Transaction, story_id: int, told: Collection[int]) -> int | None:
        """The story of these that tells the same event as another one; None when none does."""
        others = set(told) - {story_id}
        if not others:
            return None
        found = await articles_of(transaction, {story_id, *others})
        return await asyncio.to_thread(self._twin, story_id, _by_story(found))

    def _twin(self, story_id: int, reports: Mapping[int, Sequence[RecentArticle]]) -> int | None:
        from digests.domain.stories import StoryIndex  # loaded with the first article, and wanted only then
        from digests.services.newsroom import remembered

        index = StoryIndex(self.embedder)
        for story in reports.values():
            for article in story:
                index.add(article.id, remembered(article, self.embedder), article.story_id, article.storyline_id)
        titles = {story: [each.title for each in found] for story, found in reports.items()}
        others = titles.keys() - {story_id}
        likest = sorted(((index.alikeness(story_id, other), other) for other in others), reverse=True)
        return next((other for like, other in likest if is_told(like, titles.get(story_id, ()), titles[other])), None)


def _by_story(articles: Sequence[RecentArticle]) -> dict[int, list[RecentArticle]]:
    """The first reports of each story; copies only of what has nothing else."""
    found: defaultdict[int, list[RecentArticle]] = defaultdict(list)
    for article in articles:
        found[article.story_id].append(article)
    originals = {story: [each for each in reports if each.duplicate_of is None] for story, reports in found.items()}
    return {story: (originals[story] or reports)[:_COMPARED] for story, reports in found.items()}
