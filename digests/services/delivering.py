"""Sends the deliveries of an edition: claim, send, settle. A crash in between leaves rows that are never sent again.

A job is a fixed number of senders that take rows from a line. One transaction settles what has come back, claims the
next rows and reserves their slots in the one limit; the rows then wait in line for their slots while others are on
their way. At most `at_once` rows of a process are claimed and not settled, so a crash leaves no more uncertain.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from digests.domain.delivery import DeliveryStatus, Effect, Outcome, Parcel, Result, Verdict, judge
from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest
from digests.domain.subscribers import Status
from digests.ports import Clock, Messenger
from digests.services.traffic import Traffic, pause
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import Claimed, DeliveryStore, Settled
from digests.storage.editions import EditionStore
from digests.storage.following import FollowStore
from digests.storage.rate import RateStore
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=60)
"""A job waits so long for the next delivery that may be tried again; what comes later is found by the sweep."""
REASON_LENGTH = 64
"""Characters of a reason that the column holds."""
_FEW = 4
"""Rows that make a transaction worth its while."""
_A_MOMENT = 0.01
"""Seconds; nothing is asked for more often."""


@dataclass
class _Batch:
    """One job under way."""

    edition_id: int
    first: int
    last: int
    expires_at: datetime
    digests: dict[int, Digest] = field(default_factory=dict)
    line: asyncio.Queue[tuple[Claimed, datetime] | None] = field(default_factory=asyncio.Queue)
    ready: asyncio.Queue[Claimed | None] = field(default_factory=asyncio.Queue)
    done: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    under_way: int = 0  # claimed and not settled
    exhausted: bool = False  # nothing more to claim before something comes back
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Delivering:
    """Hands digests to the messenger within the one global limit."""

    database: Database
    messenger: Messenger
    clock: Clock
    bot: str  # names the limit's row
    rate: float  # messages per second for digests
    at_once: int  # rows claimed and not settled, and senders
    late_after: timedelta  # a digest later than this says so
    traffic: Traffic = field(default_factory=Traffic)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _under_way: int = field(default=0, init=False)  # over all batches
    _leaving: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)  # by one batch, else each claims little

    def stop(self) -> None:
        """Claim nothing more, wait for nothing more; what is in flight is finished, what is in line is put back."""
        self._stopping.set()
        self._news.set()

    async def recover(self, now: datetime) -> int:
        """At the start of the only process: what a dead one left in flight is uncertain. Returns how many."""
        async with self.database.write() as transaction:
            count = await DeliveryStore(transaction).orphans_to_uncertain(now)
        if count:
            log.warning("deliveries_uncertain", count=count)
        return count

    async def deliver(self, edition_id: int, first: int, last: int) -> None:
        """Send what is due to the subscribers `first`..`last` of an edition."""
        async with self.database.read() as transaction:
            edition = await EditionStore(transaction).get(edition_id)
        if edition is None or self._stopping.is_set():
            return
        batch = _Batch(edition_id, first, last, edition.expires_at)
        failure: Exception | None = None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._let_go(batch))
            senders = min(self.at_once, last - first + 1)
            for _ in range(senders):
                group.create_task(self._send_each(batch))
            try:
                await self._feed(batch)
            except Exception as error:  # what is in flight must come back before this goes on
                failure = error
            batch.line.put_nowait(None)
            for _ in range(senders):
                batch.ready.put_nowait(None)
        if failure is not None:
            self._under_way -= batch.under_way
            raise failure
        log.info("batch_delivered", edition=edition_id, first=first, last=last, **batch.counts)

    async def _feed(self, batch: _Batch) -> None:
        """Settle and claim until nothing of the batch is left to do."""
        while True:
            async with self._claiming:
                wait = await self._turn(batch)
                while batch.under_way and not batch.exhausted:
                    await self._worth_a_turn(batch)
                    wait = await self._turn(batch)
            while batch.under_way:  # the next batch claims already
                await self._worth_a_turn(batch)
                wait = await self._turn(batch)
            if wait is None:
                return
            await self._wait(wait)

    async def _worth_a_turn(self, batch: _Batch) -> None:
        """Come back when everything has come back, or enough has, or enough places are free."""
        enough = max(1, min(self.at_once // 2, max(_FEW, self.at_once // 8)))
        while len(batch.done) < min(batch.under_way, enough) and (
            batch.exhausted or self._stopping.is_set() or self.at_once - self._under_way < enough
        ):
            self._news.clear()
            await self._news.wait()

    async def _wait(self, seconds: float) -> None:
        """Let the clock go on, but not beyond a stop."""
        waiting = {asyncio.ensure_future(self.clock.sleep(seconds)), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _turn(self, batch: _Batch) -> float | None:
        """Settle what is done and claim what has a slot; seconds until more can be claimed, None when nothing can."""
        done = list(batch.done)
        places = 0 if self._stopping.is_set() or batch.exhausted else self.at_once - self._under_way
        async with self.database.write() as transaction:
            rates = RateStore(transaction, self.bot)
            pace = await rates.locked()
            now = self.clock.now()  # after the lock, else waiting for it would hand out slots of the past
            statuses = await self._settle(transaction, done, now)
            answers, refusals = self.traffic.report()
            pace = pace.answered(answers, self.rate, now)
            for refusal in refusals:
                pace = pace.refused(refusal, self.rate)
            lease = pace.lease(places if now <= batch.expires_at else 0, self.rate, now)
            claimed = await DeliveryStore(transaction).claim(
                batch.edition_id, batch.first, batch.last, now, lease.count
            )
            pace = pace.taken(lease, len(claimed))
            await rates.save(pace)
            await self._load(transaction, batch, claimed)
            left = batch.under_way - len(done) + len(claimed)
            wait = None if left else await self._next(transaction, batch, now, lease.wait, bool(lease.count))
        self.traffic.halted_until = pace.blocked_until
        self._under_way += len(claimed) - len(done)
        batch.under_way += len(claimed) - len(done)
        batch.exhausted = bool(batch.under_way) and (batch.exhausted or len(claimed) < lease.count)
        batch.counts += Counter(statuses)
        del batch.done[: len(done)]
        self._news.set()
        for pair in zip(claimed, lease, strict=False):
            batch.line.put_nowait(pair)
        return wait

    async def _next(
        self, transaction: Transaction, batch: _Batch, now: datetime, wait: float, had_slots: bool
    ) -> float | None:
        """Seconds until something of the batch can be claimed; None when this job has nothing left."""
        due = await DeliveryStore(transaction).next_due(batch.edition_id, batch.first, batch.last)
        if due is None or now > batch.expires_at or due > now + PATIENCE or self._stopping.is_set():
            return None
        if due > now:
            return (due - now).total_seconds()
        if had_slots or wait > PATIENCE.total_seconds():
            return None  # readers who have left, or a long halt: the sweep comes back to it
        return max(wait, _A_MOMENT)

    async def _load(self, transaction: Transaction, batch: _Batch, claimed: Sequence[Claimed]) -> None:
        """The claimed rows' digests, before anything is committed."""
        missing = {one.digest_id for one in claimed} - batch.digests.keys()
        for digest_id, body in (await DeliveryStore(transaction).digest_bodies(missing)).items():
            batch.digests[digest_id] = digest_from_json(body)

    async def _let_go(self, batch: _Batch) -> None:
        """Let each row of the line go at its slot; put back what may not leave yet."""
        while (pair := await batch.line.get()) is not None:
            claimed, slot = pair
            now = self.clock.now()
            if slot > now and not self._stopping.is_set():
                await self._wait((slot - now).total_seconds())
                now = self.clock.now()
            crowded = self.traffic.crowded(claimed.chat.id, now)
            if crowded or self._stopping.is_set():
                self._finish(batch, claimed, Outcome(Result.HELD, claimed.sent_parts, crowded.total_seconds()))
                continue
            self.traffic.digest_next(claimed.chat.id, now)
            batch.ready.put_nowait(claimed)

    async def _send_each(self, batch: _Batch) -> None:
        """A sender: one row after another."""
        while (claimed := await batch.ready.get()) is not None:
            async with self._leaving:  # as near to the wire as can be: whoever was kept from running catches up slowly
                wait = self.traffic.window(self.rate, self.clock.now())
                if wait:
                    await self.clock.sleep(wait.total_seconds())
                departure = self.traffic.digest_left(self.clock.now())
            outcome = await self._send(claimed, batch.digests[claimed.digest_id])
            self.traffic.digest_answered(departure, self.clock.now())
            if outcome.result is Result.WAIT:
                self.traffic.refused(claimed.chat.id, outcome.retry_after, self.clock.now())
            self._finish(batch, claimed, outcome)

    def _finish(self, batch: _Batch, claimed: Claimed, outcome: Outcome) -> None:
        batch.done.append((claimed, outcome))
        self._news.set()

    async def _send(self, claimed: Claimed, digest: Digest) -> Outcome:
        parcel = Parcel(
            chat=claimed.chat,
            language=claimed.language,
            time_zone=claimed.time_zone,
            digest=digest,
            slot_at=claimed.slot_at,
            next_slot_at=claimed.next_slot_at,
            late=self.clock.now() - claimed.slot_at > self.late_after,
            silent=claimed.silent,
            plain=claimed.plain,
            sent_parts=claimed.sent_parts,
            quiet=claimed.quiet,
        )
        try:
            return await self.messenger.deliver(parcel)
        except Exception:  # a fault of ours must not leave the others of the batch without an outcome
            log.exception("delivery_crashed", edition=claimed.edition_id, subscriber=claimed.subscriber_id)
            return Outcome(Result.UNKNOWN, reason="crash")

    async def _settle(
        self, transaction: Transaction, results: Sequence[tuple[Claimed, Outcome]], now: datetime
    ) -> list[str]:
        settled: list[Settled] = []
        for claimed, outcome in results:
            verdict = judge(outcome, attempts=claimed.attempts, plain=claimed.plain, now=now)
            if outcome.result is Result.MORE:
                verdict = replace(verdict, not_before=now + pause(claimed.chat.id))
            settled.append(_settled(verdict, outcome, claimed, now))
            await self._take_effect(transaction, claimed, outcome, verdict)
            if claimed.quiet and verdict.status in (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN):
                await FollowStore(transaction).forget_told(claimed.subscriber_id, claimed.quiet)
            _report(claimed, outcome, verdict)
        await DeliveryStore(transaction).settle(settled)
        return [one.status.value for one in settled]

    async def _take_effect(
        self, transaction: Transaction, claimed: Claimed, outcome: Outcome, verdict: Verdict
    ) -> None:
        subscribers = SubscriberStore(transaction)
        if verdict.effect is Effect.BLOCK:
            await subscribers.set_status(claimed.chat.id, Status.BLOCKED)
        elif verdict.effect is Effect.PAUSE:
            await subscribers.set_status(claimed.chat.id, Status.PAUSED, claimed.chat.thread_id)
        elif verdict.effect is Effect.MOVE and outcome.new_chat_id is not None:
            await subscribers.move(claimed.chat.id, outcome.new_chat_id)
        elif outcome.result is Result.WAIT and verdict.not_before is not None:
            await DeliveryStore(transaction).postpone(claimed.chat.id, verdict.not_before)


def _settled(verdict: Verdict, outcome: Outcome, claimed: Claimed, now: datetime) -> Settled:
    return Settled(
        claimed.edition_id,
        claimed.subscriber_id,
        verdict.status,
        attempts=claimed.attempts if verdict.counts else claimed.attempts - 1,
        message_ids=outcome.message_ids or claimed.sent_parts,
        not_before=verdict.not_before,
        plain=verdict.plain or claimed.plain,
        reason=outcome.reason[:REASON_LENGTH] or None,
        finished_at=None if verdict.status is DeliveryStatus.PENDING else now,
    )


def _report(claimed: Claimed, outcome: Outcome, verdict: Verdict) -> None:
    if verdict.status is DeliveryStatus.SENT or outcome.result in (Result.MORE, Result.HELD):
        return
    write = log.error if verdict.status is DeliveryStatus.FAILED else log.warning
    write(
        "delivery_not_sent",
        edition=claimed.edition_id,
        subscriber=claimed.subscriber_id,
        digest=claimed.digest_id,
        result=outcome.result.value,
        status=verdict.status.value,
        reason=outcome.reason,
    )
