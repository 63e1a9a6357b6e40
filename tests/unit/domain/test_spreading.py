"""Spreading: everybody within the span that was told, evenly, never early, and at the same place every day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.paying import Paying, is_paid, stars
from digests.domain.schedule import WORKDAYS, Schedule
from digests.domain.spreading import AT_MOST, MINUTE, Load, is_big, minutes, place, readers_at, upcoming
from digests.domain.subscribers import Chat
from tests.support.clocks import START

CHATS = st.builds(Chat, st.integers(-(10**13), 10**13), st.integers(0, 10**6))
SPANS = st.integers(2, 60)


@given(CHATS, SPANS)
def test_a_place_is_a_whole_minute_of_the_span(chat: Chat, span: int) -> None:
    assert timedelta() <= place(chat, span) < span * MINUTE
    assert place(chat, span) % MINUTE == timedelta()


def test_without_a_span_everybody_is_served_at_the_slot() -> None:
    assert place(Chat(4711), 0) == timedelta()


@given(st.integers(1, 10**10), st.integers(1, 4), SPANS)
def test_chats_that_were_opened_one_after_another_are_spread_evenly(first: int, step: int, span: int) -> None:
    counts = Counter(place(Chat(first + number * step), span) for number in range(3000))
    assert len(counts) == span
    assert max(counts.values()) < 1.25 * 3000 / span


@given(st.integers(0, 10**6), SPANS)
def test_chats_of_any_numbers_are_spread_as_evenly_as_chance_does(seed: int, span: int) -> None:
    numbers = random.Random(seed).sample(range(1, 10**10), 3000)  # noqa: S311
    counts = Counter(place(Chat(number), span) for number in numbers)
    mean = 3000 / span
    assert max(counts.values()) < mean + 7 * mean**0.5


@given(st.integers(0, 10**6), st.floats(1, 1000), st.integers(2, 60))
def test_the_span_is_wide_enough_and_no_wider(digests: int, rate: float, at_most: int) -> None:
    span = minutes(digests, rate, at_most)
    assert span <= at_most
    if digests <= 60 * rate:
        assert span == 0
    elif span < at_most:
        assert digests / (span * 60) <= rate * 1.000001
        assert digests / (span * 60) <= 0.8 * rate * 1.000001 or span >= AT_MOST
        assert span <= AT_MOST or (span - 1) * 60 < digests / rate  # no longer than it takes


@pytest.mark.parametrize(
    ("digests", "rate", "span"),
    [
        (1500, 25, 0),
        (1501, 25, 2),
        (9000, 25, 8),
        (18_000, 25, 15),
        (22_000, 25, 15),
        (45_000, 25, 30),
        (45_000, 29, 26),
    ],
)
def test_spans_of_usual_sizes(digests: int, rate: float, span: int) -> None:
    assert minutes(digests, rate, 60) == span


@given(CHATS, st.integers(20_000, 22_000), st.integers(20_000, 22_000))
def test_others_who_join_move_nobody_within_the_same_span(chat: Chat, before: int, after: int) -> None:
    assert place(chat, minutes(before, 25, 60)) == place(chat, minutes(after, 25, 60))


def test_an_edition_that_lives_for_minutes_is_not_spread_beyond_them() -> None:
    assert minutes(10**6, 25, 1) == 0
    assert minutes(10**6, 25, 60) == 60


DAILY, WORKING = Schedule("Europe/Berlin", (420,)), Schedule("Europe/Berlin", (420,), WORKDAYS)
TWICE, KYIV = Schedule("Europe/Berlin", (420, 1110)), Schedule("Europe/Kyiv", (480,))
SLOT = datetime(2026, 8, 13, 5, tzinfo=UTC)  # a Thursday


def loads(now: datetime) -> list[Load]:
    numbered = enumerate((DAILY, WORKING, TWICE, KYIV))
    return [Load(schedule, schedule.next_slot(now), 10**number) for number, schedule in numbered]


def test_one_instant_counts_the_readers_of_all_schedules_and_zones() -> None:
    assert readers_at(loads(START), SLOT) == 1111
    saturday = SLOT + timedelta(days=2)
    assert readers_at(loads(START), saturday) == 1101
    monday = SLOT + timedelta(days=4)
    assert readers_at(loads(saturday), monday) == 1111  # though the next slot of the daily ones is on Sunday
    assert readers_at(loads(START), SLOT + timedelta(hours=11, minutes=30)) == 100
    assert readers_at(loads(SLOT), SLOT) == 0


def test_the_slots_of_a_day_and_how_many_have_them() -> None:
    assert upcoming(loads(START), START + timedelta(days=1)) == {
        SLOT: 1111,
        SLOT + timedelta(hours=11, minutes=30): 100,
    }


def test_what_is_paid_and_what_it_costs() -> None:
    assert [stars(count) for count in (0, 1, 10, 11, 45_000)] == [0, 1, 1, 2, 4500]
    assert is_big(61, 1)
    assert not is_big(60, 1)
    assert not is_paid(Paying.OFF, chosen=True, refused=False)
    assert is_paid(Paying.ASK, chosen=True, refused=False)
    assert not is_paid(Paying.ASK, chosen=False, refused=False)
    assert is_paid(Paying.ON, chosen=False, refused=False)
    assert not is_paid(Paying.ON, chosen=True, refused=True)
