"""Buttons carry what was put in, within Telegram's 64 bytes, and survive whatever is sent instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.callbacks import LIMIT, Callback, Outdated, decode, encode

verbs = st.from_regex(r"[a-z][a-z_]{0,11}", fullmatch=True)


@given(verbs, st.lists(st.text(max_size=10) | st.integers(-(10**12), 10**12), max_size=4))
def test_what_goes_in_comes_out(verb: str, arguments: list[str | int]) -> None:
    try:
        data = encode(verb, *arguments)
    except ValueError:
        assert len("|".join(["v1", verb, *map(str, arguments)]).encode()) > LIMIT - 2 * sum(
            str(argument).count(mark) for argument in arguments for mark in "|%"
        )
    else:
        assert len(data.encode()) <= LIMIT
        assert decode(data) == Callback(verb, tuple(map(str, arguments)))


@pytest.mark.parametrize("argument", ["a|b", "100%", "%7C", "%25", "%257C", "|%|", ""])
def test_separators_inside_an_argument_survive(argument: str) -> None:
    assert decode(encode("mute", argument, 1)) == Callback("mute", (argument, "1"))


@given(st.text(max_size=80))
def test_any_data_is_answered(data: str) -> None:
    match decode(data):
        case Outdated(kept):
            assert kept == data
        case Callback(verb):
            assert data.startswith(f"v1|{verb}")


@pytest.mark.parametrize("data", ["", "v0|story|1", "v2|story|1", "v1", "v1|", "v1|Story", "story|1", "v1story"])
def test_other_versions_are_outdated(data: str) -> None:
    assert decode(data) == Outdated(data)


def test_too_long_data_is_refused_with_its_size() -> None:
    with pytest.raises(ValueError, match="69 bytes"):
        encode("topic", "ю" * 30)


@pytest.mark.parametrize("verb", ["", "Topic", "a|b", "1"])
def test_a_verb_is_a_word(verb: str) -> None:
    with pytest.raises(ValueError, match="a verb is"):
        encode(verb)


def test_arguments_are_read_by_position() -> None:
    callback = decode(encode("story", 42, "x", -1))
    assert isinstance(callback, Callback)
    assert (callback.number(0), callback.text(1), callback.number(2)) == (42, "x", -1)
    assert (callback.number(1), callback.text(3), callback.number(3)) == (None, None, None)
    assert Callback("story", ("٣",)).number(0) is None
