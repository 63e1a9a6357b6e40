"""What Python does by itself while a process works: it collects garbage, and lets threads take turns."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS, YOUNG, MIDDLE = 10_000, 5, 200
"""Allocations, collections of the young, and of the middle generation, after which the next older one is looked at. All
wait meanwhile: for the middle one, with 50,000 objects, 30 ms; with 400,000 it was 160, a reader in a hundred."""

TURN = 0.001
"""Seconds (real ones) that a thread may keep the interpreter while others want it: a fifth of Python's own.

Digests are composed in a thread. Whoever asks for an answer meanwhile waits for a turn several times for every look at
the database, which took 46 ms instead of 11.
"""


@contextmanager
def loading() -> Iterator[None]:
    """Keep the garbage collector off while modules are loaded: they make 300,000 objects, of which hardly any goes.

    Looking at them takes a tenth of a start, once as well as again and again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def begin() -> None:
    """Let threads take short turns, and the garbage collector look seldom: a process keeps most of what it makes."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(NEW_OBJECTS, YOUNG, MIDDLE)


def settle() -> None:
    """Leave what a start has made out of every later collection: code and tables stay until the process ends.

    Looking at all of it again and again takes a twentieth of the time of sending, and makes readers wait meanwhile.
    """
    begin()
    gc.unfreeze()  # what `loading` has left may hold some that can go
    gc.collect()
    gc.freeze()
