"""What the in-memory indexes of stories and near-duplicates are filled from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from digests.storage import models
from digests.storage.articles import body_from_json
from digests.storage.database import Transaction
from digests.text.document import Paragraph


@dataclass(frozen=True, slots=True)
class RecentArticle:
    """A stored article or entry as the indexes need it."""

    id: int
    source_key: str
    parent_id: int | None
    story_id: int
    storyline_id: int
    title: str
    paragraphs: tuple[Paragraph, ...]
    language: str
    news_at: datetime  # UTC
    fingerprint: tuple[int, ...]
    duplicate_of: int | None
    live_blog: bool
    vector: bytes | None


async def recent_articles(transaction: Transaction, after: int, since: datetime, limit: int) -> Sequence[RecentArticle]:
    """The articles with an id above `after` that were news after `since`, oldest first; of many the newest `limit`."""
    article = models.Article
    columns = (
        article.id,
        models.Source.url.label("source_key"),
        article.parent_id,
        article.story_id,
        models.Story.storyline_id,
        article.title,
        article.body,
        article.language,
        article.news_at,
        article.fingerprint,
        article.duplicate_of,
        article.labels,
        article.vector,
    )
    statement = (
        select(*columns)
        .join(models.Source, models.Source.id == article.source_id)
        .join(models.Story, models.Story.id == article.story_id)
        .where(article.id > after, article.news_at > since)
        .order_by(article.id.desc())
        .limit(limit)
    )
    rows = (await transaction.connection.execute(statement)).all()
    return [
        RecentArticle(
            id=row.id,
            source_key=row.source_key,
            parent_id=row.parent_id,
            story_id=row.story_id,
            storyline_id=row.storyline_id,
            title=row.title,
            paragraphs=body_from_json(row.body),
            language=row.language,
            news_at=row.news_at,
            fingerprint=tuple(row.fingerprint),
            duplicate_of=row.duplicate_of,
            live_blog="live_blog" in row.labels,
            vector=row.vector,
        )
        for row in reversed(rows)
    ]
