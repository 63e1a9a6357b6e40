"""Whose word counts for what stands at an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.identity import may_speak_for


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://abendbote.example/feed", "https://abendbote.example/politik/1"),
        ("http://rss.abendbote.example:8080/all.xml", "https://www.abendbote.example/politik/1"),
        ("https://feeds.kurier.co.uk/uk", "https://kurier.co.uk/1"),
        ("https://bücher.example/feed", "https://xn--bcher-kva.example/1"),
        ("https://ABENDBOTE.example./feed", "https://abendbote.example/1?utm_source=rss"),
        ("https://abendbote.example/feed", "https://abendbote-example.cdn.ampproject.org/c/s/abendbote.example/1"),
        ("https://one.substack.com/feed", "https://one.substack.com/p/1"),
        ("http://10.0.0.7/feed", "http://10.0.0.7/1"),
        ("file:archive", "https://abendbote.example/1"),
        ("push:desk", "https://abendbote.example/1"),
    ],
)
def test_who_may(source: str, address: str) -> None:
    assert may_speak_for(source, address)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://sammler.example/feed", "https://abendbote.example/1"),
        ("https://abendbote.example.sammler.test/feed", "https://abendbote.example/1"),
        ("https://abendbote.example@sammler.test/feed", "https://abendbote.example/1"),
        ("https://sammler.test/abendbote.example/feed", "https://abendbote.example/1"),
        ("https://sammler.co.uk/feed", "https://kurier.co.uk/1"),
        ("https://two.substack.com/feed", "https://one.substack.com/p/1"),
        ("https://github.io/feed", "https://one.github.io/1"),
        ("http://10.0.0.8/feed", "http://10.0.0.7/1"),
        ("https://www.google.com/feed", "https://www.google.com/url?q=https://abendbote.example/1"),
        ("https://abendbote.example/feed", None),
        ("https://abendbote.example/feed", "no address"),
        ("files:x", "https://abendbote.example/1"),
        ("", ""),
    ],
)
def test_who_may_not(source: str, address: str | None) -> None:
    assert not may_speak_for(source, address)


NAMES = st.text("abcdefgh", min_size=2, max_size=6)


@given(NAMES, NAMES, st.lists(NAMES, max_size=2), st.lists(NAMES, max_size=2), st.sampled_from(["example", "co.uk"]))
def test_a_site_speaks_for_itself_alone(one: str, other: str, before: list[str], its: list[str], suffix: str) -> None:
    source, address = (".".join([*front, name, suffix]) for front, name in ((before, one), (its, other)))
    assert may_speak_for(f"https://{source}/feed", f"http://{address}/1") == (one == other)


@given(st.text(), st.text() | st.none())
def test_wild_texts_speak_for_nobody(source: str, address: str | None) -> None:
    assert not may_speak_for(f"x{source}", address)
    assert not may_speak_for("https://abendbote.example/feed", address and f"https://sammler.test/{address}")
