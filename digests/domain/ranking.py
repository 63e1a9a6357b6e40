"""Which stories come first, by a product of six factors; one loud topic eats no digest.

| factor | form | why |
|---|---|---|
| sources | 1 + log2(independent sources) | the second witness says more than the ninth; copies say nothing |
| freshness | 1/2 ** (age / half-life) | smooth: no hour at which a story falls out of sight |
| topical | 1/10 + 9/10 * topicality ** 2 | three sources of a side remark weigh less than one of a clear match |
| novelty | 1 if new, else n / (n + 1) | n = new sentences of an update, up to three: one counts half a new story |
| weight | sqrt(2) ** steps | two steps are worth a second source, or a half-life of age |
| crowding | 0.8 ** stories before it | of the same topic or storyline in this digest |

No factor is ever 0: what a reader has weighed down three steps counts about a third, and still comes when there is
nothing better. Steps add up over all weighed topics and words a story has: so a further step moves all stories of its
topic alike, and none of them falls behind for it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from heapq import heapify, heappop, heapreplace

from digests.domain.articles import TopicMatch
from digests.domain.digests import Parts, Window
from digests.domain.preferences import Weighed

HALF_LIFE = timedelta(hours=24)
"""After this time a story counts half, in windows of up to two days."""
SUBJECT_SHARE = 0.7
"""What a match of a whole subject (Politics) counts against one of a named topic below it (NATO) or a word."""
STEP = math.sqrt(2)
"""What one step of a reader's weight multiplies the rank with."""
REPEAT = 0.8
"""What each further story of the same topic or storyline counts against the one before."""


@dataclass(frozen=True)
class Standing:
    """What ranking knows of one story."""

    story_id: int
    parts: Parts
    crowds: tuple[str, ...]  # what it shares with others: topic, storyline
    weights: tuple[tuple[str, int], ...] = ()  # the reader's that apply to it: (key, steps)

    @cached_property
    def alone(self) -> float:
        """Its rank with nothing before it."""
        return self.parts.alone


def half_life(window: Window) -> timedelta:
    """How long it takes until a story counts half.

    At least a day; in longer windows half of them, so that in a weekly digest the great story of Tuesday still stands
    above the small one of Sunday.
    """
    return max(HALF_LIFE, (window.end - window.start) / 2)


def rate(
    sources: int, age: timedelta, halving: timedelta, topical: float, *, news: int | None = None, steps: int = 0
) -> Parts:
    """The factors of one story before others crowd it.

    `sources` are independent ones, `age` that of its latest report and `halving` its half-life, `topical` its
    topicality in [0, 1], `news` the new sentences of an update (None: the story is new), `steps` the reader's.
    """
    return Parts(
        sources=1 + math.log2(max(1, sources)),
        freshness=math.pow(0.5, max(timedelta(0), age) / halving),
        topical=0.1 + 0.9 * topical**2,
        novelty=1.0 if news is None else max(1, news) / (max(1, news) + 1),
        weight=weighed(steps),
    )


def weighed(steps: int) -> float:
    """What so many of a reader's steps multiply the rank with."""
    return math.pow(STEP, steps)


def topicality(matches: Sequence[TopicMatch], parent_of: Callable[[str], str | None]) -> float:
    """How well a story meets what the reader follows, in (0, 1]; 1 when he follows nothing in particular."""
    if not matches:
        return 1.0
    return max([match.score * (SUBJECT_SHARE if parent_of(match.slug) is None else 1.0) for match in matches])


def weights_met(
    weights: Mapping[str, int], topics: Iterable[str], words: Iterable[str], sources: Iterable[str]
) -> tuple[tuple[str, int], ...]:
    """The weights that apply to a story with these topics, weighed words and sources; their steps add up.

    Of the sources the one best liked decides, any other counting 0: a story falls for a disliked source only when it
    comes from nobody else.
    """
    met = [*map(Weighed.TOPIC.key, topics), *map(Weighed.WORD.key, words)]
    found = {key: weights[key] for key in met if key in weights}
    spelt = {key.casefold(): key for key in weights if key.startswith(Weighed.SOURCE.key(""))}
    told = [spelt.get(Weighed.SOURCE.key(source).casefold(), "") for source in sources]
    best = max(told, key=lambda key: (weights.get(key, 0), key), default="")
    if best:
        found[best] = weights[best]
    return tuple(sorted(found.items()))


def diversified(standings: Iterable[Standing], crowded: Counter[str]) -> Iterator[Standing]:
    """One after the other, best first, each scored down for those shown that share a crowd; ties go by id.

    The caller adds the crowds of what he shows to `crowded`. Since they only grow, a rank only falls, and the best of
    a heap of earlier ranks is the best of all as soon as its own still holds (Minoux' lazy greedy, 1978): a digest
    takes a few out of hundreds.
    """
    waiting = [(-standing.alone, standing.story_id, standing) for standing in standings]
    heapify(waiting)
    while waiting:
        rank, story_id, standing = waiting[0]
        crowding = _crowding(standing, crowded)
        if standing.alone * crowding < -rank:
            heapreplace(waiting, (-standing.alone * crowding, story_id, standing))
        else:
            heappop(waiting)
            yield replace(standing, parts=replace(standing.parts, crowding=crowding))


def _crowding(standing: Standing, crowded: Counter[str]) -> float:
    return math.pow(REPEAT, max([crowded[crowd] for crowd in standing.crowds], default=0))
