"""The pace: never more than the rate in any second, whatever the clock does; and what refusals do to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.pacing import LEAD, MARGIN, Pace, Refusal, until
from digests.services.traffic import Traffic
from tests.support.clocks import START

SECOND = timedelta(seconds=1)
RATES = st.sampled_from([0.05, 1.0, 3.0, 25.0, 29.0, 30.0, 300.0, 1000.0])


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def taken(pace: Pace, wanted: int, rate: float, now: datetime) -> tuple[Pace, list[datetime]]:
    lease = pace.lease(wanted, rate, now)
    assert 0 <= lease.count <= max(0, wanted)
    assert all(slot >= now for slot in lease)
    return pace.taken(lease, lease.count), list(lease)


def busiest(slots: list[datetime]) -> int:
    """The most slots of any sliding second; both must be sorted."""
    most = start = 0
    for end, slot in enumerate(slots):
        while slot - slots[start] >= SECOND:
            start += 1
        most = max(most, end - start + 1)
    return most


def test_slots_follow_one_another_and_rest_saves_nothing_up() -> None:
    pace, slots = taken(Pace(START), 3, 25, START)
    assert slots == [START, after(0.04), after(0.08)]
    pace, slots = taken(pace, 2, 25, START)
    assert slots == [after(0.12), after(0.16)]
    assert taken(pace, 2, 25, after(60))[1] == [after(60), after(60.04)]


def test_what_is_not_taken_is_free_for_the_next() -> None:
    lease = Pace(START).lease(9, 25, START)
    assert Pace(START).taken(lease, 2).next_at == after(0.08)
    assert Pace(START).taken(lease, 0) == Pace(START)


@pytest.mark.parametrize("wanted", [0, -3])
def test_nothing_is_leased_for_nothing(wanted: int) -> None:
    assert taken(Pace(START), wanted, 25, START)[1] == []


def test_slots_are_handed_out_a_little_ahead_and_no_farther() -> None:
    pace, slots = taken(Pace(START), 10_000, 20, START)
    assert slots[-1] == START + LEAD
    lease = pace.lease(1, 20, START)
    assert lease.count == 0
    assert lease.wait == pytest.approx(0.05)


def test_answers_leave_room_for_several_digests_at_once() -> None:
    pace = Pace(START).answered(10_000, 29, START)
    assert pace.lease(8, 29, START).count == 8


@given(
    rate=RATES,
    steps=st.lists(
        st.tuples(st.floats(0, 20), st.integers(-1, 60), st.integers(0, 5), st.booleans()), min_size=1, max_size=60
    ),
)
def test_no_second_ever_has_more_slots_than_the_rate(rate: float, steps: list[tuple[float, int, int, bool]]) -> None:
    pace, now, slots = Pace(START), START, list[datetime]()
    for seconds, wanted, answers, refused in steps:
        now += timedelta(seconds=seconds * min(1, 20 / rate))
        pace = pace.answered(answers, rate, now)
        if refused:
            pace = pace.refused(Refusal(wanted, now, 3 * SECOND), rate)
        pace, found = taken(pace, wanted, rate, now)
        assert not any(now < slot < (pace.blocked_until or now) for slot in found)
        slots += found
    assert slots == sorted(slots)
    assert busiest(slots) <= rate + 1


@given(rate=RATES, sizes=st.lists(st.integers(1, 60), min_size=20, max_size=60))
def test_it_does_not_drift(rate: float, sizes: list[int]) -> None:
    pace, now, slots = Pace(START), START, list[datetime]()
    for size in sizes:
        pace, found = taken(pace, size, rate, now)
        slots += found
        now = max(now, pace.next_at - timedelta(seconds=2 / rate))  # always asked in time
    spent = (pace.next_at - START).total_seconds()
    assert spent == pytest.approx(len(slots) / rate, rel=2e-3)


@given(rate=st.sampled_from([1.0, 25.0, 300.0]), jump=st.floats(-100_000, 100_000))
def test_a_clock_that_jumps_neither_stops_nor_floods(rate: float, jump: float) -> None:
    pace, _ = taken(Pace(START), 20, rate, START)
    now = START + timedelta(seconds=jump)
    waited, slots = timedelta(), list[datetime]()
    while len(slots) < 20:
        lease = pace.lease(20 - len(slots), rate, now)
        if not lease.count:
            waited += timedelta(seconds=lease.wait)
            now += timedelta(seconds=lease.wait)
            assert waited < timedelta(seconds=120 + 20 / rate)
            continue
        pace = pace.taken(lease, lease.count)
        slots += lease
    assert busiest(slots) <= rate + 1


def test_answers_push_digests_back_by_a_second_at_most() -> None:
    pace = Pace(START).answered(5, 25, START)
    assert pace.next_at == after(0.2)
    assert pace.answered(1000, 25, START).next_at == after(1)
    far = Pace(after(3))
    assert far.answered(5, 25, START) == far


def test_a_refusal_pauses_digests_briefly_and_slows_them() -> None:
    pace = Pace(START).refused(Refusal(7, START, 30 * SECOND), 24)
    assert pace.blocked_until is None
    assert pace.next_at == after(5)
    assert pace.rate(24, START) == 18
    again = pace.refused(Refusal(7, after(1), SECOND), 24)
    assert again.rate(24, after(1)) == 18  # one burst of refusals is one reason
    assert pace.refused(Refusal(7, after(6), SECOND), 24).rate(24, after(6)) == 13.5
    assert [pace.rate(24, after(second)) for second in (9, 10, 35, 60, 600)] == [18, 19, 21, 24, 24]
    assert pace.rate(24, after(-50)) == 18


def test_refusals_of_three_chats_within_seconds_halt_everything() -> None:
    pace = Pace(START)
    for who, at, wait in ((1, 0, 7), (2, 3, 40), (2, 3, 9)):
        pace = pace.refused(Refusal(who, after(at), wait * SECOND), 25)
        assert pace.blocked_until is None
    pace = pace.refused(Refusal(3, after(4), 5 * SECOND), 25)
    assert pace.blocked_until == after(44) + MARGIN
    lease = pace.lease(5, 25, after(10))
    assert (lease.count, lease.wait) == (0, 34.5)
    assert pace.lease(5, 25, pace.blocked_until).count == 5
    shorter = pace.refused(Refusal(4, after(5), SECOND), 25)
    assert shorter.blocked_until is not None
    assert shorter.blocked_until >= pace.blocked_until


def test_refusals_far_apart_have_nothing_to_do_with_one_another() -> None:
    pace = Pace(START)
    for who in range(9):
        pace = pace.refused(Refusal(who, after(6 * who), SECOND), 25)
    assert pace.blocked_until is None
    assert len(pace.refusals) == 1


@given(RATES, st.floats(0.001, 5))
def test_a_slot_that_was_handed_out_is_waited_for_unless_the_clock_was_set_back(rate: float, hours: float) -> None:
    slots = list(Pace(START).lease(10_000, rate, START))
    assert all(until(slot, START, rate) == slot - START for slot in slots)
    assert until(START, slots[-1], rate) == timedelta()
    back = START - timedelta(hours=hours) - timedelta(seconds=2 / (rate * 0.05)) - timedelta(minutes=1) - LEAD
    assert until(slots[-1], back, rate) == timedelta()


def test_a_chat_does_not_wait_for_the_time_before_the_clock_was_set_back() -> None:
    traffic = Traffic()
    traffic.answered(7, START)
    assert traffic.crowded(7, START) == SECOND
    assert traffic.crowded(7, START - timedelta(hours=1)) == timedelta()
