"""When a story is breaking news, and whose hours are quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.articles import Article, Story
from digests.domain.breaking import Rules, breaks
from digests.domain.quiet import NO_QUIET, QUIET, Quiet, day_began
from digests.errors import InputError
from digests.text.document import Label

NOW = datetime(2026, 8, 13, 10, tzinfo=UTC)


def report(number: int, minutes: float, site: str | None = None, **values: object) -> Article:
    """A report that was published and came so many minutes before NOW."""
    at = NOW - timedelta(minutes=minutes)
    columns: dict[str, object] = {
        "id": number,
        "story_id": 1,
        "credit": f"Blatt {number}",
        "title": f"Titel {number}",
        "paragraphs": (),
        "language": "de",
        "published_at": at,
        "news_at": at,
        "url": f"https://{site or f'blatt{number}'}.example/a/{number}",
    }
    return Article(**(columns | values))  # type: ignore[arg-type]


def story(*articles: Article) -> Story:
    """The story that these tell."""
    times = [article.news_at for article in articles]
    return Story(1, 1, min(times), max(times), articles[0].id, articles)


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([50, 20, 0], True),
        ([59, 30, 1], True),
        ([60, 30, 0], False),  # the first one is an hour older than the last
        ([30, 0], False),
        ([120, 119, 118], False),  # that was an hour ago
        ([300, 30, 20, 10], True),  # one had it long before, three have it now
        ([300, 290, 280, 30, 20, 10], False),  # it goes on for hours, and some more take it up
        ([-5, 10, 20, 30], True),
        ([-5, -4, 30], False),  # what is not there yet
    ],
)
def test_sources_within_an_hour(ages: list[float], expected: bool) -> None:
    assert breaks(story(*(report(number, age) for number, age in enumerate(ages))), NOW) is expected


def test_one_source_that_reports_again_and_again_is_one() -> None:
    same = [report(number, 10 - number, credit="Abendbote") for number in range(5)]
    assert not breaks(story(*same), NOW)


def test_two_names_on_one_site_are_one_source() -> None:
    named = [report(1, 9, "www.abendbote"), report(2, 8, "m.abendbote"), report(3, 7)]
    assert not breaks(story(*named), NOW)
    assert breaks(story(*named, report(4, 6)), NOW)


def test_a_copy_and_an_opinion_report_nothing() -> None:
    two = [report(1, 9), report(2, 8)]
    assert not breaks(story(*two, report(3, 7, duplicate_of=1)), NOW)
    for label in (Label.OPINION, Label.PRESS_RELEASE):
        assert not breaks(story(*two, report(3, 7, labels=frozenset({label}))), NOW)
    assert breaks(story(*two, report(3, 7, labels=frozenset({Label.LIVE_BLOG}))), NOW)


def test_what_came_late_counts_from_its_publication() -> None:
    old = [report(number, 0, published_at=NOW - timedelta(hours=5)) for number in range(3)]
    assert not breaks(story(*old), NOW)
    undated = [report(number, 0, published_at=NOW - timedelta(hours=5), dated=False) for number in range(3)]
    assert breaks(story(*undated), NOW)


def test_the_rules_may_be_others() -> None:
    five = story(*(report(number, 5 * number) for number in range(5)))
    assert breaks(five, NOW, Rules(sources=5))
    assert not breaks(five, NOW, Rules(sources=6))
    assert not breaks(five, NOW, Rules(sources=5, within=timedelta(minutes=20)))


BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str, fold: int = 0) -> datetime:
    """A time on clocks in Berlin, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "time", "expected"),
    [
        (QUIET, "21:59", False),
        (QUIET, "22:00", True),
        (QUIET, "00:00", True),
        (QUIET, "06:59", True),
        (QUIET, "07:00", False),
        (Quiet(13 * 60, 15 * 60), "12:59", False),
        (Quiet(13 * 60, 15 * 60), "13:00", True),
        (Quiet(13 * 60, 15 * 60), "15:00", False),
        (NO_QUIET, "00:00", False),
        (NO_QUIET, "03:00", False),
        (Quiet(420, 420), "07:00", False),
    ],
)
def test_quiet_hours(quiet: Quiet, time: str, expected: bool) -> None:
    assert quiet.holds(berlin(f"2026-08-13T{time}"), "Europe/Berlin") is expected


def test_quiet_hours_are_those_of_the_clock_on_the_wall_when_it_changes() -> None:
    until_three = Quiet(22 * 60, 3 * 60)
    # In spring the clock jumps from 02:00 to 03:00, in autumn it shows 02:00 to 03:00 twice.
    assert until_three.holds(berlin("2026-03-29T01:59"), "Europe/Berlin")
    assert not until_three.holds(berlin("2026-03-29T01:59") + timedelta(minutes=1), "Europe/Berlin")
    assert until_three.holds(berlin("2026-10-25T02:30"), "Europe/Berlin")
    assert until_three.holds(berlin("2026-10-25T02:30", fold=1), "Europe/Berlin")
    assert not until_three.holds(berlin("2026-10-25T03:00"), "Europe/Berlin")


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - hypothesis adds the zone
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_either_these_hours_or_the_others_are_quiet(start: int, end: int, at: datetime, zone: str) -> None:
    instant = at.replace(tzinfo=UTC)
    one, other = Quiet(start, end).holds(instant, zone), Quiet(end, start).holds(instant, zone)
    assert one != other if start != end else not (one or other)
    began = day_began(instant, zone)
    assert began <= instant
    local = began.astimezone(ZoneInfo(zone))
    assert local.date() == instant.astimezone(ZoneInfo(zone)).date()
    assert (began - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() != local.date()


def test_no_minute_of_a_day() -> None:
    with pytest.raises(InputError, match="quiet hours"):
        Quiet(1440, 0)
