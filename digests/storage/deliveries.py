"""Deliveries: claimed before they go out, settled afterwards, never sent twice."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, func, literal_column, or_, select, update

from digests.domain.delivery import DeliveryStatus, MessageId
from digests.domain.quiet import QUIET, Quiet
from digests.domain.subscribers import Chat, Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.following import FollowStore
from digests.storage.portions import Portion
from digests.storage.types import Json


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has moved to `sending` and now must send."""

    edition_id: int
    subscriber_id: int
    chat: Chat
    language: str
    time_zone: str
    silent: bool
    plain: bool
    attempts: int  # this one counted
    sent_parts: tuple[int, ...]
    digest_id: int
    slot_at: datetime  # UTC
    next_slot_at: datetime | None  # UTC
    claim: int  # the same number for all that were claimed together
    simple: bool = False
    quiet: tuple[str, ...] = ()  # headlines of stories that he was following and that have gone quiet
    weekly: bool = False  # his digests come on one day of the week
    away_since: datetime | None = None  # UTC; when a pause began that has ended since the last digest
    breaks: bool = False  # it is no digest but a story that breaks
    wants_breaking: bool = False
    quiet_hours: Quiet = QUIET

    def unwanted(self, now: datetime) -> str | None:
        """Why it must not go out at `now` (UTC), in a word for the row; None when it may."""
        if not self.breaks:
            return None
        if not self.wants_breaking:
            return "turned_off"
        return "quiet_hours" if self.quiet_hours.holds(now, self.time_zone) else None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a claimed delivery has become."""

    edition_id: int
    subscriber_id: int
    status: DeliveryStatus
    attempts: int
    message_ids: Sequence[MessageId] = ()
    not_before: datetime | None = None  # UTC
    plain: bool = False
    reason: str | None = None
    finished_at: datetime | None = None  # UTC
    claim: int | None = None  # by which it was taken; of another one it changes nothing
    story_counts: Sequence[int] = ()  # none: what is known of them stays

    def row(self) -> dict[str, Any]:
        """Parameters of the statements that write it."""
        row = {f"new_{name}": getattr(self, name) for name in _SETTLED_COLUMNS}
        row["new_message_ids"] = list(self.message_ids)
        row["new_story_counts"] = list(self.story_counts) or None
        return row | {"edition": self.edition_id, "subscriber": self.subscriber_id, "by": self.claim}


_delivery, _subscriber, _edition, _plan = models.Delivery, models.Subscriber, models.Edition, models.Schedule
_id = BigInteger()
_of_edition = _delivery.edition_id == bindparam("edition", type_=_id)
_untold = exists().where(models.QuietStory.subscriber_id == _subscriber.id, models.QuietStory.edition_id.is_(None))
_CLAIMABLE = (
    select(
        _delivery.subscriber_id,
        _delivery.plain,
        _delivery.attempts,
        _delivery.message_ids,
        _delivery.digest_id,
        _subscriber.chat_id,
        _subscriber.thread_id,
        _subscriber.kind,
        _subscriber.language,
        _subscriber.time_zone,
        _subscriber.silent,
        _subscriber.paused_at,
        _subscriber.breaking,
        _subscriber.quiet_from,
        _subscriber.quiet_until,
        _subscriber.simple,
        _delivery.edition_id,
        _edition.slot_at,
        _edition.story_id,
        _plan.next_slot_at,
        _plan.weekdays,
        _untold.label("has_quiet"),
    )
    .join(_subscriber, (_subscriber.id == _delivery.subscriber_id) & (_subscriber.status == Status.ACTIVE))
    .join(_edition, _edition.id == _delivery.edition_id)
    .outerjoin(_plan, _plan.id == _subscriber.schedule_id)
    .where(
        _delivery.edition_id.in_(bindparam("editions", expanding=True, type_=_id)),
        _delivery.subscriber_id.between(bindparam("first", type_=_id), bindparam("last", type_=_id)),
        _subscriber.id.between(bindparam("first", type_=_id), bindparam("last", type_=_id)),  # or a merge reads all
        _delivery.status == literal_column("'pending'"),  # as its index says it
        or_(_delivery.not_before.is_(None), _delivery.not_before <= bindparam("now", type_=_delivery.not_before.type)),
    )
    .order_by(_delivery.edition_id, _delivery.subscriber_id)
    .limit(bindparam("count", type_=_id))
    .with_for_update(of=_delivery, skip_locked=True)
)
"""Statements of the claim, built once: building one costs several times what the database needs for it."""
_CLAIM = (
    update(_delivery)
    .where(_of_edition, _delivery.subscriber_id == bindparam("subscriber", type_=_id))
    .values(
        status=DeliveryStatus.SENDING,
        attempts=_delivery.attempts + 1,
        claimed_at=bindparam("at"),
        claim=bindparam("new_claim", type_=_id),
    )
)
_SETTLED_COLUMNS = ("status", "attempts", "message_ids", "not_before", "plain", "reason", "finished_at")
_sending = _delivery.status == DeliveryStatus.SENDING
_SETTLE_SENT, _SETTLE = (
    update(_delivery)
    .where(
        _of_edition,
        _delivery.subscriber_id == bindparam("subscriber", type_=_id),
        _delivery.claim == bindparam("by", type_=_id),
        mine,
    )
    .values({name: bindparam(f"new_{name}", type_=_delivery.__table__.c[name].type) for name in _SETTLED_COLUMNS})
    .values(story_counts=func.coalesce(bindparam("new_story_counts", type_=Json), _delivery.story_counts))
    for mine in (_sending | (_delivery.status == DeliveryStatus.UNCERTAIN), _sending)
)


@dataclass(frozen=True, slots=True)
class DeliveryStore:
    """Claims and settles deliveries."""

    transaction: Transaction

    async def claim(self, portion: Portion, now: datetime, limit: int) -> list[Claimed]:
        """Move up to `limit` due deliveries of a portion to `sending` and return them.

        Readers who paused, stopped or blocked the bot since the fan-out are not claimed.
        """
        if limit <= 0:  # SQLite would take it for none at all
            return []
        connection, claim = self.transaction.connection, secrets.randbits(63)
        where = {"editions": portion.editions, "first": portion.first, "last": portion.last, "now": now, "count": limit}
        found = (await connection.execute(_CLAIMABLE, where)).all()
        if not found:
            return []
        mark = {"at": now, "new_claim": claim}  # row by row: SQLite looks for pairs through the whole table
        these = [{"edition": row.edition_id, "subscriber": row.subscriber_id} | mark for row in found]
        await connection.execute(_CLAIM, these)
        some = [row.subscriber_id for row in found if row.has_quiet]
        quiet = await FollowStore(self.transaction).untold(some) if some else {}
        return [
            Claimed(
                edition_id=row.edition_id,
                subscriber_id=row.subscriber_id,
                chat=Chat(row.chat_id, row.thread_id, row.kind),
                language=row.language,
                time_zone=row.time_zone,
                silent=row.silent,
                simple=row.simple,
                plain=row.plain,
                attempts=row.attempts + 1,
                sent_parts=tuple(row.message_ids),
                digest_id=row.digest_id,
                slot_at=row.slot_at,
                next_slot_at=row.next_slot_at,
                claim=claim,
                quiet=quiet.get(row.subscriber_id, ()),
                weekly=row.weekdays is not None and row.weekdays.bit_count() == 1,
                away_since=row.paused_at,
                breaks=row.story_id is not None,
                wants_breaking=row.breaking,
                quiet_hours=Quiet(row.quiet_from, row.quiet_until),
            )
            for row in found
        ]

    async def release(self, editions: Collection[int], claims: Collection[int]) -> int:
        """Put back what these claims took, as if they had never been made; how many.

        Only for claims of which nothing was sent: whoever made them never heard that they had been committed.
        """
        if not claims:
            return 0
        delivery = models.Delivery
        taken = delivery.edition_id.in_(editions) & delivery.claim.in_(claims) & _sending
        result = await self.transaction.connection.execute(
            update(delivery).where(taken).values(status=DeliveryStatus.PENDING, attempts=delivery.attempts - 1)
        )
        return result.rowcount

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Write what became of claimed deliveries. A row since declared uncertain may still become sent.

        Once more changes nothing, even when another process has claimed a row meanwhile.
        """
        sent = [one.row() for one in settled if one.status is DeliveryStatus.SENT]
        others = [one.row() for one in settled if one.status is not DeliveryStatus.SENT]
        for statement, rows in ((_SETTLE_SENT, sent), (_SETTLE, others)):
            if rows:
                await self.transaction.connection.execute(statement, rows)

    async def postpone(self, chat_id: int, until: datetime) -> None:
        """Let everything that waits for a chat wait until then."""
        delivery = models.Delivery
        here = select(models.Subscriber.id).where(models.Subscriber.chat_id == chat_id)
        sooner = or_(delivery.not_before.is_(None), delivery.not_before < until)
        await self.transaction.connection.execute(
            update(delivery)
            .where(delivery.subscriber_id.in_(here), delivery.status == DeliveryStatus.PENDING, sooner)
            .values(not_before=until)
        )

    async def expire(self, now: datetime) -> int:
        """Skip what is still waiting in editions that are too old to be sent; how many."""
        old = select(models.Edition.id).where(models.Edition.expires_at < now, models.Edition.status != "done")
        return await self._finish(models.Delivery.edition_id.in_(old), DeliveryStatus.SKIPPED, "too_late", now)

    async def skip_unreachable(self, now: datetime) -> int:
        """Skip what waits for readers who have paused, stopped or blocked the bot since; how many."""
        subscriber, delivery = models.Subscriber, models.Delivery
        reachable = exists().where(subscriber.id == delivery.subscriber_id, subscriber.status == Status.ACTIVE)
        return await self._finish(~reachable, DeliveryStatus.SKIPPED, "not_active", now)

    async def _finish(self, which: Any, status: DeliveryStatus, reason: str, now: datetime) -> int:  # noqa: ANN401
        delivery = models.Delivery
        result = await self.transaction.connection.execute(
            update(delivery)
            .where(delivery.status == DeliveryStatus.PENDING, which)
            .values(status=status, reason=reason, finished_at=now)
        )
        return result.rowcount

    async def orphans_to_uncertain(self, now: datetime, claimed_before: datetime | None = None) -> int:
        """Declare deliveries that a dead process left in `sending` uncertain: they may have arrived. How many.

        Where other processes may be sending, only those claimed before `claimed_before` are a dead one's.
        """
        delivery = models.Delivery
        lost = delivery.status == DeliveryStatus.SENDING
        if claimed_before is not None:
            lost &= or_(delivery.claimed_at.is_(None), delivery.claimed_at < claimed_before)
        result = await self.transaction.connection.execute(
            update(delivery).where(lost).values(status=DeliveryStatus.UNCERTAIN, reason="crash", finished_at=now)
        )
        return result.rowcount

    async def turn_back(self, now: datetime, beyond: datetime) -> int:
        """Let what was claimed later than `beyond`, by a clock that has been set back since, wait for now; how many."""
        delivery = models.Delivery
        open_ = delivery.status.in_((DeliveryStatus.PENDING, DeliveryStatus.SENDING))
        result = await self.transaction.connection.execute(
            update(delivery).where(open_, delivery.claimed_at > beyond).values(claimed_at=now, not_before=None)
        )
        return result.rowcount

    async def next_due(self, portion: Portion) -> datetime | None:
        """When the earliest waiting delivery of the portion may be tried again; None when nothing waits."""
        delivery = models.Delivery
        epoch = select(models.Edition.slot_at).where(models.Edition.id == portion.editions[0]).scalar_subquery()
        statement = select(func.min(func.coalesce(delivery.not_before, epoch))).where(
            delivery.edition_id.in_(portion.editions),
            delivery.subscriber_id.between(portion.first, portion.last),
            delivery.status == DeliveryStatus.PENDING,
        )
        result: datetime | None = await self.transaction.connection.scalar(statement)
        return result

    async def finish_editions(self) -> None:
        """Mark editions done in which nothing is left to do."""
        edition, delivery = models.Edition, models.Delivery
        unsettled = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
        left = exists().where(delivery.edition_id == edition.id, delivery.status.in_(unsettled))
        await self.transaction.connection.execute(
            update(edition).where(edition.status == "planned", ~left).values(status="done")
        )

    async def digest_bodies(self, digest_ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Stored digests as JSON, by id."""
        if not digest_ids:
            return {}
        statement = select(models.Digest.id, models.Digest.body).where(models.Digest.id.in_(digest_ids))
        return {row.id: row.body for row in (await self.transaction.connection.execute(statement)).all()}

    async def counts(self, edition_id: int) -> dict[str, int]:
        """How many deliveries of an edition stand where."""
        delivery = models.Delivery
        statement = select(delivery.status, func.count()).where(delivery.edition_id == edition_id)
        rows = (await self.transaction.connection.execute(statement.group_by(delivery.status))).all()
        return {str(status): int(count) for status, count in rows}
