"""Announcements: messages of the operators to all readers, and how far they have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from digests.domain.subscribers import SETUP_DONE, Chat, Status
from digests.storage import models
from digests.storage.database import Transaction

_row, _subscriber = models.Announcement, models.Subscriber
_open = and_(_row.begun_at.is_not(None), _row.stopped_at.is_(None), _row.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message of the operators to all readers. Instants are UTC."""

    id: int
    message: str
    urgent: bool  # also to readers who pause
    created_at: datetime
    begun_at: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    last: int
    upto: int
    readers: int
    claimed: int
    sent: int
    gone: int
    failed: int
    claims: Sequence[int]  # numbers of the batches that have been claimed and have no outcomes yet

    @property
    def is_draft(self) -> bool:
        """True while nobody can have got it."""
        return self.begun_at is None

    @property
    def is_open(self) -> bool:
        """True while it is going out."""
        return self.begun_at is not None and self.stopped_at is None and self.ended_at is None

    @property
    def uncertain(self) -> int:
        """For how many nobody knows: they are under way, or were when a process died."""
        return self.claimed - self.sent - self.gone - self.failed


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom an announcement goes to."""

    id: int
    chat: Chat
    language: str
    silent: bool


@dataclass(frozen=True, slots=True)
class AnnouncementStore:
    """The rows of announcements."""

    transaction: Transaction

    async def add(self, message: str, now: datetime) -> int:
        """Store a draft; its id."""
        statement = insert(_row).values(message=message, created_at=now).returning(_row.id)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def get(self, number: int, *, to_change: bool = False) -> Announcement | None:
        """One of them; `to_change` keeps others from changing it before this transaction ends."""
        statement = select(_row.__table__).where(_row.id == number)
        if to_change:
            statement = statement.with_for_update()
        found = (await self.transaction.connection.execute(statement)).mappings().one_or_none()
        return Announcement(**found) if found else None

    async def latest(self) -> Announcement | None:
        """The one that was written last."""
        number = await self.transaction.connection.scalar(select(func.max(_row.id)))
        return await self.get(number) if number is not None else None

    async def open(self) -> list[int]:
        """Those that are going out."""
        return list(await self.transaction.connection.scalars(select(_row.id).where(_open).order_by(_row.id)))

    async def set(self, number: int, values: Mapping[str, Any]) -> None:
        """Set columns."""
        await self.transaction.connection.execute(update(_row).where(_row.id == number).values(values))

    async def settle(self, number: int, claim: int, counts: Mapping[str, int]) -> bool:
        """Add what became of a claimed batch: `sent`, `gone`, `failed`. False, and nothing done, when it is there."""
        found = await self.get(number, to_change=True)
        if found is None or claim not in found.claims:
            return False
        sums: dict[str, Any] = {name: getattr(_row, name) + count for name, count in counts.items()}
        await self.set(number, sums | {"claims": [each for each in found.claims if each != claim]})
        return True

    async def release(self, announcement: Announcement, claim: int, count: int) -> None:
        """Forget a claimed batch of `count` readers, none of whom got anything or will."""
        claims = [each for each in announcement.claims if each != claim]
        await self.set(announcement.id, {"claims": claims, "claimed": announcement.claimed - count})

    async def remove_draft(self, number: int) -> None:
        """Delete a draft; what has gone out stays."""
        statement = delete(_row).where(_row.id == number, _row.begun_at.is_(None))
        await self.transaction.connection.execute(statement)

    async def audience(self, *, urgent: bool) -> tuple[int, int]:
        """How many readers it would go to, and the highest id of a subscriber."""
        counted = select(func.count()).select_from(_subscriber).where(_reached(urgent=urgent))
        highest = select(func.coalesce(func.max(_subscriber.id), 0))
        connection = self.transaction.connection
        return int(await connection.scalar(counted) or 0), int(await connection.scalar(highest) or 0)

    async def recipients(self, announcement: Announcement, count: int) -> Sequence[Recipient]:
        """The next readers to get it."""
        columns = (_subscriber.id, _subscriber.chat_id, _subscriber.kind, _subscriber.language, _subscriber.silent)
        statement = (
            select(*columns)
            .where(
                _subscriber.id > announcement.upto,
                _subscriber.id <= announcement.last,
                _reached(urgent=announcement.urgent),
            )
            .order_by(_subscriber.id)
            .limit(count)
        )
        found = (await self.transaction.connection.execute(statement)).all()
        return [Recipient(row.id, Chat(row.chat_id, 0, row.kind), row.language, row.silent) for row in found]


def _reached(*, urgent: bool) -> ColumnElement[bool]:
    """People who read; groups and channels belong to others."""
    statuses = (Status.ACTIVE, Status.PAUSED) if urgent else (Status.ACTIVE,)
    return and_(_subscriber.kind == "private", _subscriber.setup_step == SETUP_DONE, _subscriber.status.in_(statuses))
