"""Chats that operators answer no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from digests.domain.reader_records import BanRecord
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_ban, _subscriber = models.Ban, models.Subscriber
_STOPPED = (Status.SETUP, Status.ACTIVE, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Ban:
    """A chat, since when (UTC) and why it is banned; None: it has deleted its data, or nobody said why."""

    number: int
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class BanStore:
    """Rows of bans, and what they stop."""

    transaction: Transaction

    async def add(self, number: int, reason: str | None, at: datetime) -> bool:
        """Ban a chat and stop what goes to it; False when it was banned before."""
        going = (_subscriber.chat_id == number) & _subscriber.status.in_(_STOPPED)
        before = (await self._run(select(_subscriber.id, _subscriber.status).where(going))).all()
        values = {"number": number, "at": at, "reason": reason, "before": [[id_, str(was)] for id_, was in before]}
        statement = insert_new(self.transaction, _ban).values(values).on_conflict_do_nothing()
        made = await self._run(statement.returning(_ban.number))  # how many rows it made not every driver tells
        if made.scalar() is None:
            return False
        await self._run(update(_subscriber).where(going).values(status=Status.STOPPED))
        return True

    async def remove(self, number: int) -> bool:
        """End a ban and let go on what it has stopped; False when there is none."""
        before = (await self._run(select(_ban.before).where(_ban.number == number))).scalar()
        if before is None:
            return False
        await self._run(delete(_ban).where(_ban.number == number))
        for subscriber_id, status in before:
            still = (_subscriber.id == subscriber_id) & (_subscriber.status == Status.STOPPED)
            await self._run(update(_subscriber).where(still).values(status=status))
        return True

    async def numbers(self) -> frozenset[int]:
        """All chats that are banned."""
        return frozenset((await self._run(select(_ban.number))).scalars())

    async def move(self, number: int, new_number: int) -> None:
        """A banned group became a supergroup, and its subscribers have the new number: the ban goes along.

        One that stands on the new number stays, and brings back what either has stopped.
        """
        row = (await self._run(select(_ban.__table__).where(_ban.number == number))).mappings().one_or_none()
        if row is None:
            return
        await self._run(delete(_ban).where(_ban.number == number))
        if await self.add(new_number, row["reason"], row["at"]):
            await self._run(update(_ban).where(_ban.number == new_number).values(told_at=row["told_at"]))
        before = (await self._run(select(_ban.before).where(_ban.number == new_number))).scalar_one()
        await self._run(update(_ban).where(_ban.number == new_number).values(before=[*row["before"], *before]))

    async def records(self) -> list[BanRecord]:
        """All bans, to be carried to another database."""
        rows = (await self._run(select(_ban.__table__).order_by(_ban.number))).mappings().all()
        stopped = dict(id_status for row in rows for id_status in row["before"])
        threads = dict(map(tuple, (await self._run(_in_threads(stopped))).all())) if stopped else {}
        return [
            BanRecord(
                row["number"],
                row["at"],
                row["told_at"],
                row["reason"],
                {threads[id_]: Status(status) for id_, status in row["before"] if id_ in threads},
            )
            for row in rows
        ]

    async def take(self, record: BanRecord) -> bool:
        """Ban a chat as a record says; False when it was banned before, which stays as it is."""
        if not await self.add(record.number, record.reason, record.at):
            return False
        here = select(_subscriber.id, _subscriber.thread_id).where(
            _subscriber.chat_id == record.number, _subscriber.status == Status.STOPPED
        )
        threads: dict[int, int] = dict(map(tuple, (await self._run(here)).all()))
        going = (await self._run(select(_ban.before).where(_ban.number == record.number))).scalar_one()
        stopped = {id_: str(record.before[thread]) for id_, thread in threads.items() if thread in record.before}
        before = [list(each) for each in sorted((stopped | dict(going)).items())]
        values = {"told_at": record.told_at, "before": before}
        await self._run(update(_ban).where(_ban.number == record.number).values(values))
        return True

    async def tell(self, number: int, at: datetime) -> bool:
        """Note that a chat is told; False when it was before."""
        statement = update(_ban).where(_ban.number == number, _ban.told_at.is_(None)).values(told_at=at)
        return bool((await self._run(statement)).rowcount == 1)

    async def bare(self, number: int) -> None:
        """Keep nothing of a ban but the number and its dates."""
        await self._run(update(_ban).where(_ban.number == number).values(reason=None, before=[]))

    async def rows(self, number: int) -> list[dict[str, Any]]:
        """What is stored of one chat's ban."""
        return [dict(row) for row in (await self._run(select(_ban.__table__).where(_ban.number == number))).mappings()]

    async def some(self, offset: int, limit: int) -> list[Ban]:
        """A part of all bans, the latest first."""
        order = (_ban.at.desc(), _ban.number)
        statement = select(_ban.number, _ban.at, _ban.reason).order_by(*order).offset(offset).limit(limit)
        return [Ban(*row) for row in (await self._run(statement)).all()]

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)


def _in_threads(subscriber_ids: Iterable[int]) -> Any:  # noqa: ANN401  # a SELECT of (id, forum topic)
    return select(_subscriber.id, _subscriber.thread_id).where(_subscriber.id.in_(sorted(subscriber_ids)))
