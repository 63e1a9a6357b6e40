"""Rows of buttons in which a phone cuts no label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.keyboards import Button, Keyboard, to_telegram
from bot.telegram.widths import clipped, fitting_rows, room, width

LABELS = st.text(st.sampled_from("iIlmMwWшЩйа ✓→·😀漢e\u0301"), min_size=1, max_size=40)


@given(st.lists(LABELS, min_size=1, max_size=8))
def test_no_label_is_wider_than_its_share_and_none_is_lost(labels: list[str]) -> None:
    rows = fitting_rows(labels, str)
    assert [label for row in rows for label in row] == labels
    for row in rows:
        assert len(row) == 1 or max(map(width, row)) <= room(len(row))
    assert len({len(row) for row in rows[:-1]}) <= 1
    assert len(rows[-1]) <= len(rows[0])


@given(LABELS)
def test_a_label_that_is_wider_than_a_row_ends_with_dots(label: str) -> None:
    short = clipped(label)
    assert width(short) <= room(1)
    assert short == label or short.endswith("…")


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        (["Mo–Fr", "Täglich", "✓ Wöchentlich"], [3]),
        (["Пн–Пт", "✓ Щодня", "Щотижня"], [3]),
        (["✓ Mo", "Di", "Mi", "Do", "Fr", "Sa", "✓ So"], [7]),
        (["✓ Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], [4, 3]),
        (["Künstliche Intelligenz · 0", "Sport · 0"], [1, 1]),
        (["Politik", "Europäische Union", "„politk“ verfolgen"], [2, 1]),
        (["Збережене", "Поділитися темами", "Відгук"], [2, 1]),
    ],
)
def test_a_row_becomes_as_few_as_hold_its_labels(row: list[str], rows: list[int]) -> None:
    keyboard = to_telegram(Keyboard((tuple(Button(text, "v1|x") for text in row),)))
    assert keyboard is not None
    assert [len(each) for each in keyboard.inline_keyboard] == rows
