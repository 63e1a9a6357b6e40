"""What readers are told while something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from digests.domain.outages import Outage
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_outage = models.Outage
_HOLDS = _outage.begun_at.is_not(None) & _outage.ended_at.is_(None)
_COLUMNS = (_outage.id, _outage.message, _outage.begun_at, _outage.ended_at)


@dataclass(frozen=True, slots=True)
class OutageStore:
    """The rows of outages."""

    transaction: Transaction

    async def current(self) -> Outage | None:
        """The one that holds."""
        return await self._one(select(*_COLUMNS).where(_HOLDS).order_by(_outage.id.desc()))

    async def get(self, number: int) -> Outage | None:
        """One of them."""
        return await self._one(select(*_COLUMNS).where(_outage.id == number))

    async def add(self, message: str, now: datetime) -> int:
        """Keep a draft in place of older ones; its number."""
        await self._run(delete(_outage).where(_outage.begun_at.is_(None)))
        statement = insert_new(self.transaction, _outage).values(message=message, written_at=now)
        return int((await self._run(statement.returning(_outage.id))).scalar_one())

    async def begin(self, number: int, now: datetime) -> bool:
        """Let a draft hold, in place of the one that does; False when it is none."""
        draft = (_outage.id == number) & _outage.begun_at.is_(None)
        if (await self._run(select(_outage.id).where(draft))).scalar() is None:
            return False
        await self._run(update(_outage).where(_HOLDS).values(ended_at=now))
        await self._run(update(_outage).where(draft).values(begun_at=now))
        return True

    async def end(self, number: int, now: datetime) -> bool:
        """End one that holds; False when it does not."""
        statement = update(_outage).where(_HOLDS, _outage.id == number).values(ended_at=now)
        return bool((await self._run(statement)).rowcount == 1)

    async def resume(self, number: int) -> bool:
        """Let one that has ended hold again; False when another one does."""
        if await self.current() is not None:
            return False
        ended = (_outage.id == number) & _outage.ended_at.is_not(None)
        return bool((await self._run(update(_outage).where(ended).values(ended_at=None))).rowcount == 1)

    async def remove_draft(self, number: int) -> None:
        """Throw a draft away."""
        await self._run(delete(_outage).where(_outage.id == number, _outage.begun_at.is_(None)))

    async def forget(self, before: datetime) -> None:
        """Delete those that ended, and drafts that were written, before this instant (UTC)."""
        draft = _outage.begun_at.is_(None) & (_outage.written_at < before)
        await self._run(delete(_outage).where(or_(_outage.ended_at < before, draft)))

    async def _one(self, statement: Any) -> Outage | None:  # noqa: ANN401
        row = (await self._run(statement.limit(1))).first()
        return Outage(*row) if row is not None else None

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)
