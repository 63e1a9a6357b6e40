"""What must hold after every trouble, counted in the database and at Telegram, and seen by the readers themselves."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.app import opened
from bot.roles import bot_at_work
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.telegram.callbacks import encode
from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.ports import Clock, SystemClock
from digests.storage import models
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore
from digests.storage.interning import read_schedule
from tests.support.worlds import settings

Slot = tuple[Schedule, datetime]
"""A schedule and one of its instants, in UTC."""
Expected = Mapping[Slot, Collection[int]]
"""The chats that each slot is for."""
UNSURE = ": unklar, ob er ankam"
PATIENCE = 30.0
"""Seconds for an answer on a slow machine."""
SETTLED_WITHIN = 90.0
"""Seconds until everything must have gone out after the last trouble."""
UNMOVED = 8
"""Looks, four a second, after which what is on its way is a dead process's: Telegram answers much sooner."""


@dataclass(frozen=True)
class Tally:
    """What became of everything. All but the first three, `uncertain` and `statuses` must be 0."""

    slots: int
    editions: int
    deliveries: int
    unplanned: int  # slots without an edition
    doubled: int  # editions of a slot that has another one, or of no slot at all
    absent: int  # readers of a slot without a delivery
    surplus: int  # deliveries to somebody the slot is not for
    twice: int  # messages that no delivery accounts for
    missing: int  # deliveries called sent whose message never came
    left: int  # deliveries that still wait or are still on their way
    uncertain: Mapping[int, Sequence[datetime]]  # slots by chat
    statuses: Counter[str]

    def check(self, in_flight: int, others: Collection[str] = ()) -> None:
        """Assert the promises; `in_flight` messages were on their way when troubles came, at most.

        Deliveries end as sent or uncertain, or in one of `others`.
        """
        assert self.slots > 0, self
        assert (self.editions, self.unplanned, self.doubled) == (self.slots, 0, 0), self
        assert (self.absent, self.surplus) == (0, 0), self
        assert (self.twice, self.missing, self.left) == (0, 0, 0), self
        assert self.statuses["uncertain"] <= in_flight, self
        assert self.statuses["sent"] > 0, self
        assert set(self.statuses) <= {"sent", "uncertain", *others}, self


async def tally(database: Database, ledger: Iterable[Message], expected: Expected) -> Tally:
    """Count, once nobody works any more: what is still on its way is a dead process's."""
    chats = {chat for readers in expected.values() for chat in readers}
    arrived = Counter((message.chat.id, message.id) for message in ledger if message.chat.id in chats)
    rows, editions = await _stored(database)
    planned: defaultdict[Slot, Counter[int]] = defaultdict(Counter)
    unsure: defaultdict[int, list[datetime]] = defaultdict(list)
    told: Counter[tuple[int, int]] = Counter()
    missing = 0
    for row in rows:
        planned[read_schedule(row), row["slot_at"]][row["chat_id"]] += 1
        if row["status"] == "uncertain":
            unsure[row["chat_id"]].append(row["slot_at"])
        if row["status"] == "sent":
            keys = [(row["chat_id"], message) for message in row["message_ids"]]
            told.update(keys)
            missing += not keys or any(key not in arrived for key in keys)
    surplus = Counter(chat for chat, _ in (arrived - told).elements())  # each may be an uncertain one that arrived
    statuses = Counter(str(row["status"]) for row in rows)
    return Tally(
        slots=len(expected),
        editions=sum(editions.values()),
        deliveries=len(rows),
        unplanned=len(expected.keys() - editions.keys()),
        doubled=sum(number - (slot in expected) for slot, number in editions.items()),
        absent=sum(1 for slot, readers in expected.items() for chat in readers if not planned[slot][chat]),
        surplus=sum(
            number - (chat in expected.get(slot, ()))
            for slot, found in planned.items()
            for chat, number in found.items()
        ),
        twice=sum(max(0, number - len(unsure.get(chat, ()))) for chat, number in surplus.items()),
        missing=missing,
        left=statuses["pending"] + statuses["sending"],
        uncertain=unsure,
        statuses=statuses,
    )


async def _stored(database: Database) -> tuple[list[Mapping[str, Any]], Counter[Slot]]:
    """All deliveries with their slots and chats, and how many editions each slot has."""
    delivery, edition, plan, subscriber = models.Delivery, models.Edition, models.Schedule, models.Subscriber
    when = (plan.time_zone, plan.minutes, plan.weekdays, edition.slot_at)
    async with database.write() as transaction:
        await DeliveryStore(transaction).orphans_to_uncertain(SystemClock().now())
        slots = select(*when).select_from(edition).join(plan, plan.id == edition.schedule_id)
        statement = (
            select(subscriber.chat_id, delivery.status, delivery.message_ids, *when)
            .join(subscriber, subscriber.id == delivery.subscriber_id)
            .join(edition, edition.id == delivery.edition_id)
            .join(plan, plan.id == edition.schedule_id)
        )
        rows: list[Mapping[str, Any]] = [
            dict(row) for row in (await transaction.connection.execute(statement)).mappings()
        ]
        found: list[Slot] = [
            (read_schedule(row), row["slot_at"]) for row in (await transaction.connection.execute(slots)).mappings()
        ]
    return rows, Counter(found)


async def settled(database: Database, within: float = SETTLED_WITHIN) -> None:
    """Wait until nothing waits to be sent and nothing is on its way, through outages.

    Raises TimeoutError after `within` seconds. What dead processes have left on its way stays there: it is told by not
    moving any more.
    """
    waiting = select(func.count()).where(models.Delivery.status == DeliveryStatus.PENDING)
    on_its_way = select(func.count()).where(models.Delivery.status == DeliveryStatus.SENDING)
    unplanned = select(func.count()).where(models.Edition.status == "open")
    unmoved, before = 0, -1
    async with asyncio.timeout(within):
        while unmoved < UNMOVED:
            try:
                async with database.read() as transaction:
                    left = [await transaction.connection.scalar(each) for each in (waiting, unplanned)]
                    sending = await transaction.connection.scalar(on_its_way) or 0
                    editions = await transaction.connection.scalar(select(func.count(models.Edition.id)))
                done = bool(editions) and left == [0, 0]
                unmoved, before = (unmoved + 1 if done and sending == before else 0), sending
                if done and not sending:
                    return
            except DBAPIError:
                unmoved = 0
            await asyncio.sleep(0.25)


@asynccontextmanager
async def answering(
    sandbox: Sandbox, folder: Path, database_url: str, clock: Clock | None = None
) -> AsyncIterator[None]:
    """A bot in this process that readers can ask, on the database at that address."""
    async with opened(settings(sandbox.url, folder, database_url), clock or SystemClock()) as app, bot_at_work(app):
        yield


async def uncertain_are_shown(readers: Iterable[Reader], counted: Tally) -> int:
    """Assert that /status shows each uncertain digest and brings it when asked; how many.

    A bot must be answering. /status shows the last five slots of a reader.
    """
    seen = 0
    for reader in readers:
        slots = counted.uncertain.get(reader.chat.id, ())
        if not slots:
            continue
        await reader.send("/status")
        answer = await reader.wait_for(UNSURE, PATIENCE)
        assert answer.text.count(UNSURE) == len(slots), answer
        for slot in slots:
            await reader.press(encode("fetch", int(slot.timestamp())), answer, timeout=PATIENCE)
            await reader.wait_for(lambda message: message.id != answer.id, PATIENCE)  # noqa: B023  # awaited here
            seen += 1
    return seen
