"""Big slots: how long they take, who is served when, and whether an operator pays for more speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from digests.domain.paying import PAID_RATE, Paying, is_paid
from digests.domain.spreading import MINUTE, Load, is_big, minutes, place, readers_at, upcoming
from digests.domain.subscribers import Chat
from digests.ports import Clock
from digests.services.remembering import Remembered
from digests.storage.big_slots import BigSlot, BigSlotStore
from digests.storage.database import Database, Transaction

log = structlog.get_logger(__name__)

AHEAD = timedelta(days=1)
"""So far ahead operators see slots."""
_COUNTED_FOR = timedelta(minutes=1)
"""Readers are counted so often at most: everybody who looks at his times wants to know."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A slot as operators see it."""

    slot_at: datetime  # UTC
    digests: int  # of one that has begun: those left
    free: timedelta  # how long it takes at the free rate
    fast: timedelta  # how long it takes at the paid rate
    spread: int  # minutes over which it is spread, 0 when it is not
    begun: bool
    paid: bool
    refusal: str | None  # why Telegram does not carry it as paid, in its words


@dataclass
class BigSlots:
    """Decides over how long slots are spread, and keeps what operators decide."""

    database: Database
    clock: Clock
    rate: float  # messages per second for digests that cost nothing
    grace: timedelta  # after it an edition expires
    paying: Paying = Paying.OFF
    paid_rate: float = PAID_RATE  # messages per second for digests that may cost something
    _loads: Remembered[list[Load]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without counts."""
        self._loads = Remembered(self._count, _COUNTED_FOR)

    def is_paid(self, slot: BigSlot) -> bool:
        """Whether the digests of a slot go at the paid rate."""
        return is_paid(self.paying, chosen=slot.paid_at is not None, refused=slot.refused_at is not None)

    async def spread(self, transaction: Transaction, slot_at: datetime) -> int:
        """Over how many minutes the digests of this slot (UTC) are spread: decided once, with its first delivery."""
        store = BigSlotStore(transaction)
        slot = await store.get(slot_at)
        if slot.spread is not None:
            return slot.spread
        span = 0 if self.is_paid(slot) else self._span(await store.size(slot_at))
        if not span and slot.paid_at is None:
            return 0  # nothing that would have to be kept
        log.info("slot_spread", slot=slot_at.isoformat(), minutes=span)
        return await store.decide(slot_at, span)

    async def served_at(self, chat: Chat, slot_at: datetime) -> datetime:
        """When a chat's digest of a slot to come (UTC) is about to arrive, as many as read then at present."""
        span = self._span(readers_at(await self._loads.get(self.clock.now()), slot_at))
        if not span:
            return slot_at
        async with self.database.read() as transaction:
            slot = await BigSlotStore(transaction).get(slot_at)
        return slot_at if self.is_paid(slot) else slot_at + place(chat, span)

    async def upcoming(self) -> Sequence[Upcoming]:
        """The slots of the next day, and those that are going out, which take longer than a minute; soonest first."""
        now = self.clock.now()
        async with self.database.read() as transaction:
            store = BigSlotStore(transaction)
            counts = dict(upcoming(await store.loads(), now + AHEAD)) | await store.under_way(now)
            big = sorted(slot for slot, count in counts.items() if is_big(count, self.rate))
            return [self._seen(await store.get(slot), counts[slot], now) for slot in big]

    async def find(self, slot_at: datetime) -> Upcoming | None:
        """One of `upcoming`."""
        return next((slot for slot in await self.upcoming() if slot.slot_at == slot_at), None)

    async def choose(self, slot_at: datetime) -> bool:
        """Let a slot, or what is left of it, go at the paid rate; False when there is nothing of it to send."""
        if self.paying is not Paying.ASK or await self.find(slot_at) is None:
            return False
        async with self.database.write() as transaction:
            await BigSlotStore(transaction).choose(slot_at, self.clock.now())
        log.info("slot_paid", slot=slot_at.isoformat())
        return True

    async def undo(self, slot_at: datetime) -> bool:
        """Let a slot go at the free rate after all; False when it has begun."""
        if slot_at <= self.clock.now():
            return False
        async with self.database.write() as transaction:
            await BigSlotStore(transaction).undo(slot_at)
        log.info("slot_not_paid", slot=slot_at.isoformat())
        return True

    def _span(self, digests: int) -> int:
        return minutes(digests, self.rate, self.grace // MINUTE // 2)

    def _seen(self, slot: BigSlot, digests: int, now: datetime) -> Upcoming:
        begun, paid = slot.slot_at <= now, self.is_paid(slot)
        planned = slot.spread if slot.spread is not None else self._span(digests)
        return Upcoming(
            slot.slot_at,
            digests,
            free=timedelta(seconds=digests / self.rate),
            fast=timedelta(seconds=digests / self.paid_rate),
            spread=0 if paid else planned,
            begun=begun,
            paid=paid,
            refusal=slot.refusal,
        )

    async def _count(self, _: datetime) -> list[Load]:
        async with self.database.read() as transaction:
            return await BigSlotStore(transaction).loads()
