"""The one global limit: a token bucket in the database, shared by everything that sends for one bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new


@dataclass(frozen=True, slots=True)
class Grant:
    """How many messages may go out now, and when to ask again."""

    tokens: int
    wait: float  # seconds until there is at least one more


@dataclass(frozen=True, slots=True)
class RateStore:
    """Takes tokens for messages. Call it in the transaction that claims what is to be sent."""

    transaction: Transaction
    name: str
    rate: float  # tokens per second

    @property
    def capacity(self) -> float:
        """The burst: a fifth of a second's worth, so that no second ever sees much more than the rate."""
        return max(1.0, self.rate / 5)

    async def take(self, wanted: int, now: datetime) -> Grant:
        """Take up to `wanted` tokens. `now` is read after the row is locked, else waiting would mint tokens."""
        bucket = await self._locked(now)
        if bucket.blocked_until and bucket.blocked_until > now:
            return Grant(0, (bucket.blocked_until - now).total_seconds())
        elapsed = max(0.0, (now - bucket.refilled_at).total_seconds())
        tokens = min(self.capacity, max(bucket.tokens, 0.0) + elapsed * self.rate)
        taken = max(0, min(wanted, int(tokens)))
        await self._write(tokens=tokens - taken, refilled_at=max(now, bucket.refilled_at))
        return Grant(taken, (1 - (tokens - taken)) / self.rate if tokens - taken < 1 else 0.0)

    async def give_back(self, count: int) -> None:
        """Return tokens that were taken and not needed."""
        tokens = models.RateBucket.tokens + count
        await self._write(tokens=tokens)

    async def block(self, seconds: float, now: datetime) -> None:
        """Stop everything for so long, as Telegram asked; an earlier, longer stop stays."""
        bucket = await self._locked(now)
        until = now + timedelta(seconds=seconds)
        await self._write(
            tokens=0.0,
            refilled_at=max(now, bucket.refilled_at),
            blocked_until=max(until, bucket.blocked_until or until),
        )

    async def _locked(self, now: datetime) -> models.RateBucket:
        first = {"name": self.name, "tokens": self.capacity, "refilled_at": now}
        await self.transaction.connection.execute(
            insert_new(self.transaction, models.RateBucket).values(first).on_conflict_do_nothing()
        )
        statement = select(models.RateBucket.__table__).where(models.RateBucket.name == self.name).with_for_update()
        row = (await self.transaction.connection.execute(statement)).mappings().one()
        return models.RateBucket(**row)

    async def _write(self, **values: object) -> None:
        await self.transaction.connection.execute(
            update(models.RateBucket).where(models.RateBucket.name == self.name).values(values)
        )
