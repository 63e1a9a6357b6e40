"""Wishes that come at once share batches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from digests.services.gathering import Gathering


class Work:
    """Answers twice the wish once it may; notes its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, wishes: Sequence[int]) -> list[int]:
        """A batch."""
        self.batches.append(list(wishes))
        self.begun.set()
        await self.go.wait()
        if 13 in wishes:
            raise ValueError("thirteen")
        return [2 * wish for wish in wishes]


async def test_what_comes_meanwhile_makes_up_the_next_batches() -> None:
    work = Work()
    gathering = Gathering(work, most=3)
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(gathering.ask(number)) for number in range(6)]
        await asyncio.sleep(0)
        work.go.set()
    assert [task.result() for task in asked] == [0, 2, 4, 6, 8, 10]
    assert len(work.batches) < 6
    assert max(map(len, work.batches)) == 3
    assert await gathering.ask(7) == 14


async def test_an_error_is_told_to_its_batch_alone() -> None:
    work = Work()
    work.go.set()
    gathering = Gathering(work, most=2)
    results = await asyncio.gather(*(gathering.ask(each) for each in (1, 13, 2, 3)), return_exceptions=True)
    assert results[2:] == [4, 6]
    assert isinstance(results[1], ValueError)


async def test_who_is_stopped_at_work_leaves_it_to_the_next() -> None:
    work = Work()
    gathering = Gathering(work, most=9)
    first, second, third = (asyncio.create_task(gathering.ask(number)) for number in (1, 2, 3))
    await work.begun.wait()
    first.cancel()
    third.cancel()
    work.go.set()
    assert await second == 4
    with pytest.raises(asyncio.CancelledError):
        await first
    assert work.batches[-1] == [2]
