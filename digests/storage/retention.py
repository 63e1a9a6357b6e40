"""Deleting by date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists

from digests.storage import models
from digests.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class RetentionStore:
    """Drops what has become too old."""

    transaction: Transaction

    async def drop_articles(self, before: datetime) -> int:
        """Delete articles that were news before `before`, and the stories and storylines left empty; how many."""
        connection = self.transaction.connection
        article, story, line = models.Article, models.Story, models.Storyline
        # A copy may outlive its original and an entry its page; both follow the older one by the tables' own rules.
        result = await connection.execute(delete(article).where(article.news_at < before))
        await connection.execute(delete(story).where(~exists().where(article.story_id == story.id)))
        await connection.execute(delete(line).where(~exists().where(story.storyline_id == line.id)))
        return result.rowcount

    async def drop_editions(self, before: datetime) -> int:
        """Delete editions of slots before `before` with their digests and deliveries; how many."""
        edition = models.Edition
        result = await self.transaction.connection.execute(delete(edition).where(edition.slot_at < before))
        return result.rowcount
