"""Terms: what texts about one thing have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.term_index import TermIndex
from digests.domain.terms import COMMON_TERMS, terms, title_pattern


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Selenskyj", "Zelensky"),
        ("Selenskyj", "Зеленський"),
        ("Lawrow", "Лавров"),
        ("Kyjiw", "Київ"),
        ("NATO", "НАТО"),
        ("Odessa", "Одеси"),
        ("Україна", "України"),
        ("Verhandlung", "Verhandlungen"),
        ("negotiation", "negotiated"),
    ],
)
def test_spellings_and_forms_share_a_term(one: str, other: str) -> None:
    assert terms(one, []).event.keys() == terms(other, []).event.keys()


def test_function_words_are_no_terms_and_news_words_are_common() -> None:
    found = terms("Der Minister und die Delegation", []).event
    assert len(found) == 2
    assert [term in COMMON_TERMS for term in found] == [True, False]


def test_the_lead_tells_the_event_and_the_whole_body_the_subject() -> None:
    found = terms("Titel", ["Anfang " + "x " * 1000, "Hintergrund"])
    assert "hint" not in found.event
    assert "hint" in found.subject


@pytest.mark.parametrize(
    ("monday", "tuesday"),
    [
        ("Nachrichten am Montag, 3. August", "Nachrichten am Dienstag, 4. August"),
        ("News of 3 August 2026", "News of 4 August 2026"),
        ("Новини за понеділок", "Новини за вівторок"),
    ],
)
def test_issues_of_a_series_have_one_pattern(monday: str, tuesday: str) -> None:
    assert title_pattern(monday) == title_pattern(tuesday) != ""


def test_a_date_alone_has_no_pattern() -> None:
    assert title_pattern("Donnerstag, 4. März 2026") == ""


def index() -> TermIndex:
    return TermIndex(breadth=10)


def test_a_text_is_as_near_as_can_be_to_itself() -> None:
    kept = index()
    kept.add(1, {"istanb": 2.0, "hafen": 1.0})
    vector = kept.vector({"istanb": 2.0, "hafen": 1.0})
    assert kept.near(vector) == {1: pytest.approx((1.0, vector["istanb"] ** 2))}


def test_an_empty_text_is_near_nothing() -> None:
    kept = index()
    kept.add(1, {})
    assert kept.near({}) == {}
    assert kept.near(kept.vector({"hafen": 1.0})) == {}


def test_common_terms_weigh_less() -> None:
    vector = index().vector({"minis": 1.0, "deleg": 1.0})
    assert vector["minis"] < vector["deleg"]


COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.5, 9), max_size=6)


@given(st.dictionaries(st.integers(0, 9), COUNTS), st.dictionaries(st.integers(0, 9), COUNTS))
def test_adding_and_removing_leaves_no_trace(
    kept: dict[int, dict[str, float]], passing: dict[int, dict[str, float]]
) -> None:
    steady, visited = index(), index()
    for number, counts in kept.items():
        steady.add(number, counts)
    for number, counts in passing.items():
        visited.add(number + 100, counts)
    for number, counts in passing.items():
        visited.add(number + 100, counts)
        visited.remove(number + 100)
    for number, counts in kept.items():
        visited.add(number, counts)
    assert len(visited) == len(steady) == len(kept)
    for counts in kept.values():
        wanted = {number: pytest.approx(shared) for number, shared in steady.near(steady.vector(counts)).items()}
        assert visited.near(visited.vector(counts)) == wanted
