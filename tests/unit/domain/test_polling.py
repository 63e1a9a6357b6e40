"""When a source is read again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.domain.polling import (
    FIRST,
    HINT,
    LATEST,
    LONGEST_BACKOFF,
    RETIRE_AFTER,
    SOONEST,
    Rhythm,
    backoff,
    interval,
    is_lost,
    spread,
)
from tests.support.clocks import START

HOUR = timedelta(hours=1)


def every(gap: timedelta, count: int = 20, age: timedelta = timedelta(0)) -> Rhythm:
    dates = tuple(START - age - gap * number for number in range(count))
    return Rhythm(HOUR, dates, found_new=True)


def test_half_the_usual_gap() -> None:
    assert interval(every(timedelta(minutes=40)), START) == timedelta(minutes=20)


def test_a_burst_of_a_news_desk_is_read_every_few_minutes() -> None:
    assert interval(every(timedelta(minutes=2)), START) == SOONEST


def test_a_rare_source_is_read_four_times_a_day() -> None:
    assert interval(every(timedelta(days=9)), START) == LATEST


def test_silence_slows_down() -> None:
    gap = timedelta(minutes=20)
    assert interval(every(gap), START) < interval(every(gap, age=4 * HOUR), START) == HOUR


def test_dates_of_the_future_do_not_count() -> None:
    rhythm = Rhythm(HOUR, (START + HOUR, START + 2 * HOUR), found_new=True)
    assert interval(rhythm, START) == HOUR * 0.7


def test_without_dates_it_feels_its_way() -> None:
    assert interval(Rhythm(None, (), found_new=True), START) == FIRST
    assert interval(Rhythm(HOUR, (), found_new=True), START) == timedelta(minutes=42)
    assert interval(Rhythm(HOUR, (), found_new=False), START) == timedelta(minutes=78)


def test_a_servers_wish_counts_up_to_an_hour() -> None:
    busy = every(timedelta(minutes=10))
    assert interval(Rhythm(HOUR, busy.dates, found_new=True, wish=timedelta(minutes=25)), START) == timedelta(
        minutes=25
    )
    assert interval(Rhythm(HOUR, busy.dates, found_new=True, wish=timedelta(days=365)), START) == HINT


def test_backing_off_to_a_day() -> None:
    waits = [backoff(HOUR, failures) for failures in range(1, 9)]
    assert waits[:3] == [2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert waits[-1] == LONGEST_BACKOFF
    assert backoff(HOUR, 100_000) == LONGEST_BACKOFF


def test_retry_after_counts() -> None:
    assert backoff(HOUR, 1, timedelta(hours=5)) == 5 * HOUR
    assert backoff(HOUR, 1, timedelta(seconds=3)) == 2 * HOUR
    assert backoff(HOUR, 1, timedelta(days=400)) == LONGEST_BACKOFF


def test_a_source_is_lost_after_a_month() -> None:
    assert not is_lost(None, START)
    assert not is_lost(START - RETIRE_AFTER + HOUR, START)
    assert is_lost(START - RETIRE_AFTER, START)


@given(st.text(), st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=1)))
def test_spreading_is_steady_and_small(url: str, wait: timedelta) -> None:
    moved = spread(url, wait)
    assert moved == spread(url, wait)
    assert wait * 0.89 <= moved <= wait * 1.11


@given(
    st.lists(st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=90)), max_size=30),
    st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)),
    st.booleans(),
    st.none() | st.timedeltas(min_value=SOONEST, max_value=LATEST),
)
def test_the_interval_stays_in_its_bounds(
    ages: list[timedelta], wish: timedelta | None, found_new: bool, last: timedelta | None
) -> None:
    rhythm = Rhythm(last, tuple(START - age for age in ages), found_new, wish)
    assert SOONEST <= interval(rhythm, START) <= LATEST
