"""A story as one reader sees it at the end of a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.digests import State
from digests.domain.witnesses import copies


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story as one reader sees it at the end of a window."""

    story: Story
    older: tuple[Article, ...]  # known before the window, by time
    inside: tuple[Article, ...]  # news inside the window, by time
    matches: tuple[TopicMatch, ...]  # best first
    news: int | None = None  # new sentences of an update; None: the story is new
    former: tuple[Article, ...] = ()  # known before the window, but they stand in another story now

    @property
    def state(self) -> State:
        """New, or an update."""
        return State.NEW if self.news is None else State.UPDATE

    @property
    def articles(self) -> tuple[Article, ...]:
        """Lead first, then originals by time, then copies."""
        known = (*self.older, *self.inside)
        repeated = copies(known)

        def place(article: Article) -> tuple[bool, bool, datetime, int]:
            return article.id != self.story.lead_id, article.id in repeated, article.news_at, article.id

        return tuple(sorted(known, key=place))

    @property
    def latest(self) -> tuple[Article, ...]:
        """What an update may tell from."""
        return latest_of(self.older or self.inside, self.inside)

    @property
    def read(self) -> tuple[Article, ...]:
        """What readers may have read under this story before the window: none of its sentences is told again."""
        return (*self.older, *self.former)

    @property
    def last_at(self) -> datetime:
        """When the latest report was published (UTC)."""
        return max(article.published_at for article in (*self.older, *self.inside))


def latest_of(older: Sequence[Article], inside: Sequence[Article]) -> tuple[Article, ...]:
    """What came inside the window, in languages the story was told in before: originals first, latest first."""
    spoken = {article.language for article in older}
    repeated = copies((*older, *inside))
    fresh = [article for article in inside if article.language in spoken]
    fresh.sort(key=lambda article: (article.news_at, article.id), reverse=True)
    return tuple(sorted(fresh, key=lambda article: article.id in repeated))
