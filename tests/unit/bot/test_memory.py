"""The garbage collector after a start."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot import memory


class Node:
    """May refer to itself."""

    itself: Node


@pytest.fixture(autouse=True)
def frozen_again() -> Iterator[None]:
    """As tests/conftest.py leaves it for the others."""
    yield
    gc.freeze()


def test_a_start_makes_few_collections() -> None:
    gc.set_threshold(700, 10, 10)
    memory.begin()
    assert gc.get_threshold() == (memory.NEW_OBJECTS, memory.YOUNG, memory.MIDDLE)


def test_what_is_there_at_the_start_is_left_alone_and_what_comes_later_is_collected() -> None:
    gc.unfreeze()
    memory.settle()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[0] == memory.NEW_OBJECTS
    node = Node()
    node.itself = node
    del node
    assert gc.collect() >= 1
