"""Messages of digests that are edited because their digest was corrected: found slot by slot, claimed, settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import and_, case, func, literal, or_, select, update

from digests.domain.delivery import DeliveryStatus, MessageId
from digests.domain.subscribers import Chat, Status
from digests.storage import models
from digests.storage.corrections import CorrectionStore, SentDigest
from digests.storage.database import Transaction
from digests.storage.following import FollowStore
from digests.storage.interning import insert_new
from digests.storage.types import UtcDateTime

DONE, SKIPPED = "done", "skipped"
_AT_ONCE = 500
"""Digests named by one query: databases bound how many values a statement may name."""
_PENDING, _SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
_edit, _delivery, _digest, _edition = models.Amendment, models.Delivery, models.Digest, models.Edition


@dataclass(frozen=True, slots=True)
class ClaimedEdit:
    """A delivery whose messages this process now must edit."""

    edition_id: int
    subscriber_id: int
    digest_id: int
    chat: Chat
    language: str
    time_zone: str
    plain: bool
    attempts: int  # this one counted
    shown: tuple[str, ...]
    message_ids: tuple[MessageId, ...]
    sent_at: datetime  # UTC
    slot_at: datetime  # UTC
    corrected_at: datetime  # UTC; which correction
    simple: bool = False
    quiet: tuple[str, ...] = ()  # headlines of stories gone quiet of which it has told
    weekly: bool = False  # his digests come on one day of the week
    frame: str = ""  # of a digest that was asked for: what stands around its stories, as JSON


@dataclass(frozen=True, slots=True)
class SettledEdit:
    """What a claimed edit has become."""

    claimed: ClaimedEdit
    status: str
    shown: tuple[str, ...]
    attempts: int
    not_before: datetime | None = None  # UTC
    finished_at: datetime | None = None  # UTC
    reason: str | None = None


class EditStore(Protocol):
    """Where claimed edits come from, and go when they are done."""

    async def claim(self, now: datetime, limit: int) -> Sequence[ClaimedEdit]:
        """Move up to `limit` due edits to `sending` and return them."""
        ...

    async def next_due(self) -> datetime | None:
        """When the earliest waiting edit may be tried; None when nothing waits."""
        ...

    async def settle(self, settled: Sequence[SettledEdit]) -> None:
        """Write what became of claimed edits."""
        ...

    async def digests(self, ids: Collection[int]) -> Sequence[SentDigest]:
        """The digests that claimed edits name, as they were and as they should read."""
        ...


@dataclass(frozen=True, slots=True)
class SlotEdits:
    """The edits of one slot (UTC)."""

    transaction: Transaction
    slot_at: datetime

    async def claim(self, now: datetime, limit: int) -> Sequence[ClaimedEdit]:
        """Move up to `limit` due edits to `sending` and return them."""
        return await AmendmentStore(self.transaction).claim(self.slot_at, now, limit)

    async def next_due(self) -> datetime | None:
        """When the earliest waiting edit may be tried; None when nothing waits."""
        return await AmendmentStore(self.transaction).next_due(self.slot_at)

    async def settle(self, settled: Sequence[SettledEdit]) -> None:
        """Write what became of claimed edits."""
        await AmendmentStore(self.transaction).settle(settled)

    async def digests(self, ids: Collection[int]) -> Sequence[SentDigest]:
        """The digests that claimed edits name, as they were and as they should read."""
        return await CorrectionStore(self.transaction).digests(ids)


@dataclass(frozen=True, slots=True)
class AmendmentStore:
    """Edits of one slot's messages."""

    transaction: Transaction

    async def fan_out(self, slot_at: datetime, sent_since: datetime) -> int:
        """Have those messages of a slot edited, sent after `sent_since` (UTC), whose digest was corrected since.

        What was edited for an earlier correction is edited again; what waits already waits on. How many.
        """
        delivery, digest, edition = _delivery, _digest, _edition
        source = (
            select(
                delivery.edition_id,
                delivery.subscriber_id,
                delivery.digest_id,
                digest.corrected_at,
                literal(_PENDING),
                literal(0),
                literal([], _edit.shown.type),
            )
            .join(edition, edition.id == delivery.edition_id)
            .join(digest, digest.id == delivery.digest_id)
            .join(models.Subscriber, models.Subscriber.id == delivery.subscriber_id)
            .where(edition.slot_at == slot_at, digest.slot_at == slot_at, digest.corrected_at.is_not(None))
            .where(delivery.status == DeliveryStatus.SENT, delivery.finished_at > sent_since)
            .with_for_update(read=True, key_share=True, of=models.Subscriber)  # who is being deleted is passed over
        )
        columns = ["edition_id", "subscriber_id", "digest_id", "corrected_at", "status", "attempts", "shown"]
        statement = insert_new(self.transaction, _edit).from_select(columns, source)
        again = {
            "corrected_at": statement.excluded.corrected_at,
            "status": case((_edit.status == _SENDING, _SENDING), else_=_PENDING),
            "attempts": 0,
        }
        statement = statement.on_conflict_do_update(
            index_elements=["edition_id", "subscriber_id"],
            set_=again,
            where=_edit.corrected_at < statement.excluded.corrected_at,
        )
        return (await self.transaction.connection.execute(statement)).rowcount

    async def delivered(self, digest_ids: Collection[int], sent_since: datetime) -> int:
        """How often these digests were delivered after `sent_since` (UTC) to chats that have not blocked the bot."""
        delivery, subscriber, ids = _delivery, models.Subscriber, sorted(digest_ids)
        count = 0
        for start in range(0, len(ids), _AT_ONCE):
            statement = (
                select(func.count())
                .select_from(delivery)
                .join(subscriber, subscriber.id == delivery.subscriber_id)
                .where(delivery.digest_id.in_(ids[start : start + _AT_ONCE]), subscriber.status != Status.BLOCKED)
                .where(delivery.status == DeliveryStatus.SENT, delivery.finished_at > sent_since)
            )
            count += (await self.transaction.connection.execute(statement)).scalar_one()
        return count

    async def claim(self, slot_at: datetime, now: datetime, limit: int) -> list[ClaimedEdit]:
        """Move up to `limit` due edits of a slot to `sending` and return them; who has blocked the bot has none."""
        edit, subscriber = _edit, models.Subscriber
        if limit <= 0:
            return []
        wanted = (
            select(edit.edition_id, edit.subscriber_id)
            .join(_edition, _edition.id == edit.edition_id)
            .join(subscriber, subscriber.id == edit.subscriber_id)
            .where(_edition.slot_at == slot_at, edit.status == _PENDING, subscriber.status != Status.BLOCKED)
            .where(or_(edit.not_before.is_(None), edit.not_before <= now))
            .order_by(edit.edition_id, edit.subscriber_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=edit)
        )
        found = (await self.transaction.connection.execute(wanted)).all()
        if not found:
            return []
        these = or_(*(and_(edit.edition_id == one, edit.subscriber_id == other) for one, other in found))
        claim = update(edit).where(these).values(status=_SENDING, attempts=edit.attempts + 1, claimed_at=now)
        await self.transaction.connection.execute(claim)
        return await self._load(these, {edition for edition, _ in found}, {other for _, other in found})

    async def _load(self, these: Any, editions: Collection[int], subscribers: Collection[int]) -> list[ClaimedEdit]:  # noqa: ANN401
        edit, delivery, subscriber = _edit, _delivery, models.Subscriber
        statement = (
            select(
                edit.__table__,
                delivery.plain,
                delivery.message_ids,
                delivery.finished_at.label("sent_at"),
                subscriber.chat_id,
                subscriber.thread_id,
                subscriber.kind,
                subscriber.language,
                subscriber.time_zone,
                subscriber.simple,
                _edition.slot_at,
                models.Schedule.weekdays,
            )
            .join(
                delivery,
                and_(delivery.edition_id == edit.edition_id, delivery.subscriber_id == edit.subscriber_id),
            )
            .join(subscriber, subscriber.id == edit.subscriber_id)
            .join(_edition, _edition.id == edit.edition_id)
            .outerjoin(models.Schedule, models.Schedule.id == _edition.schedule_id)
            .where(these)
            .order_by(edit.edition_id, edit.subscriber_id)
        )
        rows = (await self.transaction.connection.execute(statement)).mappings().all()
        follows = FollowStore(self.transaction)
        quiet = {edition: await follows.told_in(edition, subscribers) for edition in editions}
        return [
            ClaimedEdit(
                edition_id=row["edition_id"],
                subscriber_id=row["subscriber_id"],
                digest_id=row["digest_id"],
                chat=Chat(row["chat_id"], row["thread_id"], row["kind"]),
                language=row["language"],
                time_zone=row["time_zone"],
                plain=row["plain"],
                simple=row["simple"],
                attempts=row["attempts"],
                shown=tuple(row["shown"]),
                message_ids=tuple(row["message_ids"]),
                sent_at=row["sent_at"],
                slot_at=row["slot_at"],
                corrected_at=row["corrected_at"],
                quiet=quiet[row["edition_id"]].get(row["subscriber_id"], ()),
                weekly=row["weekdays"] is not None and row["weekdays"].bit_count() == 1,
            )
            for row in rows
        ]

    async def settle(self, settled: Sequence[SettledEdit]) -> None:
        """Write what became of claimed edits; one whose digest was corrected again meanwhile waits for that."""
        edit = _edit
        for one in settled:
            newer = edit.corrected_at != one.claimed.corrected_at
            values: dict[str, Any] = {
                "status": case((newer, _PENDING), else_=one.status),
                "shown": list(one.shown),
                "attempts": one.attempts,
                "not_before": one.not_before,
                "finished_at": one.finished_at,
                "reason": one.reason,
            }
            statement = update(edit).where(
                edit.edition_id == one.claimed.edition_id,
                edit.subscriber_id == one.claimed.subscriber_id,
                edit.status == _SENDING,
            )
            await self.transaction.connection.execute(statement.values(values))

    async def next_due(self, slot_at: datetime) -> datetime | None:
        """When the earliest waiting edit of a slot may be tried; None when nothing waits."""
        edit, subscriber = _edit, models.Subscriber
        at_once = literal(slot_at, UtcDateTime())
        statement = (
            select(func.min(func.coalesce(edit.not_before, at_once)))
            .join(_edition, _edition.id == edit.edition_id)
            .join(subscriber, subscriber.id == edit.subscriber_id)
            .where(_edition.slot_at == slot_at, edit.status == _PENDING, subscriber.status != Status.BLOCKED)
        )
        found: datetime | None = await self.transaction.connection.scalar(statement)
        return found

    async def release(self, claimed_before: datetime) -> int:
        """Let edits be done again that a dead process had begun: what arrived already changes nothing. How many."""
        lost = and_(_edit.status == _SENDING, _edit.claimed_at < claimed_before)
        statement = update(_edit).where(lost).values(status=_PENDING)
        return (await self.transaction.connection.execute(statement)).rowcount

    async def expire(self, sent_before: datetime, now: datetime) -> int:
        """Give up edits of messages that were sent before then; how many."""
        sent = select(_delivery.subscriber_id).where(
            _delivery.edition_id == _edit.edition_id,
            _delivery.subscriber_id == _edit.subscriber_id,
            _delivery.finished_at < sent_before,
        )
        statement = update(_edit).where(_edit.status == _PENDING, sent.exists())
        values = {"status": SKIPPED, "reason": "too_late", "finished_at": now}
        return (await self.transaction.connection.execute(statement.values(values))).rowcount

    async def slots(self, now: datetime, since: datetime) -> list[datetime]:
        """Slots with messages to be edited: some wait, or digests corrected after `since` may still be going out."""
        waiting = select(_edition.slot_at).join(_edit, _edit.edition_id == _edition.id).where(_edit.status == _PENDING)
        going_out = (
            select(_edition.slot_at)
            .join(_digest, _digest.slot_at == _edition.slot_at)
            .where(_digest.corrected_at > since, or_(_edition.status != "done", _edition.expires_at > now))
        )
        found = [*await self.transaction.connection.scalars(waiting.distinct())]
        found += await self.transaction.connection.scalars(going_out.distinct())
        return sorted(set(found))
