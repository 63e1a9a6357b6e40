"""Which stories come first: independent sources, freshness and the reader's topics; one loud topic eats no digest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digests.domain.articles import Article, TopicMatch

HALF_LIFE = timedelta(hours=24)
"""After this time a story counts half."""
SUBJECT_SHARE = 0.7
"""What a match of a whole subject (Politics) counts against one of a named topic below it (NATO) or a word."""
REPEAT = 0.8
"""What each further story of the same topic or storyline counts against the one before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranking knows of one story: its score, and what it shares with others (topic, storyline)."""

    story_id: int
    score: float
    crowds: tuple[str, ...]


def witnesses(articles: Iterable[Article]) -> int:
    """How many independent sources report: one per credit, copies of another article not counted."""
    shown = list(articles)
    ids = {article.id for article in shown}
    return len({article.credit.casefold() for article in shown if article.duplicate_of not in ids})


def topicality(matches: Sequence[TopicMatch], parent_of: Callable[[str], str | None]) -> float:
    """How well a story meets what the reader follows, in (0, 1]; 1 when he follows nothing in particular."""
    if not matches:
        return 1.0
    named = {match.slug for match in matches if parent_of(match.slug) is not None}
    return max(match.score * (1.0 if match.slug in named else SUBJECT_SHARE) for match in matches)


def score(sources: int, last_at: datetime, topical: float, now: datetime) -> float:
    """The rank of one story: sources count logarithmically, age halves it, topics weigh between a half and one."""
    age = max(timedelta(0), now - last_at)
    freshness = math.pow(0.5, age / HALF_LIFE)
    return (1 + math.log2(max(1, sources))) * freshness * (0.5 + 0.5 * topical)


def diversified(standings: Iterable[Standing]) -> Iterator[Standing]:
    """One after the other, best first, each scored down for those before it that share a crowd; ties go by id.

    Lazy, since a digest takes a few out of hundreds.
    """
    waiting = sorted(standings, key=lambda standing: standing.story_id)
    crowded: Counter[str] = Counter()
    while waiting:
        values = [standing.score * _share(standing, crowded) for standing in waiting]
        best = max(range(len(waiting)), key=values.__getitem__)  # the first of equals: the lowest id
        standing = waiting.pop(best)
        yield replace(standing, score=values[best])
        crowded.update(standing.crowds)


def _share(standing: Standing, crowded: Counter[str]) -> float:
    return math.pow(REPEAT, max((crowded[crowd] for crowd in standing.crowds), default=0))
