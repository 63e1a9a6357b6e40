"""Turns due schedules into editions, editions into digests, digests into deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from digests.domain.digest_json import digest_to_json
from digests.domain.digests import Window
from digests.domain.topics import Catalogue
from digests.ports import Clock, Job, JobQueue
from digests.services.following import end_quiet_stories
from digests.services.muting import end_mutes
from digests.services.selecting import Selection
from digests.storage.articles import ArticleStore
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import DeliveryStore
from digests.storage.editions import DueSchedule, EditionRow, EditionStore, Wanted
from digests.storage.interning import InterningStore
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

FAN_OUT = 10_000
"""Subscribers per fan-out transaction."""
BATCH = 500
"""Deliveries per job."""
AT_ONCE = 1000
"""Schedules planned in one transaction."""
PROFILES = 200
"""Digests composed and stored at a time."""
SENDING_TAKES = timedelta(minutes=5)
"""Nobody sends one digest for so long: a delivery claimed earlier is a dead process's. It is never sent again, and may
still become sent when that process was only slow."""


@dataclass(frozen=True, slots=True)
class Planning:
    """Safe to run anywhere, any number of times: unique keys decide, not this code."""

    database: Database
    catalogue: Catalogue
    queue: JobQueue
    clock: Clock
    late_after: timedelta
    written: bool = False  # digests show generated summaries

    async def plan_due(self, now: datetime) -> None:
        """Open one edition for every schedule due at `now`.

        The compare-and-set on the schedule decides which process owns a slot. A slot older than `late_after` is left
        out; the next edition's window reaches back over it, so no article is lost.
        """
        async with self.database.write() as transaction:
            await SubscriberStore(transaction).resume_due(now)
            await end_mutes(transaction, now)
            await end_quiet_stories(transaction, now)
            await _give_up(transaction, now)
        while await self._plan_some(now) == AT_ONCE:
            pass

    async def _plan_some(self, now: datetime) -> int:
        async with self.database.write() as transaction:
            due = await EditionStore(transaction).due(now, AT_ONCE)
            for schedule in due:
                await self._plan(transaction, schedule, now)
        return len(due)

    async def _plan(self, transaction: Transaction, due: DueSchedule, now: datetime) -> None:
        editions = EditionStore(transaction)
        latest = due.schedule.previous_slot(now + timedelta(microseconds=1))
        slot = max(due.slot, latest)  # of several missed slots only the last one counts
        missed = slot < now - self.late_after
        if not await editions.advance(due, due.schedule.next_slot(now), due.covered_upto if missed else slot):
            return
        if missed:
            log.warning("slot_missed", schedule=due.id, slot=slot.isoformat())
            return
        edition = await editions.open(due, slot, expires_at=slot + self.late_after)
        log.info("edition_opened", edition=edition, slot=slot.isoformat())
        await self.queue.enqueue(_prepare(edition), within=transaction)

    async def prepare(self, edition_id: int) -> None:
        """Compose the digests of an edition and make its deliveries; continues where a crash has stopped it."""
        async with self.database.write() as transaction:
            await ArticleStore(transaction).alone()  # waits for imports that began before the slot
            await _give_up(transaction, self.clock.now())
            edition = await EditionStore(transaction).get(edition_id)
        if edition is None or edition.status != "open":
            return
        await self._compose(edition)
        while await self._fan_out(edition_id):
            pass

    async def sweep(self, now: datetime) -> None:
        """Find again whatever is open: editions not planned, deliveries not sent. Only enqueues and closes."""
        async with self.database.write() as transaction:
            await transaction.alone("sweep")
            deliveries, editions = DeliveryStore(transaction), EditionStore(transaction)
            await _give_up(transaction, now)
            lost = await deliveries.orphans_to_uncertain(now, claimed_before=now - SENDING_TAKES)
            if lost:
                log.warning("deliveries_uncertain", count=lost)
            expired = await deliveries.expire(now)
            if expired:
                log.error("deliveries_expired", count=expired)
            await deliveries.skip_unreachable(now)
            await deliveries.finish_editions()
            for edition in await editions.unfinished("open"):
                await self.queue.enqueue(_prepare(edition), within=transaction)
            for edition in await editions.unfinished("planned"):
                await self._enqueue_batches(edition, transaction)

    async def _compose(self, edition: EditionRow) -> None:
        async with self.database.read() as transaction:
            wanted = await EditionStore(transaction).wanted(edition)
        for part in _chunks(wanted, PROFILES):
            rows = await self._digests(edition, part)
            async with self.database.write() as transaction:
                await EditionStore(transaction).add_digests(rows)
        log.info("edition_composed", edition=edition.id, digests=len(wanted))

    async def _digests(self, edition: EditionRow, wanted: Sequence[Wanted]) -> list[dict[str, object]]:
        window = Window(min(digest.since for digest in wanted), edition.slot_at)
        async with self.database.read() as transaction:
            preferences = await InterningStore(transaction).preferences({digest.profile_id for digest in wanted})
            selection = Selection(transaction, self.catalogue, window, edition.slot_at, self.written)
            await selection.load(preferences.values())
        rows: list[dict[str, object]] = []
        for digest in wanted:
            composed = selection.compose(preferences[digest.profile_id], since=digest.since)
            row = {"edition_id": edition.id, "profile_id": digest.profile_id, "since": digest.since}
            rows.append(row | {"body": digest_to_json(composed), "item_count": len(composed.items)})
        return rows

    async def _fan_out(self, edition_id: int) -> bool:
        """Make the next deliveries and hand them out; False when the edition is planned."""
        async with self.database.write() as transaction:
            editions = EditionStore(transaction)
            edition = await editions.get(edition_id)
            if edition is None or edition.status != "open":
                return False
            upto = await editions.reach(edition, FAN_OUT)
            if upto is None:
                await editions.set_status(edition_id, "planned")
                await self._enqueue_batches(edition_id, transaction)
                return False
            complete = await editions.fan_out(edition, upto)
        if not complete:
            await self._compose(edition)
        return True

    async def _enqueue_batches(self, edition_id: int, transaction: Transaction) -> None:
        for number, (first, last) in enumerate(await DeliveryStore(transaction).pending_ranges(edition_id, BATCH)):
            payload = {"edition": edition_id, "first": first, "last": last}
            # First batches of every edition go first: a big edition cannot starve a small one.
            job = Job("deliver", payload, key=f"deliver:{edition_id}:{first}", priority=-number)
            await self.queue.enqueue(job, within=transaction)


async def _give_up(transaction: Transaction, now: datetime) -> None:
    """Leave editions that are too late to the next windows, before anything makes deliveries of them."""
    lost = await EditionStore(transaction).give_up(now)
    if lost:
        log.error("editions_expired", count=lost)


def _prepare(edition_id: int) -> Job:
    return Job("prepare_edition", {"edition": edition_id}, key=f"edition:{edition_id}", priority=7)


def _chunks(items: Sequence[Wanted], size: int) -> Iterator[Sequence[Wanted]]:
    return (items[start : start + size] for start in range(0, len(items), size))
