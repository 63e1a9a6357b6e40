"""What reactions wish for, and that taking one back leaves what the reader chose otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.preferences import MOST_STEPS, Preferences, weighted
from digests.domain.reactions import LESS, MORE, favourite, made, step_of, steps_of, taken_back

KEY = "source:Abendbote"
STEPS = st.integers(-MOST_STEPS, MOST_STEPS)


@pytest.mark.parametrize(
    ("emoji", "step"),
    [
        (["👍"], 1),
        (["❤"], 1),
        (["❤\ufe0f"], 1),
        (["👎"], -1),
        (["👍", "🔥"], 1),
        (["👍", "👎"], 0),
        (["😢"], 0),
        ([], 0),
    ],
)
def test_what_reactions_wish_for(emoji: list[str], step: int) -> None:
    assert step_of(emoji) == step


def test_no_reaction_wishes_for_both() -> None:
    assert not MORE & LESS


@given(before=STEPS, step=st.sampled_from([1, -1]))
def test_a_step_taken_back_leaves_what_was(before: int, step: int) -> None:
    wish = weighted(Preferences(), KEY, before)
    after, did = made(wish, "source:ABENDBOTE", step)
    assert abs(steps_of(after, KEY)) <= MOST_STEPS
    assert steps_of(taken_back(after, did), KEY) == before


@given(before=STEPS, step=st.sampled_from([1, -1]), own=STEPS)
def test_what_a_reader_has_set_himself_is_never_turned_round(before: int, step: int, own: int) -> None:
    _, did = made(weighted(Preferences(), KEY, before), KEY, step)
    left = steps_of(taken_back(weighted(Preferences(), KEY, own), did), KEY)
    if own != did.after:
        assert abs(left - own) <= 1
        assert left * own >= 0
    if own == 0 != did.after:
        assert left == 0  # he has reset it


def test_a_reaction_means_what_the_reader_follows() -> None:
    wish = Preferences(topics=frozenset({"sport"}), words=frozenset({"Rente"}))
    assert favourite(["topic:nato", "topic:sport"], wish) == "topic:sport"
    assert favourite(["topic:nato", "word:Rente"], wish) == "word:Rente"
    assert favourite(["topic:nato", "source:x"], wish) == "topic:nato"
    assert favourite([], wish) is None
