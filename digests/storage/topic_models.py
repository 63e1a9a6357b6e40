"""What the classifier has learnt, as bytes with a date; the newest row is the model in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from digests.storage import models
from digests.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A trained model as it is kept."""

    trained_at: datetime
    examples: int
    report: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class TopicModelStore:
    """Keeps one model: a new one takes the place of those before."""

    transaction: Transaction

    async def version(self) -> tuple[int, datetime] | None:
        """What changes whenever another model is in use; None when there is none. Row ids alone come again."""
        row, newest = models.TopicModel, select(models.TopicModel.id, models.TopicModel.trained_at)
        found = (await self.transaction.connection.execute(newest.order_by(row.id.desc()).limit(1))).first()
        return (found.id, found.trained_at) if found else None

    async def newest(self) -> StoredModel | None:
        """The model in use."""
        row = models.TopicModel
        query = select(row.trained_at, row.examples, row.report, row.body).order_by(row.id.desc()).limit(1)
        found = (await self.transaction.connection.execute(query)).first()
        return StoredModel(found.trained_at, found.examples, found.report, found.body) if found else None

    async def replace(self, model: StoredModel) -> None:
        """Use this model from now on and delete the others."""
        await self.forget()
        values = {
            "trained_at": model.trained_at,
            "examples": model.examples,
            "report": dict(model.report),
            "body": model.body,
        }
        await self.transaction.connection.execute(insert(models.TopicModel).values(**values))

    async def forget(self) -> bool:
        """Delete what was learnt; False when there was nothing."""
        return bool((await self.transaction.connection.execute(delete(models.TopicModel))).rowcount)

    async def articles(self, since: datetime) -> dict[str, int]:
        """How many articles each topic has got since then, by slug; those without any are left out."""
        link, topic = models.ArticleTopic, models.Topic
        query = (
            select(topic.slug, func.count())
            .join(link, link.topic_id == topic.id)
            .where(link.news_at >= since)
            .group_by(topic.slug)
        )
        rows = await self.transaction.connection.execute(query)
        return {row[0]: row[1] for row in rows}
