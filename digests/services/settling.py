"""Writes down what became of deliveries: the row's next state, and what it means for the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from digests.domain.bindings import Hindrance
from digests.domain.delivery import DeliveryStatus, Effect, Outcome, Result, Verdict, judge
from digests.domain.notices import topic_closed
from digests.domain.subscribers import Chat, Status
from digests.services.lanes import Lane
from digests.services.traffic import pause
from digests.storage.bindings import BindingStore
from digests.storage.database import Transaction
from digests.storage.deliveries import Claimed, DeliveryStore, Settled
from digests.storage.following import FollowStore
from digests.storage.notices import NoticeStore
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

REASON_LENGTH = 64
"""Characters of a reason that the column holds."""
Done = tuple[Claimed, Lane, Outcome]
"""A delivery, the lane on which it left, and what became of it."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles deliveries within a transaction; once more changes nothing, should nobody know whether it was kept."""

    transaction: Transaction

    async def settle(self, results: Sequence[Done], now: datetime) -> Counter[str]:
        """Write outcomes; how many deliveries are what now."""
        settled: list[Settled] = []
        judged: list[tuple[Claimed, Outcome, Verdict]] = []
        for claimed, _, outcome in results:
            verdict = judge(outcome, attempts=claimed.attempts, plain=claimed.plain, now=now)
            if outcome.result is Result.MORE:
                verdict = replace(verdict, not_before=now + pause(claimed.chat.id))
            settled.append(_settled(verdict, outcome, claimed, now))
            judged.append((claimed, outcome, verdict))
        await DeliveryStore(self.transaction).settle(settled)
        for claimed, outcome, verdict in judged:  # on rows that wait, to which those put back belong by now
            await self._take_effect(claimed, outcome, verdict, now)
            if verdict.status in (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN) and not claimed.breaks:
                await self._note_told(claimed)
        self.transaction.after_commit(partial(_report, judged))
        return Counter(one.status.value for one in settled)

    async def _note_told(self, claimed: Claimed) -> None:
        """What a digest has said beside its stories need not be said again."""
        if claimed.quiet:
            follows = FollowStore(self.transaction)
            await follows.note_told(claimed.subscriber_id, claimed.quiet, claimed.edition_id)
        if claimed.away_since is not None:
            await SubscriberStore(self.transaction).back_since(claimed.subscriber_id, claimed.away_since)

    async def _take_effect(self, claimed: Claimed, outcome: Outcome, verdict: Verdict, now: datetime) -> None:
        subscribers, chat = SubscriberStore(self.transaction), claimed.chat
        if verdict.effect is Effect.BLOCK:
            await subscribers.set_status(chat.id, Status.BLOCKED)
        elif verdict.effect is Effect.PAUSE:
            await self._hinder(claimed.chat, outcome, now)
        elif verdict.effect is Effect.MOVE and outcome.new_chat_id is not None:
            await subscribers.move(chat.id, outcome.new_chat_id)
        elif outcome.result is Result.WAIT and verdict.not_before is not None:
            await DeliveryStore(self.transaction).postpone(chat.id, verdict.not_before)

    async def _hinder(self, chat: Chat, outcome: Outcome, now: datetime) -> None:
        """Telegram lets no digest in: they rest; managers hear of it, and operators of a closed topic."""
        closed = outcome.result is Result.THREAD_CLOSED
        hindrance = Hindrance.TOPIC_CLOSED if closed else Hindrance.RIGHTS
        count = await BindingStore(self.transaction).hinder(chat, hindrance, now, everywhere=not closed)
        if count and closed:
            await NoticeStore(self.transaction).add([topic_closed(chat, outcome.reason, now)], now)


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
        claim=claimed.claim,
        story_counts=outcome.story_counts,
    )


def _report(judged: Sequence[tuple[Claimed, Outcome, Verdict]]) -> None:
    for claimed, outcome, verdict in judged:
        if verdict.status is DeliveryStatus.SENT or outcome.result in (Result.MORE, Result.HELD, Result.UNWANTED):
            continue
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
