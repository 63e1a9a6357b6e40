"""Messages of the operators to all readers: written, looked at, confirmed, sent within the one limit, stopped.

Nobody gets one twice: who is next is claimed before anything leaves. What a crash leaves under way, eight at most, is
uncertain and not sent again. Each batch has a number, by which a claim and its outcomes are known again when the
database never said whether it had kept them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from digests.domain.delivery import Outcome, Result
from digests.domain.pacing import until
from digests.domain.subscribers import Status
from digests.ports import Announcer, Clock
from digests.services.leasing import leased
from digests.services.outlasting import LATER, outlast
from digests.services.traffic import Traffic
from digests.storage.announcements import Announcement, AnnouncementStore, Recipient
from digests.storage.database import Database
from digests.storage.subscribers import SubscriberStore

_T = TypeVar("_T")

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Messages under way at the same time."""
TRIES = 5
"""For a message that certainly was not sent."""
_LONGEST = 60.0
"""Seconds until another try, and for which a job waits at most: the minute's tick comes back to it."""
_BITS = 53
"""Of a claim's number, as JSON has them everywhere."""
_COLUMN = {Result.OK: "sent", Result.GONE: "gone"}


@dataclass(frozen=True, slots=True)
class Announcements:
    """What operators do with announcements."""

    database: Database
    clock: Clock

    async def write(self, message: str) -> Announcement:
        """Keep a draft."""
        async with self.database.write() as transaction:
            store = AnnouncementStore(transaction)
            found = await store.get(await store.add(message, self.clock.now()))
        assert found is not None, "just written"  # noqa: S101
        return found

    async def get(self, number: int) -> Announcement | None:
        """One of them."""
        async with self.database.read() as transaction:
            return await AnnouncementStore(transaction).get(number)

    async def latest(self) -> Announcement | None:
        """The one that was written last."""
        async with self.database.read() as transaction:
            return await AnnouncementStore(transaction).latest()

    async def audience(self, *, urgent: bool) -> int:
        """How many readers it would go to now."""
        async with self.database.read() as transaction:
            return (await AnnouncementStore(transaction).audience(urgent=urgent))[0]

    async def set_urgent(self, number: int, *, urgent: bool) -> None:
        """Let a draft go to readers who pause, too, or not."""
        async with self.database.write() as transaction:
            store = AnnouncementStore(transaction)
            found = await store.get(number, to_change=True)
            if found is not None and found.is_draft:
                await store.set(number, {"urgent": urgent})

    async def drop(self, number: int) -> None:
        """Throw a draft away."""
        async with self.database.write() as transaction:
            await AnnouncementStore(transaction).remove_draft(number)

    async def begin(self, number: int) -> None:
        """Let a draft go out, to the readers that there are now; nothing when it has begun already."""
        async with self.database.write() as transaction:
            store = AnnouncementStore(transaction)
            found = await store.get(number, to_change=True)
            if found is None or not found.is_draft:
                return
            readers, last = await store.audience(urgent=found.urgent)
            await store.set(number, {"begun_at": self.clock.now(), "readers": readers, "last": last})
        log.info("announcement_begun", announcement=number, readers=readers)

    async def stop(self, number: int) -> None:
        """Let it go to nobody else; what is under way arrives."""
        async with self.database.write() as transaction:
            store = AnnouncementStore(transaction)
            found = await store.get(number, to_change=True)
            if found is not None and found.is_open:
                await store.set(number, {"stopped_at": self.clock.now()})


@dataclass
class _Batch:
    """Readers who are claimed together, by a number of their own."""

    claim: int = field(default_factory=lambda: secrets.randbits(_BITS))
    announcement: Announcement = field(init=False)
    recipients: Sequence[Recipient] = ()
    slots: Sequence[datetime] = ()


@dataclass
class Announcing:
    """Sends what has begun."""

    database: Database
    announcer: Announcer
    clock: Clock
    bot: str  # names the limit's row
    rate: float  # messages per second, shared with digests
    traffic: Traffic
    _stopping: bool = field(default=False, init=False)

    def stop(self) -> None:
        """Claim nobody more."""
        self._stopping = True

    async def open(self) -> Sequence[int]:
        """What is going out, or should be."""
        async with self.database.read() as transaction:
            return await AnnouncementStore(transaction).open()

    async def announce(self, number: int) -> None:
        """Send an announcement to whoever has not been claimed for it, until all are, or it is stopped."""
        while not self._stopping:
            batch = _Batch()
            if (wait := await self._lasting(partial(self._claim, number, batch), batch)) is None:
                return
            if not batch.recipients:
                if wait > _LONGEST:
                    return  # a long halt: the minute's tick comes back to it
                await self.clock.sleep(max(wait, 0.01))
                continue
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._send(batch.announcement, recipient, slot))
                    for recipient, slot in zip(batch.recipients, batch.slots, strict=True)
                ]
            outcomes = [task.result() for task in tasks]
            await self._lasting(partial(self._settle, number, batch, outcomes), batch)

    async def _lasting(self, call: Callable[[], Awaitable[_T]], batch: _Batch) -> _T:
        """What a call gives, through every outage of the database that would leave readers of a batch in doubt."""
        return await outlast(call, self.clock, partial(self._patience, batch), waits="announcement_waits_for_database")

    def _patience(self, batch: _Batch) -> float | None:
        """Seconds until another try at most; None at a stop, and when nobody would be in doubt."""
        return LATER if batch.recipients and not self._stopping else None

    async def _claim(self, number: int, batch: _Batch) -> float | None:
        """Put the next readers with their slots in the one limit into the batch; None when nothing is left to do.

        Seconds until there is a slot. Another time with the same batch it finds out what became of the first.
        """
        async with leased(self.database, self.clock, self.bot, self.rate, self.traffic, AT_ONCE) as turn:
            store, lease = AnnouncementStore(turn.transaction), turn.lease
            found = await store.get(number, to_change=True)
            if found is not None and batch.claim in found.claims:
                if found.stopped_at is None:  # others may have come to the end meanwhile
                    return 0.0
                await store.release(found, batch.claim, len(batch.recipients))
                return None
            batch.recipients = ()
            if found is None or not found.is_open:
                return None
            recipients = await store.recipients(found, lease.count or 1)
            if not recipients:
                await store.set(number, {"ended_at": turn.now})
                log.info("announcement_ended", announcement=number, sent=found.sent, claimed=found.claimed)
                return None
            if lease.count:
                batch.announcement, batch.recipients, batch.slots = found, recipients, list(lease)[: len(recipients)]
                claimed = {"upto": recipients[-1].id, "claimed": found.claimed + len(recipients)}
                await store.set(number, claimed | {"claims": [*found.claims, batch.claim]})
                turn.taken = len(recipients)
        return lease.wait

    async def _send(self, announcement: Announcement, recipient: Recipient, slot: datetime) -> Outcome:
        """Send one message at its slot; once more what certainly was not sent."""
        chat, wait = recipient.chat, until(slot, self.clock.now(), self.rate).total_seconds()
        outcome = Outcome(Result.HELD)
        for attempt in range(TRIES):
            await self.clock.sleep(max(wait, self.traffic.crowded(chat.id, self.clock.now()).total_seconds()))
            self.traffic.digest_next(chat.id, self.clock.now())
            departure = self.traffic.digest_left(self.clock.now())
            try:
                outcome = await self.announcer.announce(
                    chat, recipient.language, announcement.message, silent=recipient.silent
                )
            except Exception:  # a fault of ours must not leave the others without an outcome
                log.exception("announcement_crashed", announcement=announcement.id, subscriber=recipient.id)
                return Outcome(Result.REJECTED, reason="crash")
            self.traffic.digest_answered(departure, self.clock.now())
            if outcome.result is Result.WAIT:
                self.traffic.refused(chat.id, outcome.retry_after, self.clock.now())
            elif outcome.result is not Result.NOT_SENT:
                break
            wait = max(outcome.retry_after, 2.0**attempt)
            if self._stopping or wait > _LONGEST:
                break
        return outcome

    async def _settle(self, number: int, batch: _Batch, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of them; who cannot be reached any more is blocked until he writes again.

        Once more changes nothing, should nobody know whether it was committed.
        """
        counts: Counter[str] = Counter()
        for outcome in outcomes:
            if outcome.result is not Result.UNKNOWN:  # it may have arrived
                counts[_COLUMN.get(outcome.result, "failed")] += 1
        async with self.database.write() as transaction:
            if not await AnnouncementStore(transaction).settle(number, batch.claim, counts):
                return
            for recipient, outcome in zip(batch.recipients, outcomes, strict=True):
                if outcome.result is Result.GONE:
                    await SubscriberStore(transaction).set_status(recipient.chat.id, Status.BLOCKED)
