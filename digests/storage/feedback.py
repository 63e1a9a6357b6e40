"""What readers write to the operators, and what they report of stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, exists, func, insert, select, update

from digests.domain.keeping import Feedback, Reported, ReportKind
from digests.domain.subscribers import Chat
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_note, _report = models.Feedback, models.Report


@dataclass(frozen=True, slots=True)
class FeedbackStore:
    """Messages to the operators."""

    transaction: Transaction

    async def add(self, subscriber_id: int, message: str, now: datetime) -> int:
        """Keep a message; its id."""
        statement = insert(_note).values(subscriber_id=subscriber_id, at=now, message=message).returning(_note.id)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def since(self, subscriber_id: int, since: datetime) -> list[datetime]:
        """When this subscriber has written since then (UTC), oldest first. Who else writes for him waits."""
        who = select(models.Subscriber.id).where(models.Subscriber.id == subscriber_id)
        await self.transaction.connection.execute(who.with_for_update())
        statement = select(_note.at).where(_note.subscriber_id == subscriber_id, _note.at > since).order_by(_note.at)
        return list(await self.transaction.connection.scalars(statement))

    async def find(self, feedback_id: int) -> Feedback | None:
        """One message; None when there is none or its writer has deleted his data."""
        found = await self._some(_note.id == feedback_id)
        return found[0] if found else None

    async def unanswered(self, offset: int, limit: int) -> list[Feedback]:
        """Messages that wait for an answer, the newest first."""
        return await self._some(_note.answered_at.is_(None), offset, limit)

    async def count(self) -> int:
        """How many messages wait for an answer."""
        statement = select(func.count()).select_from(_note).where(_note.answered_at.is_(None))
        return int(await self.transaction.connection.scalar(statement) or 0)

    async def answer(self, feedback_id: int, text: str | None, now: datetime) -> None:
        """Note that a message is done with, and what was answered, below earlier answers. None: nothing was."""
        values = {"answered_at": now} | ({"answer": func.coalesce(_note.answer + "\n\n", "") + text} if text else {})
        await self.transaction.connection.execute(update(_note).where(_note.id == feedback_id).values(values))

    async def drop(self, before: datetime) -> None:
        """Delete messages of the time before `before` (UTC)."""
        await self.transaction.connection.execute(delete(_note).where(_note.at < before))

    async def _some(self, where: ColumnElement[bool], offset: int = 0, limit: int | None = None) -> list[Feedback]:
        who = models.Subscriber
        columns = (_note.id, _note.at, _note.message, _note.answered_at)
        statement = (
            select(*columns, who.chat_id, who.thread_id, who.kind, who.language)
            .join(who, who.id == _note.subscriber_id)
            .where(where)
            .order_by(_note.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return [
            Feedback(
                row.id, row.at, row.message, row.answered_at, Chat(row.chat_id, row.thread_id, row.kind), row.language
            )
            for row in (await self.transaction.connection.execute(statement)).all()
        ]


@dataclass(frozen=True, slots=True)
class ReportStore:
    """Reports of faults in stories."""

    transaction: Transaction

    async def add(self, subscriber_id: int, story_id: int, headline: str, kind: ReportKind, now: datetime) -> None:
        """Keep a report; one that the same reader has made before is the same, and open again."""
        key = {"subscriber_id": subscriber_id, "story_id": story_id, "kind": kind.value}
        values = {"headline": headline, "at": now, "settled_at": None}
        statement = insert_new(self.transaction, _report).values(key | values)
        await self.transaction.connection.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def withdraw(self, subscriber_id: int, story_id: int, kind: ReportKind, not_before: datetime) -> bool:
        """Delete a report that this reader has made since `not_before` (UTC); False when there is none."""
        mine = (_report.subscriber_id == subscriber_id) & (_report.story_id == story_id)
        statement = delete(_report).where(mine, _report.kind == kind.value, _report.at >= not_before)
        return (await self.transaction.connection.execute(statement)).rowcount == 1

    async def queue(self, offset: int, limit: int) -> list[Reported]:
        """Reported stories that nobody has looked at, those with most reports first."""
        open_ = _report.settled_at.is_(None)
        order = (func.count().desc(), func.max(_report.at).desc(), _report.story_id)
        page = select(_report.story_id).where(open_).group_by(_report.story_id).order_by(*order)
        ids = list(await self.transaction.connection.scalars(page.offset(offset).limit(limit)))
        columns = (_report.story_id, _report.kind, _report.headline, _report.at)
        statement = select(*columns).where(open_, _report.story_id.in_(ids)).order_by(_report.at)
        rows = (await self.transaction.connection.execute(statement)).mappings().all()
        return [_reported(story_id, [row for row in rows if row["story_id"] == story_id]) for story_id in ids]

    async def of(self, story_id: int) -> Reported | None:
        """What waits of one story."""
        columns = (_report.story_id, _report.kind, _report.headline, _report.at)
        where = (_report.story_id == story_id) & _report.settled_at.is_(None)
        statement = select(*columns).where(where).order_by(_report.at)
        rows = (await self.transaction.connection.execute(statement)).mappings().all()
        return _reported(story_id, rows) if rows else None

    async def count(self) -> tuple[int, int]:
        """How many reports wait, and of how many stories."""
        columns = (func.count(), func.count(_report.story_id.distinct()))
        row = (await self.transaction.connection.execute(select(*columns).where(_report.settled_at.is_(None)))).one()
        return int(row[0]), int(row[1])

    async def settle(self, story_id: int, now: datetime) -> int:
        """Note that an operator has looked at all reports of a story; how many there were."""
        where = (_report.story_id == story_id) & _report.settled_at.is_(None)
        result = await self.transaction.connection.execute(update(_report).where(where).values(settled_at=now))
        return result.rowcount

    async def reopen(self, story_id: int, settled_since: datetime) -> int:
        """Take back what was settled of a story since then (UTC); how many reports."""
        where = (_report.story_id == story_id) & (_report.settled_at >= settled_since)
        result = await self.transaction.connection.execute(update(_report).where(where).values(settled_at=None))
        return result.rowcount

    async def drop(self, before: datetime) -> None:
        """Delete reports before `before` (UTC) whose story is no longer stored."""
        stored = exists().where(models.Story.id == _report.story_id)
        await self.transaction.connection.execute(delete(_report).where(_report.at < before, ~stored))


def _reported(story_id: int, rows: Sequence[RowMapping]) -> Reported:
    kinds = [ReportKind(row["kind"]) for row in rows]
    counts = {kind: kinds.count(kind) for kind in ReportKind if kind in kinds}
    return Reported(story_id, rows[-1]["headline"], counts, rows[-1]["at"])
