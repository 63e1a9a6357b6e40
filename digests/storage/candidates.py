"""Which stories may come into a digest: found by topic and time, bounded however much there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union_all

from digests.domain.digests import Window
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.models.articles import PLACE
from digests.storage.types import Id

_PLACE = f"INDEXED BY {PLACE}"
_TOPICS = select(models.Topic.id, models.Topic.slug).where(models.Topic.slug.in_(bindparam("slugs", expanding=True)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story as one article of one topic brings it up."""

    topic: str  # slug
    story_id: int
    news_at: datetime  # UTC
    score: float  # of the topic in that article
    sources: int  # independent ones of the story


@dataclass(frozen=True, slots=True)
class CandidateStore:
    """Finds stories with news inside a window."""

    transaction: Transaction

    async def in_topics(self, slugs: Collection[str], window: Window, per_topic: int) -> list[Candidate]:
        """The newest articles of each of these topics inside the window, with what a first ranking needs."""
        rows = await self.transaction.connection.execute(_TOPICS, {"slugs": list(slugs)})
        names = {row.id: row.slug for row in rows}
        if not names:
            return []
        values = {"start": window.start, "end": window.end, "count": per_topic}
        values |= {f"topic{number}": topic_id for number, topic_id in enumerate(names)}
        rows = (await self.transaction.connection.execute(_newest_of(len(names)), values)).all()
        return [Candidate(names[topic_id], *row) for topic_id, *row in rows]

    async def in_storylines(self, storyline_ids: Collection[int], window: Window) -> set[int]:
        """The stories of these storylines with news inside the window."""
        article, story = models.Article, models.Story
        statement = (
            select(article.story_id)
            .join(story, story.id == article.story_id)
            .where(story.storyline_id.in_(sorted(storyline_ids)))
            .where(article.news_at > window.start, article.news_at <= window.end)
        )
        return set(await self.transaction.connection.scalars(statement))

    async def newest(self, window: Window, limit: int) -> set[int]:
        """The stories with the newest articles of all inside the window."""
        article = models.Article
        newest = (
            select(article.story_id)
            .where(article.news_at > window.start, article.news_at <= window.end)
            .order_by(article.news_at.desc())
            .limit(limit)
        )
        return set(await self.transaction.connection.scalars(newest))

    async def weightiest(self, window: Window, limit: int) -> set[int]:
        """The stories with the most independent sources of those that have news inside the window, or just after it."""
        story = models.Story
        statement = (
            select(story.id)
            .where(story.last_at > window.start, story.first_at <= window.end, story.article_count > 0)
            .order_by(story.source_count.desc(), story.last_at.desc(), story.id)
            .limit(limit)
        )
        return set(await self.transaction.connection.scalars(statement))

    async def per_day(self, now: datetime, days: int) -> dict[str, float]:
        """Stories per day of each topic over the last `days` days, by slug; time before the first article left out."""
        article, link, topic = models.Article, models.ArticleTopic, models.Topic
        start = now - timedelta(days=days)
        first = await self.transaction.connection.scalar(select(func.min(article.news_at)))
        if first is None:
            return {}
        span = max(1.0, min(float(days), (now - first) / timedelta(days=1)))
        counted = (
            select(topic.slug, func.count(func.distinct(article.story_id)))
            .join(link, link.topic_id == topic.id)
            .join(article, article.id == link.article_id)
            .with_hint(article, _PLACE, "sqlite")
            .where(link.news_at > start, link.news_at <= now)
            .group_by(topic.slug)
        )
        return {slug: count / span for slug, count in (await self.transaction.connection.execute(counted)).all()}


@lru_cache(maxsize=64)
def _newest_of(topics: int) -> Select[Any]:
    """The newest `count` articles of each of so many topics, `topic0` on, between `start` and `end`. Built once."""
    article, link, story = models.Article, models.ArticleTopic, models.Story
    start, end = (bindparam(name, type_=link.news_at.type) for name in ("start", "end"))
    newest = [
        select(link.topic_id, link.article_id, link.score)
        .where(link.topic_id == bindparam(f"topic{number}", type_=Id), link.news_at > start, link.news_at <= end)
        .order_by(link.news_at.desc())
        .limit(bindparam("count"))
        .subquery()
        for number in range(topics)
    ]
    links = union_all(*(select(part.c.topic_id, part.c.article_id, part.c.score) for part in newest)).subquery()
    return (
        select(links.c.topic_id, article.story_id, article.news_at, links.c.score, story.source_count)
        .join(article, article.id == links.c.article_id)
        .with_hint(article, _PLACE, "sqlite")
        .join(story, story.id == article.story_id)
    )
