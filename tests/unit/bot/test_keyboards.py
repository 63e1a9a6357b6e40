"""The grids of buttons, and their way into the library's classes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import translations
from bot.telegram import keyboards
from bot.telegram.callbacks import Callback, decode, encode
from bot.telegram.keyboards import Button, Keyboard, TopicChoice, to_telegram
from digests.domain.preferences import Length
from tests.unit.bot.telegram_html import utf16_length

GERMAN = translations("de", strict=True)


def texts_of(rows: tuple[keyboards.Row, ...]) -> list[list[str]]:
    return [[button.text for button in row] for row in rows]


def topics(count: int) -> list[TopicChoice]:
    return [TopicChoice(f"topic-{n}", f"Thema {n}", n, n % 2 == 0) for n in range(count)]


def test_topics_show_what_is_on_and_stories_per_day() -> None:
    rows = keyboards.topic_grid(GERMAN, topics(3), verb="topics")
    assert texts_of(rows) == [["✓ Thema 0 · 0", "Thema 1 · 1"], ["✓ Thema 2 · 2"], ["Alle", "Keins"]]
    assert decode(rows[0][1].data or "") == Callback("topics", ("toggle", "topic-1", "0"))


def test_more_goes_through_all_topics_and_back_to_the_first() -> None:
    seen, page = [], 0
    for _ in range(3):
        *toggles, last = keyboards.topic_grid(GERMAN, topics(25), verb="topics", page=page)
        seen += [button.text for row in toggles for button in row]
        assert last[-1].text == "Mehr …"
        callback = decode(last[-1].data or "")
        assert isinstance(callback, Callback)
        page = callback.number(1) or 0
    assert page == 0
    assert len(set(seen)) == 25


def test_a_page_that_no_longer_exists_shows_another() -> None:
    assert len(keyboards.topic_grid(GERMAN, topics(3), verb="topics", page=7)) == 3
    assert texts_of(keyboards.topic_grid(GERMAN, [], verb="topics")) == [["Alle", "Keins"]]


def test_times_are_ticked_and_unusual_ones_join_in_order() -> None:
    rows = keyboards.time_grid(GERMAN, {7 * 60, 6 * 60 + 45}, verb="time")
    assert texts_of(rows) == [["06:30", "✓ 06:45", "✓ 07:00", "08:00"], ["12:30", "18:30", "20:00"]]


@pytest.mark.parametrize(
    ("days", "ticked"), [(range(5), "✓ Mo–Fr"), (range(7), "✓ Täglich"), ([2], "✓ Wöchentlich"), ([1, 2], None)]
)
def test_the_set_of_days_in_force_is_ticked(days: range | list[int], ticked: str | None) -> None:
    row = keyboards.day_sets(GERMAN, days, verb="days")
    assert [button.text for button in row if button.text.startswith("✓")] == ([ticked] if ticked else [])


def test_choices_of_days_length_and_language() -> None:
    assert texts_of((keyboards.weekday_row(GERMAN, {6}, verb="days"),)) == [
        ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "✓ So"]
    ]
    assert [b.text for b in keyboards.length_row(GERMAN, Length.LONG, verb="length")] == ["Kurz", "Normal", "✓ Lang"]
    languages = [button for row in keyboards.language_rows("uk", verb="language") for button in row]
    assert [button.text for button in languages] == ["Deutsch", "English", "✓ Українська"]
    assert [decode(button.data or "") for button in languages][1] == Callback("language", ("en",))


def test_a_pager_offers_only_pages_that_exist() -> None:
    assert keyboards.pager(GERMAN, 0, 1, verb="search") == ()
    assert [b.data for b in keyboards.pager(GERMAN, 1, 3, verb="search", about=9)] == [
        encode("search", "page", 0, 9),
        encode("search", "page", 2, 9),
    ]


def test_yes_and_no_carry_their_answers() -> None:
    assert [button.data for button in keyboards.yes_no(GERMAN, yes="v1|a", no="v1|b")] == ["v1|a", "v1|b"]


@given(st.text(max_size=200), st.integers(0, 9999), st.booleans())
def test_any_topic_name_fits_a_button_and_keeps_its_number(name: str, per_day: int, chosen: bool) -> None:
    button = keyboards.topic_grid(GERMAN, [TopicChoice("slug", name, per_day, chosen)], verb="topics")[0][0]
    assert utf16_length(button.text) <= keyboards.BUTTON_LIMIT
    assert button.text.endswith(f" · {per_day}")


def test_keyboards_become_the_library_s() -> None:
    keyboard = Keyboard.of([Button("1", data="v1|a"), Button("2", url="https://a.example")], [])
    markup = keyboards.to_telegram(keyboard)
    assert markup is not None
    assert markup.to_dict()["inline_keyboard"] == [
        [{"text": "1", "callback_data": "v1|a"}, {"text": "2", "url": "https://a.example"}]
    ]
    assert Keyboard.of([], ()) is None
    assert keyboards.to_telegram(None) is None


@pytest.mark.parametrize("target", [{}, {"data": "v1|a", "url": "https://a.example"}])
def test_a_button_has_one_target(target: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either data or a url"):
        Button("x", **target)


def test_a_style_is_handed_on_and_none_is_left_out() -> None:
    keyboard = to_telegram(Keyboard(((Button("Weg", "v1|a", style="danger"), Button("Gut", "v1|b")),)))
    assert keyboard is not None
    assert keyboard.to_dict()["inline_keyboard"] == [
        [{"text": "Weg", "callback_data": "v1|a", "style": "danger"}, {"text": "Gut", "callback_data": "v1|b"}]
    ]
