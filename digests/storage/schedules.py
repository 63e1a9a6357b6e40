"""The schedules that somebody follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from digests.domain.schedule import Schedule
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import read_schedule


async def followed(transaction: Transaction) -> Sequence[tuple[Schedule, datetime]]:
    """Every schedule that an active subscriber follows, with its next slot (UTC). Raises InputError for a lost zone."""
    plan, subscriber = models.Schedule, models.Subscriber
    active = exists().where(subscriber.schedule_id == plan.id, subscriber.status == Status.ACTIVE)
    rows = await transaction.connection.execute(select(plan.__table__).where(active).order_by(plan.next_slot_at))
    return [(read_schedule(row), row["next_slot_at"]) for row in rows.mappings()]
