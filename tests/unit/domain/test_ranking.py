"""Ranking: independent sources, freshness, topics, novelty, the reader's weights, diversity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.digests import Parts, Window
from digests.domain.ranking import (
    HALF_LIFE,
    REPEAT,
    STEP,
    Standing,
    diversified,
    half_life,
    rate,
    topicality,
    weights_met,
)
from tests.support.builders import NOON, topic_match

NO_AGE = timedelta(0)


def parent_of(slug: str) -> str | None:
    return {"nato": "conflict"}.get(slug)


def score(
    sources: int = 1, age: timedelta = NO_AGE, topical: float = 1.0, *, news: int | None = None, steps: int = 0
) -> float:
    return rate(sources, age, HALF_LIFE, topical, news=news, steps=steps).score


def test_age_halves_a_score_and_sources_raise_it() -> None:
    assert score(age=HALF_LIFE) == pytest.approx(score() / 2)
    assert score(4) == pytest.approx(3 * score())
    assert score(age=timedelta(hours=-5)) == score(), "a date in the future is no advantage"


def test_in_a_long_window_a_great_story_outlives_the_day() -> None:
    week, day = Window(NOON - timedelta(days=7), NOON), Window(NOON - timedelta(days=1), NOON)
    great, small = rate(8, timedelta(days=5), half_life(week), 1.0), rate(1, NO_AGE, half_life(week), 1.0)
    assert great.score > small.score
    assert half_life(day) == HALF_LIFE
    assert rate(8, timedelta(days=5), half_life(day), 1.0).score < small.score


def test_an_update_counts_less_than_a_new_story_and_more_the_more_it_says() -> None:
    one, two, five, new = (score(news=news) for news in (1, 2, 5, None))
    assert one == pytest.approx(new / 2)
    assert one < two < five < new


def test_two_steps_of_weight_are_worth_a_second_source_or_a_day() -> None:
    assert score(steps=2) == pytest.approx(score(2)) == pytest.approx(2 * score())
    assert score(steps=-2) == pytest.approx(score(age=HALF_LIFE))
    assert score(steps=-3) > 0.3, "it still comes when there is nothing better"


def test_weights_are_met_by_topics_words_and_sources() -> None:
    weights = {"topic:sport": -1, "topic:nato": 2, "word:Rente": 1, "source:Ticker24": -3, "source:Bote": 2}
    assert weights_met(weights, ["sport", "culture"], [], ["Kurier"]) == (("topic:sport", -1),)
    assert weights_met(weights, ["nato"], ["Rente"], ["ticker24"]) == (
        ("source:Ticker24", -3), ("topic:nato", 2), ("word:Rente", 1),
    )  # fmt: skip
    assert weights_met(weights, [], [], ["Ticker24", "Kurier"]) == (), "another one tells it too"
    assert weights_met(weights, [], [], ["Ticker24", "BOTE"]) == (("source:Bote", 2),)
    assert weights_met(weights, [], [], []) == ()


def test_a_named_topic_says_more_than_a_subject() -> None:
    named, subject = topic_match("nato", 0.8), topic_match("conflict", 0.8)
    assert topicality([named], parent_of) > topicality([subject], parent_of)
    assert topicality([subject, named], parent_of) == topicality([named], parent_of)
    assert topicality([], parent_of) == 1.0


def test_a_side_remark_of_many_does_not_lead_before_a_clear_match_of_one() -> None:
    assert score(topical=0.45, sources=3) < score(topical=0.85)
    assert score(topical=0.7, sources=4) > score(topical=0.85), "a good match of many does"


def ordered(standings: Iterable[Standing]) -> list[Standing]:
    """All of them, each shown."""
    crowded: Counter[str] = Counter()
    shown = []
    for standing in diversified(standings, crowded):
        shown.append(standing)
        crowded.update(standing.crowds)
    return shown


def standing(story_id: int, value: float, *crowds: str) -> Standing:
    return Standing(story_id, Parts(sources=value), crowds)


def test_one_loud_topic_does_not_come_first_all_the_way() -> None:
    loud = [standing(number, 1.0 - number / 1000, f"storyline {number}", "sport") for number in range(5)]
    quiet = standing(9, 0.7, "storyline 9", "culture")
    found = ordered([*loud, quiet])
    assert [each.story_id for each in found] == [0, 1, 9, 2, 3, 4]
    assert [each.parts.crowding for each in found] == pytest.approx([1, REPEAT, 1, REPEAT**2, REPEAT**3, REPEAT**4])


def test_what_is_not_shown_crowds_nobody() -> None:
    first, second = diversified([standing(1, 2.0, "sport"), standing(2, 1.0, "sport")], Counter())
    assert (first.parts.crowding, second.parts.crowding) == (1.0, 1.0)


CROWDS = st.lists(st.sampled_from("abc"), max_size=2).map(tuple)
STANDINGS = st.lists(
    st.builds(Standing, st.integers(0, 99), st.builds(Parts, sources=st.floats(0, 10)), CROWDS),
    max_size=12,
    unique_by=lambda standing: standing.story_id,
)


@given(STANDINGS)
def test_order_in_is_no_order_out_and_nothing_is_lost(standings: list[Standing]) -> None:
    found = ordered(standings)
    assert ordered(reversed(standings)) == found
    assert {each.story_id for each in found} == {each.story_id for each in standings}
    scores = [each.parts.score for each in found]
    assert scores == sorted(scores, reverse=True)


@given(STANDINGS)
def test_every_choice_is_the_best_of_all_that_wait(standings: list[Standing]) -> None:
    waiting = {each.story_id: each for each in standings}
    crowded: Counter[str] = Counter()
    for chosen in ordered(standings):
        values = {
            each.story_id: each.parts.score * REPEAT ** max((crowded[crowd] for crowd in each.crowds), default=0)
            for each in waiting.values()
        }
        assert values[chosen.story_id] == pytest.approx(max(values.values()))
        crowded.update(waiting.pop(chosen.story_id).crowds)


RATED = st.tuples(st.integers(1, 20), st.floats(0, 72), st.floats(0, 1), st.none() | st.integers(1, 9))


@given(RATED, st.integers(-6, 5))
def test_a_score_is_the_product_of_its_parts_and_a_step_more_never_lowers_it(
    rated: tuple[int, float, float, int | None], steps: int
) -> None:
    sources, hours, topical, news = rated
    parts = rate(sources, timedelta(hours=hours), HALF_LIFE, topical, news=news, steps=steps)
    factors = (parts.sources, parts.freshness, parts.topical, parts.novelty, parts.weight, parts.crowding)
    assert parts.score == pytest.approx(prod(factors))
    assert all(factor > 0 for factor in factors)
    more = rate(sources, timedelta(hours=hours), HALF_LIFE, topical, news=news, steps=steps + 1)
    assert more.score == pytest.approx(parts.score * STEP)


KEYS = st.sampled_from(["topic:a", "topic:b", "word:w", "source:S", "source:T"])
WEIGHTS = st.dictionaries(KEYS, st.integers(-3, 3).filter(bool))


@given(
    WEIGHTS, KEYS, st.sets(st.sampled_from("abc")), st.sets(st.just("w")), st.sets(st.sampled_from("STU"), min_size=1)
)
def test_raising_a_weight_never_lowers_what_a_story_gets(
    weights: dict[str, int], key: str, topics: set[str], words: set[str], sources: set[str]
) -> None:
    raised = weights | {key: weights.get(key, 0) + 1}
    before = sum(steps for _, steps in weights_met(weights, topics, words, sources))
    assert sum(steps for _, steps in weights_met(raised, topics, words, sources)) >= before
