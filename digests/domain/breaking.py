"""When a story is breaking news: several sources, each for itself, begin to report it within a short time.

And when it is none, since another story that was told is of the same event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digests.domain.addresses import canonical
from digests.domain.articles import Article, Story
from digests.domain.digests import Item
from digests.domain.terms import COMMON_TERMS, terms
from digests.domain.witnesses import copies
from digests.text.document import Label

_NO_REPORTS = frozenset({Label.OPINION, Label.PRESS_RELEASE})
"""Who comments, and who speaks for himself, reports nothing."""

ALIKE = 0.5
"""Alikeness (`StoryIndex.alikeness`) from which two stories may be of one event: half of what makes them one story.

With SHARED it keeps back 27 of 30 events that were told in two halves, and takes 18 of 1128 pairs of other events for
one, 8 of which the stories themselves would have joined (`python -m tests.benchmarks.alerts`).
"""
SHARED = 2
"""Words that say something which the headlines of both must have in common then: who, what or where."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a story break, and how many of them a reader gets."""

    sources: int = 3
    within: timedelta = timedelta(minutes=60)
    a_day: int = 2  # of the reader's own


RULES = Rules()


def breaks(story: Story, now: datetime, rules: Rules = RULES) -> bool:
    """Whether a story is breaking news at `now` (UTC).

    It is when enough sources have begun to report it within the time that the rules give, the last of them no longer
    ago than that, and most of its sources are among them: what goes on for days and is taken up by some more is not.
    """
    times = [at for at in _first_reports(story) if at <= now]
    if not times or times[-1] <= now - rules.within:
        return False
    fresh = sum(at > times[-1] - rules.within for at in times)
    return fresh >= rules.sources and 2 * fresh > len(times)


def is_worth_an_alert(item: Item, rules: Rules = RULES) -> bool:
    """Whether a story is breaking news to one reader: as many sources as the rules ask for are such as he reads, and he
    has not weighed it down.
    """
    return item.witnesses >= rules.sources and sum(steps for _, steps in item.weights) >= 0


def is_told(alikeness: float, titles: Iterable[str], told: Iterable[str]) -> bool:
    """Whether a story with reports of these `titles` tells the event that one with the titles `told` has told.

    `alikeness` is that of the two stories.
    """
    return alikeness >= ALIKE and len(_headline_terms(titles) & _headline_terms(told)) >= SHARED


def _headline_terms(titles: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(terms(title, ()).event for title in titles)) - COMMON_TERMS


def _first_reports(story: Story) -> Iterator[datetime]:
    """When each independent source began to report, in order. Two names on one site are one source."""
    repeated = copies(story.articles)
    seen: set[str] = set()
    for article in sorted(story.articles, key=lambda each: (_reported_at(each), each.id)):
        names = {article.credit.casefold(), *_site(article)}
        if article.id not in repeated and article.labels.isdisjoint(_NO_REPORTS):
            if seen.isdisjoint(names):
                yield _reported_at(article)
            seen |= names


def _reported_at(article: Article) -> datetime:
    """When its source published it; one that says nothing of that, when it came."""
    return min(article.published_at, article.news_at) if article.dated else article.news_at


def _site(article: Article) -> list[str]:
    """Where it stands: its host as `canonical` names it; nothing for what has no address."""
    address = canonical(article.url) if article.url else None
    return [urlsplit(address).netloc] if address else []
