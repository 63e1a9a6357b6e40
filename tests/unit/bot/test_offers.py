"""What answers offer: spans in whole days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.telegram.handlers.offers import days


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(days=3), 3),
        (timedelta(days=3, milliseconds=4), 3),  # a moment passes between reading "3d" and answering
        (timedelta(days=3, hours=2), 4),
        (timedelta(hours=1), 1),
        (timedelta(), 1),
    ],
)
def test_days_are_counted_as_they_were_asked_for(span: timedelta, told: int) -> None:
    assert days(span) == told
