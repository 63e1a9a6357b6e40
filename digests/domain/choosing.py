"""Which stories a digest may tell one reader: news in the window about what he follows, and nothing muted.

What a mute hides is decided here and nowhere else: by the same look for words by which a followed word is found, so
that "Krieg" hides "Krieges" and "Kriegsende". A story that is followed comes whatever its topics; a mute hides it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.candidates import Candidate, latest_of
from digests.domain.digests import Item, Window
from digests.domain.items import tell
from digests.domain.mutes import Mute, with_mute, without_mute
from digests.domain.preferences import Length, Preferences
from digests.domain.telling import count_news

WordMatch = Callable[[str, Article], TopicMatch | None]
"""Says whether a reader's free word is what an article is about."""
NewsCount = Callable[[Sequence[Article], Sequence[Article]], int]
"""How many new sentences newer articles have against older ones; 0 when an update would say nothing."""
Tell = Callable[[Candidate, Length], Item | None]
"""The item that a candidate becomes at this length, before ranking; None when it has nothing to tell."""
ParentOf = Callable[[str], str | None]
"""The topic above a topic; None for a subject, and for a free word."""

_TOPICS_WITHOUT_CHOICE = 3


def no_words(word: str, article: Article) -> TopicMatch | None:  # noqa: ARG001 - the shape of a WordMatch
    """Free words are not looked for."""
    return None


def no_parents(slug: str) -> str | None:  # noqa: ARG001 - the shape of a ParentOf
    """Every topic stands for itself."""
    return None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What decisions ask about words, topics and texts; one that answers from memory makes many digests cheaper."""

    word_match: WordMatch = no_words
    parent_of: ParentOf = no_parents
    news_count: NewsCount = count_news
    tell: Tell = tell
    told: Mapping[int, datetime] = field(default_factory=dict)  # stories, and when (UTC) readers had them as breaking


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a mute would have hidden."""

    stories: int  # that the reader could have had without it
    hidden: tuple[Story, ...]  # those of them that it hides, the latest first


@dataclass(frozen=True, slots=True)
class Chooser:
    """Decides for one reader and one window, story by story."""

    preferences: Preferences
    window: Window
    knowledge: Knowledge

    def candidate(self, story: Story) -> Candidate | None:
        """The story before mutes; None when it has nothing new or nothing for this reader."""
        return self._candidate(story, self._readable(story))

    def unmuted(self, candidate: Candidate) -> Candidate | None:
        """The candidate without muted sources; None when they hide it, or a muted word does."""
        readable = self._readable(candidate.story)
        hidden = {credit.casefold() for credit in self.preferences.muted_sources}
        heard = [article for article in readable if article.credit.casefold() not in hidden] if hidden else readable
        remaining = candidate if len(heard) == len(readable) else self._candidate(candidate.story, heard)
        if remaining is None:
            return None
        known = (*remaining.older, *remaining.inside)
        muted = any(self.knowledge.word_match(word, article) for word in self.preferences.mutes for article in known)
        return None if muted else remaining

    def follows(self, story: Story) -> bool:
        """True when the reader follows this story's storyline."""
        return story.storyline_id in self.preferences.stories

    def _readable(self, story: Story) -> Sequence[Article]:
        languages = self.preferences.languages
        return [each for each in story.articles if each.language in languages] if languages else story.articles

    def _candidate(self, story: Story, articles: Sequence[Article]) -> Candidate | None:
        """The story as these of its articles tell it."""
        followed = self.follows(story)
        if not followed and not self._may_match(articles):
            return None
        known = sorted((a for a in articles if a.news_at <= self.window.end), key=lambda a: (a.news_at, a.id))
        window = self._window_of(story)
        older = tuple(article for article in known if article.news_at not in window)
        inside = tuple(article for article in known if article.news_at in window)
        if not inside:
            return None
        complete = len(articles) == len(story.articles)
        began = story.first_at if complete else known[0].news_at
        matches = self._matches(known)
        if not matches and self.preferences.chosen and not followed:
            return None
        former = tuple(article for article in story.former if article.news_at <= window.start)
        if began in window or not older:
            return Candidate(story, (), inside, matches, former=former)
        news = self.knowledge.news_count((*older, *former), latest_of(older, inside))
        return Candidate(story, older, inside, matches, news, former) if news else None

    def _window_of(self, story: Story) -> Window:
        """The window, for a story that the reader has had in the midst of it what is left of it."""
        start = max(self.window.start, self.knowledge.told.get(story.id, self.window.start))
        return replace(self.window, start=min(start, self.window.end))

    def _may_match(self, articles: Iterable[Article]) -> bool:
        """False when topics alone decide and none is met: most stories, and the cheapest look at them."""
        wish = self.preferences
        return bool(wish.words or not wish.topics) or any(not wish.topics.isdisjoint(each.topics) for each in articles)

    def _matches(self, articles: Iterable[Article]) -> tuple[TopicMatch, ...]:
        """What of the reader's choice the articles meet, best first; for a reader without one, their main topics."""
        best: dict[str, TopicMatch] = {}
        for article in articles:
            for match in self._article_matches(article):
                if match.slug not in best or match.score > best[match.slug].score:
                    best[match.slug] = match
        ordered = sorted(best.values(), key=lambda match: (-match.score, match.slug))
        return tuple(ordered if self.preferences.chosen else ordered[:_TOPICS_WITHOUT_CHOICE])

    def _article_matches(self, article: Article) -> Iterator[TopicMatch]:
        for slug, match in article.topics.items():
            if slug in self.preferences.topics or not self.preferences.chosen:
                yield match
        for word in self.preferences.words:
            if (found := self.knowledge.word_match(word, article)) is not None:
                yield found


def rehearse(
    preferences: Preferences, mute: Mute, window: Window, stories: Iterable[Story], knowledge: Knowledge
) -> Rehearsal:
    """What `mute` hides of the stories that these preferences, without it, let through in the window."""
    without = Chooser(without_mute(preferences, mute), window, knowledge)
    muting = Chooser(with_mute(preferences, mute), window, knowledge)
    found = [each for story in stories if (each := without.candidate(story)) and without.unmuted(each)]
    hidden = [each for each in found if muting.unmuted(each) is None]
    hidden.sort(key=lambda each: (each.last_at, each.story.id), reverse=True)
    return Rehearsal(len(found), tuple(each.story for each in hidden))
