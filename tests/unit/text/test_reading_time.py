"""How long a text takes to read."""

from __future__ import annotations

import pytest

from digests.text.reading_time import WORDS_PER_MINUTE, reading_seconds


def test_a_minute_of_words_takes_a_minute() -> None:
    for language, speed in WORDS_PER_MINUTE.items():
        assert reading_seconds("Wort " * speed, language) == pytest.approx(60)


def test_any_other_language_is_read_at_the_usual_speed() -> None:
    assert reading_seconds("ord " * 184, "xx") == pytest.approx(60)
    assert reading_seconds("", "de") == 0
    assert reading_seconds("国会は新しい予算案を可決した", "ja") > 0
