"""Chats that operators answer no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_ban, _subscriber = models.Ban, models.Subscriber
_STOPPED = (Status.SETUP, Status.ACTIVE, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Ban:
    """A chat, since when (UTC) and why it is banned; None: it has deleted its data, or nobody said why."""

    number: int
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class BanStore:
    """Rows of bans, and what they stop."""

    transaction: Transaction

    async def add(self, number: int, reason: str | None, at: datetime) -> bool:
        """Ban a chat and stop what goes to it; False when it was banned before."""
        going = (_subscriber.chat_id == number) & _subscriber.status.in_(_STOPPED)
        before = (await self._run(select(_subscriber.id, _subscriber.status).where(going))).all()
        values = {"number": number, "at": at, "reason": reason, "before": [[id_, str(was)] for id_, was in before]}
        statement = insert_new(self.transaction, _ban).values(values).on_conflict_do_nothing()
        if (await self._run(statement)).rowcount != 1:
            return False
        await self._run(update(_subscriber).where(going).values(status=Status.STOPPED))
        return True

    async def remove(self, number: int) -> bool:
        """End a ban and let go on what it has stopped; False when there is none."""
        before = (await self._run(select(_ban.before).where(_ban.number == number))).scalar()
        if before is None:
            return False
        await self._run(delete(_ban).where(_ban.number == number))
        for subscriber_id, status in before:
            still = (_subscriber.id == subscriber_id) & (_subscriber.status == Status.STOPPED)
            await self._run(update(_subscriber).where(still).values(status=status))
        return True

    async def has(self, number: int) -> bool:
        """Whether a chat is banned."""
        return (await self._run(select(_ban.number).where(_ban.number == number))).scalar() is not None

    async def tell(self, number: int, at: datetime) -> bool:
        """Note that a chat is told; False when it was before."""
        statement = update(_ban).where(_ban.number == number, _ban.told_at.is_(None)).values(told_at=at)
        return bool((await self._run(statement)).rowcount == 1)

    async def bare(self, number: int) -> None:
        """Keep nothing of a ban but the number and its dates."""
        await self._run(update(_ban).where(_ban.number == number).values(reason=None, before=[]))

    async def rows(self, number: int) -> list[dict[str, Any]]:
        """What is stored of one chat's ban."""
        return [dict(row) for row in (await self._run(select(_ban.__table__).where(_ban.number == number))).mappings()]

    async def some(self, offset: int, limit: int) -> list[Ban]:
        """A part of all bans, the latest first."""
        order = (_ban.at.desc(), _ban.number)
        statement = select(_ban.number, _ban.at, _ban.reason).order_by(*order).offset(offset).limit(limit)
        return [Ban(*row) for row in (await self._run(statement)).all()]

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)
