"""The sources as readers see them named: credits of articles, whichever feed or file brought these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from digests.storage import models
from digests.storage.database import Transaction
from digests.text.document import Label

_NEAR = timedelta(days=2)
"""Labels are those of a credit's articles up to so long before its latest one."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What came under one credit in one language."""

    credit: str
    language: str
    fresh: int  # articles that were news since the instant asked for
    last_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest article under a credit, and the labels of it and those shortly before it."""

    title: str
    url: str | None
    at: datetime  # UTC
    labels: frozenset[Label]


@dataclass(frozen=True, slots=True)
class CreditStore:
    """Counts articles by credit. Entries of live blogs are part of their article."""

    transaction: Transaction

    async def flows(self, since: datetime) -> list[Flow]:
        """All credits of the archive, by language."""
        article = models.Article
        fresh = func.sum(case((article.news_at > since, 1), else_=0))
        statement = (
            select(article.credit, article.language, fresh, func.max(article.news_at))
            .where(article.parent_id.is_(None))
            .group_by(article.credit, article.language)
        )
        rows = (await self.transaction.connection.execute(statement)).all()
        return [Flow(credit, language, int(count), last_at) for credit, language, count, last_at in rows]

    async def latest(self, spellings: Collection[str], last_at: datetime) -> Latest | None:
        """The latest article under any of these spellings of a credit, which was news at `last_at`."""
        article = models.Article
        statement = (
            select(article.title, article.url, article.news_at, article.labels)
            .where(article.news_at > last_at - _NEAR, article.news_at <= last_at, article.credit.in_(spellings))
            .order_by(article.news_at.desc(), article.id.desc())
        )
        rows = (await self.transaction.connection.execute(statement)).all()
        if not rows:
            return None
        labels = frozenset(Label(label) for row in rows for label in row.labels)
        return Latest(rows[0].title, rows[0].url, rows[0].news_at, labels)
