"""Packs: sets of topics under ids that stand in links."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from digests.domain.keeping import pack_fingerprint
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_ID_BYTES = 8
"""64 random bits: nobody finds a pack by trying."""


@dataclass(frozen=True, slots=True)
class PackStore:
    """Finds and makes packs."""

    transaction: Transaction

    async def intern(self, topics: Collection[str], now: datetime) -> str:
        """The id of the pack of these topics (slugs), made when it is the first."""
        pack, fingerprint = models.Pack, pack_fingerprint(topics)
        values = {
            "id": secrets.token_urlsafe(_ID_BYTES),
            "fingerprint": fingerprint,
            "topics": sorted(set(topics)),
            "used_at": _day(now),
        }
        statement = insert_new(self.transaction, pack).values(values)
        statement = statement.on_conflict_do_update(index_elements=["fingerprint"], set_={"used_at": _day(now)})
        return str((await self.transaction.connection.execute(statement.returning(pack.id))).scalar_one())

    async def topics(self, pack_id: str) -> frozenset[str] | None:
        """The topics of a pack; None when there is none."""
        found = await self.transaction.connection.scalar(select(models.Pack.topics).where(models.Pack.id == pack_id))
        return None if found is None else frozenset(found)

    async def touch(self, pack_id: str, now: datetime) -> None:
        """Note that somebody has opened it."""
        where = (models.Pack.id == pack_id) & (models.Pack.used_at < _day(now))
        await self.transaction.connection.execute(update(models.Pack).where(where).values(used_at=_day(now)))

    async def drop_unused(self, before: datetime) -> None:
        """Delete packs that nobody has shared or opened since `before` (UTC)."""
        await self.transaction.connection.execute(delete(models.Pack).where(models.Pack.used_at < before))


def _day(now: datetime) -> datetime:
    """Nobody's visit can be told from a day."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
