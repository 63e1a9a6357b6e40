"""What articles said before they were edited, and whose word they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update

from digests.domain.revisions import Revision, RevisionKind, Version
from digests.storage import models
from digests.storage.bodies import body_from_json
from digests.storage.database import Transaction
from digests.text.document import Label

MOST = 20
"""Revisions of one article that are kept; the oldest go."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An article or entry as it stands in the tables before an edit."""

    version: Version
    is_live_page: bool  # the page of a live blog, no entry in it


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One edit of an article: what it said until then, and what was edited."""

    replaced_at: datetime  # UTC
    version: Version
    kinds: tuple[RevisionKind, ...]
    changes: tuple[tuple[str, str], ...]  # sentences with corrected numbers: before and after


@dataclass(frozen=True, slots=True)
class RevisionStore:
    """Keeps and loads what articles have said."""

    transaction: Transaction

    async def standing(self, article_id: int) -> Standing:
        """What a stored article says now."""
        article = models.Article
        wanted = select(article.title, article.body, article.labels, article.parent_id).where(article.id == article_id)
        title, body, labels, parent_id = (await self.transaction.connection.execute(wanted)).one()
        is_live_page = parent_id is None and Label.LIVE_BLOG in labels
        return Standing(Version(title, body_from_json(body)), is_live_page)

    async def keep(self, article_id: int, revision: Revision, at: datetime) -> None:
        """Keep what an article says before it is edited at `at`, beside `MOST` - 1 earlier revisions."""
        connection, row, article = self.transaction.connection, models.ArticleRevision, models.Article
        wanted = select(article.title, article.teaser, article.body).where(article.id == article_id)
        said = (await connection.execute(wanted)).mappings().one()
        edit = {
            "article_id": article_id,
            "replaced_at": at,
            "kinds": list(revision.kinds),
            "changes": list(map(list, revision.changes)),
        }
        await connection.execute(insert(row).values(**said, **edit))
        mine = row.article_id == article_id
        latest = select(row.id).where(mine).order_by(row.id.desc()).limit(MOST)
        await connection.execute(delete(row).where(mine, row.id.not_in(latest)))

    async def of(self, article_ids: Collection[int]) -> dict[int, list[StoredRevision]]:
        """The revisions of these articles, oldest first, by article."""
        row = models.ArticleRevision
        wanted = select(row.__table__).where(row.article_id.in_(sorted(article_ids))).order_by(row.id)
        found: defaultdict[int, list[StoredRevision]] = defaultdict(list)
        for each in (await self.transaction.connection.execute(wanted)).mappings():
            version = Version(each["title"], body_from_json(each["body"]))
            kinds = tuple(map(RevisionKind, each["kinds"]))
            changes = tuple((before, after) for before, after in each["changes"])
            found[each["article_id"]].append(StoredRevision(each["replaced_at"], version, kinds, changes))
        return dict(found)

    async def source_key(self, source_id: int) -> str:
        """The address of a source, or its kind and name."""
        wanted = select(models.Source.url).where(models.Source.id == source_id)
        return str((await self.transaction.connection.execute(wanted)).scalar_one())

    async def hand_over(self, article_id: int, source_id: int, guid: str) -> bool:
        """Let an article, with the entries in it, be another source's; False when that has one under this guid."""
        article = models.Article
        taken = exists().where(article.source_id == source_id, article.guid == guid)
        statement = update(article).where(article.id == article_id, ~taken).values(source_id=source_id, guid=guid)
        if not (await self.transaction.connection.execute(statement)).rowcount:
            return False
        entries = update(article).where(article.parent_id == article_id).values(source_id=source_id)
        await self.transaction.connection.execute(entries)
        return True
