"""Ranking: independent sources, freshness, topics, diversity."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.ranking import HALF_LIFE, Standing, diversified, score, topicality, witnesses
from tests.support.builders import NOON, article, topic_match


def parent_of(slug: str) -> str | None:
    return {"nato": "conflict"}.get(slug)


def test_copies_and_second_articles_of_a_source_are_no_further_witnesses() -> None:
    agency = article(id=1, credit="Ticker24")
    assert witnesses([agency]) == 1
    assert witnesses([agency, article(credit="Abendbote", duplicate_of=1)]) == 1
    assert witnesses([agency, article(credit="ticker24")]) == 1
    assert witnesses([agency, article(credit="Hafenpost")]) == 2


def test_a_copy_without_its_original_is_a_witness() -> None:
    assert witnesses([article(credit="Abendbote", duplicate_of=1)]) == 1


def test_age_halves_a_score_and_sources_raise_it() -> None:
    fresh = score(1, NOON, 1.0, NOON)
    assert score(1, NOON - HALF_LIFE, 1.0, NOON) == pytest.approx(fresh / 2)
    assert score(4, NOON, 1.0, NOON) == pytest.approx(3 * fresh)
    assert score(1, NOON + timedelta(hours=5), 1.0, NOON) == fresh, "a date in the future is no advantage"


def test_a_named_topic_says_more_than_a_subject() -> None:
    named, subject = topic_match("nato", 0.8), topic_match("conflict", 0.8)
    assert topicality([named], parent_of) > topicality([subject], parent_of)
    assert topicality([subject, named], parent_of) == topicality([named], parent_of)
    assert topicality([], parent_of) == 1.0


def test_one_loud_topic_does_not_come_first_all_the_way() -> None:
    loud = [Standing(number, 1.0 - number / 1000, (f"storyline {number}", "sport")) for number in range(5)]
    quiet = Standing(9, 0.7, ("storyline 9", "culture"))
    order = [standing.story_id for standing in diversified([*loud, quiet])]
    assert order == [0, 1, 9, 2, 3, 4]


STANDINGS = st.lists(
    st.builds(Standing, st.integers(0, 99), st.floats(0, 10), st.lists(st.sampled_from("abc"), max_size=2).map(tuple)),
    max_size=12,
    unique_by=lambda standing: standing.story_id,
)


@given(STANDINGS)
def test_order_in_is_no_order_out_and_nothing_is_lost(standings: list[Standing]) -> None:
    ordered = list(diversified(standings))
    assert list(diversified(reversed(standings))) == ordered
    assert {standing.story_id for standing in ordered} == {standing.story_id for standing in standings}
    assert [standing.score for standing in ordered] == sorted((standing.score for standing in ordered), reverse=True)
