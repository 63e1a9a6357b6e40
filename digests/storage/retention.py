"""Deleting by date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from digests.storage import models
from digests.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class RetentionStore:
    """Drops what has become too old."""

    transaction: Transaction

    async def drop_articles(self, before: datetime) -> int:
        """Delete articles that were news before `before`, and the stories and storylines left empty; how many.

        A story that was emptied by a merge goes when its articles would: until then it leads to the other one.
        """
        article, story = models.Article, models.Story
        # A copy may outlive its original and an entry its page; both follow the older one by the tables' own rules.
        statement = delete(article).where(article.news_at < before)
        result = await self.transaction.connection.execute(statement)
        await self._drop_empty(or_(story.merged_into.is_(None), story.last_at < before))
        return result.rowcount

    async def drop_empty(self) -> None:
        """Delete stories and storylines that have lost their articles otherwise than by a merge."""
        await self._drop_empty(models.Story.merged_into.is_(None))

    async def _drop_empty(self, gone: ColumnElement[bool]) -> None:
        connection = self.transaction.connection
        article, story, line = models.Article, models.Story, models.Storyline
        await connection.execute(delete(story).where(~exists().where(article.story_id == story.id), gone))
        await connection.execute(delete(line).where(~exists().where(story.storyline_id == line.id)))

    async def drop_changes(self, before: datetime) -> int:
        """Delete the log of stories before `before`, but for its last row: ids must not come twice; how many."""
        change = models.StoryChange
        last = select(func.max(change.id)).scalar_subquery()
        statement = delete(change).where(change.at < before, change.id < last)
        return (await self.transaction.connection.execute(statement)).rowcount

    async def drop_editions(self, before: datetime) -> int:
        """Delete editions of slots before `before` with their digests and deliveries; how many."""
        edition, delivery, digest, edit = models.Edition, models.Delivery, models.Digest, models.Amendment
        old = select(edition.id).where(edition.slot_at < before)
        for told in (delivery, edit):
            await self.transaction.connection.execute(delete(told).where(told.edition_id.in_(old)))
        await self.transaction.connection.execute(delete(digest).where(digest.slot_at < before))
        result = await self.transaction.connection.execute(delete(edition).where(edition.slot_at < before))
        return result.rowcount
