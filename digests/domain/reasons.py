"""Why a story stands where it stands: values in the order in which a reader should hear them, for others to word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digests.domain.articles import TopicMatch
from digests.domain.digests import Item, State
from digests.domain.preferences import Weighed, weight_key
from digests.domain.ranking import REPEAT


@dataclass(frozen=True, slots=True)
class Followed:
    """A topic or word of the reader, with the words of the text that matched."""

    match: TopicMatch


@dataclass(frozen=True, slots=True)
class Reported:
    """How many sources report it by themselves, and how many more took that over."""

    witnesses: int
    repeaters: int


@dataclass(frozen=True, slots=True)
class Recent:
    """When its latest report was published (UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the story was new, or an update of one that began before."""

    state: State


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weight of the reader that moved it."""

    kind: Weighed
    name: str
    steps: int


@dataclass(frozen=True, slots=True)
class Crowded:
    """So many stories of the same topic or storyline came before it."""

    before: int


Reason = Followed | Reported | Recent | Told | Weighted | Crowded


def reasons(item: Item) -> tuple[Reason, ...]:
    """Topics, sources, age, newness, weights, crowding. Without the last where the digest kept no parts."""
    return tuple(_reasons(item))


def _reasons(item: Item) -> Iterator[Reason]:
    yield from map(Followed, item.topics)
    yield Reported(item.witnesses, item.repeaters)
    yield Recent(item.last_at)
    yield Told(item.state)
    for key, steps in item.weights:
        yield Weighted(*weight_key(key), steps)
    if item.parts is not None and 0 < item.parts.crowding < 1:
        yield Crowded(round(math.log(item.parts.crowding, REPEAT)))
