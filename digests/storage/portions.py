"""Which deliveries one job sends: a part of a large edition, or several small ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select

from digests.domain.delivery import DeliveryStatus
from digests.storage import models
from digests.storage.database import Transaction

NEIGHBOURS = 100
"""Small editions are sent together with others of the same hundred of numbers, so that these are mostly the same ones
whenever somebody asks.
"""


@dataclass(frozen=True, slots=True)
class Portion:
    """Deliveries of one slot that are sent together: to the subscribers `first`..`last` of these editions."""

    editions: tuple[int, ...]
    first: int
    last: int

    @property
    def key(self) -> str:
        """Equal for equal portions alone."""
        return f"{','.join(map(str, self.editions))}:{self.first}-{self.last}"

    def payload(self) -> dict[str, Any]:
        """As a job holds it."""
        return {"editions": list(self.editions), "first": self.first, "last": self.last}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Portion:
        """Read from a job."""
        return cls(tuple(payload["editions"]), payload["first"], payload["last"])


async def pending_portions(
    transaction: Transaction, editions: Collection[int], size: int, due_before: datetime | None = None, start: int = 0
) -> list[Portion]:
    """The deliveries of a slot's editions as portions of at most `size` each, if one of them is pending.

    With `due_before` (UTC) only if one of them may be tried before that; from the subscriber `start` on. What a planned
    edition has in a portion never changes; which small editions share one may, when some of them are done.
    """
    delivery = models.Delivery
    number = func.row_number().over(partition_by=delivery.edition_id, order_by=delivery.subscriber_id) - 1
    waits = delivery.status == DeliveryStatus.PENDING
    if due_before is not None:
        waits &= or_(delivery.not_before.is_(None), delivery.not_before < due_before)
    columns = (delivery.subscriber_id, (number // size).label("part"), case((waits, 1), else_=0).label("pending"))
    these = delivery.edition_id.in_(editions), delivery.subscriber_id >= start
    row = select(delivery.edition_id, *columns).where(*these).subquery().c
    statement = (
        select(row.edition_id, row.part, func.min(row.subscriber_id), func.max(row.subscriber_id), func.count())
        .group_by(row.edition_id, row.part)
        .having(func.sum(row.pending) > 0)
        .order_by(row.edition_id, row.part)
    )
    parts = (await transaction.connection.execute(statement)).all()
    return _gathered(
        [(Portion((edition,), first, last), part, count) for edition, part, first, last, count in parts], size
    )


def _gathered(parts: Sequence[tuple[Portion, int, int]], size: int) -> list[Portion]:
    """Parts of editions with their numbers and counts of deliveries, with small editions put together."""
    found: list[Portion] = []
    room = 0  # in the last portion of small editions
    last = -1  # its place
    for portion, part, count in parts:
        is_whole = part == 0 and count < size
        if is_whole and count <= room and found[last].editions[0] // NEIGHBOURS == portion.editions[0] // NEIGHBOURS:
            found[last] = _joined(found[last], portion)
            room -= count
            continue
        found.append(portion)
        if is_whole:
            last, room = len(found) - 1, size - count
    return found


def _joined(one: Portion, other: Portion) -> Portion:
    return Portion((*one.editions, *other.editions), min(one.first, other.first), max(one.last, other.last))
