"""Which stories a message shows, and what a reader's reaction to it has done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from digests.domain.delivery import DeliveryStatus
from digests.domain.digest_json import digest_from_json
from digests.domain.reactions import Step
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_shown, _delivery, _digest = models.ShownMessage, models.Delivery, models.Digest
_KEY = ("subscriber_id", "message_id")
_OUT = (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with stories, and the reaction to it."""

    message_id: int
    story_ids: tuple[int, ...]  # numbered from `first` on, as in the digest that it is a part of
    step: int = 0  # what the reaction wishes: 1 more, -1 less, 0 nothing
    reacted_at: datetime | None = None  # UTC
    answer_id: int | None = None  # the message that told what the reaction did
    weighed: Step | None = None  # what it did
    first: int = 1


@dataclass(frozen=True, slots=True)
class ReactionStore:
    """Messages of one subscriber, by their numbers."""

    transaction: Transaction
    subscriber_id: int

    async def find(self, message_id: int) -> Shown | None:
        """A message that showed stories, be it an answer or a scheduled digest; None for any other."""
        mine = (_shown.subscriber_id == self.subscriber_id) & (_shown.message_id == message_id)
        row = (await self.transaction.connection.execute(select(_shown.__table__).where(mine))).mappings().one_or_none()
        if row is None:
            return await self._delivered(message_id)
        step = Step(row["weighed"], row["weight_before"], row["weight_after"]) if row["weighed"] else None
        told = (tuple(row["story_ids"]), row["step"], row["reacted_at"], row["answer_id"], step, row["first"])
        return Shown(message_id, *told)

    async def _delivered(self, message_id: int) -> Shown | None:
        deliveries = select(_delivery.digest_id, _delivery.message_ids, _delivery.story_counts).where(
            _delivery.subscriber_id == self.subscriber_id, _delivery.status.in_(_OUT)
        )
        found = (await self.transaction.connection.execute(deliveries)).all()
        mine = next((row for row in found if message_id in row.message_ids), None)
        if mine is None:
            return None
        body = await self.transaction.connection.scalar(
            select(func.coalesce(_digest.corrected, _digest.body)).where(_digest.id == mine.digest_id)
        )
        stories = tuple(item.story_id for item in digest_from_json(body).items) if body else ()
        before, here = _of_message(stories, mine.message_ids.index(message_id), mine.story_counts)
        return Shown(message_id, here, first=before + 1) if here else None

    async def put(self, shown: Shown, now: datetime) -> None:
        """Keep this of a message; when it was shown (`now`, UTC) stays as it is for one that is known."""
        step = shown.weighed
        values: dict[str, Any] = {
            "story_ids": list(shown.story_ids),
            "first": shown.first,
            "step": shown.step,
            "reacted_at": shown.reacted_at,
            "answer_id": shown.answer_id,
            "weighed": step.key if step else None,
            "weight_before": step.before if step else None,
            "weight_after": step.after if step else None,
        }
        key = {"subscriber_id": self.subscriber_id, "message_id": shown.message_id}
        statement = insert_new(self.transaction, _shown).values(key | values | {"shown_at": now})
        await self.transaction.connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=values))


def _of_message(stories: Sequence[int], place: int, counts: Sequence[int] | None) -> tuple[int, tuple[int, ...]]:
    """How many stories of a digest stand before its message at this place, and those that it tells itself.

    Without `counts` it was one message.
    """
    if counts is None:
        return 0, tuple(stories)
    before, own = sum(counts[:place]), counts[place] if place < len(counts) else 0
    return before, tuple(stories[before : before + own])


async def drop_shown(transaction: Transaction, before: datetime) -> None:
    """Forget messages that were shown before `before` (UTC)."""
    await transaction.connection.execute(delete(_shown).where(_shown.shown_at < before))
