"""Sends the deliveries of an edition: claim, send, settle. A crash in between leaves rows that are never sent again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from digests.domain.delivery import DeliveryStatus, Effect, Outcome, Parcel, Result, Verdict, judge
from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest
from digests.domain.subscribers import Status
from digests.ports import Clock, Messenger
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import Claimed, DeliveryStore
from digests.storage.editions import EditionStore
from digests.storage.rate import RateStore
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=60)
"""A job waits so long for the next delivery that may be tried again; what comes later is found by the sweep."""
REASON_LENGTH = 64
"""Characters of a reason that the column holds."""


@dataclass
class Delivering:
    """Hands digests to the messenger within the one global limit."""

    database: Database
    messenger: Messenger
    clock: Clock
    bot: str  # names the limit's bucket
    rate: float  # messages per second for digests
    at_once: int  # messages in flight
    late_after: timedelta  # a digest later than this says so
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def stop(self) -> None:
        """Claim nothing more, wait for nothing more; what is in flight is finished."""
        self._stopping.set()

    async def recover(self, now: datetime) -> int:
        """At the start of the only process: what a dead one left in flight is uncertain. Returns how many."""
        async with self.database.write() as transaction:
            count = await DeliveryStore(transaction).orphans_to_uncertain(now)
        if count:
            log.warning("deliveries_uncertain", count=count)
        return count

    async def deliver(self, edition_id: int, first: int, last: int) -> None:
        """Send what is due to the subscribers `first`..`last` of an edition."""
        digests: dict[int, Digest] = {}
        counts: Counter[str] = Counter()
        while not self._stopping.is_set():
            claimed, wait = await self._claim(edition_id, first, last, digests)
            if claimed:
                outcomes = await asyncio.gather(*(self._send(one, digests[one.digest_id]) for one in claimed))
                counts += Counter(await self._settle(list(zip(claimed, outcomes, strict=True))))
            elif wait is None:
                break
            else:
                await self._wait(wait)
        log.info("batch_delivered", edition=edition_id, first=first, last=last, **counts)

    async def _wait(self, seconds: float) -> None:
        """Let the clock go on, but not beyond a stop."""
        waiting = {asyncio.ensure_future(self.clock.sleep(seconds)), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _claim(
        self, edition_id: int, first: int, last: int, digests: dict[int, Digest]
    ) -> tuple[list[Claimed], float | None]:
        """Take tokens and move rows to `sending`; else seconds to wait, or None when this job has nothing left.

        The claimed rows' digests are put into `digests` before anything is committed.
        """
        async with self.database.write() as transaction:
            deliveries = DeliveryStore(transaction)
            due = await deliveries.next_due(edition_id, first, last)
            edition = await EditionStore(transaction).get(edition_id)
            now = self.clock.now()
            if due is None or edition is None or now > edition.expires_at or due > now + PATIENCE:
                return [], None
            if due > now:
                return [], (due - now).total_seconds()
            rate = self._limit(transaction)
            grant = await rate.take(self.at_once, now)
            claimed = await deliveries.claim(edition_id, first, last, now, grant.tokens)
            await rate.give_back(grant.tokens - len(claimed))
            missing = {one.digest_id for one in claimed} - digests.keys()
            for digest_id, body in (await deliveries.digest_bodies(missing)).items():
                digests[digest_id] = digest_from_json(body)
            if not claimed and (grant.tokens or grant.wait > PATIENCE.total_seconds()):
                return [], None  # readers who have left, or a long halt: the sweep comes back to it
            return claimed, max(grant.wait, 0.01)

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
        )
        try:
            return await self.messenger.deliver(parcel)
        except Exception:  # a fault of ours must not leave the others of the batch without an outcome
            log.exception("delivery_crashed", edition=claimed.edition_id, subscriber=claimed.subscriber_id)
            return Outcome(Result.UNKNOWN, reason="crash")

    async def _settle(self, results: Sequence[tuple[Claimed, Outcome]]) -> list[str]:
        statuses: list[str] = []
        async with self.database.write() as transaction:
            now = self.clock.now()
            for claimed, outcome in results:
                verdict = judge(outcome, attempts=claimed.attempts, plain=claimed.plain, now=now)
                values = _columns(verdict, outcome, claimed, now)
                await DeliveryStore(transaction).settle(claimed.edition_id, claimed.subscriber_id, values)
                await self._take_effect(transaction, claimed, outcome, verdict.effect)
                if outcome.result is Result.WAIT:
                    await self._limit(transaction).block(outcome.retry_after, now)
                _report(claimed, outcome, verdict)
                statuses.append(verdict.status.value)
        return statuses

    async def _take_effect(self, transaction: Transaction, claimed: Claimed, outcome: Outcome, effect: Effect) -> None:
        subscribers = SubscriberStore(transaction)
        if effect is Effect.BLOCK:
            await subscribers.set_status(claimed.chat.id, Status.BLOCKED)
        elif effect is Effect.PAUSE:
            await subscribers.set_status(claimed.chat.id, Status.PAUSED, claimed.chat.thread_id)
        elif effect is Effect.MOVE and outcome.new_chat_id is not None:
            await subscribers.move(claimed.chat.id, outcome.new_chat_id)

    def _limit(self, transaction: Transaction) -> RateStore:
        return RateStore(transaction, self.bot, self.rate)


def _columns(verdict: Verdict, outcome: Outcome, claimed: Claimed, now: datetime) -> dict[str, Any]:
    return {
        "status": verdict.status,
        "not_before": verdict.not_before,
        "plain": verdict.plain or claimed.plain,
        "message_ids": list(outcome.message_ids or claimed.sent_parts),
        "reason": outcome.reason[:REASON_LENGTH] or None,
        "finished_at": None if verdict.status is DeliveryStatus.PENDING else now,
    }


def _report(claimed: Claimed, outcome: Outcome, verdict: Verdict) -> None:
    if verdict.status is DeliveryStatus.SENT:
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
