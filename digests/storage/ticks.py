"""The clock that several processes share: each tick belongs to the one that takes it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_

from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

AHEAD = timedelta(days=2)
"""Twice the longest time between two ticks: no clock that is right has taken one so far in the future."""


@dataclass(frozen=True, slots=True)
class TickStore:
    """Hands out ticks, each once, and never one older than the last."""

    transaction: Transaction

    async def take(self, name: str, at: datetime, ahead: timedelta = AHEAD, claim: int | None = None) -> bool:
        """Take the tick called `name` that is due at `at` (UTC); False when somebody has it, or a later one.

        One that is later by more than `ahead` is of a clock that has been set back since, and counts for nothing.
        Whoever took it with the same number as `claim` has it still, and may ask again.
        """
        tick = models.Tick
        statement = insert_new(self.transaction, tick).values(name=name, at=at, claim=claim)
        statement = statement.on_conflict_do_update(
            index_elements=[tick.name],
            set_={"at": statement.excluded.at, "claim": statement.excluded.claim},
            where=or_(
                tick.at < statement.excluded.at,
                tick.at > at + ahead,
                and_(tick.at == statement.excluded.at, tick.claim == statement.excluded.claim),
            ),
        )
        return (await self.transaction.connection.scalar(statement.returning(tick.name))) is not None
