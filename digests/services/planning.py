"""Turns due schedules into editions, editions into digests, digests into deliveries."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import structlog

from digests.domain.spreading import MINUTE
from digests.domain.topics import Catalogue
from digests.ports import Clock, Job, JobQueue
from digests.services.big_slots import BigSlots
from digests.services.breaking import Breaking
from digests.services.following import end_quiet_stories
from digests.services.muting import end_mutes
from digests.services.slot_digests import SlotDigests
from digests.storage.big_slots import BigSlotStore
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import DeliveryStore
from digests.storage.editions import DueSchedule, EditionRow, EditionStore, Move, NewEdition
from digests.storage.fan_outs import FanOutStore, Reach
from digests.storage.portions import pending_portions
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

FAN_OUT = 10_000
"""Subscribers per fan-out transaction."""
BATCH = 500
"""Deliveries per job."""
AT_ONCE = 1000
"""Schedules planned in one transaction."""
SENDING_TAKES = timedelta(minutes=5)
"""Nobody sends one digest for so long: a delivery claimed earlier is a dead process's. It is never sent again, and may
still become sent when that process was only slow."""


REMEMBERED = 6
"""Missed slots of one schedule that are remembered after one outage, the last ones: /status shows no more."""
FARTHEST = timedelta(days=15)
"""No schedule has its next slot later than this: one that has was planned by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class Planning:
    """Safe to run anywhere, any number of times: unique keys decide, not this code."""

    database: Database
    catalogue: Catalogue
    queue: JobQueue
    clock: Clock
    late_after: timedelta
    written: bool = False  # digests show generated summaries
    big_slots: BigSlots | None = None  # without it all digests of a slot go at once
    breaking: Breaking | None = None  # None where the operator wants no breaking news
    _composing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def plan_due(self, now: datetime) -> None:
        """Open one edition for every schedule due at `now`.

        The compare-and-set on the schedule decides which process owns a slot. A slot older than `late_after` is only
        remembered as missed; the next edition's window reaches back over it, so no article is lost.
        """
        async with self.database.write() as transaction:
            await SubscriberStore(transaction).resume_due(now)
            await end_mutes(transaction, now)
            await end_quiet_stories(transaction, now)
            await _give_up(transaction, now)
            await _turn_back(transaction, now)
        while await self._plan_some(now) == AT_ONCE:
            pass
        await self._go_on(now)

    async def _plan_some(self, now: datetime) -> int:
        async with self.database.write() as transaction:
            editions = EditionStore(transaction)
            due = await editions.due(now, AT_ONCE)
            planned = {each.id: self._slots(each, now) for each in due}
            moves = [Move(each, each.schedule.next_slot(now), _covered(each, planned[each.id])) for each in due]
            won = await editions.advance(moves)
            slots = [slot for schedule, slots in planned.items() if schedule in won for slot in slots]
            opened = await editions.open(slots)
            await self.queue.enqueue_all([_prepare(edition.id) for edition in opened], within=transaction)
        for edition in opened:
            log.info("edition_opened", edition=edition.id, slot=edition.slot_at.isoformat())
        missed = [slot.slot_at for slot in slots if slot.status == "missed"]
        if missed:
            first, last = min(missed).isoformat(), max(missed).isoformat()
            log.warning("slots_missed", count=len(missed), first=first, last=last, reason="nobody was there in time")
        return len(due)

    def _slots(self, due: DueSchedule, now: datetime) -> list[NewEdition]:
        """The slots of a schedule that have come: of several only the last one counts, if it is not too late."""
        slot = max(due.slot, due.schedule.previous_slot(now + timedelta(microseconds=1)))
        status = "missed" if slot < now - self.late_after else "open"
        found: list[NewEdition] = []
        while slot >= due.slot and len(found) <= REMEMBERED:
            found.append(NewEdition(due.id, slot, due.covered_upto, slot + self.late_after, status))
            slot, status = due.schedule.previous_slot(slot), "missed"
        return found

    async def prepare(self, edition_id: int) -> None:
        """Compose the digests of an edition and make its deliveries; continues where a crash has stopped it."""
        while await self._fan_out(edition_id):
            pass

    async def sweep(self, now: datetime) -> None:
        """Find again whatever is open: editions not planned, deliveries not sent. Only enqueues and closes."""
        async with self.database.write() as transaction:
            await transaction.alone("sweep")
            deliveries, editions = DeliveryStore(transaction), EditionStore(transaction)
            await _give_up(transaction, now)
            await deliveries.turn_back(now, now + SENDING_TAKES)
            lost = await deliveries.orphans_to_uncertain(now, claimed_before=now - SENDING_TAKES)
            if lost:
                log.warning("deliveries_uncertain", count=lost)
            expired = await deliveries.expire(now)
            if expired:
                log.error("deliveries_expired", count=expired)
            await deliveries.skip_unreachable(now)
            await deliveries.finish_editions()
            opened = await editions.unfinished("open")
            await self.queue.enqueue_all([_prepare(edition) for edition, _ in opened], within=transaction)
            for slot, group in groupby(await editions.unfinished("planned"), key=itemgetter(1)):
                await self._enqueue_batches([edition for edition, _ in group], slot, transaction, now)

    async def _compose(self, edition: EditionRow) -> None:
        """Compose the digests of an edition's slot and serve the first readers meanwhile, unless somebody does so here.

        The other editions that need them come only then: those that waited here would be missing where it is sent.
        """
        if self._composing.locked():
            return
        served = 0

        async def serve(before: int) -> None:
            nonlocal served
            await self._serve(edition.slot_at, served, before)
            served = before

        async with self._composing:
            async with self.database.write() as transaction:
                opened = await EditionStore(transaction).unfinished("open")
                others = [_prepare(each).key for each, slot in opened if slot == edition.slot_at]
                await self.queue.withdraw(others, within=transaction)
            await SlotDigests(self.database, self.catalogue, self.written).compose(edition.slot_at, serve)
        async with self.database.write() as transaction:  # when nobody finds it locked any more
            opened = await EditionStore(transaction).unfinished("open")
            jobs = [_prepare(each) for each, _ in opened if each != edition.id]
            await self.queue.enqueue_all(jobs, within=transaction)

    async def _serve(self, slot_at: datetime, start: int, before: int) -> None:
        """Hand out the deliveries of the subscribers from `start` on and below `before` of a slot's open editions."""
        reached, last = list[int](), 0
        while True:
            async with self.database.write() as transaction:
                edition = await FanOutStore(transaction).waiting(slot_at, last, before)
                if edition is None:
                    break
                reach, complete = await self._deliver_to_next(transaction, edition, before)
            reached += (edition.id, *reach.beside)
            if not complete or reach.count < FAN_OUT:  # else it has more of them
                last = edition.id
        if not reached:
            return
        async with self.database.write() as transaction:
            await self._enqueue_batches(reached, slot_at, transaction, self.clock.now(), start)

    async def _fan_out(self, edition_id: int) -> bool:
        """Make the next deliveries and hand them out; False when the edition is planned."""
        async with self.database.write() as transaction:
            editions = EditionStore(transaction)
            edition = await editions.get(edition_id, lock=True)
            if edition is not None and edition.expires_at < self.clock.now():
                await _give_up(transaction, self.clock.now())
                edition = await editions.get(edition_id)
            if edition is None or edition.status != "open":
                return False
            if edition.story_id is None and self._composing.locked():
                return False  # it is prepared again then
            reach, complete = await self._deliver_to_next(transaction, edition)
            last = reach.count < FAN_OUT
            if complete and last:
                planned = (edition.id, *reach.beside)
                await editions.set_status("planned", *planned)
                if reach.beside:
                    await self.queue.withdraw([_prepare(each).key for each in reach.beside], within=transaction)
                await self._enqueue_batches(planned, edition.slot_at, transaction, self.clock.now())
                return False
        if not complete:
            await (self.breaking.compose(edition) if edition.story_id and self.breaking else self._compose(edition))
        return True

    async def _deliver_to_next(
        self, transaction: Transaction, edition: EditionRow, before: int | None = None
    ) -> tuple[Reach, bool]:
        """Make the deliveries of the next subscribers, of those with numbers below `before` if it is given.

        Which ones, and whether all of them have a digest: else some have to be composed first.
        """
        if edition.story_id is not None and self.breaking is None:
            return Reach(), True  # nobody wants it any more
        fan_outs = FanOutStore(transaction)
        reach = await fan_outs.reach(edition, FAN_OUT, before)
        if reach.count < FAN_OUT and edition.story_id is None:
            reach = await fan_outs.beside(edition, reach, FAN_OUT, before)
        if not reach.count and not reach.beside:
            return reach, True
        return reach, await self._hand_out(transaction, edition, reach)

    async def _hand_out(self, transaction: Transaction, edition: EditionRow, reach: Reach) -> bool:
        """Make the deliveries of the next readers; False when digests have to be composed first."""
        if edition.story_id is not None and self.breaking is not None:
            return await self.breaking.fan_out(transaction, edition, reach)
        spread = await self.big_slots.spread(transaction, edition.slot_at) if self.big_slots else 0
        return await FanOutStore(transaction).fan_out(edition, reach, spread)

    async def _go_on(self, now: datetime) -> None:
        """Hand out what becomes due, within this minute, of slots that are spread."""
        async with self.database.read() as transaction:
            found = await BigSlotStore(transaction).spread_editions()
        for slot, editions in found:
            async with self.database.write() as transaction:
                if self.big_slots is not None and self.big_slots.is_paid(slot):  # chosen when it had begun
                    await BigSlotStore(transaction).gather(editions, slot)
                await self._enqueue_batches(editions, slot.slot_at, transaction, now)

    async def _enqueue_batches(
        self, editions: Sequence[int], slot_at: datetime, transaction: Transaction, now: datetime, start: int = 0
    ) -> None:
        """Hand out the deliveries of a slot's editions, from the subscriber `start` on.

        If it is spread, only what is due before the next tick.
        """
        spread = (await BigSlotStore(transaction).get(slot_at)).spread or 0
        tick = now.replace(second=0, microsecond=0) + MINUTE if spread else None
        handed = Counter[int]()
        jobs = []
        for portion in await pending_portions(transaction, editions, BATCH * max(spread, 1), tick, start):
            # First batches of every edition go first: a big edition cannot starve a small one.
            rank = handed[portion.editions[0]]
            handed.update(portion.editions)
            jobs.append(Job("deliver", portion.payload(), f"deliver:{portion.key}", priority=-rank, bulk=True))
        await self.queue.enqueue_all(jobs, within=transaction)


def _covered(due: DueSchedule, slots: Sequence[NewEdition]) -> datetime:
    """Where the next window begins: at the slot that has an edition, else where the last one had ended."""
    return slots[0].slot_at if slots[0].status == "open" else due.covered_upto


async def _turn_back(transaction: Transaction, now: datetime) -> None:
    """Let schedules wait for their next slot of today, and not for one of a time that a wrong clock had shown."""
    editions = EditionStore(transaction)
    moves = []
    for each in await editions.too_far(now + FARTHEST):
        upcoming = each.schedule.next_slot(now)
        moves.append(Move(each, upcoming, min(each.covered_upto, each.schedule.previous_slot(upcoming))))
    if await editions.advance(moves):
        log.warning("clock_was_ahead", schedules=len(moves))


async def _give_up(transaction: Transaction, now: datetime) -> None:
    """Leave editions that are too late to the next windows, before anything makes deliveries of them."""
    lost = await EditionStore(transaction).give_up(now)
    if lost:
        log.error("editions_expired", count=lost)


def _prepare(edition_id: int) -> Job:
    return Job("prepare_edition", {"edition": edition_id}, key=f"edition:{edition_id}", priority=7)
