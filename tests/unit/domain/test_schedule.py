"""Slots against every clock change the tz database knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.schedule import EVERY_DAY, WEEKEND, WORKDAYS, Schedule, Shift, first_instant
from digests.errors import InputError

ZONES = sorted(available_timezones())
TICK = timedelta(microseconds=1)


def clock(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(slot: datetime, zone: str) -> str:
    return f"{slot.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def locals_of(schedule: Schedule, after: str, count: int) -> list[str]:
    return [local(slot, schedule.time_zone) for slot in schedule.next_slots(clock(after), count)]


def test_the_next_slot_is_at_the_local_time_on_a_chosen_weekday() -> None:
    schedule = Schedule("Europe/Berlin", (420, 1110), WORKDAYS)
    friday_noon = "2026-08-14T10:00"
    assert locals_of(schedule, friday_noon, 3) == ["2026-08-14 18:30", "2026-08-17 07:00", "2026-08-17 18:30"]


def test_the_next_slot_is_strictly_later() -> None:
    schedule = Schedule("Europe/Berlin", (420,))
    slot = clock("2026-08-14T05:00")
    assert schedule.next_slot(slot - TICK) == slot
    assert schedule.next_slot(slot) == slot + timedelta(days=1)
    assert schedule.previous_slot(slot + TICK) == slot
    assert schedule.previous_slot(slot) == slot - timedelta(days=1)


def test_a_weekly_schedule_reaches_the_next_week() -> None:
    schedule = Schedule("Asia/Tokyo", (420,), 0b0000001)
    assert locals_of(schedule, "2026-11-22T22:30", 2) == ["2026-11-30 07:00", "2026-12-07 07:00"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ((150,), ["2026-03-28 02:30", "2026-03-29 03:00", "2026-03-30 02:30"]),
        ((120,), ["2026-03-28 02:00", "2026-03-29 03:00", "2026-03-30 02:00"]),
        ((180,), ["2026-03-28 03:00", "2026-03-29 03:00", "2026-03-30 03:00"]),
    ],
)
def test_a_time_in_the_gap_comes_when_the_clock_has_jumped(minutes: tuple[int, ...], expected: list[str]) -> None:
    assert locals_of(Schedule("Europe/Berlin", minutes), "2026-03-27T12:00", 3) == expected


@pytest.mark.parametrize("minutes", [(150, 180), (121, 150, 179), (120, 150, 180)])
def test_times_that_fall_together_in_the_gap_are_one_slot(minutes: tuple[int, ...]) -> None:
    schedule = Schedule("Europe/Berlin", minutes)
    after = clock("2026-03-28T12:00")
    first, second = schedule.next_slots(after, 2)
    assert (local(first, "Europe/Berlin"), second.date()) == ("2026-03-29 03:00", date(2026, 3, 30))
    assert schedule.previous_slot(second) == first
    assert schedule.previous_slot(first) < after


def test_a_time_that_comes_twice_counts_once_and_first() -> None:
    schedule = Schedule("Europe/Berlin", (150,))
    first, second = schedule.next_slots(clock("2026-10-24T12:00"), 2)
    assert first == clock("2026-10-25T00:30")
    assert second == clock("2026-10-26T01:30")
    between_the_two = clock("2026-10-25T01:00")
    assert schedule.next_slot(between_the_two) == second
    assert schedule.previous_slot(between_the_two) == first


def test_gaps_and_folds_of_half_an_hour() -> None:
    schedule = Schedule("Australia/Lord_Howe", (130,))
    assert locals_of(schedule, "2026-10-03T00:00", 2) == ["2026-10-04 02:30", "2026-10-05 02:10"]


def test_a_gap_at_midnight_stays_with_its_date() -> None:
    schedule = Schedule("America/Toronto", (23 * 60 + 45,), 0b1000000)  # 1919-03-30, a Sunday: 23:30 became 00:30
    assert locals_of(schedule, "1919-03-30T12:00", 2) == ["1919-03-31 00:30", "1919-04-06 23:45"]


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Pacific/Apia", "2011-12-29T12:00", ["2011-12-29 07:00", "2011-12-31 07:00", "2012-01-01 07:00"]),
        ("Pacific/Kwajalein", "1993-08-20T00:00", ["1993-08-20 07:00", "1993-08-22 07:00", "1993-08-23 07:00"]),
    ],
)
def test_a_date_that_was_left_out_has_no_slots(zone: str, after: str, expected: list[str]) -> None:
    schedule = Schedule(zone, (420,))
    assert locals_of(schedule, after, 3) == expected
    slots = schedule.next_slots(clock(after), 3)
    assert (schedule.previous_slot(slots[2]), schedule.previous_slot(slots[1])) == (slots[1], slots[0])


def test_a_day_that_came_twice_has_its_slots_once() -> None:
    schedule = Schedule("America/Juneau", (420,))  # 1867: from the Russian side of the date line to the American
    slots = schedule.next_slots(clock("1867-10-15T00:00"), 8)
    days = [slot.astimezone(ZoneInfo("America/Juneau")).date() for slot in slots]
    assert len(set(days)) == 8


def test_the_note_about_the_clock_change() -> None:
    schedule = Schedule("Europe/Berlin", (150, 420))
    now = clock("2026-11-22T12:00")
    shift = schedule.next_shift(now)
    assert shift == Shift(date(2027, 3, 28), 150, clock("2027-03-28T01:00"))
    assert schedule.slot_is_shifted(clock("2027-03-28T01:00"))
    assert not schedule.slot_is_shifted(clock("2027-03-29T00:30"))
    assert schedule.next_shift(now, timedelta(days=30)) is None
    assert Schedule("Europe/Berlin", (420,)).next_shift(now) is None
    assert Schedule("Asia/Tokyo", (150,)).next_shift(now) is None
    assert Schedule("Europe/Berlin", (150,), WORKDAYS).next_shift(now) is None, "clocks change on Sundays"


@pytest.mark.parametrize(
    ("zone", "minutes", "weekdays", "problem"),
    [
        ("Europe/Atlantis", (420,), EVERY_DAY, "Europe/Atlantis"),
        ("../../etc/passwd", (420,), EVERY_DAY, "no IANA"),
        ("Europe", (420,), EVERY_DAY, "no IANA"),
        ("", (420,), EVERY_DAY, "no IANA"),
        ("Europe/Berlin", (), EVERY_DAY, "one to three"),
        ("Europe/Berlin", (1, 2, 3, 4), EVERY_DAY, "one to three"),
        ("Europe/Berlin", (2, 1), EVERY_DAY, "in order"),
        ("Europe/Berlin", (1, 1), EVERY_DAY, "distinct"),
        ("Europe/Berlin", (1440,), EVERY_DAY, "1439"),
        ("Europe/Berlin", (-1,), EVERY_DAY, "1439"),
        ("Europe/Berlin", (420,), 0, "mask"),
        ("Europe/Berlin", (420,), 128, "mask"),
    ],
)
def test_impossible_schedules_are_refused(zone: str, minutes: tuple[int, ...], weekdays: int, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        Schedule(zone, minutes, weekdays)


def test_naive_datetimes_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Schedule("Europe/Berlin", (420,)).next_slot(datetime(2026, 1, 1))  # noqa: DTZ001


def test_equal_schedules_are_equal_and_hashable() -> None:
    assert len({Schedule("Europe/Berlin", (420,), WEEKEND), Schedule("Europe/Berlin", (420,), WEEKEND)}) == 1


instants = st.datetimes(min_value=datetime(1860, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
times = st.sets(st.integers(0, 1439), min_size=1, max_size=3).map(lambda minutes: tuple(sorted(minutes)))
schedules = st.builds(Schedule, st.sampled_from(ZONES), times, st.integers(1, EVERY_DAY))
daily = st.builds(Schedule, st.sampled_from(ZONES), times)


@settings(max_examples=300, deadline=None)
@given(schedules, instants)
def test_slots_increase_and_windows_join(schedule: Schedule, start: datetime) -> None:
    slots = schedule.next_slots(start, 12)
    assert schedule.previous_slot(slots[0]) <= start < slots[0]
    for earlier, later in pairwise(slots):
        assert earlier < later
        assert schedule.previous_slot(later) == earlier, "the next window starts where the last one ended"
        assert schedule.next_slot(later - TICK) == later, "any replica gives the same answer"
        assert schedule.next_slot(earlier + (later - earlier) / 2) == later


def transitions(zone: ZoneInfo, first: int, last: int) -> list[datetime]:
    """The instants, to the second, at which the zone changes its offset between two years."""
    found: list[datetime] = []
    step = timedelta(days=7)
    instant = datetime(first, 1, 1, tzinfo=UTC)
    while instant.year < last:
        low, high = instant, instant + step
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                changed = middle.astimezone(zone).utcoffset() != low.astimezone(zone).utcoffset()
                low, high = (low, middle) if changed else (middle, high)
            found.append(high.replace(microsecond=0))
        instant += step
    return found


@pytest.mark.parametrize("years", [(1993, 1994), (2011, 2012), (2026, 2028)])
def test_every_clock_change_of_every_zone(years: tuple[int, int]) -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        for change in transitions(zone, *years):
            before = (change - timedelta(seconds=1)).astimezone(zone)
            after = change.astimezone(zone)
            jump = after.replace(tzinfo=None) - before.replace(tzinfo=None) - timedelta(seconds=1)
            inside = before.replace(tzinfo=None, second=0) + jump / 2  # a time that is left out or shown twice
            inside = inside.replace(second=0, microsecond=0)
            if abs(jump) < timedelta(hours=12):
                check_change(Schedule(name, (inside.hour * 60 + inside.minute,)), change, inside, jump)


def check_change(schedule: Schedule, change: datetime, inside: datetime, jump: timedelta) -> None:
    """A daily time touched by a change comes once on that date: at the jump, or before the clock is set back."""
    around = schedule.next_slots(change - timedelta(days=2), 5)
    near = [slot for slot in around if abs(slot - change) < timedelta(hours=12)]
    assert len(near) == 1, (schedule, change, near)
    if jump > timedelta(0):
        assert near == [change], (schedule, change)
        assert schedule.slot_is_shifted(change)
    else:
        assert near[0] < change, (schedule, change)
        assert schedule.local(near[0]).replace(tzinfo=None) == inside
        assert not schedule.slot_is_shifted(near[0])


@settings(max_examples=300, deadline=None)
@given(daily, instants)
def test_every_local_date_and_time_has_one_slot(schedule: Schedule, start: datetime) -> None:
    zone = ZoneInfo(schedule.time_zone)
    slots = schedule.next_slots(start, 20)
    expected: set[datetime] = set()
    day = start.astimezone(zone).date() - timedelta(days=2)
    while day <= slots[-1].astimezone(zone).date() + timedelta(days=2):
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        if first_instant(midnight, zone) != first_instant(midnight + timedelta(days=1), zone):
            expected |= {first_instant(midnight + timedelta(minutes=minute), zone) for minute in schedule.minutes}
        day += timedelta(days=1)
    assert list(slots) == sorted(slot for slot in expected if start < slot <= slots[-1])


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(ZONES), instants)
def test_the_first_instant_is_the_first(zone_name: str, instant: datetime) -> None:
    zone = ZoneInfo(zone_name)
    wall = instant.replace(tzinfo=None, microsecond=0)
    found = first_instant(wall, zone)
    assert found.astimezone(zone).replace(tzinfo=None) >= wall
    for earlier in (timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=26)):
        assert (found - earlier).astimezone(zone).replace(tzinfo=None) < wall
