"""What the garbage collector looks at while a process works."""

from __future__ import annotations

import gc

NEW_OBJECTS, YOUNG, MIDDLE = 20_000, 20, 50
"""Allocations, collections of the young, and of the middle generation, after which the next older one is looked at."""


def begin() -> None:
    """Let the garbage collector look seldom, before imports make a hundred thousand objects of which none goes.

    Looking at them again and again takes a sixth of the CPU time of a start.
    """
    gc.set_threshold(NEW_OBJECTS, YOUNG, MIDDLE)


def settle() -> None:
    """Leave what a start has made out of every later collection: code and tables stay until the process ends.

    Looking at all of it again and again takes a twentieth of the time of sending, and makes readers wait meanwhile.
    """
    begin()
    gc.collect()
    gc.freeze()
