"""Dates in every form, and what an edit makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.feeds import read_feed
from digests.sources.feeds.dates import EARLIEST, LATEST, moment
from tests.sources.feeds.making import URL, item, only, rss

MORNING = datetime(2026, 8, 13, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Thu, 13 Aug 2026 06:00:00 +0200",
        "Mon, 13 Aug 2026 06:00:00 +0200",  # the wrong day of the week
        "13 Aug 2026 06:00 +02:00",
        "Thu, 13 Aug 26 04:00:00 GMT",
        "Thu, 13 Aug 2026 04:00:00",
        "Thu, 13 August 2026 06:00:00 CEST",
        "Do, 13 Aug 2026 06:00:00 MESZ",
        "Donnerstag, 13. August 2026, 06:00 Uhr MESZ",
        "13.08.2026 04:00",
        "13. 8. 2026 um 04.00 Uhr",
        "Чт, 13 серпня 2026 07:00:00 EEST",
        "Aug 13, 2026 12:00 AM EDT",
        "August 13, 2026 4:00 a.m.",
        "2026-08-13T06:00:00+02:00",
        "2026-08-13T06:00:00,123+0200",
        "2026-08-13 04:00:00.5Z",
        "2026-08-13T04:00Z",
        "2026/08/13 04:00",
        "Thu, 13 Aug 2026 06:00:00 GMT+0200 (Mitteleuropäische Sommerzeit)",
        "1786593600",
        "1786593600000",
    ],
)
def test_forms_of_one_date(written: str) -> None:
    found = only(rss(item(guid="1", title="Eins", pubDate=written))).published_at
    assert found is not None
    assert found.replace(microsecond=0) == MORNING


@pytest.mark.parametrize("written", ["2026-08-13", "13.08.2026", "20260813", "13 Aug 2026", "13. August 2026"])
def test_days(written: str) -> None:
    assert moment(written) == datetime(2026, 8, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["gestern", "2026-13-45", "32.01.2026", "13 Foo 2026", "", None, True, [], 12, 1e300]
)
def test_no_dates(written: object) -> None:
    assert moment(written) is None


def test_an_edit_is_no_publication() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Alt</title>
    <updated>2026-08-13T04:00:00Z</updated></entry></feed>"""
    entry = only(body.encode())
    assert (entry.published_at, entry.updated_at) == (None, MORNING)


def test_old_formats_have_one_date_only() -> None:
    body = rss("<item><guid>1</guid><title>T</title><dc:date>2026-08-13T04:00:00Z</dc:date></item>")
    assert read_feed(body, URL).entries[0].published_at == MORNING


@given(st.datetimes(datetime(1991, 1, 1), datetime(2190, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_what_is_written_is_read(when: datetime, hours: int) -> None:
    expected = (when.replace(tzinfo=UTC, microsecond=0)) - timedelta(hours=hours)
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02d}00"
    assert moment(f"{when:%Y-%m-%dT%H:%M:%S}{zone}") == expected
    assert moment(f"{when:%d.%m.%Y} {when:%H:%M:%S} {zone}") == expected


@given(st.text(max_size=60) | st.floats() | st.integers())
def test_anything_is_a_sane_date_or_none(value: object) -> None:
    found = moment(value)
    assert found is None or EARLIEST <= found < LATEST
