"""Edits and changes of stories that digests which have gone out do not know yet, and what those digests should say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update

from digests.domain.articles import Article
from digests.domain.revisions import RevisionKind
from digests.storage import models, statements
from digests.storage.articles import read_articles
from digests.storage.database import Transaction
from digests.storage.stories import REPAIR

_AT_ONCE = 500
"""Articles loaded by one query: databases bound how many values a statement may name."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """An edit or a change of stories that no digest was compared with."""

    id: int
    at: datetime  # UTC
    article_ids: tuple[int, ...]  # whose sentences may be wrong where they are quoted; none where nothing is
    left: int = 0  # the story from which they went, if they did


@dataclass(frozen=True, slots=True)
class SentDigest:
    """A digest as it was composed, and as it should read since it was corrected last."""

    id: int
    slot_at: datetime  # UTC
    body: dict[str, Any]
    corrected: dict[str, Any] | None
    corrected_at: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class CorrectionStore:
    """Finds what has to be corrected, and keeps what is right now."""

    transaction: Transaction

    async def any_unseen(self) -> bool:
        """True when there is something to compare digests with."""
        revision, change = models.ArticleRevision, models.StoryChange
        found = select(or_(exists().where(revision.seen_at.is_(None)), exists().where(change.seen_at.is_(None))))
        return bool(await self.transaction.connection.scalar(found))

    async def revisions(self) -> list[Unseen]:
        """Edits of articles. Those that only added something make nothing wrong."""
        row = models.ArticleRevision
        statement = select(row.id, row.replaced_at, row.article_id, row.kinds).where(row.seen_at.is_(None))
        return [
            Unseen(id_, at, () if set(kinds) == {RevisionKind.ADDITION} else (article_id,))
            for id_, at, article_id, kinds in await self._all(statement.order_by(row.id))
        ]

    async def changes(self) -> list[Unseen]:
        """Changes of stories. Repairs are second thoughts about grouping, not about what was told."""
        row = models.StoryChange
        statement = select(row.id, row.at, row.by, row.article_ids, row.left_story_id).where(row.seen_at.is_(None))
        return [
            Unseen(id_, at, () if by == REPAIR else tuple(article_ids), left)
            for id_, at, by, article_ids, left in await self._all(statement.order_by(row.id))
        ]

    async def mark_seen(self, revisions: Collection[int], changes: Collection[int], now: datetime) -> None:
        """Say that digests were compared with these."""
        for table, ids in ((models.ArticleRevision, revisions), (models.StoryChange, changes)):
            if ids:
                statement = update(table).where(table.id.in_(sorted(ids))).values(seen_at=now)
                await self.transaction.connection.execute(statement)

    async def naming(self, article_ids: Collection[int], since: datetime) -> list[int]:
        """The digests of slots after `since` (UTC) that name one of these articles, oldest first."""
        digest, wanted = models.Digest, frozenset(article_ids)
        statement = select(digest.id, digest.article_ids).where(digest.slot_at > since, digest.item_count > 0)
        return [id_ for id_, named in await self._all(statement.order_by(digest.id)) if not wanted.isdisjoint(named)]

    async def digests(self, digest_ids: Collection[int]) -> list[SentDigest]:
        """These digests."""
        digest = models.Digest
        columns = (digest.id, digest.slot_at, digest.body, digest.corrected, digest.corrected_at)
        statement = select(*columns).where(digest.id.in_(sorted(digest_ids))).order_by(digest.id)
        return [SentDigest(*row) for row in await self._all(statement)]

    async def articles(self, article_ids: Collection[int]) -> dict[int, Article]:
        """These articles as they stand, without their topics, as far as they are there."""
        article, ids = models.Article, sorted(article_ids)
        found: dict[int, Article] = {}
        for start in range(0, len(ids), _AT_ONCE):
            statement = select(*statements.ARTICLE_COLUMNS).where(article.id.in_(ids[start : start + _AT_ONCE]))
            rows = (await self.transaction.connection.execute(statement)).mappings().all()
            found |= {each.id: each for each in await read_articles(self.transaction, rows)}
        return found

    async def correct(self, digest_id: int, body: dict[str, Any], at: datetime) -> None:
        """Keep what a digest should say now."""
        digest = models.Digest
        statement = update(digest).where(digest.id == digest_id).values(corrected=body, corrected_at=at)
        await self.transaction.connection.execute(statement)

    async def _all(self, statement: Any) -> Sequence[Any]:  # noqa: ANN401
        return (await self.transaction.connection.execute(statement)).all()
