"""A story as readers see it at the end of a window: first as all who hear the same articles do, then as one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.digests import State, Window
from digests.domain.ranking import Standing
from digests.domain.witnesses import copies, witnesses


@dataclass(frozen=True)
class View:
    """A story as some of its articles tell it at the end of a window, whoever reads them. Worked out once for many."""

    story: Story
    older: tuple[Article, ...]  # known before the window, by time; empty when the story began inside it
    inside: tuple[Article, ...]  # news inside the window, by time
    former: tuple[Article, ...] = ()  # known before the window, but they stand in another story now
    candidates: dict[frozenset[str] | None, Candidate | None] = field(default_factory=dict, compare=False, repr=False)
    """As whom nothing but topics matters to sees it, by the topics that it has of his; None: he has chosen nothing."""

    @cached_property
    def known(self) -> tuple[Article, ...]:
        """All of it, by time."""
        return (*self.older, *self.inside)

    @cached_property
    def topics(self) -> Mapping[str, TopicMatch]:
        """The best match of each topic, by slug."""
        return best_by_slug(match for article in self.known for match in article.topics.values())

    @cached_property
    def witnesses(self) -> int:
        """How many independent sources report."""
        return witnesses(self.known)

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Lead first, then originals by time, then copies."""
        repeated = copies(self.known)

        def place(article: Article) -> tuple[bool, bool, datetime, int]:
            return article.id != self.story.lead_id, article.id in repeated, article.news_at, article.id

        return tuple(sorted(self.known, key=place))

    @cached_property
    def latest(self) -> tuple[Article, ...]:
        """What an update may tell from: news in languages the story was told in before, originals and latest first."""
        spoken = {article.language for article in self.older or self.inside}
        repeated = copies(self.known)
        fresh = [article for article in self.inside if article.language in spoken]
        fresh.sort(key=lambda article: (article.news_at, article.id), reverse=True)
        return tuple(sorted(fresh, key=lambda article: article.id in repeated))

    @cached_property
    def last_at(self) -> datetime:
        """When the latest report was published (UTC)."""
        return max(article.published_at for article in self.known)

    @property
    def read(self) -> tuple[Article, ...]:
        """What readers may have read under this story before the window: none of its sentences is told again."""
        return (*self.older, *self.former)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story as one reader sees it, or all who see it alike."""

    view: View
    matches: tuple[TopicMatch, ...]  # of what he follows, best first
    news: int | None = None  # new sentences of an update; None: the story is new
    standings: dict[tuple[datetime, timedelta], Standing] = field(default_factory=dict, compare=False, repr=False)
    """What it is worth before a reader's own weights, by the time (UTC) and the half-life of stories."""

    @property
    def story(self) -> Story:
        """The story."""
        return self.view.story

    @property
    def state(self) -> State:
        """New, or an update."""
        return State.NEW if self.news is None else State.UPDATE


def view_of(story: Story, articles: Sequence[Article], window: Window) -> View | None:
    """The story as these of its articles tell it; None when none of them is news in the window."""
    known = sorted((each for each in articles if each.news_at <= window.end), key=lambda each: (each.news_at, each.id))
    inside = tuple(article for article in known if article.news_at in window)
    if not inside:
        return None
    began = story.first_at if len(articles) == len(story.articles) else known[0].news_at
    older = () if began in window else tuple(article for article in known if article.news_at not in window)
    former = tuple(article for article in story.former if article.news_at <= window.start)
    return View(story, older, inside, former)


def best_by_slug(matches: Iterable[TopicMatch]) -> dict[str, TopicMatch]:
    """The best match of each topic or word; of equal ones the first."""
    best: dict[str, TopicMatch] = {}
    for match in matches:
        if match.slug not in best or match.score > best[match.slug].score:
            best[match.slug] = match
    return best
