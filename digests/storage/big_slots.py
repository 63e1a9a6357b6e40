"""Big slots: how many digests they have, and what was decided about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import BigInteger, ColumnElement, delete, exists, func, or_, select, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.spreading import FACTOR, MINUTE, SPOTS, Load
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new, read_schedule

_edition, _delivery, _subscriber, _slot = models.Edition, models.Delivery, models.Subscriber, models.BigSlot
_active = _subscriber.status == Status.ACTIVE


@dataclass(frozen=True, slots=True)
class BigSlot:
    """What was decided about a slot."""

    slot_at: datetime  # UTC
    spread: int | None = None  # minutes; None until its first delivery is made
    paid_at: datetime | None = None  # UTC; when an operator chose the paid rate
    refused_at: datetime | None = None  # UTC; when Telegram refused it
    refusal: str | None = None  # in its words


def place_in(span: int) -> ColumnElement[int]:
    """`digests.domain.spreading.place` of the selected subscribers, in minutes, as SQL."""
    spot = (func.abs(_subscriber.chat_id, type_=BigInteger) % SPOTS + _subscriber.thread_id % SPOTS) * FACTOR % SPOTS
    return spot * span // SPOTS


@dataclass(frozen=True, slots=True)
class BigSlotStore:
    """The rows of decisions, and the counts they rest on. Slots are UTC."""

    transaction: Transaction

    async def get(self, slot: datetime) -> BigSlot:
        """What was decided about a slot."""
        row = (
            (await self.transaction.connection.execute(select(_slot.__table__).where(_slot.slot_at == slot)))
            .mappings()
            .one_or_none()
        )
        return BigSlot(**row) if row else BigSlot(slot)

    async def of_edition(self, edition_id: int) -> BigSlot:
        """What was decided about the slot of an edition."""
        slot = select(_edition.slot_at).where(_edition.id == edition_id)
        return await self.get((await self.transaction.connection.execute(slot)).scalar_one())

    async def decide(self, slot: datetime, minutes: int) -> int:
        """Spread a slot over so many minutes, unless it was decided already; over how many it is."""
        row = insert_new(self.transaction, models.BigSlot).values(slot_at=slot, spread=minutes)
        kept = func.coalesce(_slot.spread, row.excluded.spread)
        statement = row.on_conflict_do_update(index_elements=["slot_at"], set_={"spread": kept})
        return int((await self.transaction.connection.execute(statement.returning(_slot.spread))).scalar_one())

    async def choose(self, slot: datetime, now: datetime) -> None:
        """Let a slot go at the paid rate, even if Telegram has refused it before."""
        chosen = {"paid_at": now, "refused_at": None, "refusal": None}
        row = insert_new(self.transaction, models.BigSlot).values(slot_at=slot, **chosen)
        await self.transaction.connection.execute(row.on_conflict_do_update(index_elements=["slot_at"], set_=chosen))

    async def undo(self, slot: datetime) -> None:
        """Let a slot go at the free rate."""
        statement = update(_slot).where(_slot.slot_at == slot)
        await self.transaction.connection.execute(statement.values(paid_at=None, refused_at=None, refusal=None))

    async def refuse(self, slot: datetime, refusal: str, now: datetime) -> bool:
        """Keep that Telegram carries no paid digests of a slot; False when that was known."""
        refused = {"refused_at": now, "refusal": refusal}
        row = insert_new(self.transaction, models.BigSlot).values(slot_at=slot, **refused)
        statement = row.on_conflict_do_update(
            index_elements=["slot_at"], set_=refused, where=_slot.refused_at.is_(None)
        )
        found = await self.transaction.connection.execute(statement.returning(_slot.slot_at))
        return found.one_or_none() is not None

    async def size(self, slot: datetime) -> int:
        """How many active readers have this slot: those of its editions, and those whose next one it is."""
        plan = models.Schedule
        opened = exists().where(_edition.schedule_id == plan.id, _edition.slot_at == slot)
        these = select(plan.id).where(or_(plan.next_slot_at == slot, opened))
        statement = select(func.count()).where(_active, _subscriber.schedule_id.in_(these))
        return int(await self.transaction.connection.scalar(statement) or 0)

    async def loads(self) -> list[Load]:
        """All schedules that somebody follows."""
        plan = models.Schedule
        per_plan = select(_subscriber.schedule_id, func.count().label("readers")).where(_active)
        counted = per_plan.where(_subscriber.schedule_id.is_not(None)).group_by(_subscriber.schedule_id).subquery()
        statement = select(plan.__table__, counted.c.readers).join(counted, counted.c.schedule_id == plan.id)
        rows = (await self.transaction.connection.execute(statement)).mappings()
        return [Load(read_schedule(row), row["next_slot_at"], row["readers"]) for row in rows]

    async def under_way(self, now: datetime) -> dict[datetime, int]:
        """The slots that are going out, with how many digests are left to send."""
        going = (_edition.status != "done") & (_edition.expires_at >= now)
        waiting = (
            select(_edition.slot_at, func.count())
            .join(_delivery, _delivery.edition_id == _edition.id)
            .where(going, _delivery.status == DeliveryStatus.PENDING)
            .group_by(_edition.slot_at)
        )
        to_plan = (
            select(_edition.slot_at, func.count())
            .join(_subscriber, _subscriber.schedule_id == _edition.schedule_id)
            .where(going, _edition.status == "open", _active, _subscriber.id > _edition.planned_upto)
            .where(_subscriber.scheduled_at < _edition.slot_at)
            .group_by(_edition.slot_at)
        )
        found: dict[datetime, int] = {}
        for statement in (waiting, to_plan):
            for slot, count in (await self.transaction.connection.execute(statement)).all():
                found[slot] = found.get(slot, 0) + count
        return found

    async def spread_editions(self) -> list[tuple[BigSlot, list[int]]]:
        """Slots whose digests are spread, each with its editions under way, earliest first."""
        statement = (
            select(_edition.id, _slot.__table__)
            .join(_slot, _slot.slot_at == _edition.slot_at)
            .where(_edition.status.in_(("open", "planned")), _slot.spread > 0)
            .order_by(_slot.slot_at, _edition.id)
        )
        rows = (await self.transaction.connection.execute(statement)).mappings()
        found = groupby(rows, key=lambda row: BigSlot(**{name: row[name] for name in BigSlot.__slots__}))
        return [(slot, [row["id"] for row in theirs]) for slot, theirs in found]

    async def gather(self, edition_ids: Collection[int], slot: BigSlot) -> None:
        """Let what is spread go at once. What waits for another reason waits on: its time is no whole minute."""
        instants = list(places(slot.slot_at, slot.spread or 0).values())
        these = _delivery.edition_id.in_(edition_ids), _delivery.not_before.in_(instants)
        waiting = update(_delivery).where(*these, _delivery.status == DeliveryStatus.PENDING)
        await self.transaction.connection.execute(waiting.values(not_before=None))

    async def forget(self, before: datetime) -> None:
        """Drop decisions on slots before `before`."""
        await self.transaction.connection.execute(delete(_slot).where(_slot.slot_at < before))


def places(slot: datetime, span: int) -> dict[int, datetime]:
    """The instants of a slot that is spread over `span` minutes, by place; without the first place, the slot itself."""
    return {number: slot + number * MINUTE for number in range(1, span)}
