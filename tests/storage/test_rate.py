"""The one limit's row: every process sees what the others have reserved, and reads the clock after the lock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from digests.domain.pacing import Pace, Refusal
from digests.storage.database import Database
from digests.storage.rate import RateStore
from tests.support.clocks import START

SECOND = timedelta(seconds=1)


async def test_a_pace_comes_back_as_it_was_saved(database: Database) -> None:
    pace = Pace(START, START + SECOND, 2.5, START - SECOND, (Refusal(4_000_000_000, START, 35 * SECOND),))
    async with database.write() as transaction:
        assert (await RateStore(transaction, "bot").locked()).next_at < START
        await RateStore(transaction, "bot").save(pace)
        assert (await RateStore(transaction, "another bot").locked()).slowed == 0
    async with database.write() as transaction:
        assert await RateStore(transaction, "bot").locked() == pace


async def lease(database: Database, wanted: int, times: int) -> list[datetime]:
    """Slots of a process, by its own clock, read after the lock."""
    slots: list[datetime] = []
    for _ in range(times):
        async with database.write() as transaction:
            store = RateStore(transaction, "bot")
            pace = await store.locked()
            found = pace.lease(wanted, 50, datetime.now(UTC))
            await store.save(pace.taken(found, found.count))
            slots += found
    return slots


async def test_several_processes_never_share_a_slot(database: Database) -> None:
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    found = await asyncio.gather(*(lease(each, 5, 3) for each in (database, *others)))
    for each in others:
        await each.close()
    slots = sorted(slot for each in found for slot in each)
    assert len(slots) == 60
    assert min(later - earlier for earlier, later in pairwise(slots)) >= SECOND / 50
