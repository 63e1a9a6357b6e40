"""Times at the beginning of lines, and the moments they mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.clocks import find_stamp, moments

PUBLISHED = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)


def at(line: str, language: str = "de", fetched: datetime = EVENING) -> datetime | None:
    return moments([find_stamp(line)], language, PUBLISHED, fetched)[0]


@pytest.mark.parametrize(
    ("line", "clock", "rest"),
    [
        ("14:32 Uhr", "14:32", ""),
        ("14.10 Uhr: Der Rat tagt", "14:10", "Der Rat tagt"),
        ("[13:05] Die Sitzung beginnt", "13:05", "Die Sitzung beginnt"),
        ("+++ 09:15 +++ Der Rat tagt +++", "09:15", "Der Rat tagt +++"),
        ("+++ 9.15 Uhr: Der Rat tagt +++", "09:15", "Der Rat tagt +++"),
        ("Update, 12. März, 08:10 Uhr", "08:10", ""),
        ("Montag, 12. März 2026, 08.10 Uhr: Start", "08:10", "Start"),
        ("12.3.2026, 08:14 Uhr", "08:14", ""),
        ("2:05 p.m. GMT", "14:05", ""),
        ("12:10 a.m. Doors open", "00:10", "Doors open"),
        ("March 12, 2026, 8:10 a.m.", "08:10", ""),
        ("08:10, 12 березня", "08:10", ""),
        ("Оновлено: 12 березня 2026 року о 08:10", "08:10", ""),
        ("2026-03-12T14:32:00+01:00 Der Rat tagt", "14:32", "Der Rat tagt"),
        ("vor 2 Stunden", "", ""),
        ("5 хвилин тому", "", ""),
    ],
)
def test_what_begins_with_a_time(line: str, clock: str, rest: str) -> None:
    stamp = find_stamp(line)
    assert stamp is not None
    assert (stamp.clock, line[stamp.end :]) == (clock, rest)


@pytest.mark.parametrize(
    "line",
    ["14.10.2026", "3.500 Euro kostet das", "1.2 Millionen", "8 Uhr", "43:05 min", "2:30 min Video",
     "Um 14:30 Uhr begann es", "25:10", "Vor Ort", "vor 20 Leuten sprach sie", "2026 war ein Jahr", ""],
)  # fmt: skip
def test_what_only_looks_like_one(line: str) -> None:
    assert find_stamp(line) is None


@pytest.mark.parametrize(
    ("line", "language", "moment"),
    [
        ("14:32 Uhr", "de", datetime(2026, 3, 12, 13, 32, tzinfo=UTC)),
        ("14:32", "uk", datetime(2026, 3, 12, 12, 32, tzinfo=UTC)),
        ("14:32", "en", datetime(2026, 3, 12, 14, 32, tzinfo=UTC)),
        ("14:32 CET", "en", datetime(2026, 3, 12, 13, 32, tzinfo=UTC)),
        ("23:50 Uhr", "de", datetime(2026, 3, 11, 22, 50, tzinfo=UTC)),
        ("11. März, 23:50 Uhr", "de", datetime(2026, 3, 11, 22, 50, tzinfo=UTC)),
        ("31. Dezember, 10:00 Uhr", "de", datetime(2025, 12, 31, 9, 0, tzinfo=UTC)),
        ("vor 2 Stunden", "de", EVENING - timedelta(hours=2)),
        ("an hour ago", "en", EVENING - timedelta(hours=1)),
        ("29. Februar, 10:00 Uhr", "de", None),
    ],
)
def test_the_moment(line: str, language: str, moment: datetime | None) -> None:
    assert at(line, language) == moment


def test_a_page_fetched_long_after_counts_from_the_day_it_was_published() -> None:
    later = EVENING + timedelta(days=40)
    assert at("14:32 Uhr", fetched=later) == datetime(2026, 3, 12, 13, 32, tzinfo=UTC)
    assert at("vor 2 Stunden", fetched=later) is None


def test_nobody_knows_the_day_of_an_undated_page() -> None:
    assert moments([find_stamp("14:32 Uhr"), None], "de", None, EVENING) == [None, None]
    assert moments([find_stamp("vor 2 Stunden")], "de", None, EVENING) == [None]
    dated = moments([find_stamp("12. März 2026, 08:10 Uhr"), find_stamp("07:30 Uhr")], "de", None, EVENING)
    assert dated == [datetime(2026, 3, 12, 7, 10, tzinfo=UTC), datetime(2026, 3, 12, 6, 30, tzinfo=UTC)]


def test_times_run_over_midnight_in_either_order() -> None:
    night = datetime(2026, 3, 12, 23, 50, tzinfo=UTC)
    lines = ["00:40 Uhr", "23:50 Uhr", "14:32 Uhr", "09:15 Uhr"]
    wanted = [
        datetime(2026, 3, 12, 23, 40, tzinfo=UTC), datetime(2026, 3, 12, 22, 50, tzinfo=UTC),
        datetime(2026, 3, 12, 13, 32, tzinfo=UTC), datetime(2026, 3, 12, 8, 15, tzinfo=UTC),
    ]  # fmt: skip
    stamps = [find_stamp(line) for line in lines]
    assert moments(stamps, "de", PUBLISHED, night) == wanted
    assert moments(stamps[::-1], "de", PUBLISHED, night) == wanted[::-1]


@given(st.text(max_size=60))
def test_any_line(line: str) -> None:
    stamp = find_stamp(line)
    if stamp:
        assert 0 < stamp.end <= len(line)
        found = moments([stamp], "de", PUBLISHED, EVENING)[0]
        assert found is None or found.tzinfo is UTC
