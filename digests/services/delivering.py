"""Sends deliveries: claim, send, settle. A crash in between leaves rows that are never sent again.

A job is a fixed number of senders that take rows from a line. One transaction settles what has come back, claims the
next rows and reserves their slots in the one limit; the rows then wait in line for their slots while others are on
their way. At most `at_once` rows of a process are claimed and not settled, so a crash leaves no more uncertain. What
became of a message is kept until the database has taken it, through every outage, and at a stop for a few seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from digests.domain.delivery import Outcome, Parcel, Result
from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest
from digests.domain.paying import PAID_RATE, Paying
from digests.domain.spreading import MINUTE, place
from digests.ports import Clock, Messenger
from digests.services.batches import Batch
from digests.services.lanes import TRIES, Lane, Lanes
from digests.services.outlasting import LATER, SOON, outlast
from digests.services.pulse import Tallies
from digests.services.resting import rest
from digests.services.settling import Done, Settling
from digests.services.spares import Spares, crowded
from digests.services.traffic import Departure, Report, Traffic
from digests.storage.big_slots import BigSlotStore
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import Claimed, DeliveryStore
from digests.storage.editions import EditionStore
from digests.storage.portions import Portion
from digests.storage.rate import RateStore

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=60)
"""A job waits so long for the next delivery that may be tried again; what comes later is found by the sweep."""
STOPS_SETTLING = 4.0
"""Seconds (real ones) after a stop until what is known, and cannot be written, is given up."""
KEPT = 500
"""Digests that are kept from one batch to the next: what is read once more is also rendered once more."""
_A_MOMENT = 0.01
"""Seconds; nothing is asked for more often."""


@dataclass
class Delivering:
    """Hands digests to the messenger within the limits of their lanes."""

    database: Database
    messenger: Messenger
    clock: Clock
    bot: str  # names the limit's row
    rate: float  # messages per second for digests
    at_once: int  # rows claimed and not settled, and senders
    late_after: timedelta  # a digest later than this says so
    traffic: Traffic = field(default_factory=Traffic)
    paying: Paying = Paying.OFF
    paid_rate: float = PAID_RATE
    paid_at_once: int = 1
    stops_settling: float = STOPS_SETTLING
    tallies: Tallies = field(default_factory=Tallies)
    _lanes: Lanes = field(init=False)
    _digests: dict[int, Digest] = field(default_factory=dict, init=False)  # shared by batches
    _spares: Spares = field(default_factory=Spares, init=False)
    _stopped_at: float = field(default=0.0, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __post_init__(self) -> None:
        """Open the lanes."""
        free = Lane(self.bot, self.rate, self.at_once, self.traffic, alone=self.database.is_sqlite)
        paid = Lane(f"{self.bot}:paid", self.paid_rate, self.paid_at_once, paid=True, alone=free.alone)
        self._lanes = Lanes(free, None if self.paying is Paying.OFF else paid, self.paying)

    def stop(self) -> None:
        """Claim nothing more, wait for nothing more; what is in flight is finished, what is in line is put back."""
        self._stopped_at = time.monotonic()
        self._stopping.set()
        self._news.set()

    async def recover(self, now: datetime) -> int:
        """At the start of the only process: what a dead one left in flight is uncertain. Returns how many."""
        async with self.database.write() as transaction:
            count = await DeliveryStore(transaction).orphans_to_uncertain(now)
        if count:
            log.warning("deliveries_uncertain", count=count)
        return count

    async def deliver(self, portion: Portion) -> None:
        """Send what is due of a portion."""
        async with self.database.read() as transaction:
            edition = await EditionStore(transaction).earliest(portion.editions)
            if edition is None or self._stopping.is_set():
                return
            spread = (await BigSlotStore(transaction).get(edition.slot_at)).spread or 0
            lane = await self._lanes.of(transaction, edition.slot_at)
        batch = Batch(portion, edition.expires_at, edition.slot_at, spread, lane)
        failure: Exception | None = None
        async with asyncio.TaskGroup() as group:
            senders = min(self._lanes.at_once, portion.last - portion.first + 1)
            for _ in range(senders):
                group.create_task(self._send_each(batch))
            try:
                await self._feed(batch)
            except Exception as error:  # what is in flight must come back before this goes on
                failure = error
            for _ in range(senders):
                batch.line.put_nowait(None)
        if failure is not None:
            await self._rescue(batch)
            raise failure
        log.info("batch_delivered", **portion.payload(), **batch.counts)

    async def _rescue(self, batch: Batch) -> None:
        """After a fault: settle each by itself, so that one that cannot be written costs the others nothing."""
        try:
            async with self.database.write() as transaction:
                await self._take_back(transaction, batch)
        except Exception:
            log.exception("claims_lost", editions=batch.portion.editions)
        for each in batch.done:
            claimed, lane, _ = each
            lane.under_way -= 1
            try:
                async with self.database.write() as transaction:
                    batch.counts += await Settling(transaction).settle([each], self.clock.now())
            except Exception:
                log.exception("outcome_lost", edition=claimed.edition_id, subscriber=claimed.subscriber_id)
        batch.done.clear()

    async def _feed(self, batch: Batch) -> None:
        """Settle and claim until nothing of the batch is left to do."""
        while True:
            async with batch.lane.claiming:
                wait = await self._turn(batch)
                while batch.under_way and not batch.exhausted:
                    await self._worth_a_turn(batch)
                    wait = await self._turn(batch)
            while batch.under_way:  # the next batch claims already
                await self._worth_a_turn(batch)
                wait = await self._turn(batch)
            if wait is None:
                return
            await rest(self.clock, wait, self._stopping)

    async def _worth_a_turn(self, batch: Batch) -> None:
        """Come back when a turn is worth its while."""
        while not batch.is_worth_a_turn(self.clock.now(), stopping=self._stopping.is_set()):
            self._news.clear()
            await self._news.wait()

    async def _turn(self, batch: Batch) -> float | None:
        """Settle and claim, as often as the database needs while there are outcomes or claims that would be lost.

        Seconds until more can be claimed, None when nothing can. Raises what is no outage, and an outage that lasts
        longer than a stop has patience.
        """
        waits = "outcomes_wait_for_database"
        return await outlast(partial(self._try_turn, batch), self.clock, partial(self._patience, batch), waits=waits)

    def _patience(self, batch: Batch) -> float | None:
        """Seconds until another try at most; None when nothing would be lost, or a stop has waited long enough."""
        if not self._stopping.is_set():
            return LATER if batch.under_way or batch.in_doubt else None
        late = time.monotonic() >= self._stopped_at + self.stops_settling
        return None if late or not (batch.under_way or batch.in_doubt) else SOON

    async def _try_turn(self, batch: Batch) -> float | None:
        """Settle what is done and claim what has a slot."""
        done, reported = list(batch.done), Report()
        try:
            return await self._in_one(batch, done, reported)
        except BaseException:
            reported.give_back()
            raise

    async def _in_one(self, batch: Batch, done: Sequence[Done], reported: Report) -> float | None:
        async with self.database.write() as transaction:
            lane = await self._lanes.of(transaction, batch.slot_at)
            await self._take_back(transaction, batch)
            places = lane.places([left_on for _, left_on, _ in done])
            if self._stopping.is_set() or batch.exhausted:
                places = 0
            rates = RateStore(transaction, lane.name)
            pace = await rates.locked()
            now = self.clock.now()  # after the lock, else waiting for it would hand out slots of the past
            lane.look(pace, now)
            counts = await Settling(transaction).settle(done, now)
            outcomes = [(claimed.chat.id, outcome) for claimed, _, outcome in done]
            if await self._lanes.refused(transaction, batch.slot_at, outcomes, batch.doubted, now):
                places = 0  # the next turn is on the other lane
            pace = reported.take(lane.traffic).applied(pace, lane.rate, now)
            places = places if now <= batch.expires_at else 0
            spare = self._spares.of(lane, pace, now, places)
            lease = pace.lease(places - spare, lane.rate_at(now), now)
            count = spare + lease.count
            claimed = await DeliveryStore(transaction).claim(batch.portion, now, count)
            batch.in_doubt.update(one.claim for one in claimed)
            fresh = max(len(claimed) - spare, 0)
            pace = pace.taken(lease, fresh)
            await rates.save(pace)
            lane.leave(pace)
            opens = pace.lease(1, lane.rate_at(now), now).wait
            await self._load(transaction, batch, claimed)
            left = batch.under_way - len(done) + len(claimed)
            wait = None if left else await self._next(transaction, batch, now, lease.wait, bool(count))
        batch.in_doubt.clear()
        lane.traffic.halted_until = pace.blocked_until
        lane.under_way += len(claimed)
        for _, left_on, _ in done:
            left_on.under_way -= 1
        batch.lane = lane
        batch.under_way += len(claimed) - len(done)
        batch.exhausted = bool(batch.under_way) and (batch.exhausted or len(claimed) < count)
        batch.counts += counts
        for status, count in counts.items():
            self.tallies.count("deliveries", str(status), by=count)
        batch.written(len(done), self._news)
        batch.wait_for_slots(now, opens, self._news)
        self._news.set()
        self._spares.take(lane, len(claimed) - fresh)
        lane.take(lease, fresh)
        for row in claimed:
            batch.line.put_nowait((row, lane))
        return wait

    async def _take_back(self, transaction: Transaction, batch: Batch) -> None:
        """Put back what was claimed by a transaction that never said whether it was committed: none of it was sent."""
        count = await DeliveryStore(transaction).release(batch.portion.editions, batch.in_doubt)
        if count:
            log.warning("claims_taken_back", editions=batch.portion.editions, count=count)

    async def _next(
        self, transaction: Transaction, batch: Batch, now: datetime, wait: float, had_slots: bool
    ) -> float | None:
        """Seconds until something of the batch can be claimed; None when this job has nothing left."""
        due = await DeliveryStore(transaction).next_due(batch.portion)
        until = now + PATIENCE
        if batch.spread:  # what comes with the next tick has jobs of its own
            until = batch.slot_at + ((now - batch.slot_at) // MINUTE + 1) * MINUTE - timedelta.resolution
        if due is None or now > batch.expires_at or due > until or self._stopping.is_set():
            return None
        if due > now:
            return (due - now).total_seconds()
        if had_slots or wait > PATIENCE.total_seconds():
            return None  # readers who have left, or a long halt: the sweep comes back to it
        return max(wait, _A_MOMENT)

    async def _load(self, transaction: Transaction, batch: Batch, claimed: Sequence[Claimed]) -> None:
        """The claimed rows' digests, before anything is committed."""
        wanted = {one.digest_id for one in claimed} - batch.digests.keys()
        for digest_id, body in (await DeliveryStore(transaction).digest_bodies(wanted - self._digests.keys())).items():
            self._digests[digest_id] = digest_from_json(body)
        batch.digests |= {digest_id: self._digests[digest_id] for digest_id in wanted & self._digests.keys()}
        while len(self._digests) > KEPT:
            del self._digests[next(iter(self._digests))]

    async def _send_each(self, batch: Batch) -> None:
        """A sender: one row after another, each at the next slot of its lane; puts back what may not leave yet."""
        while (row := await batch.line.get()) is not None:
            claimed, lane = row
            async with lane.leaving:  # as near to the wire as can be: whoever was kept from running catches up slowly
                departure, wait = await self._leave(claimed.chat.id, lane)
            if departure is None:
                held = Outcome(Result.HELD, claimed.sent_parts, wait.total_seconds())
                batch.finish((claimed, lane, held), self._news)
                continue
            outcome = await self._send(batch, claimed, lane)
            lane.traffic.digest_answered(departure, self.clock.now())
            took = (self.clock.now() - departure.at).total_seconds()
            self.tallies.took("delivery_seconds", seconds=max(took, 0.0))
            if outcome.result is Result.WAIT:
                lane.traffic.refused(claimed.chat.id, outcome.retry_after, self.clock.now())
                self.traffic.hold(claimed.chat.id, outcome.retry_after, self.clock.now())
                self.tallies.count("telegram_blocked_seconds", by=outcome.retry_after)
            batch.finish((claimed, lane, outcome), self._news)

    async def _leave(self, chat_id: int, lane: Lane) -> tuple[Departure | None, timedelta]:
        """Leave at the next slot of the lane; without a departure it tells how long the chat has to wait."""
        if wait := self._spares.left(lane, self.traffic, chat_id, self.clock.now()):
            return None, wait
        now = await lane.turn(self.clock, self._stopping)
        if now is None:
            return None, timedelta()
        wait = crowded(self.traffic, lane, chat_id, now)  # an answer may have come first
        if wait or self._stopping.is_set():
            return None, wait
        self.traffic.digest_next(chat_id, now)
        return lane.traffic.digest_left(now), timedelta()

    async def _send(self, batch: Batch, claimed: Claimed, lane: Lane) -> Outcome:
        if unwanted := claimed.unwanted(self.clock.now()):
            return Outcome(Result.UNWANTED, claimed.sent_parts, reason=unwanted)
        parcel = Parcel(
            chat=claimed.chat,
            language=claimed.language,
            time_zone=claimed.time_zone,
            digest=batch.digests[claimed.digest_id],
            slot_at=claimed.slot_at,
            next_slot_at=claimed.next_slot_at,
            late=self.clock.now() - claimed.slot_at - place(claimed.chat, batch.spread) > self.late_after,
            silent=claimed.silent,
            simple=claimed.simple,
            plain=claimed.plain,
            sent_parts=claimed.sent_parts,
            paid=lane.paid and claimed.attempts <= TRIES,
            quiet=() if claimed.breaks else claimed.quiet,
            weekly=claimed.weekly,
            away_since=None if claimed.breaks else claimed.away_since,
        )
        try:
            return await self.messenger.deliver(parcel)
        except Exception:  # a fault of ours must not leave the others of the batch without an outcome
            log.exception("delivery_crashed", edition=claimed.edition_id, subscriber=claimed.subscriber_id)
            return Outcome(Result.UNKNOWN, reason="crash")
