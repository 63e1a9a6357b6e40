"""Subscribers and what they have chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, RowMapping, Select, bindparam, delete, func, insert, select, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.quiet import Quiet
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, NothingNew, Status, Subscriber
from digests.storage import models
from digests.storage.bans import BanStore
from digests.storage.database import Transaction
from digests.storage.interning import InterningStore, insert_new, profile_columns, read_preferences, read_schedule
from digests.storage.mutes import MuteStore
from digests.storage.personal import PersonalStore

_UNDOABLE = (
    *("language", "time_zone", "zone_confirmed", "status", "nothing_new", "silent", "simple"),
    *("profile_id", "schedule_id", "breaking", "quiet_from", "quiet_until"),
)
_MOMENTS = ("paused_until", "paused_at")
"""Undoable, too; a note keeps them as text."""

_OUT = (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN)
"""The reader has the message, or may have it already."""


MISSED = "missed"
"""The status of an edition, and the reason of a skipped slot: nobody was there to serve it within the grace time."""


@dataclass(frozen=True, slots=True)
class PastDelivery:
    """One of a reader's last slots, for /status."""

    slot_at: datetime  # UTC
    status: DeliveryStatus
    reason: str | None
    finished_at: datetime | None  # UTC
    spread: int = 0  # minutes over which the digests of this slot were spread
    breaking: bool = False  # no digest but a story that broke


def _subscriber_of_a_chat() -> Select[Any]:
    row, plan, profile = models.Subscriber, models.Schedule, models.Profile
    columns: list[Any] = [row.__table__, plan.minutes, plan.weekdays, plan.time_zone.label("slot_zone")]
    found = select(*columns, *profile_columns()).join(profile, profile.id == row.profile_id)
    here = (row.chat_id == bindparam("chat")) & (row.thread_id == bindparam("thread"))
    return found.outerjoin(plan, plan.id == row.schedule_id).where(here)


_FIND = _subscriber_of_a_chat()
"""Asked for every update: made once, as making it costs more than its answer."""


@dataclass(frozen=True, slots=True)
class SubscriberStore:
    """Finds and changes subscribers, one chat at a time."""

    transaction: Transaction

    async def find(self, chat: Chat) -> Subscriber | None:
        """The subscriber of this chat (and forum topic), if there is one."""
        rows = await self.transaction.connection.execute(_FIND, {"chat": chat.id, "thread": chat.thread_id})
        row = rows.mappings().one_or_none()
        return _subscriber(row) if row else None

    async def find_to_change(self, chat: Chat) -> Subscriber | None:
        """The subscriber of this chat; whoever else wants to change him waits until this transaction ends."""
        here = (models.Subscriber.chat_id == chat.id) & (models.Subscriber.thread_id == chat.thread_id)
        await self.transaction.connection.execute(select(models.Subscriber.id).where(here).with_for_update())
        return await self.find(chat)

    async def profiles_to_change(self, subscriber_ids: Collection[int]) -> list[tuple[int, int]]:
        """The profiles of these subscribers, (subscriber, profile); whoever else wants to change them waits."""
        row = models.Subscriber
        mine = row.id.in_(subscriber_ids)
        statement = select(row.id, row.profile_id).where(mine).order_by(row.id).with_for_update()
        return [(each.id, each.profile_id) for each in (await self.transaction.connection.execute(statement)).all()]

    async def add(self, chat: Chat, values: dict[str, Any]) -> None:
        """Make a subscriber; a chat that has one keeps it."""
        row = {"chat_id": chat.id, "thread_id": chat.thread_id, "kind": chat.kind} | values
        await self.transaction.connection.execute(
            insert_new(self.transaction, models.Subscriber).values(row).on_conflict_do_nothing()
        )

    async def update(self, subscriber_id: int, values: dict[str, Any]) -> None:
        """Set columns of one subscriber."""
        await self.transaction.connection.execute(
            update(models.Subscriber).where(models.Subscriber.id == subscriber_id).values(values)
        )

    async def set_schedule(self, subscriber_id: int, schedule: Schedule | None, now: datetime) -> None:
        """Choose another schedule. What an earlier one has already brought will not come again."""
        schedule_id = await InterningStore(self.transaction).schedule(schedule, now) if schedule else None
        values: dict[str, Any] = {"time_zone": schedule.time_zone} if schedule else {}
        present = await self._present(subscriber_id)
        if present.schedule_id != schedule_id:
            values |= await self._begins(subscriber_id, now, joined=True) | {"schedule_id": schedule_id}
        if values:
            await self.update(subscriber_id, values)

    async def begin(self, subscriber_id: int, now: datetime) -> None:
        """Serve a reader from now on, who has begun or come back: no slot and no news of the time before."""
        await self.update(subscriber_id, await self._begins(subscriber_id, now))

    async def _begins(self, subscriber_id: int, now: datetime, *, joined: bool = False) -> dict[str, Any]:
        """From when on a reader is served. `joined`: what was served until now has no gap to what comes."""
        served = await self.last_slot(subscriber_id, on_the_way=True)
        present = await self._present(subscriber_id)
        if joined and present.status == Status.ACTIVE and present.schedule_id is not None:
            begins = served or present.covered_upto
        else:  # only what he has had already is left out
            begins = served if served and present.covered_upto and served > present.covered_upto else None
        return {"scheduled_at": now, "news_from": begins}

    async def _present(self, subscriber_id: int) -> Row[int | None, str, datetime | None]:
        subscriber, plan = models.Subscriber, models.Schedule
        columns = select(subscriber.schedule_id, subscriber.status, plan.covered_upto)
        statement = columns.outerjoin(plan, plan.id == subscriber.schedule_id).where(subscriber.id == subscriber_id)
        return (await self.transaction.connection.execute(statement)).one()

    async def last_slot(self, subscriber_id: int, *, on_the_way: bool = False) -> datetime | None:
        """The last slot whose window this subscriber has been served, be it with nothing new.

        A message that is just going out counts: it is read before its row says so. With `on_the_way` also one whose
        digest has been made and waits to be sent.
        """
        delivery = models.Delivery
        waiting = (DeliveryStatus.PENDING,) if on_the_way else ()
        arrived = delivery.status.in_((*_OUT, *waiting))
        nothing_new = (delivery.status == DeliveryStatus.SKIPPED) & (delivery.reason == "nothing_new")
        statement = (
            select(func.max(models.Edition.slot_at))
            .join(delivery, delivery.edition_id == models.Edition.id)
            .where(delivery.subscriber_id == subscriber_id, arrived | nothing_new, models.Edition.story_id.is_(None))
        )
        result: datetime | None = await self.transaction.connection.scalar(statement)
        return result

    async def past_deliveries(self, subscriber_id: int, count: int) -> list[PastDelivery]:
        """The last slots of this subscriber, newest first; of his present schedule also those that were missed.

        Breaking news stand among them unless they were skipped.
        """
        delivery, edition, subscriber, big = models.Delivery, models.Edition, models.Subscriber, models.BigSlot
        served = (
            select(
                edition.slot_at,
                delivery.status,
                delivery.reason,
                delivery.finished_at,
                big.spread,
                edition.story_id.is_not(None).label("breaking"),
            )
            .join(edition, edition.id == delivery.edition_id)
            .outerjoin(big, big.slot_at == edition.slot_at)
            .where(delivery.subscriber_id == subscriber_id)
            .where(edition.story_id.is_(None) | (delivery.status != DeliveryStatus.SKIPPED))
            .order_by(edition.slot_at.desc())
            .limit(count)
        )
        missed = (
            select(edition.slot_at)
            .join(subscriber, subscriber.schedule_id == edition.schedule_id)
            .where(subscriber.id == subscriber_id, subscriber.scheduled_at < edition.slot_at)
            .where(edition.status == MISSED)
            .order_by(edition.slot_at.desc())
            .limit(count)
        )
        rows = (await self.transaction.connection.execute(served)).all()
        past = [PastDelivery(row[0], DeliveryStatus(row[1]), *row[2:4], row.spread or 0, row.breaking) for row in rows]
        slots = await self.transaction.connection.scalars(missed)
        past.extend(PastDelivery(slot, DeliveryStatus.SKIPPED, MISSED, None) for slot in slots)
        return sorted(past, key=lambda each: each.slot_at, reverse=True)[:count]

    async def delivered(self, subscriber_id: int, count: int, slot_at: datetime | None = None) -> list[dict[str, Any]]:
        """The last digests that went out to this subscriber, as JSON, newest first, as they should read now.

        With `slot_at` only that slot's. Breaking news are none, but for one whose slot is asked for.
        """
        delivery = models.Delivery
        gone = delivery.status.in_(_OUT)
        statement = (
            select(func.coalesce(models.Digest.corrected, models.Digest.body))
            .join(delivery, delivery.digest_id == models.Digest.id)
            .join(models.Edition, models.Edition.id == delivery.edition_id)
            .where(delivery.subscriber_id == subscriber_id, gone)
            .order_by(models.Edition.slot_at.desc())
            .limit(count)
        )
        which = models.Edition.story_id.is_(None) if slot_at is None else models.Edition.slot_at == slot_at
        statement = statement.where(which)
        return list(await self.transaction.connection.scalars(statement))

    async def remember(self, subscriber_id: int, now: datetime) -> int:
        """Keep the present settings for an undo; the id of the note."""
        row = await self.transaction.connection.execute(
            select(*(getattr(models.Subscriber, name) for name in (*_UNDOABLE, *_MOMENTS))).where(
                models.Subscriber.id == subscriber_id
            )
        )
        before = dict(row.mappings().one())
        ends = await MuteStore(self.transaction).ends(subscriber_id)
        before["mute_ends"] = {key: end.isoformat() for key, end in ends.items()}
        before |= {name: before[name].isoformat() for name in _MOMENTS if before[name]}
        result = await self.transaction.connection.execute(
            insert(models.ChangeLog)
            .values(subscriber_id=subscriber_id, at=now, before=before)
            .returning(models.ChangeLog.id)
        )
        return int(result.scalar_one())

    async def undo(self, subscriber_id: int, change_id: int, not_before: datetime, now: datetime) -> bool:
        """Bring back what a change no older than `not_before` has replaced; False when there is none.

        Later changes of the same subscriber are undone with it, so the outcome is what stood on the screen then.
        """
        log = models.ChangeLog
        mine = (log.subscriber_id == subscriber_id) & (log.id >= change_id)
        found = select(log.before).where(mine, log.id == change_id, log.at >= not_before)
        before = await self.transaction.connection.scalar(found)
        if before is None:
            return False
        values = {name: before[name] for name in _UNDOABLE if name in before}  # a note may be older than a column
        for name in _MOMENTS:
            at = before.get(name)
            values[name] = datetime.fromisoformat(at) if at else None
        present = await self._present(subscriber_id)
        if values["status"] == Status.SETUP:  # the set-up was finished since, and stays so
            values |= {"status": present.status}
        if (values["schedule_id"], values["status"]) != (present.schedule_id, present.status):
            values |= await self._begins(subscriber_id, now, joined=True)
        await self.update(subscriber_id, values)
        ends = {key: datetime.fromisoformat(end) for key, end in before.get("mute_ends", {}).items()}
        await MuteStore(self.transaction).set_ends(subscriber_id, ends)
        await self.transaction.connection.execute(delete(log).where(mine))
        return True

    async def resume_due(self, now: datetime) -> None:
        """End the pauses whose time has come. When they began is kept until a digest has offered what was missed."""
        subscriber = models.Subscriber
        await self.transaction.connection.execute(
            update(subscriber)
            .where(subscriber.status == Status.PAUSED, subscriber.paused_until <= now)
            .values(status=Status.ACTIVE, paused_until=None)
        )

    async def back_since(self, subscriber_id: int, paused_at: datetime) -> None:
        """A digest has told a reader that he is back from the pause that began then (UTC)."""
        subscriber = models.Subscriber
        here = (subscriber.id == subscriber_id, subscriber.paused_at == paused_at, subscriber.status == Status.ACTIVE)
        await self.transaction.connection.execute(update(subscriber).where(*here).values(paused_at=None))

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and takes its settings along, and its ban.

        What the new chat has been set up for stays; the group's row then goes, since nothing can be sent there any
        more. A row that only says that the bot has been seen in the new chat gives way.
        """
        subscriber = models.Subscriber
        moving = select(subscriber.thread_id).where(subscriber.chat_id == chat_id)
        await self.transaction.connection.execute(
            delete(subscriber).where(
                subscriber.chat_id == new_chat_id,
                subscriber.status == Status.SETUP,
                subscriber.thread_id.in_(moving.scalar_subquery()),
            )
        )
        known = select(subscriber.thread_id).where(subscriber.chat_id == new_chat_id)
        await self.transaction.connection.execute(
            update(subscriber)
            .where(subscriber.chat_id == chat_id, subscriber.thread_id.not_in(known))
            .values(chat_id=new_chat_id, kind="supergroup")
        )
        await PersonalStore(self.transaction, chat_id).delete()
        await BanStore(self.transaction).move(chat_id, new_chat_id)

    async def set_status(self, chat_id: int, status: Status, thread_id: int | None = None) -> int:
        """Change the status of a chat's subscribers, of all its forum topics unless one is named; of how many.

        Who has paused or stopped on his own word stays so.
        """
        subscriber = models.Subscriber
        where = [subscriber.chat_id == chat_id, subscriber.status.in_((Status.ACTIVE, Status.SETUP))]
        if thread_id is not None:
            where.append(subscriber.thread_id == thread_id)
        values = {"status": status, "paused_until": None}
        return (await self.transaction.connection.execute(update(subscriber).where(*where).values(values))).rowcount

    async def forget_changes(self, before: datetime) -> None:
        """Drop notes for undo that are too old to be used."""
        await self.transaction.connection.execute(delete(models.ChangeLog).where(models.ChangeLog.at < before))

    async def counts(self) -> dict[str, int]:
        """How many subscribers there are, by status."""
        statement = select(models.Subscriber.status, func.count()).group_by(models.Subscriber.status)
        rows: Sequence[Any] = (await self.transaction.connection.execute(statement)).all()
        return {str(status): int(count) for status, count in rows}


def _subscriber(row: RowMapping) -> Subscriber:
    return Subscriber(
        id=row["id"],
        chat=Chat(row["chat_id"], row["thread_id"], row["kind"]),
        language=row["language"],
        time_zone=row["time_zone"],
        zone_confirmed=row["zone_confirmed"],
        setup_step=row["setup_step"],
        status=Status(row["status"]),
        preferences=read_preferences(row),
        schedule=read_schedule(row, zone="slot_zone") if row["schedule_id"] else None,
        paused_until=row["paused_until"],
        nothing_new=NothingNew(row["nothing_new"]),
        silent=row["silent"],
        breaking=row["breaking"],
        quiet=Quiet(row["quiet_from"], row["quiet_until"]),
        simple=row["simple"],
        created_at=row["created_at"],
    )


UNDO_FOR = timedelta(minutes=10)
"""How long a change can be undone."""
