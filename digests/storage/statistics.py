"""Counts for the operator's page of figures: of days and slots, nothing about a single reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from digests.domain.delivery import DeliveryStatus
from digests.domain.sources import Tally
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction

_edition, _delivery, _subscriber = models.Edition, models.Delivery, models.Subscriber


@dataclass(frozen=True, slots=True)
class SlotOutcome:
    """How many deliveries of one instant have a status, and when the last of them was finished."""

    slot_at: datetime  # UTC
    status: DeliveryStatus
    count: int
    finished_at: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class StatisticsStore:
    """Counts over many rows: one scan each, for a page that is looked at now and then."""

    transaction: Transaction

    async def outcomes(self, since: datetime) -> list[SlotOutcome]:
        """What became of the deliveries of each slot since an instant (UTC), by slot."""
        statement = (
            select(_edition.slot_at, _delivery.status, func.count(), func.max(_delivery.finished_at))
            .join(_delivery, _delivery.edition_id == _edition.id)
            .where(_edition.slot_at >= since)
            .group_by(_edition.slot_at, _delivery.status)
            .order_by(_edition.slot_at)
        )
        rows = (await self.transaction.connection.execute(statement)).all()
        return [SlotOutcome(slot, DeliveryStatus(status), count, last) for slot, status, count, last in rows]

    async def missed(self, since: datetime) -> list[datetime]:
        """The slots since an instant (UTC) that nobody was there to serve in time."""
        statement = select(_edition.slot_at).where(_edition.slot_at >= since, _edition.status == "missed")
        return list(await self.transaction.connection.scalars(statement.order_by(_edition.slot_at)))

    async def joined(self, before: Sequence[datetime]) -> list[int]:
        """How many subscribers, of those there are, had come before each of these instants (UTC)."""
        sums = [func.coalesce(func.sum(case((_subscriber.created_at < at, 1), else_=0)), 0) for at in before]
        row = (await self.transaction.connection.execute(select(*sums))).one()
        return list(map(int, row))

    async def followed(self, most: int) -> list[tuple[str, int]]:
        """The topics that most active subscribers have chosen, with how many."""
        topic, link = models.Topic, models.ProfileTopic
        statement = (
            select(topic.slug, func.count())
            .join(link, link.topic_id == topic.id)
            .join(_subscriber, _subscriber.profile_id == link.profile_id)
            .where(_subscriber.status == Status.ACTIVE)
            .group_by(topic.slug)
            .order_by(func.count().desc(), topic.slug)
            .limit(most)
        )
        return [(slug, count) for slug, count in (await self.transaction.connection.execute(statement)).all()]

    async def overdue(self, now: datetime) -> timedelta:
        """For how long the oldest slot that readers wait for has been due, and not planned."""
        plan = models.Schedule
        followed = select(_subscriber.id).where(_subscriber.schedule_id == plan.id, _subscriber.status == Status.ACTIVE)
        statement = select(func.min(plan.next_slot_at)).where(plan.next_slot_at < now, followed.exists())
        oldest: datetime | None = await self.transaction.connection.scalar(statement)
        return now - oldest if oldest is not None else timedelta()

    async def days_of_sources(self, since: date) -> dict[int, dict[date, Tally]]:
        """What each source did on each day (UTC) from `since` on; days on which it did nothing are left out."""
        day = models.SourceDay
        columns = [getattr(day, each.name) for each in fields(Tally)]
        statement = select(day.source_id, day.day, *columns).where(day.day >= since)
        found: dict[int, dict[date, Tally]] = {}
        for source_id, at, *values in (await self.transaction.connection.execute(statement)).all():
            found.setdefault(source_id, {})[at] = Tally(*values)
        return found
