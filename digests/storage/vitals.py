"""Signs of life of processes, what they have counted, and what waits to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from digests.domain.delivery import DeliveryStatus
from digests.domain.health import Vital
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_CONFLICT = (models.Heartbeat.conflict_since, models.Heartbeat.conflict_at)
Key = tuple[str, str]
"""Name and label of a tally."""


@dataclass(frozen=True, slots=True)
class VitalStore:
    """The rows of heartbeats and tallies."""

    transaction: Transaction

    async def beat(self, name: str, vital: Vital) -> None:
        """A process called `name` lives."""
        values = asdict(vital)
        statement = insert_new(self.transaction, models.Heartbeat).values(name=name, **values)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=values)
        await self.transaction.connection.execute(statement)

    async def leave(self, name: str) -> None:
        """A process has ended."""
        await self.transaction.connection.execute(delete(models.Heartbeat).where(models.Heartbeat.name == name))

    async def forget(self, before: datetime) -> None:
        """Drop processes that have said nothing since `before` (UTC)."""
        await self.transaction.connection.execute(delete(models.Heartbeat).where(models.Heartbeat.beat_at < before))

    async def all(self, host: str | None = None) -> list[Vital]:
        """Every process, of one host if it is named, the newest sign first."""
        row = models.Heartbeat
        columns = (row.role, row.host, row.started_at, row.beat_at, row.polled_at, row.ticked_at, *_CONFLICT)
        statement = select(*columns).order_by(row.beat_at.desc())
        if host is not None:
            statement = statement.where(row.host == host)
        return [Vital(*each) for each in (await self.transaction.connection.execute(statement)).all()]

    async def add(self, counts: Mapping[Key, float]) -> None:
        """Add to tallies. Always in one order, so that processes do not lock one another out."""
        row = models.Tally
        for (name, label), value in sorted(counts.items()):
            statement = insert_new(self.transaction, row).values(name=name, label=label, value=value)
            changed = {"value": row.value + statement.excluded.value}
            await self.transaction.connection.execute(
                statement.on_conflict_do_update(index_elements=["name", "label"], set_=changed)
            )

    async def tallies(self) -> dict[Key, float]:
        """Every tally."""
        row = models.Tally
        found = await self.transaction.connection.execute(select(row.name, row.label, row.value))
        return {(each.name, each.label): each.value for each in found.all()}

    async def lag(self, now: datetime) -> timedelta:
        """How long the oldest digest has been due that has not gone out: a slot not planned, or a delivery waiting."""
        plan, edition, delivery = models.Schedule, models.Edition, models.Delivery
        due = or_(delivery.not_before.is_(None), delivery.not_before <= now)
        waiting = select(func.min(func.coalesce(delivery.not_before, edition.slot_at))).join(
            edition, edition.id == delivery.edition_id
        )
        statements = (
            select(func.min(plan.next_slot_at)),
            select(func.min(edition.slot_at)).where(edition.status == "open"),
            waiting.where(delivery.status == DeliveryStatus.PENDING, due),
        )
        oldest = [await self.transaction.connection.scalar(statement) for statement in statements]
        return max((now - each for each in oldest if each is not None and each < now), default=timedelta())

    async def depths(self, now: datetime) -> dict[str, int]:
        """How much of each kind of work waits."""
        edition, delivery, source = models.Edition, models.Delivery, models.Source
        due = or_(delivery.not_before.is_(None), delivery.not_before <= now)
        read = (source.retired_at.is_(None), source.paused_at.is_(None), source.next_poll_at <= now)
        statements = {
            "prepare_edition": select(func.count()).where(edition.status == "open"),
            "deliver": select(func.count()).where(delivery.status == DeliveryStatus.PENDING, due),
            "poll_sources": select(func.count()).where(*read),
        }
        return {name: int(await self.transaction.connection.scalar(each) or 0) for name, each in statements.items()}

    async def limits(self) -> Sequence[tuple[str, datetime, datetime | None]]:
        """The limits on sending: name, when the next message may leave, until when all are halted (UTC)."""
        row = models.RateBucket
        found = await self.transaction.connection.execute(select(row.name, row.next_at, row.blocked_until))
        return [(each.name, each.next_at, each.blocked_until) for each in found.all()]
