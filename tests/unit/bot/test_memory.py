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
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_there_at_the_start_is_left_alone_and_what_comes_later_is_collected() -> None:
    gc.unfreeze()
    memory.settle()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[0] == memory.NEW_OBJECTS
    node = Node()
    node.itself = node
    del node
    assert gc.collect() >= 1
