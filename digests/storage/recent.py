"""What the in-memory indexes of stories and near-duplicates are filled from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from digests.storage import statements
from digests.storage.bodies import body_from_json
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
    bounds = {"after": after, "since": since, "count": limit}
    rows = (await transaction.connection.execute(statements.RECENT_ARTICLES, bounds)).all()
    return [_recent(row) for row in reversed(rows)]


async def articles_of(transaction: Transaction, story_ids: Collection[int]) -> Sequence[RecentArticle]:
    """The articles of these stories, oldest first."""
    found = await transaction.connection.execute(statements.ARTICLES_OF_STORIES, {"stories": sorted(story_ids)})
    return [_recent(row) for row in found]


def _recent(row: Row[Any]) -> RecentArticle:
    return RecentArticle(
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
