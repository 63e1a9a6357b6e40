"""Topics of stories as operators have set them: kept beside what words and labels say, and undone without a loss."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from digests.storage import models
from digests.storage.database import Transaction

SURE = 1.0
"""The score of a topic that an operator has given."""
_fix, _link, _article, _topic = models.TopicFix, models.ArticleTopic, models.Article, models.Topic


@dataclass(frozen=True, slots=True)
class TopicFixStore:
    """Gives stories topics and takes them away, for the articles that they have and those that come."""

    transaction: Transaction

    async def topics(self, story_id: int) -> set[str]:
        """The topics (slugs) that articles of a story belong to."""
        statement = (
            select(_topic.slug)
            .join(_link, _link.topic_id == _topic.id)
            .join(_article, _article.id == _link.article_id)
            .where(_article.story_id == story_id)
        )
        return set((await self._run(statement)).scalars())

    async def set(self, story_id: int, slug: str, *, wanted: bool, by: str, at: datetime) -> bool:
        """Give all articles of a story a topic, or take it from them; False when there is no such topic.

        What takes back an earlier wish restores what was before it.
        """
        topic_id = (await self._run(select(_topic.id).where(_topic.slug == slug))).scalar()
        if topic_id is None:
            return False
        this = (_fix.story_id == story_id) & (_fix.topic_id == topic_id)
        known = (await self._run(select(_fix.wanted, _fix.before).where(this))).first()
        if known is not None and known.wanted == wanted:
            return True
        links = await self._links(story_id, topic_id)
        ids = [article_id for article_id, _, _ in links]
        await self._run(delete(_link).where(_link.topic_id == topic_id, _link.article_id.in_(ids)))
        if known is not None:
            await self._run(delete(_fix).where(this))
            await self.put_under(topic_id, known.before, _article.story_id == story_id)
            return True
        had = [list(link) for link in links if link[1] is not None]
        values = {"story_id": story_id, "topic_id": topic_id, "wanted": wanted, "before": had, "by": by, "at": at}
        await self._run(insert(_fix).values(values))
        if wanted:
            await self.put_under(topic_id, [[each, SURE, []] for each in ids], _article.story_id == story_id)
        return True

    async def keep(self, article_id: int, news_at: datetime) -> None:
        """Let an article that was just put under its topics be under those that its story was given, and no others."""
        mine = select(_fix.topic_id, _fix.wanted).join(_article, _article.story_id == _fix.story_id)
        for topic_id, wanted in (await self._run(mine.where(_article.id == article_id))).all():
            await self._run(delete(_link).where(_link.article_id == article_id, _link.topic_id == topic_id))
            if wanted:
                link = {"topic_id": topic_id, "article_id": article_id, "news_at": news_at, "score": SURE, "words": []}
                await self._run(insert(_link).values(link))

    async def _links(self, story_id: int, topic_id: int) -> Sequence[tuple[int, float | None, list[str] | None]]:
        """Each article of a story with score and words of this topic; None where it has not got it."""
        statement = (
            select(_article.id, _link.score, _link.words)
            .outerjoin(_link, (_link.article_id == _article.id) & (_link.topic_id == topic_id))
            .where(_article.story_id == story_id)
            .order_by(_article.id)
        )
        return [(row[0], row[1], row[2]) for row in (await self._run(statement)).all()]

    async def put_under(self, topic_id: int, links: Collection[Sequence[Any]], where: ColumnElement[bool]) -> None:
        """Put articles (id, score, words) under a topic, as far as they are there and meet the condition."""
        ids = [each[0] for each in links]
        times = (await self._run(select(_article.id, _article.news_at).where(where, _article.id.in_(ids)))).all()
        at = dict(map(tuple, times))
        rows = [
            {"topic_id": topic_id, "article_id": article_id, "news_at": at[article_id], "score": score, "words": words}
            for article_id, score, words in links
            if article_id in at
        ]
        if rows:
            await self._run(insert(_link).values(rows))

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)
