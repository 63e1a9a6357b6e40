"""Planning: which schedules are due, their editions, digests and deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, insert, literal, select, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew, Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new, read_schedule
from digests.storage.types import UtcDateTime

REACH = timedelta(days=7)
"""The first digest after a change of schedule goes back so far to join the last one before it."""


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose next slot has come."""

    id: int
    schedule: Schedule
    slot: datetime  # UTC
    covered_upto: datetime  # UTC; the last slot that has an edition


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as planning sees it."""

    id: int
    schedule_id: int
    slot_at: datetime  # UTC
    window_start: datetime  # UTC
    status: str
    expires_at: datetime  # UTC
    planned_upto: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest that an edition needs: for this profile, with news after `since` (UTC)."""

    profile_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class EditionStore:
    """Opens editions and fans them out."""

    transaction: Transaction

    async def due(self, now: datetime, limit: int = 1000) -> list[DueSchedule]:
        """Schedules whose slot has come, longest overdue first."""
        plan = models.Schedule
        order = (plan.next_slot_at, plan.id)  # the same for every process, so that none waits for another in a circle
        statement = select(plan.__table__).where(plan.next_slot_at <= now).order_by(*order).limit(limit)
        rows = (await self.transaction.connection.execute(statement)).mappings()
        return [DueSchedule(row["id"], read_schedule(row), row["next_slot_at"], row["covered_upto"]) for row in rows]

    async def advance(self, due: DueSchedule, upcoming: datetime, covered_upto: datetime) -> bool:
        """Move a schedule on to its next slot; False when somebody else has done it.

        `covered_upto` is the slot that gets an edition now, or that of the last one when this slot gets none.
        """
        plan = models.Schedule
        result = await self.transaction.connection.execute(
            update(plan)
            .where(plan.id == due.id, plan.next_slot_at == due.slot)
            .values(next_slot_at=upcoming, covered_upto=covered_upto)
        )
        return result.rowcount == 1

    async def open(self, due: DueSchedule, slot: datetime, expires_at: datetime) -> int:
        """Open the edition of a slot. Its window begins where the schedule's last edition ended."""
        edition = models.Edition
        values = {
            "schedule_id": due.id,
            "slot_at": slot,
            "window_start": due.covered_upto,
            "status": "open",
            "expires_at": expires_at,
        }
        statement = insert(edition).values(values).returning(edition.id)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def get(self, edition_id: int) -> EditionRow | None:
        """One edition."""
        statement = select(models.Edition.__table__).where(models.Edition.id == edition_id)
        row = (await self.transaction.connection.execute(statement)).mappings().one_or_none()
        return EditionRow(**row) if row else None

    async def unfinished(self, status: str) -> list[int]:
        """Editions in this status ("open" or "planned"), oldest first."""
        statement = select(models.Edition.id).where(models.Edition.status == status).order_by(models.Edition.id)
        return list(await self.transaction.connection.scalars(statement))

    async def set_status(self, edition_id: int, status: str) -> None:
        """Move an edition on."""
        edition = models.Edition
        await self.transaction.connection.execute(update(edition).where(edition.id == edition_id).values(status=status))

    async def give_up(self, now: datetime) -> int:
        """Drop editions that have expired before anybody got a delivery; how many.

        The schedule's next window reaches back over theirs, unless it has been opened already.
        """
        edition, plan, delivery = models.Edition, models.Schedule, models.Delivery
        begun = exists().where(delivery.edition_id == edition.id)
        last = exists().where(plan.id == edition.schedule_id, plan.covered_upto == edition.slot_at)
        statement = select(edition.id, edition.schedule_id, edition.window_start)
        lost = statement.where(edition.status == "open", edition.expires_at < now, ~begun, last)
        rows = (await self.transaction.connection.execute(lost)).all()
        for edition_id, schedule_id, start in rows:
            await self.transaction.connection.execute(delete(edition).where(edition.id == edition_id))
            await self.transaction.connection.execute(
                update(plan).where(plan.id == schedule_id).values(covered_upto=start)
            )
        return len(rows)

    async def wanted(self, edition: EditionRow) -> list[Wanted]:
        """The distinct digests that this edition's audience needs and that have not been composed."""
        subscriber, digest = models.Subscriber, models.Digest
        since = self._since(edition)
        made = exists().where(
            digest.edition_id == edition.id, digest.profile_id == subscriber.profile_id, digest.since == since
        )
        statement = select(subscriber.profile_id, since).where(self._audience(edition), ~made).distinct()
        rows = (await self.transaction.connection.execute(statement)).all()
        return [Wanted(profile, start) for profile, start in rows]

    async def add_digests(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store composed digests: edition_id, profile_id, since, body, item_count each."""
        if rows:
            statement = insert_new(self.transaction, models.Digest).on_conflict_do_nothing()
            await self.transaction.connection.execute(statement, list(rows))

    async def reach(self, edition: EditionRow, chunk: int) -> int | None:
        """The last of the next `chunk` subscribers without a delivery; None at the end."""
        subscriber = models.Subscriber
        after = and_(self._audience(edition), subscriber.id > edition.planned_upto)
        ids = select(subscriber.id).where(after).order_by(subscriber.id).limit(chunk).subquery()
        upto: int | None = await self.transaction.connection.scalar(select(func.max(ids.c.id)))
        return upto

    async def fan_out(self, edition: EditionRow, upto: int) -> bool:
        """Make the deliveries of the next subscribers up to this one.

        A digest without items is skipped at once unless the reader wants a note. False when somebody has no digest,
        because he has changed his preferences since: compose what is `wanted` and come again.
        """
        delivery, here = models.Delivery, models.Edition.id == edition.id
        await self._add_deliveries(edition, upto)
        mine = exists().where(delivery.edition_id == edition.id, delivery.subscriber_id == models.Subscriber.id)
        left = exists().where(self._chunk(edition, upto), ~mine)
        result = await self.transaction.connection.execute(
            update(models.Edition).where(here, ~left).values(planned_upto=upto)
        )
        return result.rowcount == 1

    async def _add_deliveries(self, edition: EditionRow, upto: int) -> None:
        subscriber, digest = models.Subscriber, models.Digest
        quiet = and_(digest.item_count == 0, subscriber.nothing_new == NothingNew.SILENT)
        source = (
            select(
                literal(edition.id),
                subscriber.id,
                digest.id,
                case((quiet, DeliveryStatus.SKIPPED), else_=DeliveryStatus.PENDING),
                case((quiet, "nothing_new")),
                case((quiet, literal(edition.slot_at, UtcDateTime))),
                literal(0),
                literal(False),
                literal([], models.Delivery.message_ids.type),
            )
            .join(
                digest,
                and_(
                    digest.edition_id == edition.id,
                    digest.profile_id == subscriber.profile_id,
                    digest.since == self._since(edition),
                ),
            )
            .where(self._chunk(edition, upto))
            .with_for_update(read=True, key_share=True, of=subscriber)  # who is being deleted now is passed over
        )
        columns = ["edition_id", "subscriber_id", "digest_id", "status", "reason", "finished_at"]
        columns += ["attempts", "plain", "message_ids"]
        statement = insert_new(self.transaction, models.Delivery).from_select(columns, source).on_conflict_do_nothing()
        await self.transaction.connection.execute(statement)

    def _chunk(self, edition: EditionRow, upto: int) -> Any:  # noqa: ANN401  # an SQL condition
        subscriber = models.Subscriber
        return and_(self._audience(edition), subscriber.id > edition.planned_upto, subscriber.id <= upto)

    def _audience(self, edition: EditionRow) -> Any:  # noqa: ANN401  # an SQL condition
        """Active subscribers of the schedule who had chosen it when the slot came."""
        subscriber = models.Subscriber
        return and_(
            subscriber.schedule_id == edition.schedule_id,
            subscriber.status == Status.ACTIVE,
            subscriber.scheduled_at < edition.slot_at,
        )

    def _since(self, edition: EditionRow) -> Any:  # noqa: ANN401  # an SQL expression
        """Where a subscriber's news begin: at the window's start, for one who has changed to this schedule where his
        last one has ended: later, or earlier by at most REACH.
        """
        begins, chosen = models.Subscriber.news_from, models.Subscriber.scheduled_at
        start, slot = literal(edition.window_start, UtcDateTime), literal(edition.slot_at, UtcDateTime)
        reach = literal(min(edition.window_start, edition.slot_at - REACH), UtcDateTime)
        return case(
            (begins >= slot, slot),
            (begins > start, begins),
            (chosen < start, start),
            (begins < reach, reach),
            else_=func.coalesce(begins, start),
        )


async def next_slot(transaction: Transaction) -> datetime | None:
    """The next slot of any schedule that has active subscribers, for operators."""
    plan, subscriber = models.Schedule, models.Subscriber
    followed = exists().where(subscriber.schedule_id == plan.id, subscriber.status == Status.ACTIVE)
    result: datetime | None = await transaction.connection.scalar(select(func.min(plan.next_slot_at)).where(followed))
    return result
