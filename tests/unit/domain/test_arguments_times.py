"""Times of day, weekdays and lengths of a pause as readers type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments import (
    OFF,
    OPEN_END,
    ArgumentError,
    Problem,
    clock_time,
    parse_days,
    parse_pause,
    parse_times,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 8, 13, 21, 14, tzinfo=BERLIN)  # a Thursday
DAYS = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7", "07:00"),
        ("07:00", "07:00"),
        ("7 Uhr", "07:00"),
        ("7.30", "07:30"),
        ("7,30", "07:30"),
        ("7h30", "07:30"),
        ("7 Uhr 30", "07:30"),
        ("0730", "07:30"),
        ("730", "07:30"),
        ("7am", "07:00"),
        ("7 a.m. and 6:30 p.m.", "07:00 18:30"),
        ("12am", "00:00"),
        ("12 pm", "12:00"),
        ("7:00 18:30", "07:00 18:30"),
        ("18:30 7:00", "07:00 18:30"),
        ("7:00, 18:30 und 20 Uhr", "07:00 18:30 20:00"),
        ("7 Uhr 18 Uhr", "07:00 18:00"),
        ("7h 18h", "07:00 18:00"),
        ("7,8", "07:00 08:00"),
        ("7 07:00 7am", "07:00"),
        ("morgens abends", "07:00 18:30"),
        ("morgens, 12 Uhr und abends", "07:00 12:00 18:30"),
        ("mittags", "12:00"),
        ("morning evening", "07:00 18:30"),
        ("вранці ввечері", "07:00 18:30"),
        ("опівдні", "12:00"),
        ("um Mitternacht", "00:00"),
        ("о 7", "07:00"),
        ("о 8 вечора", "20:00"),
        ("о сьомій ранку", "07:00"),
        ("8 abends", "20:00"),
        ("morgens um 7 abends um 8", "07:00 20:00"),
        ("7 am Abend", "19:00"),
        ("7 in the evening", "19:00"),
        ("11 nachts", "23:00"),
        ("2 Uhr nachts", "02:00"),
        ("halb acht", "07:30"),
        ("halb eins", "12:30"),
        ("halb eins nachts", "00:30"),
        ("viertel nach sieben", "07:15"),
        ("Viertel vor acht abends", "19:45"),
        ("dreiviertel acht", "07:45"),
        ("viertel acht", "07:15"),
        ("fünf vor halb acht", "07:25"),
        ("fuenf vor halb acht", "07:25"),
        ("half past seven", "07:30"),
        ("a quarter to eight", "07:45"),
        ("пів на восьму", "07:30"),
        ("чверть на восьму", "07:15"),
        ("за десять восьма", "07:50"),
        ("7 o’clock", "07:00"),
        ("７：００", "07:00"),
        ("\u200b7\u00a0Uhr", "07:00"),
        ("6:45.", "06:45"),
    ],
)
def test_times(typed: str, expected: str) -> None:
    assert " ".join(clock_time(minute) for minute in parse_times(typed)) == expected


@pytest.mark.parametrize("typed", ["aus", "AUS", "off", "вимк", "nie"])
def test_no_digest_at_all(typed: str) -> None:
    assert parse_times(typed) == OFF


@pytest.mark.parametrize(
    ("typed", "problem", "quoted"),
    [
        ("", Problem.MISSING, ""),
        ("  ", Problem.MISSING, ""),
        ("25:00", Problem.IMPOSSIBLE, "25:00"),
        ("7 und 25:00", Problem.IMPOSSIBLE, "25:00"),
        ("24:00", Problem.IMPOSSIBLE, "24:00"),
        ("7:75", Problem.IMPOSSIBLE, "7:75"),
        ("13am", Problem.IMPOSSIBLE, "13:00 am"),
        ("bald", Problem.UNREADABLE, "bald"),
        ("7 bald", Problem.UNREADABLE, "7 bald"),
        ("am", Problem.UNREADABLE, "am"),
        ("-3", Problem.UNREADABLE, "-3"),
        ("15.08.2026", Problem.UNREADABLE, "15.08.2026"),
        ("7:00-18:30", Problem.UNREADABLE, "7:00-18:30"),
        ("9" * 5000, Problem.UNREADABLE, "9" * 5000),
        (",", Problem.UNREADABLE, ","),
    ],
)
def test_times_refused(typed: str, problem: Problem, quoted: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_times(typed)
    assert (refused.value.problem, refused.value.typed) == (problem, quoted)
    assert [parse_times(suggestion) for suggestion in refused.value.suggestions] == [(390,), (420,), (1110,)]


def test_more_than_three_times_offer_the_first_three() -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_times("7 8 9 10")
    assert refused.value.problem is Problem.TOO_MANY
    assert refused.value.suggestions == ("07:00 08:00 09:00",)
    assert parse_times(refused.value.suggestions[0]) == (420, 480, 540)


@given(st.sets(st.integers(0, 1439), min_size=1, max_size=3), st.sampled_from([" ", ", ", " und ", " та ", "; "]))
def test_printed_times_are_read_back(minutes: set[int], separator: str) -> None:
    assert parse_times(separator.join(clock_time(minute) for minute in minutes)) == tuple(sorted(minutes))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mo-fr", "Mo Di Mi Do Fr"),
        ("Mo.–Fr.", "Mo Di Mi Do Fr"),
        ("Montag bis Freitag", "Mo Di Mi Do Fr"),
        ("monday through friday", "Mo Di Mi Do Fr"),
        ("пн-пт", "Mo Di Mi Do Fr"),
        ("з понеділка по п’ятницю", "Mo Di Mi Do Fr"),
        ("werktags", "Mo Di Mi Do Fr"),
        ("weekdays", "Mo Di Mi Do Fr"),
        ("по буднях", "Mo Di Mi Do Fr"),
        ("täglich", "Mo Di Mi Do Fr Sa So"),
        ("taeglich", "Mo Di Mi Do Fr Sa So"),
        ("every day", "Mo Di Mi Do Fr Sa So"),
        ("щодня", "Mo Di Mi Do Fr Sa So"),
        ("кожного дня", "Mo Di Mi Do Fr Sa So"),
        ("sa so", "Sa So"),
        ("am Wochenende", "Sa So"),
        ("вихідні", "Sa So"),
        ("wöchentlich mo", "Mo"),
        ("weekly fri", "Fr"),
        ("щопонеділка", "Mo"),
        ("у п'ятницю", "Fr"),
        ("Mo, Mi und Fr", "Mo Mi Fr"),
        ("mo we fr", "Mo Mi Fr"),
        ("fr-mo", "Mo Fr Sa So"),
        ("mon to wed, sat", "Mo Di Mi Sa"),
        ("täglich außer So", "Mo Di Mi Do Fr Sa"),
        ("except sunday", "Mo Di Mi Do Fr Sa"),
        ("wochenende und mo", "Mo Sa So"),
    ],
)
def test_days(typed: str, expected: str) -> None:
    mask = parse_days(typed)
    assert " ".join(name for day, name in enumerate(DAYS) if mask >> day & 1) == expected


@pytest.mark.parametrize(
    ("typed", "problem", "quoted"),
    [
        ("", Problem.MISSING, ""),
        ("...", Problem.MISSING, "..."),
        ("wöchentlich", Problem.MISSING, "wöchentlich"),
        ("irgendwann", Problem.UNREADABLE, "irgendwann"),
        ("mo irgendwann", Problem.UNREADABLE, "irgendwann"),
        ("mo-", Problem.UNREADABLE, "mo-"),
        ("außer", Problem.UNREADABLE, "außer"),
        ("täglich außer täglich", Problem.UNREADABLE, "täglich außer täglich"),
        ("we", Problem.UNREADABLE, "we"),  # the weekend to Germans, Wednesday to others
    ],
)
def test_days_refused(typed: str, problem: Problem, quoted: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_days(typed)
    assert (refused.value.problem, refused.value.typed) == (problem, quoted)
    assert [parse_days(suggestion) for suggestion in refused.value.suggestions] == [31, 127, 96]


@given(st.integers(1, 127), st.sampled_from([" ", ", ", "+", "/"]))
def test_listed_days_are_read_back(mask: int, separator: str) -> None:
    assert parse_days(separator.join(name for day, name in enumerate(DAYS) if mask >> day & 1)) == mask


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3d", "2026-08-16 21:14"),
        ("für 3 Tage", "2026-08-16 21:14"),
        ("2w", "2026-08-27 21:14"),
        ("1 woche", "2026-08-20 21:14"),
        ("eine Woche", "2026-08-20 21:14"),
        ("на тиждень", "2026-08-20 21:14"),
        ("24h", "2026-08-14 21:14"),
        ("1 Monat", "2026-09-13 21:14"),
        ("bis 15.08.", "2026-08-15 00:00"),
        ("bis zum 15.8", "2026-08-15 00:00"),
        ("until 15 Aug", "2026-08-15 00:00"),
        ("August 15th", "2026-08-15 00:00"),
        ("8/15", "2026-08-15 00:00"),
        ("2026-08-15", "2026-08-15 00:00"),
        ("bis 15. August 2026", "2026-08-15 00:00"),
        ("15.08.26", "2026-08-15 00:00"),
        ("до 15.08", "2026-08-15 00:00"),
        ("до 15 серпня", "2026-08-15 00:00"),
        ("bis 01.05.", "2027-05-01 00:00"),
        ("bis Montag", "2026-08-17 00:00"),
        ("until next thursday", "2026-08-20 00:00"),
        ("до п'ятниці", "2026-08-14 00:00"),
        ("bis übermorgen", "2026-08-15 00:00"),
        ("bis einschließlich 15.08.", "2026-08-16 00:00"),
        ("through 15 Aug", "2026-08-16 00:00"),
    ],
)
def test_pauses(typed: str, expected: str) -> None:
    end = parse_pause(typed, NOW)
    assert end is not None
    assert end.tzinfo is UTC
    assert f"{end.astimezone(BERLIN):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize("typed", [OPEN_END, " ", "offen", "forever", "bis auf weiteres"])
def test_a_pause_without_an_end(typed: str) -> None:
    assert parse_pause(typed, NOW) is None


@pytest.mark.parametrize(
    ("typed", "problem", "quoted"),
    [
        ("bis 31.02.", Problem.NO_SUCH_DATE, "31.02."),
        ("until 31 February", Problem.NO_SUCH_DATE, "31 February"),
        ("bis 29.02.", Problem.NO_SUCH_DATE, "29.02."),  # neither this year nor the next
        ("bis 32.13.", Problem.NO_SUCH_DATE, "32.13."),
        ("bis heute", Problem.PAST, "heute"),
        ("bis 13.08.", Problem.PAST, "13.08."),
        ("bis 10.08.", Problem.PAST, "10.08."),  # a slip, not next year's
        ("bis 15.08.2025", Problem.PAST, "15.08.2025"),
        ("0d", Problem.PAST, "0d"),
        ("400 Tage", Problem.TOO_FAR, "400 Tage"),
        ("bis 15.08.2030", Problem.TOO_FAR, "15.08.2030"),
        ("9999-12-31", Problem.TOO_FAR, "9999-12-31"),
        ("9" * 5000 + "d", Problem.TOO_FAR, "9" * 5000 + "d"),
        ("13 months", Problem.TOO_FAR, "13 months"),
        ("bis", Problem.UNREADABLE, "bis"),
        ("bis bald", Problem.UNREADABLE, "bis bald"),
        ("15 Foo", Problem.UNREADABLE, "15 Foo"),
    ],
)
def test_pauses_refused(typed: str, problem: Problem, quoted: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_pause(typed, NOW)
    assert (refused.value.problem, refused.value.typed) == (problem, quoted)
    ends = [parse_pause(suggestion, NOW) for suggestion in refused.value.suggestions]
    assert ends == [NOW + timedelta(days=3), NOW + timedelta(days=7), NOW + timedelta(days=14), None]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(1, 250))  # noqa: DTZ001
def test_a_date_to_come_is_read_back(moment: datetime, ahead: int) -> None:
    now = moment.replace(tzinfo=BERLIN)
    day = now.date() + timedelta(days=ahead)
    for typed in (f"{day:%d.%m.}", f"bis {day:%d.%m.%Y}", f"{day:%Y-%m-%d}", f"until {day:%B} {day.day}"):
        end = parse_pause(typed, now)
        assert end is not None
        assert end.astimezone(BERLIN).date() == day
