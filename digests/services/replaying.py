"""Past digests composed once more by today's code, to see what it does to readers. Nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Window
from digests.domain.replaying import Changes, compare
from digests.domain.topics import Catalogue
from digests.services.selecting import Selection
from digests.storage import models
from digests.storage.database import Database
from digests.storage.interning import InterningStore

_Row = Row[int, int, datetime, dict[str, object]]
"""Of a digest: id, profile, since when, body."""
AT_ONCE = 200
"""Digests composed together."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past digest and what is different today. `error` names what went wrong with it, by its kind."""

    digest_id: int
    slot_at: datetime  # UTC
    profile_id: int
    changes: Changes
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Replaying:
    """Composes again what was sent, from the articles that are still there, as they are now."""

    database: Database
    catalogue: Catalogue
    written: bool = False  # digests show generated summaries

    async def since(self, moment: datetime) -> AsyncGenerator[Replayed]:
        """Every digest of a slot at or after `moment` (UTC), in their order."""
        digest = models.Digest
        async with self.database.read() as transaction:
            slots = select(digest.slot_at).where(digest.slot_at >= moment).distinct().order_by(digest.slot_at)
            found = list(await transaction.connection.scalars(slots))
        for slot in found:
            last = 0
            while rows := await self._some(slot, last):
                for each in await self._replay(slot, rows):
                    yield each
                last = rows[-1].id

    async def _some(self, slot: datetime, last: int) -> Sequence[_Row]:
        digest = models.Digest
        statement = select(digest.id, digest.profile_id, digest.since, digest.body)
        statement = statement.where(digest.slot_at == slot, digest.id > last).order_by(digest.id).limit(AT_ONCE)
        async with self.database.read() as transaction:
            return (await transaction.connection.execute(statement)).all()

    async def _replay(self, slot: datetime, rows: Sequence[_Row]) -> list[Replayed]:
        async with self.database.read() as transaction:
            preferences = await InterningStore(transaction).preferences({row.profile_id for row in rows})
            window = Window(min(row.since for row in rows), slot)
            selection = Selection(transaction, self.catalogue, window, slot, self.written)
            await selection.load(preferences.values())

        def replayed(row: _Row) -> Replayed:
            changes, error = Changes(), None
            try:
                now = selection.compose(preferences[row.profile_id], since=row.since)
                changes = compare(digest_from_json(row.body), now)
            except Exception as fault:  # that today's code fails with it is what the operator wants to see
                error = type(fault).__name__
            return Replayed(row.id, slot, row.profile_id, changes, error)

        return await asyncio.to_thread(lambda: [replayed(row) for row in rows])
