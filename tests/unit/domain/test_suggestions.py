"""Did-you-mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.suggestions import distance, key, nearest

COMMANDS = ["latest", "topic", "topics", "time", "search", "settings", "pause", "status", "help", "privacy", "themen"]
SHORT = st.text("abcdä", max_size=7)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Österreich", "oesterreich"),
        ("FUSSBALL", "Fußball"),
        ("/Über uns", "uber-uns"),
        ("Künstliche Intelligenz", "kuenstlicheintelligenz"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("lastest", "latest"), ("serach", "search"), ("/TIMR", "time"), ("sett", "settings"), ("themn", "themen")],
)
def test_the_nearest_command_comes_first(typed: str, wanted: str) -> None:
    assert nearest(typed, COMMANDS)[0] == wanted


@pytest.mark.parametrize(
    ("typed", "names", "wanted"),
    [("abc", ["bbc", "cbc"], []), ("nto", ["nato"], ["nato"]), ("ntao", ["nato"], ["nato"]), ("kwi", ["kiw"], ["kiw"]),
     ("ukk", ["uk"], []), ("rom", ["rot"], []), ("rom", ["romania"], ["romania"]),
     ("heute", ["leute"], []), ("lustig", ["justiz"], []), ("spord", ["sport"], ["sport"]),
     ("kind", ["kino"], []), ("wahl", ["wald"], []), ("nati", ["nato"], ["nato"]), ("kiho", ["kino"], ["kino"]),
     ("kin", ["kino"], ["kino"]), ("kinoo", ["kino"], ["kino"]), ("кіео", ["кіно"], ["кіно"]), ("кіно", ["кіло"], []),
     ("psort", ["sport"], ["sport"]), ("nachrichten", ["sportnachrichten"], [])],
)  # fmt: skip
def test_a_short_word_must_be_spelt_nearly_so(typed: str, names: list[str], wanted: list[str]) -> None:
    assert nearest(typed, names) == wanted


def test_nothing_near_and_nothing_typed() -> None:
    assert nearest("xyzzy", COMMANDS) == []
    assert nearest("/", COMMANDS) == []
    assert nearest("latest", []) == []


def test_count_and_cutoff_limit_the_answer() -> None:
    assert nearest("topics", COMMANDS, count=1) == ["topics"]
    assert nearest("tame", COMMANDS, cutoff=0.1) == []


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("", "abc", 3), ("ab", "ba", 1), ("kitten", "sitting", 3), ("a", "a", 0)]
)
def test_distance_counts_edits(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits


@given(SHORT, SHORT)
def test_distance_is_symmetric_and_zero_only_for_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


@given(st.text(), st.lists(st.text(), max_size=6))
def test_only_given_names_are_suggested(typed: str, names: list[str]) -> None:
    found = nearest(typed, names)
    assert set(found) <= set(names)
    assert len(found) == len(set(found)) <= 3


@given(SHORT, SHORT, st.integers(0, 4))
def test_a_distance_with_a_limit_is_the_same_up_to_it(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(distance(one, other), most + 1)
