"""Planning: which schedules are due, their editions and digests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, column, exists, func, select, text, update, values

from digests.domain.schedule import Schedule
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new, read_schedule
from digests.storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose next slot has come."""

    id: int
    schedule: Schedule
    slot: datetime  # UTC
    covered_upto: datetime  # UTC; the last slot that has an edition


@dataclass(frozen=True, slots=True)
class Move:
    """A due schedule goes on from its slot to the upcoming one.

    `covered_upto` is the slot that gets an edition now, or that of the last one when this slot gets none.
    """

    due: DueSchedule
    upcoming: datetime  # UTC
    covered_upto: datetime  # UTC


@dataclass(frozen=True, slots=True)
class NewEdition:
    """An edition to be opened, or a slot to be remembered as missed."""

    schedule_id: int
    slot_at: datetime  # UTC
    window_start: datetime  # UTC
    expires_at: datetime  # UTC
    status: str = "open"


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as planning sees it."""

    id: int
    schedule_id: int | None
    slot_at: datetime  # UTC
    window_start: datetime  # UTC
    status: str
    expires_at: datetime  # UTC
    planned_upto: int
    story_id: int | None = None  # that breaks; then it has no schedule


@dataclass(frozen=True, slots=True)
class EditionStore:
    """Opens editions and keeps their digests."""

    transaction: Transaction

    async def due(self, now: datetime, limit: int = 1000) -> list[DueSchedule]:
        """Schedules whose slot has come, longest overdue first; others who want to move them on wait."""
        plan = models.Schedule
        order = (plan.next_slot_at, plan.id)  # the same for every process, so that none waits for another in a circle
        statement = select(plan.__table__).where(plan.next_slot_at <= now).order_by(*order).limit(limit)
        rows = (await self.transaction.connection.execute(statement.with_for_update(key_share=True))).mappings()
        return [_due(row) for row in rows]

    async def advance(self, moves: Sequence[Move]) -> set[int]:
        """Move schedules on to their next slots; the ids of those that nobody else has moved on."""
        if not moves:
            return set()
        plan, time = models.Schedule, UtcDateTime()
        columns = column("id", plan.id.type), column("slot", time), column("upcoming", time), column("covered", time)
        rows = [(move.due.id, move.due.slot, move.upcoming, move.covered_upto) for move in moves]
        move = values(*columns, name="move").data(rows).cte("move")
        statement = (
            update(plan)
            .where(plan.id == move.c.id, plan.next_slot_at == move.c.slot)
            .values(next_slot_at=move.c.upcoming, covered_upto=move.c.covered)
            .returning(plan.id)
        )
        return set(await self.transaction.connection.scalars(statement))

    async def open(self, editions: Sequence[NewEdition]) -> list[EditionRow]:
        """Open editions, and remember missed slots; those that are open now. A slot has one of them at most."""
        if not editions:
            return []
        edition = models.Edition
        statement = insert_new(self.transaction, edition).on_conflict_do_nothing().returning(*edition.__table__.c)
        made = await self.transaction.connection.execute(statement, [asdict(each) for each in editions])
        rows = [EditionRow(**row) for row in made.mappings() if row["status"] == "open"]
        return sorted(rows, key=lambda row: row.id)

    async def too_far(self, beyond: datetime) -> list[DueSchedule]:
        """Schedules whose next slot is later than `beyond`."""
        plan = models.Schedule
        rows = await self.transaction.connection.execute(select(plan.__table__).where(plan.next_slot_at > beyond))
        return [_due(row) for row in rows.mappings()]

    async def get(self, edition_id: int, *, lock: bool = False) -> EditionRow | None:
        """One edition; with `lock` others who want to fan it out wait until this transaction ends."""
        statement = select(models.Edition.__table__).where(models.Edition.id == edition_id)
        if lock:
            statement = statement.with_for_update(key_share=True)
        row = (await self.transaction.connection.execute(statement)).mappings().one_or_none()
        return EditionRow(**row) if row else None

    async def earliest(self, edition_ids: Collection[int]) -> EditionRow | None:
        """Of these editions the one that expires first; None when there is none of them any more."""
        edition = models.Edition
        these = select(edition.__table__).where(edition.id.in_(edition_ids)).order_by(edition.expires_at, edition.id)
        row = (await self.transaction.connection.execute(these.limit(1))).mappings().one_or_none()
        return EditionRow(**row) if row else None

    async def unfinished(self, status: str) -> list[tuple[int, datetime]]:
        """Editions in this status ("open" or "planned") with their slots (UTC), oldest first."""
        edition = models.Edition
        statement = select(edition.id, edition.slot_at).where(edition.status == status)
        rows = await self.transaction.connection.execute(statement.order_by(edition.slot_at, edition.id))
        return [(edition_id, slot_at) for edition_id, slot_at in rows]

    async def set_status(self, status: str, *edition_ids: int) -> None:
        """Move editions on."""
        edition = models.Edition
        these = update(edition).where(edition.id.in_(edition_ids))
        await self.transaction.connection.execute(these.values(status=status))

    async def give_up(self, now: datetime) -> int:
        """Call editions missed that have expired before anybody got a delivery; how many.

        The schedule's next window reaches back over theirs, unless it has been opened already. Stories that have broken
        wait for nobody any more.
        """
        edition, plan, delivery = models.Edition, models.Schedule, models.Delivery
        late = update(edition).where(edition.status == "open", edition.expires_at < now)
        await self.transaction.connection.execute(late.where(edition.story_id.is_not(None)).values(status="planned"))
        begun = exists().where(delivery.edition_id == edition.id)
        last = exists().where(plan.id == edition.schedule_id, plan.covered_upto == edition.slot_at)
        statement = select(edition.id, edition.schedule_id, edition.window_start)
        lost = statement.where(edition.status == "open", edition.expires_at < now, ~begun, last)
        rows = (await self.transaction.connection.execute(lost)).all()
        for edition_id, schedule_id, start in rows:
            await self.set_status("missed", edition_id)
            await self.transaction.connection.execute(
                update(plan).where(plan.id == schedule_id).values(covered_upto=start)
            )
        return len(rows)

    async def add_digests(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store composed digests: slot_at, profile_id, since, variant, body, item_count, article_ids each."""
        if rows:
            statement = insert_new(self.transaction, models.Digest).on_conflict_do_nothing()
            await self.transaction.connection.execute(statement, list(rows))

    async def tell_digests(self) -> None:
        """Tell PostgreSQL what digests there are now: it plans the next fan-outs by that, five times as quick.

        By itself it looks only minutes later, and joins each reader with each digest until then.
        """
        if self.transaction.dialect == "postgresql":
            # Who holds the table at this moment, to vacuum it, mostly counts it too.
            statement = "ANALYZE (SKIP_LOCKED) digest (slot_at, profile_id, since, variant)"
            await self.transaction.connection.execute(text(statement))


async def missed_since(transaction: Transaction, since: datetime) -> int:
    """Slots of schedules since then that were not served in time, for operators."""
    edition = models.Edition
    statement = select(func.count()).where(edition.slot_at >= since, edition.status == "missed")
    return int(await transaction.connection.scalar(statement) or 0)


def _due(row: RowMapping) -> DueSchedule:
    return DueSchedule(row["id"], read_schedule(row), row["next_slot_at"], row["covered_upto"])


async def next_slot(transaction: Transaction) -> datetime | None:
    """The next slot of any schedule that has active subscribers, for operators."""
    plan, subscriber = models.Schedule, models.Subscriber
    followed = exists().where(subscriber.schedule_id == plan.id, subscriber.status == Status.ACTIVE)
    result: datetime | None = await transaction.connection.scalar(select(func.min(plan.next_slot_at)).where(followed))
    return result
