"""Saved stories. Every statement names the reader, so nobody reaches another one's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from digests.domain.digest_json import item_from_json, item_to_json
from digests.domain.digests import Item
from digests.domain.keeping import Saved
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_saved = models.SavedStory


@dataclass(frozen=True, slots=True)
class SavedStore:
    """The stories that one subscriber has saved."""

    transaction: Transaction
    subscriber_id: int

    async def lock(self) -> None:
        """Let whoever else saves for this subscriber wait, so that the limit holds."""
        who = select(models.Subscriber.id).where(models.Subscriber.id == self.subscriber_id)
        await self.transaction.connection.execute(who.with_for_update())

    async def add(self, item: Item, now: datetime, known: int | None = None) -> int:
        """Keep a story as it stands now; the id. One that was saved before is renewed, by its id when it is `known`."""
        lasting = replace(item, topics=(), parts=None, weights=(), score=0.0)  # why it was shown is nobody's business
        values: dict[str, Any] = {
            "saved_at": now,
            "removed_at": None,
            "headline": item.headline,
            "body": item_to_json(lasting),
        }
        key = {"subscriber_id": self.subscriber_id, "story_id": item.story_id}
        if known is not None:
            await self.transaction.connection.execute(update(_saved).where(_saved.id == known).values(values))
            return known
        statement = insert_new(self.transaction, _saved).values(key | values)
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=values).returning(_saved.id)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def count(self) -> int:
        """How many stories there are."""
        statement = select(func.count()).where(self._mine(), _saved.removed_at.is_(None))
        return int(await self.transaction.connection.scalar(statement) or 0)

    async def some(self, offset: int = 0, limit: int | None = None) -> list[Saved]:
        """The stories, the last one saved first."""
        rows = await self._rows(self._mine() & _saved.removed_at.is_(None), offset, limit)
        return [_read(row) for row in rows]

    async def find(self, saved_id: int) -> Saved | None:
        """One of them, also while its removal can be undone."""
        rows = await self._rows(self._mine() & (_saved.id == saved_id))
        return _read(rows[0]) if rows else None

    async def of_story(self, story_ids: Collection[int]) -> Saved | None:
        """The one of these stories that was saved last: a story and those that were merged into it."""
        here = self._mine() & _saved.story_id.in_(sorted(story_ids)) & _saved.removed_at.is_(None)
        rows = await self._rows(here)
        return _read(rows[0]) if rows else None

    async def remove(self, saved_id: int, now: datetime) -> bool:
        """Take one away; False when there is none."""
        return await self._set(_saved.removed_at.is_(None), saved_id, now)

    async def restore(self, saved_id: int, not_before: datetime) -> bool:
        """Bring back one that was taken away since `not_before` (UTC); False when there is none."""
        return await self._set(_saved.removed_at >= not_before, saved_id, None)

    async def _set(self, where: Any, saved_id: int, removed_at: datetime | None) -> bool:  # noqa: ANN401
        mine = self._mine() & (_saved.id == saved_id)
        result = await self.transaction.connection.execute(
            update(_saved).where(mine, where).values(removed_at=removed_at)
        )
        return result.rowcount == 1

    def _mine(self) -> Any:  # noqa: ANN401
        return _saved.subscriber_id == self.subscriber_id

    async def _rows(self, where: Any, offset: int = 0, limit: int | None = None) -> Sequence[RowMapping]:  # noqa: ANN401
        statement = select(_saved.id, _saved.saved_at, _saved.body).where(where)
        statement = statement.order_by(_saved.saved_at.desc(), _saved.id.desc()).offset(offset).limit(limit)
        return (await self.transaction.connection.execute(statement)).mappings().all()


def _read(row: RowMapping) -> Saved:
    return Saved(row["id"], item_from_json(row["body"]), row["saved_at"])


async def drop_removed(transaction: Transaction, before: datetime) -> None:
    """Delete what readers took away before `before` (UTC)."""
    await transaction.connection.execute(delete(_saved).where(_saved.removed_at < before))
