"""The two ways on which digests leave, each with a pace of its own: the free one, and the one that may cost Stars."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from digests.domain.delivery import Outcome, Result
from digests.domain.notices import Notice, NoticeKind
from digests.domain.pacing import Lease, Pace, until
from digests.domain.paying import Paying, is_paid
from digests.ports import Clock
from digests.services.resting import rest
from digests.services.traffic import Traffic
from digests.storage.big_slots import BigSlotStore
from digests.storage.database import Transaction
from digests.storage.notices import NoticeStore

log = structlog.get_logger(__name__)

DOUBTS = 3
"""So many chats of a job refused for reasons that we do not know, and it is taken to be the payment."""
TRIES = 2
"""A delivery that failed so often on the paid lane goes without payment: whatever is wrong was not speed."""
_REASON = 64
"""Characters of a reason that the column holds."""
TARDY = timedelta(milliseconds=30)
"""Where several processes send, a slot missed by more is given up, since who catches up meets the slots of the others.
A second may see too many by so much of a second's messages, which is what the rates in use leave to Telegram's limits.
"""
_BESIDE = 0.93
"""Beside others so much of the rate is used: messages that are held up together, as while connections are opened,
arrive among those of others, who do not know of it. A tenth of a second's messages find room then.
"""
_BRIEF = 0.1
"""Seconds; a wait that is shorter need not be ended by a stop, which costs more than the message."""
_SECOND = timedelta(seconds=1)
_SHARED = timedelta(seconds=10)
"""So long after another process has taken slots it is reckoned with."""


@dataclass
class Lane:
    """What leaves at one pace."""

    name: str  # of the limit's row
    rate: float  # messages per second
    at_once: int  # rows of a process claimed and not settled, and senders
    traffic: Traffic = field(default_factory=Traffic)
    paid: bool = False
    alone: bool = False  # no other process can take slots
    under_way: int = 0  # over all batches
    claiming: asyncio.Lock = field(default_factory=asyncio.Lock)  # by one batch, else each claims little
    leaving: asyncio.Lock = field(default_factory=asyncio.Lock)
    slots: deque[datetime] = field(default_factory=deque)  # one for each row that waits in line
    _had: deque[datetime] = field(default_factory=deque)  # slots of the last second
    _left_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=8))  # where this process left the limit
    _shared_until: datetime | None = None

    def look(self, pace: Pace, now: datetime) -> None:
        """See by the limit, as it was found, whether others take slots too; who begins may not see them yet."""
        if self.alone:
            return
        if pace.next_at > now and pace.next_at not in self._left_at:
            self._shared_until = now + _SHARED
        elif not self._left_at or self._left_at[-1] < now - _SECOND:
            self._shared_until = max(self._shared_until or now, now + _SECOND)

    def leave(self, pace: Pace) -> None:
        """Remember where the limit is left, before it is committed: another turn of this process may look at once."""
        self._left_at.append(pace.next_at)

    def places(self, settled: Sequence[Lane]) -> int:
        """How many rows may be claimed by a transaction that settles rows which left on these lanes.

        Together, so that a turn that only settles need not be followed by one that only claims.
        """
        return self.at_once - self.under_way + sum(lane is self for lane in settled)

    def take(self, lease: Lease, count: int) -> None:
        """Keep the first `count` slots of a lease."""
        self.slots.extend(slot for slot, _ in zip(lease, range(count), strict=False))

    def rate_at(self, now: datetime) -> float:
        """Messages a second at which slots are taken at present."""
        return self.rate * _BESIDE if self.is_shared(now) else self.rate

    def is_shared(self, now: datetime) -> bool:
        """Whether other processes have taken slots lately."""
        return self._shared_until is not None and now < self._shared_until

    async def turn(self, clock: Clock, stopping: asyncio.Event) -> datetime | None:
        """Wait for the next slot that can be met; the time then (UTC). None when there is none left, or at a stop."""
        while self.slots and not stopping.is_set():
            slot, now = self.slots.popleft(), clock.now()
            while (wait := self.wait(slot, now)) and not stopping.is_set():
                await (clock.sleep(wait) if wait < _BRIEF else rest(clock, wait, stopping))
                now = clock.now()
            if self.in_time(slot, now):
                return now
        return None

    def wait(self, slot: datetime, now: datetime) -> float:
        """Seconds until a message may leave at this slot, as far as is known: what is on its way may make it longer."""
        due = until(slot, now, self.rate)
        return max(due, self.traffic.window(self.most(slot, now), now)).total_seconds()

    def in_time(self, slot: datetime, now: datetime) -> bool:
        """Whether a message may still leave at this slot."""
        return now - slot <= TARDY or not self.is_shared(now)

    def most(self, slot: datetime, now: datetime) -> int:
        """Of how many messages of this process Telegram may hear within a second, the one of `slot` being the last.

        Beside others no more than it had slots then: what is held up on its way must not meet what they send.
        """
        if not self._had or self._had[-1] != slot:
            self._had.append(slot)
        while self._had[0] <= slot - _SECOND or self._had[0] > slot:  # the second one after the clock was set back
            self._had.popleft()
        return len(self._had) if self.is_shared(now) else max(1, int(self.rate))


@dataclass(frozen=True, slots=True)
class Lanes:
    """Finds the lane of a slot."""

    free: Lane
    paid: Lane | None = None
    paying: Paying = Paying.OFF

    @property
    def at_once(self) -> int:
        """The most that one batch has under way."""
        return max(self.free.at_once, self.paid.at_once) if self.paid else self.free.at_once

    async def of(self, transaction: Transaction, slot_at: datetime) -> Lane:
        """The lane of a slot (UTC) at present: an operator may choose, and Telegram refuse, while it is going out."""
        if self.paid is None:
            return self.free
        slot = await BigSlotStore(transaction).get(slot_at)
        chosen, refused = slot.paid_at is not None, slot.refused_at is not None
        return self.paid if is_paid(self.paying, chosen=chosen, refused=refused) else self.free

    async def refused(
        self,
        transaction: Transaction,
        slot_at: datetime,
        outcomes: Iterable[tuple[int, Outcome]],
        doubted: set[int],
        now: datetime,
    ) -> bool:
        """Whether these outcomes, with their chats, mean that Telegram does not carry the paid digests of this slot.

        It may say so; words that we do not know mean it when `DOUBTS` chats get them. `doubted` collects those.
        """
        sure = ""
        for chat_id, outcome in outcomes:
            if outcome.result is Result.DOUBTED:
                doubted.add(chat_id)
            if outcome.result is Result.UNPAID or (outcome.result is Result.DOUBTED and len(doubted) >= DOUBTS):
                sure = sure or outcome.reason or "refused"
        if sure:
            await self._refuse(transaction, slot_at, sure, now)
        return bool(sure)

    async def _refuse(self, transaction: Transaction, slot_at: datetime, reason: str, now: datetime) -> None:
        """What is left of this slot goes free, and operators hear of it."""
        if not await BigSlotStore(transaction).refuse(slot_at, reason[:_REASON], now):
            return
        log.error("paid_broadcast_refused", slot=slot_at.isoformat(), reason=reason)
        each = self.paying is Paying.ASK  # what was chosen is told each time, a setting once a day
        since = now if each else now.replace(hour=0, minute=0, second=0, microsecond=0)
        subject = slot_at.isoformat() if each else Paying.ON
        notice = Notice(NoticeKind.PAID_REFUSED, subject, slot_at.isoformat(), since, reason)
        await NoticeStore(transaction).add([notice], now)
