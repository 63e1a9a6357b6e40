"""Weights: what a reader wants more or less of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.preferences import MOST_STEPS, Weighed, weight_key, weighted
from digests.errors import InputError
from tests.support.builders import preferences


@pytest.mark.parametrize(("steps", "kept"), [(2, 2), (-1, -1), (9, MOST_STEPS), (-9, -MOST_STEPS)])
def test_a_weight_is_kept_within_its_bounds(steps: int, kept: int) -> None:
    assert weighted(preferences(), "topic:sport", steps).weights == {("topic:sport", kept)}


def test_zero_takes_a_weight_off_and_leaves_the_others() -> None:
    wish = preferences(["sport"], weights={"topic:sport": 2, "word:Rente": -1})
    assert weighted(wish, "topic:sport", 0) == preferences(["sport"], weights={"word:Rente": -1})
    assert weighted(wish, "topic:nato", 0) == wish


def test_a_source_has_one_weight_however_it_is_spelt() -> None:
    wish = weighted(preferences(weights={"source:Ticker24": 2}), "source:TICKER24", -1)
    assert wish.weights == {("source:TICKER24", -1)}


@pytest.mark.parametrize("key", ["", "sport", "topics:sport", "topic:", "word: ", ":sport"])
def test_a_key_that_names_nothing_to_weigh_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="topic:"):
        weighted(preferences(), key, 1)


@given(st.sampled_from(Weighed), st.text())
def test_a_key_says_what_it_was_made_of(kind: Weighed, name: str) -> None:
    assert weight_key(kind.key(name)) == (kind, name)


KEYS = st.sampled_from(["topic:a", "word:b", "source:c", "source:C"])


@given(st.lists(st.tuples(KEYS, st.integers(-9, 9)), max_size=8))
def test_no_weight_is_ever_nothing_or_too_much(changes: list[tuple[str, int]]) -> None:
    wish = preferences()
    for key, steps in changes:
        wish = weighted(wish, key, steps)
    assert all(0 < abs(steps) <= MOST_STEPS for _, steps in wish.weights)
    assert len({key.casefold() for key, _ in wish.weights}) == len(wish.weights)
