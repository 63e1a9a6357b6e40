"""Slots in the one limit for messages that are no digests: taken in the transaction that claims what they are for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from digests.domain.pacing import Lease
from digests.ports import Clock
from digests.services.traffic import Report, Traffic
from digests.storage.database import Database, Transaction
from digests.storage.rate import RateStore


@dataclass(slots=True)
class Turn:
    """Free slots, and the transaction in which to claim what takes them."""

    transaction: Transaction
    now: datetime  # UTC, read when nobody else could take slots any more
    lease: Lease
    taken: int = 0  # slots from the first on; whoever claims says how many


@asynccontextmanager
async def leased(
    database: Database, clock: Clock, bot: str, rate: float, traffic: Traffic, wanted: int
) -> AsyncIterator[Turn]:
    """Up to `wanted` slots of the limit of `bot` at `rate` messages a second; the block ends with a commit.

    What the limit does not know yet of this process's `traffic` is written down with it, or given back when it fails.
    """
    reported = Report()
    try:
        async with database.write() as transaction:
            rates = RateStore(transaction, bot)
            pace = await rates.locked()
            now = clock.now()  # after the lock, else waiting for it would hand out slots of the past
            pace = reported.take(traffic).applied(pace, rate, now)
            turn = Turn(transaction, now, pace.lease(wanted, rate, now))
            yield turn
            await rates.save(pace.taken(turn.lease, turn.taken))
    except BaseException:
        reported.give_back()
        raise
    traffic.halted_until = pace.blocked_until
