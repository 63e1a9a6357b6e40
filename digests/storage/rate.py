"""The one global limit: a row per bot that every process locks, changes by `digests.domain.pacing`, and writes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from digests.domain.pacing import Pace, Refusal
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_bucket = models.RateBucket
_named = _bucket.name == bindparam("bucket")
_COLUMNS = ("next_at", "blocked_until", "slowed", "slowed_at", "refusals")
_LOCK = select(*(_bucket.__table__.c[name] for name in _COLUMNS)).where(_named).with_for_update()
_SAVE = (
    update(_bucket)
    .where(_named)
    .values({name: bindparam(f"new_{name}", type_=_bucket.__table__.c[name].type) for name in _COLUMNS})
)


@dataclass(frozen=True, slots=True)
class RateStore:
    """Reads and writes the pace of one bot, in the transaction that claims what is to be sent."""

    transaction: Transaction
    name: str

    async def locked(self) -> Pace:
        """The pace, which nobody else can change before this transaction ends. Read the clock afterwards."""
        connection, key = self.transaction.connection, {"bucket": self.name}
        row = (await connection.execute(_LOCK, key)).one_or_none()
        if row is None:
            first = {"name": self.name, "next_at": _EPOCH, "slowed": 0.0, "refusals": []}
            await connection.execute(insert_new(self.transaction, _bucket).values(first).on_conflict_do_nothing())
            row = (await connection.execute(_LOCK, key)).one()
        refusals = tuple(
            Refusal(who, datetime.fromisoformat(at), timedelta(seconds=wait)) for who, at, wait in row.refusals
        )
        return Pace(row.next_at, row.blocked_until, row.slowed, row.slowed_at, refusals)

    async def save(self, pace: Pace) -> None:
        """Write the pace back."""
        refusals = [[one.who, one.at.isoformat(), one.wait.total_seconds()] for one in pace.refusals]
        values = (pace.next_at, pace.blocked_until, pace.slowed, pace.slowed_at, refusals)
        new = {f"new_{name}": value for name, value in zip(_COLUMNS, values, strict=True)}
        await self.transaction.connection.execute(_SAVE, {"bucket": self.name} | new)
