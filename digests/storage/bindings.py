"""Who manages which groups and channels, and what keeps digests from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from digests.domain.bindings import Binding, Hindrance, Trouble
from digests.domain.subscribers import Chat, Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_manager, _trouble, _subscriber = models.ChatManager, models.BindingTrouble, models.Subscriber
MOST = 100
"""Chats that one person manages, at most."""


def _bindings() -> Select[Any]:
    columns = (_subscriber.id, _subscriber.chat_id, _subscriber.thread_id, _subscriber.kind, _subscriber.status)
    return (
        select(*columns, _manager.title, _trouble.reason)  # type: ignore[return-value]  # a tuple of its own
        .join(_manager, _manager.subscriber_id == _subscriber.id)
        .outerjoin(_trouble, _trouble.subscriber_id == _subscriber.id)
    )


@dataclass(frozen=True, slots=True)
class BindingStore:
    """Finds and changes bindings; a manager sees his own only."""

    transaction: Transaction

    async def managed_by(self, user_id: int) -> list[Binding]:
        """The chats that somebody manages, the first one first."""
        statement = _bindings().where(_manager.user_id == user_id).order_by(_manager.since, _subscriber.id).limit(MOST)
        rows = (await self.transaction.connection.execute(statement)).all()
        return [_binding(row) for row in rows]

    async def find(self, user_id: int, subscriber_id: int) -> Binding | None:
        """One of the chats that somebody manages."""
        statement = _bindings().where(_manager.user_id == user_id, _manager.subscriber_id == subscriber_id)
        row = (await self.transaction.connection.execute(statement)).one_or_none()
        return _binding(row) if row else None

    async def add_manager(self, subscriber_id: int, user_id: int, title: str, now: datetime) -> None:
        """Let somebody manage a chat; who does so already gets its present title."""
        row = {"subscriber_id": subscriber_id, "user_id": user_id, "title": title, "since": now}
        statement = insert_new(self.transaction, _manager).values(row)
        keys = [_manager.subscriber_id, _manager.user_id]
        await self.transaction.connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"title": title})
        )

    async def hinder(self, chat: Chat, hindrance: Hindrance, now: datetime, *, everywhere: bool = False) -> int:
        """Let the active digests to a chat rest (`everywhere`: in all its forum topics); how many subscribers."""
        where = [_subscriber.chat_id == chat.id, _subscriber.status == Status.ACTIVE]
        if not everywhere:
            where.append(_subscriber.thread_id == chat.thread_id)
        statement = update(_subscriber).where(*where).values(status=Status.PAUSED, paused_until=None)
        ids = list(await self.transaction.connection.scalars(statement.returning(_subscriber.id)))
        for subscriber_id in ids:
            row = {"subscriber_id": subscriber_id, "reason": hindrance.value, "since": now, "told_at": None}
            again = {"reason": hindrance.value, "since": now, "told_at": None}
            await self.transaction.connection.execute(
                insert_new(self.transaction, _trouble)
                .values(row)
                .on_conflict_do_update(index_elements=[_trouble.subscriber_id], set_=again)
            )
        return len(ids)

    async def hindered(self, chat_id: int, hindrance: Hindrance | None = None) -> list[int]:
        """Subscribers of a chat whose digests rest because of this (any) hindrance."""
        here = select(_trouble.subscriber_id).join(_subscriber, _subscriber.id == _trouble.subscriber_id)
        statement = here.where(_subscriber.chat_id == chat_id)
        if hindrance is not None:
            statement = statement.where(_trouble.reason == hindrance.value)
        return list(await self.transaction.connection.scalars(statement))

    async def clear(self, subscriber_ids: Collection[int]) -> None:
        """The hindrance is gone: digests come again, unless somebody has stopped them meanwhile."""
        ids = list(subscriber_ids)
        await self.transaction.connection.execute(
            update(_subscriber)
            .where(_subscriber.id.in_(ids), _subscriber.status == Status.PAUSED)
            .values(status=Status.ACTIVE, paused_until=None)
        )
        await self.transaction.connection.execute(delete(_trouble).where(_trouble.subscriber_id.in_(ids)))

    async def untold(self) -> list[Trouble]:
        """What managers have not been told, oldest first."""
        columns = (_trouble.subscriber_id, _manager.user_id, _manager.title, _trouble.reason, _trouble.since)
        statement = (
            select(*columns)
            .join(_manager, _manager.subscriber_id == _trouble.subscriber_id)
            .join(_subscriber, _subscriber.id == _trouble.subscriber_id)
            .where(_trouble.told_at.is_(None), _subscriber.status == Status.PAUSED)
            .order_by(_trouble.since, _trouble.subscriber_id)
        )
        rows = (await self.transaction.connection.execute(statement)).all()
        return [Trouble(number, user, title, Hindrance(reason), since) for number, user, title, reason, since in rows]

    async def told(self, subscriber_ids: Collection[int], now: datetime) -> None:
        """Mark troubles as told."""
        where = _trouble.subscriber_id.in_(list(subscriber_ids))
        await self.transaction.connection.execute(update(_trouble).where(where).values(told_at=now))


def _binding(row: Any) -> Binding:  # noqa: ANN401  # a row of `_bindings`
    resting = (
        row.status == Status.PAUSED
    )  # who has ended the pause himself is not hindered before Telegram says so again
    hindrance = Hindrance(row.reason) if row.reason and resting else None
    chat = Chat(row.chat_id, row.thread_id, row.kind)
    return Binding(row.id, chat, row.title, Status(row.status), hindrance)
