"""When mutes end. What is muted stands in the profile; a mute without a row here stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from digests.storage import models
from digests.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class MuteStore:
    """The ends of mutes, of one subscriber at a time."""

    transaction: Transaction

    async def ends(self, subscriber_id: int) -> dict[str, datetime]:
        """When mutes of a subscriber end (UTC), by the key of the mute."""
        end = models.MuteEnd
        statement = select(end.muted, end.ends_at).where(end.subscriber_id == subscriber_id)
        rows = (await self.transaction.connection.execute(statement)).all()
        return {row.muted: row.ends_at for row in rows}

    async def set_ends(self, subscriber_id: int, ends: Mapping[str, datetime]) -> None:
        """Let exactly these mutes of a subscriber end, and at these moments."""
        end, connection = models.MuteEnd, self.transaction.connection
        await connection.execute(delete(end).where(end.subscriber_id == subscriber_id))
        if rows := [{"subscriber_id": subscriber_id, "muted": key, "ends_at": at} for key, at in ends.items()]:
            await connection.execute(insert(end), rows)

    async def over(self, now: datetime, limit: int) -> list[int]:
        """Subscribers with mutes that should have ended by `now`, at most `limit`, in order."""
        end = models.MuteEnd
        statement = select(end.subscriber_id).where(end.ends_at <= now).distinct().order_by(end.subscriber_id)
        return list(await self.transaction.connection.scalars(statement.limit(limit)))
