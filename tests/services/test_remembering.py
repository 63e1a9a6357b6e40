"""Counts that are remembered: one of those who ask counts, and nobody else waits who need not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from digests.services.remembering import Remembered
from tests.support.clocks import START

KEPT = timedelta(minutes=5)


@dataclass
class Counter:
    """Counts how often it has counted, each time as long as `gate` is closed."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    counts: int = 0
    fails: bool = False

    async def count(self, _: datetime) -> int:
        await self.gate.wait()
        if self.fails:
            raise RuntimeError
        self.counts += 1
        return self.counts


@pytest.fixture
def counter() -> Counter:
    """One that counts at once."""
    made = Counter()
    made.gate.set()
    return made


async def test_a_count_is_kept_for_a_while(counter: Counter) -> None:
    remembered = Remembered(counter.count, KEPT)
    wanted = [(START, 1), (START + KEPT / 2, 1), (START + KEPT, 2), (START + KEPT * 1.5, 2)]
    assert [await remembered.get(now) for now, _ in wanted] == [count for _, count in wanted]
    assert await remembered.get(START) == 3  # the clock was set back


async def test_of_many_who_ask_at_first_one_counts(counter: Counter) -> None:
    counter.gate.clear()
    remembered = Remembered(counter.count, KEPT)
    asking = [asyncio.ensure_future(remembered.get(START)) for _ in range(100)]
    await asyncio.sleep(0)
    counter.gate.set()
    assert await asyncio.gather(*asking) == [1] * 100


async def test_while_one_counts_anew_the_others_get_the_count_before(counter: Counter) -> None:
    remembered, later = Remembered(counter.count, KEPT), START + 2 * KEPT
    await remembered.get(START)
    counter.gate.clear()
    first = asyncio.ensure_future(remembered.get(later))
    await asyncio.sleep(0)
    assert [await remembered.get(later) for _ in range(3)] == [1, 1, 1]
    counter.gate.set()
    assert await first == 2
    assert await remembered.get(later) == 2


async def test_after_a_failure_the_next_one_counts(counter: Counter) -> None:
    remembered, counter.fails = Remembered(counter.count, KEPT), True
    with pytest.raises(RuntimeError):
        await remembered.get(START)
    counter.fails = False
    assert await remembered.get(START) == 1
