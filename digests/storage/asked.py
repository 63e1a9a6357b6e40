"""Digests that readers have asked for: kept while they may have to be corrected where they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, or_, select, update

from digests.domain.delivery import DeliveryStatus, MessageId
from digests.domain.subscribers import Chat, Status
from digests.storage import models
from digests.storage.amendments import DONE, SKIPPED, ClaimedEdit, SettledEdit
from digests.storage.corrections import SentDigest
from digests.storage.database import Transaction
from digests.storage.types import UtcDateTime

_PENDING, _SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
_row, _named, _subscriber = models.AskedDigest, models.AskedArticle, models.Subscriber
_AT_ONCE = 500
"""Articles that one statement looks for."""
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_reachable = select(_subscriber.id).where(_subscriber.id == _row.subscriber_id, _subscriber.status != Status.BLOCKED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A digest as it was shown to who asked for it, and where."""

    subscriber_id: int
    asked_at: datetime  # UTC; ages are told as of then
    language: str
    time_zone: str
    simple: bool
    frame: str  # what stands around the stories, as JSON
    body: dict[str, Any]
    article_ids: Sequence[int]  # that it names as its sources
    message_ids: Sequence[MessageId]
    shown: Sequence[str] = ()  # seals of messages that may read otherwise than this digest does


@dataclass(frozen=True, slots=True)
class AskedStore:
    """Keeps them, and the edits of their messages."""

    transaction: Transaction

    async def add(self, asked: Asked) -> None:
        """Keep one that was just sent."""
        values = {name: getattr(asked, name) for name in Asked.__dataclass_fields__ if name != "article_ids"}
        lists = {name: list(getattr(asked, name)) for name in ("message_ids", "shown")}
        state = {"status": _PENDING if asked.shown else DONE, "attempts": 0}
        if asked.shown:  # to be looked at, as after a correction
            state["corrected_at"] = asked.asked_at
        asked_id = (await self._run(insert(_row).values(values | lists | state).returning(_row.id))).scalar_one()
        if named := [{"asked_id": asked_id, "article_id": article_id} for article_id in sorted(set(asked.article_ids))]:
            await self._run(insert(_named).values(named))

    async def naming(self, article_ids: Collection[int], since: datetime) -> list[int]:
        """Those asked for after `since` (UTC) that name one of these articles, oldest first."""
        wanted, found = sorted(article_ids), set[int]()
        for start in range(0, len(wanted), _AT_ONCE):
            these = _named.article_id.in_(wanted[start : start + _AT_ONCE])
            statement = select(_row.id).join(_named, _named.asked_id == _row.id).where(these, _row.asked_at > since)
            found |= set((await self._run(statement)).scalars())
        return sorted(found)

    async def shown_in(self, subscriber_id: int, message_id: MessageId) -> list[int]:
        """Those of a subscriber that stand in this message."""
        statement = select(_row.id, _row.message_ids).where(_row.subscriber_id == subscriber_id)
        return [id_ for id_, messages in (await self._run(statement)).all() if message_id in messages]

    async def withdraw(self, ids: Collection[int]) -> bool:
        """Keep these no longer; False when a message of one of them may be edited at this moment: that one stays."""
        gone = await self._run(delete(_row).where(_row.id.in_(sorted(ids)), _row.status != _SENDING))
        return int(gone.rowcount) == len(ids)

    async def digests(self, ids: Collection[int]) -> list[SentDigest]:
        """These digests, as they were shown and as they should read."""
        columns = (_row.id, _row.asked_at, _row.body, _row.corrected, _row.corrected_at)
        statement = select(*columns).where(_row.id.in_(sorted(ids))).order_by(_row.id)
        return [SentDigest(*row) for row in (await self._run(statement)).all()]

    async def correct(self, id_: int, body: dict[str, Any], at: datetime) -> None:
        """Keep what one should say now, and have its messages edited."""
        values = {
            "corrected": body,
            "corrected_at": at,
            "status": case((_row.status == _SENDING, _SENDING), else_=_PENDING),
            "attempts": 0,
        }
        await self._run(update(_row).where(_row.id == id_).values(values))

    async def claim(self, now: datetime, limit: int) -> list[ClaimedEdit]:
        """Move up to `limit` due edits to `sending` and return them; who has blocked the bot has none."""
        if limit <= 0:
            return []
        due = or_(_row.not_before.is_(None), _row.not_before <= now)
        wanted = select(_row.id).where(_row.status == _PENDING, due, _reachable.exists()).order_by(_row.id)
        ids = list((await self._run(wanted.limit(limit).with_for_update(skip_locked=True, of=_row))).scalars())
        if not ids:
            return []
        these = _row.id.in_(ids)
        claimed = {"status": _SENDING, "attempts": _row.attempts + 1, "claimed_at": now}
        await self._run(update(_row).where(these).values(claimed))
        columns = (_row.__table__, _subscriber.chat_id, _subscriber.thread_id, _subscriber.kind)
        joined = select(*columns).join(_subscriber, _subscriber.id == _row.subscriber_id).where(these)
        rows = (await self._run(joined.order_by(_row.id))).mappings().all()
        return [
            ClaimedEdit(
                edition_id=row["id"],
                subscriber_id=row["subscriber_id"],
                digest_id=row["id"],
                chat=Chat(row["chat_id"], row["thread_id"], row["kind"]),
                language=row["language"],
                time_zone=row["time_zone"],
                plain=False,
                simple=row["simple"],
                attempts=row["attempts"],
                shown=tuple(row["shown"]),
                message_ids=tuple(row["message_ids"]),
                sent_at=row["asked_at"],
                slot_at=row["asked_at"],
                corrected_at=row["corrected_at"],
                frame=row["frame"],
            )
            for row in rows
        ]

    async def settle(self, settled: Sequence[SettledEdit]) -> None:
        """Write what became of claimed edits; one that was corrected again meanwhile waits for that."""
        for one in settled:
            newer = _row.corrected_at != one.claimed.corrected_at
            values: dict[str, Any] = {
                "status": case((newer, _PENDING), else_=one.status),
                "shown": list(one.shown),
                "attempts": one.attempts,
                "not_before": one.not_before,
                "reason": one.reason,
            }
            mine = (_row.id == one.claimed.digest_id) & (_row.status == _SENDING)
            await self._run(update(_row).where(mine).values(values))

    async def next_due(self) -> datetime | None:
        """When the earliest waiting edit may be tried; None when nothing waits."""
        at_once = literal(_EPOCH, UtcDateTime())
        waiting = (_row.status == _PENDING) & _reachable.exists()
        earliest = select(func.min(func.coalesce(_row.not_before, at_once))).where(waiting)
        found: datetime | None = (await self._run(earliest)).scalar()
        return found

    async def release(self, claimed_before: datetime) -> None:
        """Let edits be done again that a dead process had begun: what arrived already changes nothing."""
        lost = (_row.status == _SENDING) & (_row.claimed_at < claimed_before)
        await self._run(update(_row).where(lost).values(status=_PENDING))

    async def expire(self, asked_before: datetime) -> int:
        """Give up edits of messages that are older than that; how many."""
        old = (_row.status == _PENDING) & (_row.asked_at < asked_before)
        found = await self._run(update(_row).where(old).values(status=SKIPPED, reason="too_late"))
        return int(found.rowcount)

    async def drop(self, asked_before: datetime) -> None:
        """Forget those that are corrected no more."""
        await self._run(delete(_row).where(_row.asked_at < asked_before))

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)
