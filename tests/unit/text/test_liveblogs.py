"""Live blogs: entries with their times and names, whichever way the page writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digests.text.document import Document, Label
from digests.text.reading import Origin, read_document
from tests.unit.text.samples import CHESS, HARBOUR

PUBLISHED = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
FETCHED = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)


def read(*lines: str, title: str | None = "Liveblog zum Anleger in Rostock") -> Document:
    return read_document("\n".join(lines), title=title, origin=Origin(published_at=PUBLISHED, fetched_at=FETCHED))


def clocks(document: Document) -> list[str]:
    return [f"{entry.at:%H:%M}" if entry.at else "?" for entry in document.entries]


def test_entries_have_heading_time_and_name() -> None:
    document = read(HARBOUR[0], "14:35 Uhr: Rat berät", HARBOUR[4], "14:10 Uhr", "Reederei äußert sich", HARBOUR[3],
                    "[13:05] Die Sitzung beginnt", HARBOUR[1])  # fmt: skip
    assert [entry.heading for entry in document.entries] == ["Rat berät", "Reederei äußert sich", "Die Sitzung beginnt"]
    assert clocks(document) == ["13:35", "13:10", "12:05"]
    assert [entry.name for entry in document.entries] == [
        "14:35 Rat berät", "14:10 Reederei äußert sich", "13:05 Die Sitzung beginnt",
    ]  # fmt: skip
    assert Label.LIVE_BLOG in document.labels


def test_an_edited_entry_keeps_its_name() -> None:
    lines = [HARBOUR[0], "14:35 Uhr", HARBOUR[4], "14:10 Uhr", HARBOUR[3], "13:05 Uhr", HARBOUR[1]]
    before = read(*lines)
    after = read(*[line.replace("Kritiker", "Einige Kritiker") for line in lines])
    assert before.entries[0].paragraphs != after.entries[0].paragraphs
    assert [entry.name for entry in before.entries] == [entry.name for entry in after.entries]


def test_oldest_first() -> None:
    document = read("09:15 Uhr", HARBOUR[1], "10:00 Uhr", HARBOUR[2], "11:30 Uhr", HARBOUR[3])
    assert clocks(document) == ["08:15", "09:00", "10:30"]


@pytest.mark.parametrize("mark", ["+++", "++"])
def test_a_ticker_in_one_line(mark: str) -> None:
    line = f"{mark} 10:05 Rat stimmt zu {mark} 09:40 Sitzung unterbrochen {mark} 09:15 Rat tagt {mark}"
    document = read(line, title="Der Morgen im Rat")
    assert [entry.heading for entry in document.entries] == ["Rat stimmt zu", "Sitzung unterbrochen", "Rat tagt"]
    assert clocks(document) == ["09:05", "08:40", "08:15"]


def test_dates_before_times() -> None:
    document = read(
        "Update, 12. März, 08:10 Uhr", HARBOUR[1], "Update, 11. März, 21:30 Uhr", HARBOUR[2],
        "Update, 11. März, 19:00 Uhr", HARBOUR[3],
    )  # fmt: skip
    assert [entry.at and entry.at.day for entry in document.entries] == [12, 11, 11]


def test_ages_head_entries_only_where_the_page_calls_itself_live() -> None:
    lines = ["vor 10 Minuten", HARBOUR[1], "vor 2 Stunden", HARBOUR[2], "vor 3 Stunden", HARBOUR[3]]
    assert clocks(read(*lines)) == ["19:50", "18:00", "17:00"]
    assert read(*lines, title="Neuer Anleger in Rostock").entries == ()


def test_english_and_ukrainian_tickers() -> None:
    english = [
        "The council of Leeds has met to vote on the tram line that it closed many years ago.",
        "The mayor said that the vote had been put off until the evening because of a protest.",
        "The first members of the council have arrived at the town hall in the rain.",
    ]
    document = read("2:05 p.m.", english[0], "11:40 a.m.", english[1], "9:15 a.m.", english[2], title="Live: tram vote")
    assert clocks(document) == ["14:05", "11:40", "09:15"]
    ukrainian = [
        "Міська рада Львова зібралася на засідання, щоб проголосувати за новий трамвайний маршрут.",
        "За словами мера, голосування перенесли на вечір через протест біля будівлі ради.",
        "Перші депутати прийшли до ратуші ще зранку, щоб поговорити з мешканцями міста.",
    ]
    document = read("14:05", ukrainian[0], "11:40", ukrainian[1], "09:15", ukrainian[2], title="Львів онлайн")
    assert clocks(document) == ["12:05", "09:40", "07:15"]


def test_opening_hours_and_results_are_no_ticker() -> None:
    lines = [*HARBOUR[:3], "10.30 bis 12 Uhr", "14.00 bis 18 Uhr", *HARBOUR[3:]]
    document = read(*lines, title="Neuer Anleger")
    assert document.entries == ()
    results = [*CHESS, "Brandt – Olsen 2:1", "Weber – Kraus 0:2", "Lang – Dorn 1:1"]
    assert read(*results, title="Turnier in Graz").entries == ()
