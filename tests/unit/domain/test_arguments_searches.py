"""What /search reads: words, and a period only where one stands at the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments.searches import parse_search

NOW = datetime(2026, 8, 13, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "span"),
    [
        ("Getreide Hafen", "Getreide Hafen", None),
        ("Getreide 7d", "Getreide", timedelta(days=7)),
        ("  Getreide   Hafen  24h ", "Getreide Hafen", timedelta(hours=24)),
        ("Getreide heute", "Getreide", timedelta(hours=6)),
        ("Getreide letzte 3 Tage", "Getreide", timedelta(days=3)),
        ("Formel 1", "Formel 1", None),
        ("Haushalt 2027", "Haushalt 2027", None),
        ("7d", "7d", None),
        ("heute", "heute", None),
        ("Zwei Wochen im Juli", "Zwei Wochen im Juli", None),
        ("Getreide 0d", "Getreide 0d", None),
        ("", "", None),
    ],
)
def test_words_and_period(text: str, words: str, span: timedelta | None) -> None:
    request = parse_search(text, NOW)
    assert request.words == words
    assert request.since == (NOW - span if span else None)


@given(st.text(max_size=80))
def test_any_text_is_read_and_loses_nothing_but_a_period(text: str) -> None:
    request = parse_search(text, NOW)
    assert text.split()[: len(request.words.split())] == request.words.split()
    assert bool(request.words) == bool(text.split())
