"""Subscribers as records, read in batches and written one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from digests.domain.reader_records import Manager, ReaderRecord, SavedRecord
from digests.domain.subscribers import Chat, NothingNew, Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import InterningStore, insert_new, read_schedule
from digests.storage.mutes import MuteStore
from digests.storage.subscribers import SubscriberStore

_ELSEWHERE = -1
"""Numbers of saved stories are made negative where the archive is another one: no story has such a number."""


@dataclass(frozen=True, slots=True)
class RecordStore:
    """All that is a subscriber's own choice."""

    transaction: Transaction

    async def count(self) -> int:
        """How many subscribers there are."""
        return int(await self.transaction.connection.scalar(select(func.count()).select_from(models.Subscriber)) or 0)

    async def after(self, subscriber_id: int, limit: int) -> tuple[Sequence[ReaderRecord], int]:
        """The next subscribers behind this id, at most `limit`, and the id of the last; 0 when there are none."""
        row, plan = models.Subscriber.__table__, models.Schedule
        statement = select(row, plan.minutes, plan.weekdays, plan.time_zone.label("slot_zone"))
        statement = statement.outerjoin(plan, plan.id == row.c.schedule_id).where(row.c.id > subscriber_id)
        rows = (await self.transaction.connection.execute(statement.order_by(row.c.id).limit(limit))).mappings().all()
        if not rows:
            return [], 0
        ids = [each["id"] for each in rows]
        wishes = await InterningStore(self.transaction).preferences({each["profile_id"] for each in rows})
        ends = await self._grouped(models.MuteEnd, ids)
        managers = await self._grouped(models.ChatManager, ids)
        saved = await self._grouped(models.SavedStory, ids)
        records = [
            ReaderRecord(
                chat=Chat(each["chat_id"], each["thread_id"], each["kind"]),
                language=each["language"],
                time_zone=each["time_zone"],
                zone_confirmed=each["zone_confirmed"],
                setup_step=each["setup_step"],
                status=Status(each["status"]),
                paused_until=each["paused_until"],
                nothing_new=NothingNew(each["nothing_new"]),
                silent=each["silent"],
                created_at=each["created_at"],
                preferences=replace(wishes[each["profile_id"]], stories=frozenset()),
                schedule=read_schedule(each, zone="slot_zone") if each["schedule_id"] else None,
                mute_ends={end["muted"]: end["ends_at"] for end in ends[each["id"]]},
                managers=tuple(Manager(man["user_id"], man["title"], man["since"]) for man in managers[each["id"]]),
                saved=tuple(
                    SavedRecord(one["story_id"], one["saved_at"], one["headline"], one["body"])
                    for one in saved[each["id"]]
                    if one["removed_at"] is None
                ),
            )
            for each in rows
        ]
        return records, ids[-1]

    async def _grouped(self, model: type[models.Base], ids: Sequence[int]) -> dict[int, list[Any]]:
        table = model.__table__
        statement = select(table).where(table.c.subscriber_id.in_(ids)).order_by(*table.primary_key)
        found: defaultdict[int, list[Any]] = defaultdict(list)
        for row in (await self.transaction.connection.execute(statement)).mappings():
            found[row["subscriber_id"]].append(row)
        return found

    async def find(self, chat: Chat) -> tuple[int, ReaderRecord] | None:
        """The subscriber of a chat, with its id; None when there is none."""
        row = models.Subscriber
        here = (row.chat_id == chat.id) & (row.thread_id == chat.thread_id)
        subscriber_id = await self.transaction.connection.scalar(select(row.id).where(here).with_for_update())
        if subscriber_id is None:
            return None
        records, _ = await self.after(subscriber_id - 1, 1)
        return int(subscriber_id), records[0]

    async def add(self, record: ReaderRecord, now: datetime) -> None:
        """Store a subscriber whose chat has none. He is served from now on: no slot of before is his."""
        store = SubscriberStore(self.transaction)
        await store.add(record.chat, await self._columns(record, now) | {"scheduled_at": now})
        found = await store.find(record.chat)
        assert found is not None, "it was just added"  # noqa: S101
        await self._fill(found.id, record)

    async def replace(self, subscriber_id: int, record: ReaderRecord, now: datetime) -> None:
        """Let a subscriber have exactly these choices; stories that he follows stay his."""
        store = SubscriberStore(self.transaction)
        present = await store.find(record.chat)
        assert present is not None, "it was just found"  # noqa: S101
        kept = replace(record, preferences=replace(record.preferences, stories=present.preferences.stories))
        columns = await self._columns(kept, now)
        columns.pop("schedule_id")
        await store.set_schedule(subscriber_id, record.schedule, now)
        await store.update(subscriber_id, columns)
        for model in (models.ChatManager, models.SavedStory):
            await self.transaction.connection.execute(delete(model).where(model.subscriber_id == subscriber_id))
        await self._fill(subscriber_id, record)

    async def _columns(self, record: ReaderRecord, now: datetime) -> dict[str, Any]:
        interning = InterningStore(self.transaction)
        return {
            "language": record.language,
            "time_zone": record.time_zone,
            "zone_confirmed": record.zone_confirmed,
            "setup_step": record.setup_step,
            "status": record.status,
            "paused_until": record.paused_until,
            "nothing_new": record.nothing_new,
            "silent": record.silent,
            "created_at": record.created_at,
            "profile_id": await interning.profile(record.preferences),
            "schedule_id": await interning.schedule(record.schedule, now) if record.schedule else None,
        }

    async def _fill(self, subscriber_id: int, record: ReaderRecord) -> None:
        await MuteStore(self.transaction).set_ends(subscriber_id, record.mute_ends)
        managers = [{"user_id": each.user_id, "title": each.title, "since": each.since} for each in record.managers]
        saved = []
        for each in record.saved:
            number = await self._number(each)
            body = {**each.body, "story": number}
            saved.append({"story_id": number, "saved_at": each.saved_at, "headline": each.headline, "body": body})
        for model, rows in ((models.ChatManager, managers), (models.SavedStory, saved)):
            if rows:
                statement = insert_new(self.transaction, model).on_conflict_do_nothing()
                mine = [{"subscriber_id": subscriber_id} | row for row in rows]
                await self.transaction.connection.execute(statement, mine)

    async def _number(self, saved: SavedRecord) -> int:
        """The number of a saved story: its own in the archive it is from, another in any other one."""
        if saved.story_id < 0:
            return saved.story_id
        articles = {source.get("article") for source in saved.body.get("sources", ())}
        article = models.Article
        statement = select(article.id).where(article.story_id == saved.story_id, article.id.in_(articles))
        statement = statement.where(article.title == saved.headline).limit(1)
        known = await self.transaction.connection.scalar(statement)
        return saved.story_id if known is not None else _ELSEWHERE * max(saved.story_id, 1)
