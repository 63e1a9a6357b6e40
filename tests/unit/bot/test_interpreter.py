"""The interpreter after a start."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from bot import interpreter


class Node:
    """May refer to itself."""

    itself: Node


@pytest.fixture(autouse=True)
def frozen_again() -> Iterator[None]:
    """As tests/conftest.py leaves it for the others."""
    turn = sys.getswitchinterval()
    yield
    sys.setswitchinterval(turn)
    gc.freeze()


def test_a_start_makes_few_collections() -> None:
    gc.set_threshold(700, 10, 10)
    interpreter.begin()
    assert gc.get_threshold() == (interpreter.NEW_OBJECTS, interpreter.YOUNG, interpreter.MIDDLE)


def test_whoever_wants_an_answer_gets_a_turn_soon() -> None:
    sys.setswitchinterval(0.005)
    interpreter.begin()
    assert sys.getswitchinterval() == pytest.approx(interpreter.TURN)


def test_what_is_there_at_the_start_is_left_alone_and_what_comes_later_is_collected() -> None:
    gc.unfreeze()
    interpreter.settle()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[0] == interpreter.NEW_OBJECTS
    node = Node()
    node.itself = node
    del node
    assert gc.collect() >= 1
