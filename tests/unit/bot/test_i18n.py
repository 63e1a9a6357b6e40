"""How texts are filled, and how dates, ages, numbers and lists are written in each language."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, Catalogue, Markup, Texts, escape, pick_language, translations
from tests.unit.bot.telegram_html import parse

BERLIN = ZoneInfo("Europe/Berlin")
SLOT = datetime(2026, 8, 13, 5, tzinfo=UTC)
DE, EN, UK = (translations(language, strict=True) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("code", "language"),
    [("de", "de"), ("de-AT", "de"), ("EN_us", "en"), ("uk", "uk"), ("fr", "de"), ("", "de"), (None, "de")],
)
def test_the_client_s_language_is_taken_when_we_speak_it(code: str | None, language: str) -> None:
    assert pick_language(code, "de") == language


def test_values_are_escaped_unless_they_are_markup() -> None:
    assert DE("topic.title", topic="A & <b>") == "<b>A &amp; &lt;b&gt;</b>"
    assert DE("topic.title", topic=Markup("<i>A</i>")) == "<b><i>A</i></b>"
    assert isinstance(DE("topic.title", topic="A"), Markup)


def test_plain_texts_are_not_escaped_but_what_is_made_of_them_is() -> None:
    label = DE("button.search_word", word="A & B")
    assert label == "„A & B“ suchen"
    assert DE("topic.title", topic=label) == "<b>„A &amp; B“ suchen</b>"


@given(st.text())
def test_anything_foreign_becomes_valid_html_with_the_same_letters(text: str) -> None:
    shown = parse(escape(text))
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]


def test_escaping_drops_what_could_disturb_other_lines() -> None:
    assert escape("a\u202eb\u2066c\x00d\te\nf") == "abcd e\nf"
    assert escape("👩\u200d🚀 e\u0301") == "👩\u200d🚀 e\u0301"


@pytest.mark.parametrize(
    ("count", "german", "english", "ukrainian"),
    [
        (0, "0 Geschichten", "0 stories", "0 історій"),
        (1, "1 Geschichte", "1 story", "1 історія"),
        (3, "3 Geschichten", "3 stories", "3 історії"),
        (11, "11 Geschichten", "11 stories", "11 історій"),
        (21, "21 Geschichten", "21 stories", "21 історія"),
        (1234, "1.234 Geschichten", "1,234 stories", "1\xa0234 історії"),
    ],
)
def test_plurals_follow_each_language(count: int, german: str, english: str, ukrainian: str) -> None:
    assert [texts.plural("digest.stories", count) for texts in (DE, EN, UK)] == [german, english, ukrainian]


def test_dates_and_times_are_the_reader_s() -> None:
    assert [texts.slot(SLOT, BERLIN) for texts in (DE, EN, UK)] == [
        "Do., 13. August, 07:00",
        "Thu 13 August, 07:00",
        "чт, 13 серпня, 07:00",
    ]
    assert DE.slot(SLOT, ZoneInfo("Pacific/Auckland")) == "Do., 13. August, 17:00"
    assert DE.time(SLOT, BERLIN) == DE.time(time(7)) == "07:00"
    assert DE.date(datetime(2026, 8, 12, 23, tzinfo=UTC), BERLIN) == DE.date(date(2026, 8, 13)) == "Do., 13. August"
    assert [texts.full_date(date(2026, 8, 3)) for texts in (DE, EN, UK)] == [
        "3. August 2026",
        "3 August 2026",
        "3 серпня 2026",
    ]


def test_a_moment_of_today_needs_no_date() -> None:
    assert DE.moment(SLOT, BERLIN, SLOT + timedelta(hours=16)) == "07:00"
    assert DE.moment(SLOT, BERLIN, SLOT + timedelta(hours=17)) == "13. Aug., 07:00"


@pytest.mark.parametrize(("hours", "said"), [(16, "07:00"), (17, "gestern, 07:00"), (41, "13. Aug., 07:00")])
def test_since_yesterday(hours: int, said: str) -> None:
    assert DE.since(SLOT, BERLIN, SLOT + timedelta(hours=hours)) == said


@pytest.mark.parametrize(
    ("age", "german", "ukrainian"),
    [
        (timedelta(seconds=59), "gerade eben", "щойно"),
        (timedelta(hours=-3), "gerade eben", "щойно"),
        (timedelta(minutes=59), "vor 59 Min.", "59 хв тому"),
        (timedelta(minutes=119), "vor 1 Std.", "1 год тому"),
        (timedelta(hours=47), "vor 47 Std.", "47 год тому"),
        (timedelta(days=22), "vor 22 Tagen", "22 дні тому"),
    ],
)
def test_ages(age: timedelta, german: str, ukrainian: str) -> None:
    assert (DE.age(age), UK.age(age)) == (german, ukrainian)


@pytest.mark.parametrize(
    ("days", "written"),
    [(range(7), "täglich"), (range(5), "Mo–Fr"), ([5, 6], "Sa, So"), ([0, 2, 4], "Mo, Mi, Fr"), ([6], "So"), ([], "")],
)
def test_weekdays(days: range | list[int], written: str) -> None:
    assert DE.weekdays(days) == written


def test_lists_numbers_and_languages() -> None:
    assert DE.list(["Politik", "A&B", Markup("<b>c</b>")]) == "Politik, A&amp;B und <b>c</b>"
    assert [DE.list([]), DE.list(["a"])] == ["", "a"]
    assert [texts.number(12345) for texts in (DE, EN)] == ["12.345", "12,345"]
    assert [texts.language_name("uk") for texts in (DE, EN, UK)] == ["Ukrainisch", "Ukrainian", "українська"]
    assert DE.language_name("xx") == "xx"


def test_strict_texts_raise_for_what_is_missing() -> None:
    with pytest.raises(KeyError, match="no\\.such"):
        DE("no.such")
    with pytest.raises(KeyError, match="no\\.such"):
        DE.plural("no.such", 1)
    with pytest.raises(KeyError, match="topic"):
        DE("topic.title")
    with pytest.raises(ValueError, match="no texts for 'fr'"):
        translations("fr")


def test_in_production_a_missing_text_falls_back_to_english_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bare = Texts(Catalogue("de", {}, {}), DE.locale)
    with caplog.at_level(logging.ERROR):
        assert bare("topic.title", topic="A & B") == "<b>A &amp; B</b>"
        assert bare.plural("digest.stories", 2) == "2 stories"
        assert bare("no.<such>") == "no.&lt;such&gt;"
        assert translations("en")("topic.title") == "<b>…</b>"
    assert len(caplog.records) == 5
