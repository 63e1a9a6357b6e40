"""Notices: which troubles there are, and which of them operators have been told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, or_, select, update

from digests.domain.notices import FAILING_FOR, LOOKED_BACK, Notice, NoticeKind
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new


@dataclass(frozen=True, slots=True)
class TopicFlow:
    """How a topic that somebody follows has been coming in."""

    slug: str
    articles: int  # of the last `LOOKED_BACK`
    last_at: datetime | None  # UTC; when its newest one became news


@dataclass(frozen=True, slots=True)
class NoticeStore:
    """The rows of notices, and what gives rise to them."""

    transaction: Transaction

    async def broken_sources(self, now: datetime) -> list[Notice]:
        """Sources that were given up, or have failed for a day, as notices."""
        source = models.Source
        failing = and_(source.retired_at.is_(None), source.failing_since <= now - FAILING_FOR)
        statement = select(source.id, source.title, source.retired_at, source.failing_since, source.last_error).where(
            source.paused_at.is_(None), or_(source.retired_at.is_not(None), failing)
        )
        return [
            Notice(
                NoticeKind.SOURCE_RETIRED if row.retired_at else NoticeKind.SOURCE_FAILING,
                str(row.id),
                row.title,
                row.retired_at or row.failing_since,
                row.last_error or "",
            )
            for row in (await self.transaction.connection.execute(statement)).all()
        ]

    async def flows(self, now: datetime) -> list[TopicFlow]:
        """How the topics that active subscribers follow have been coming in."""
        topic, link, follow = models.Topic, models.ArticleTopic, models.ProfileTopic
        followed = exists().where(
            follow.topic_id == topic.id,
            models.Subscriber.profile_id == follow.profile_id,
            models.Subscriber.status == Status.ACTIVE,
        )
        recent = and_(link.topic_id == topic.id, link.news_at > now - LOOKED_BACK, link.news_at <= now)
        statement = (
            select(topic.slug, func.count(link.article_id), func.max(link.news_at))
            .outerjoin(link, recent)
            .where(followed)
            .group_by(topic.slug)
        )
        return [TopicFlow(*row) for row in (await self.transaction.connection.execute(statement)).all()]

    async def usual_sources(self, slugs: Collection[str], now: datetime, count: int) -> dict[str, list[str]]:
        """The sources that these topics came from most in `LOOKED_BACK`, by slug."""
        topic, link, article = models.Topic, models.ArticleTopic, models.Article
        statement = (
            select(topic.slug, article.credit, func.count().label("articles"))
            .join(link, link.topic_id == topic.id)
            .join(article, article.id == link.article_id)
            .where(topic.slug.in_(slugs), link.news_at > now - LOOKED_BACK)
            .group_by(topic.slug, article.credit)
            .order_by(topic.slug, func.count().desc(), article.credit)
        )
        found: defaultdict[str, list[str]] = defaultdict(list)
        for slug, credit, _ in (await self.transaction.connection.execute(statement)).all():
            if len(found[slug]) < count:
                found[slug].append(credit)
        return found

    async def unknown(self, notices: Sequence[Notice]) -> list[Notice]:
        """Those of these notices that are not stored yet."""
        row = models.Notice
        subjects = {notice.subject for notice in notices}
        statement = select(row.kind, row.subject, row.since).where(row.subject.in_(subjects))
        known = {tuple(each) for each in (await self.transaction.connection.execute(statement)).all()}
        return [each for each in notices if (each.kind.value, each.subject, each.since) not in known]

    async def add(self, notices: Sequence[Notice], now: datetime) -> None:
        """Store notices; one that is known already stays as it is."""
        if not notices:
            return
        rows = [
            {
                "kind": each.kind.value,
                "subject": each.subject,
                "title": each.title,
                "since": each.since,
                "detail": each.detail,
                "noticed_at": now,
            }
            for each in notices
        ]
        statement = insert_new(self.transaction, models.Notice).on_conflict_do_nothing()
        await self.transaction.connection.execute(statement, rows)

    async def untold(self) -> list[Notice]:
        """What operators have not been told, oldest first."""
        row = models.Notice
        columns = (row.kind, row.subject, row.title, row.since, row.detail, row.id)
        statement = select(*columns).where(row.told_at.is_(None)).order_by(row.id)
        found = (await self.transaction.connection.execute(statement)).all()
        return [Notice(NoticeKind(each.kind), *each[1:]) for each in found]

    async def told(self, ids: Collection[int], now: datetime) -> None:
        """Mark notices as told."""
        statement = update(models.Notice).where(models.Notice.id.in_(ids)).values(told_at=now)
        await self.transaction.connection.execute(statement)

    async def forget(self, before: datetime) -> None:
        """Delete notices older than `before`; a trouble that still lasts is then told again."""
        await self.transaction.connection.execute(delete(models.Notice).where(models.Notice.noticed_at < before))
