"""The slots of a lane: what a process does with those that it has missed, alone and beside others."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from digests.domain.pacing import Pace
from digests.services.lanes import TARDY, Lane
from tests.support.clocks import START, ManualClock

SECOND = timedelta(seconds=1)


def leased(lane: Lane, pace: Pace, count: int, now: datetime) -> Pace:
    """One turn of a process: it looks at the limit, takes slots and leaves it behind."""
    lane.look(pace, now)
    lease = pace.lease(count, lane.rate, now)
    pace = pace.taken(lease, count)
    lane.leave(pace)
    lane.take(lease, count)
    return pace


def missed(lane: Lane, now: datetime) -> list[int]:
    """How many tenths of a second after START its slots were that cannot be met any more; all are taken."""
    slots = [lane.slots.popleft() for _ in range(len(lane.slots))]
    return [round((slot - START) / SECOND * 10) for slot in slots if not lane.in_time(slot, now)]


def test_a_process_alone_makes_up_for_what_it_has_missed() -> None:
    lane, pace = Lane("bot", 10, 8), Pace(START)
    for _ in range(3):
        pace = leased(lane, pace, 4, START)
    assert len(lane.slots) == 12
    assert missed(lane, START + 9 * SECOND) == []


def test_beside_others_missed_slots_are_given_up() -> None:
    lane, other, pace = Lane("bot", 10, 8), Lane("bot", 10, 8), Pace(START)
    for each in (lane, other, lane):
        pace = leased(each, pace, 4, START)
    assert lane.in_time(START, START + TARDY)
    assert missed(lane, START + 0.905 * SECOND) == [0, 1, 2, 3, 8]


def test_others_are_forgotten_when_they_have_gone() -> None:
    lane, pace = Lane("bot", 10, 8), Pace(START + SECOND)  # somebody has taken slots
    pace = leased(lane, pace, 1, START)
    assert missed(lane, START + 3 * SECOND) == [10]
    leased(lane, pace, 1, START + 11 * SECOND)
    assert missed(lane, START + 13 * SECOND) == []


def test_beside_others_slots_are_taken_at_a_lower_rate() -> None:
    lane, now = Lane("bot", 100, 8), START
    assert lane.rate_at(now) == 100
    lane.look(Pace(now), now)  # who begins does not see those who begin with him
    lane.leave(Pace(now + SECOND / 2))
    assert lane.rate_at(now) == pytest.approx(93)
    lane.look(Pace(now + SECOND / 2), now := now + SECOND)
    assert lane.rate_at(now) == 100
    lane.look(Pace(now + SECOND), now)
    assert lane.rate_at(now) == pytest.approx(93)
    assert lane.rate_at(now + 11 * SECOND) == 100


def test_beside_others_a_second_holds_no_more_than_own_slots() -> None:
    lane, now = Lane("bot", 10, 8), START + SECOND / 2
    alone = [lane.most(START + number * SECOND / 4, now) for number in range(3)]
    lane.look(Pace(now + SECOND), now)
    assert alone == [10, 10, 10]
    assert [lane.most(START + number * SECOND / 4, now) for number in range(3, 6)] == [4, 4, 4]
    assert lane.most(START, now) == 1  # the clock was set back


async def test_a_slot_and_the_second_before_it_are_waited_for_at_once() -> None:
    lane, clock = Lane("bot", 2, 8), ManualClock(START)
    for _ in range(2):
        lane.traffic.digest_answered(lane.traffic.digest_left(clock.now()), clock.now())
    lane.slots.append(START + SECOND / 25)
    assert await lane.turn(clock, asyncio.Event()) == START + SECOND
    assert clock.slept == [1.0]


def departures(lane: Lane, chance: Random, stalls: float) -> Iterator[datetime]:
    """When the messages of a process leave, which now and then is kept from running for up to 300 ms."""
    awake = START
    while lane.slots:
        slot = lane.slots.popleft()
        if chance.random() < stalls:
            awake = max(awake, slot + SECOND * chance.random() * 0.3)
        now = max(slot, awake)
        now += lane.traffic.window(lane.most(slot, now), now)
        awake = now
        if lane.in_time(slot, now):
            lane.traffic.digest_left(now)
            yield now


@pytest.mark.parametrize("rate", [29, 97, 970])
@pytest.mark.parametrize("processes", [1, 2, 4, 20])
def test_no_second_of_all_processes_together_sees_too_many(processes: int, rate: int) -> None:
    for seed in range(3):
        chance, pace = Random(seed), Pace(START)  # noqa: S311 - not secret
        lanes = [Lane("bot", rate, 128) for _ in range(processes)]
        while pace.next_at < START + 10 * SECOND:
            pace = leased(chance.choice(lanes), pace, 10, max(START, pace.next_at - SECOND))
        left = sorted(at for lane in lanes for at in departures(lane, chance, min(0.2, processes / rate)))
        busiest = max(bisect_left(left, at + SECOND) - first for first, at in enumerate(left))
        assert busiest <= rate * 1.031 + 1
        assert len(left) >= rate * (9 if processes == 1 else 1)  # who begins reckons with others for a second


@pytest.mark.parametrize(("rate", "limit"), [(29, 30), (25, 26), (970, 990)])
def test_after_a_stall_the_limit_is_kept_with_time_to_spare(rate: int, limit: int) -> None:
    """Who leaves just before a second has passed arrives too early once the way is a little quicker."""
    shortest = []
    for seed in range(20):
        lane, pace = Lane("bot", rate, 128, alone=True), Pace(START)
        while pace.next_at < START + 10 * SECOND:
            pace = leased(lane, pace, 10, max(START, pace.next_at - SECOND))
        left = list(departures(lane, Random(seed), 2 / rate))  # noqa: S311 - not secret
        assert len(left) >= 10 * rate
        shortest.append(min(last - first for first, last in zip(left, left[limit:], strict=False)))
    assert min(shortest) >= 1.02 * SECOND
