"""Which stories a digest may tell one reader: news in the window about what he follows, and nothing muted.

What a mute hides is decided here and nowhere else: by the same look for words by which a followed word is found, so
that "Krieg" hides "Krieges" and "Kriegsende". A story that is followed comes whatever its topics; a mute hides it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.candidates import Candidate, View, best_by_slug, view_of
from digests.domain.digests import Item, Window
from digests.domain.items import tell
from digests.domain.mutes import Mute, with_mute, without_mute
from digests.domain.preferences import Length, Preferences
from digests.domain.surveys import Survey, WordMatch, readable
from digests.domain.telling import count_news

NewsCount = Callable[[Sequence[Article], Sequence[Article]], int]
"""How many new sentences newer articles have against older ones; 0 when an update would say nothing."""
Tell = Callable[[Candidate, Length], Item | None]
"""The item that a candidate becomes at this length, before ranking; None when it has nothing to tell."""
ParentOf = Callable[[str], str | None]
"""The topic above a topic; None for a subject, and for a free word."""
SurveyOf = Callable[[Sequence[Story], Window, frozenset[str], WordMatch], Survey]
"""The stories of a window for readers of some languages."""

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
    survey: SurveyOf = Survey
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

    def candidates(self, stories: Sequence[Story]) -> Iterator[Candidate]:
        """The stories with news for this reader, before mutes."""
        survey = self.knowledge.survey(stories, self.window, self.preferences.languages, self.knowledge.word_match)
        for seen in survey.wanted(self.preferences):
            view = (
                seen if seen.story.id not in self.knowledge.told else self._view(seen.story, self._readable(seen.story))
            )
            candidate = self._candidate(view) if view else None
            if candidate is not None:
                yield candidate

    def unmuted(self, candidate: Candidate) -> Candidate | None:
        """The candidate without muted sources; None when they hide it, or a muted word does."""
        remaining = self._heard(candidate) if self.preferences.muted_sources else candidate
        if remaining is None or not self.preferences.mutes:
            return remaining
        known = remaining.view.known
        muted = any(self.knowledge.word_match(word, article) for word in self.preferences.mutes for article in known)
        return None if muted else remaining

    def follows(self, story: Story) -> bool:
        """True when the reader follows this story's storyline."""
        return story.storyline_id in self.preferences.stories

    def _heard(self, candidate: Candidate) -> Candidate | None:
        story = candidate.story
        told = self._readable(story)
        hidden = {credit.casefold() for credit in self.preferences.muted_sources}
        heard = [article for article in told if article.credit.casefold() not in hidden]
        if len(heard) == len(told):
            return candidate
        view = self._view(story, heard)
        return self._candidate(view) if view else None

    def _readable(self, story: Story) -> Sequence[Article]:
        return readable(story, self.preferences.languages)

    def _view(self, story: Story, articles: Sequence[Article]) -> View | None:
        """The story as these articles tell it; of one that he has had inside the window only what came since then."""
        start = max(self.window.start, self.knowledge.told.get(story.id, self.window.start))
        return view_of(story, articles, replace(self.window, start=min(start, self.window.end)))

    def _candidate(self, view: View) -> Candidate | None:
        wish, match = self.preferences, self.knowledge.word_match
        met: Sequence[TopicMatch] = ()
        if wish.words:
            met = [each for word in wish.words for article in view.known if (each := match(word, article)) is not None]
        slugs = wish.topics.intersection(view.topics) if wish.chosen else None
        if met or self.follows(view.story):
            return self._looked_at(view, slugs, met)
        if slugs not in view.candidates:
            view.candidates[slugs] = self._looked_at(view, slugs, met)
        return view.candidates[slugs]

    def _looked_at(self, view: View, slugs: frozenset[str] | None, met: Sequence[TopicMatch]) -> Candidate | None:
        """As whom with these of his topics sees it; without a choice (None) by its main topics."""
        if slugs is None:
            matches = _best_first(view.topics.values())[:_TOPICS_WITHOUT_CHOICE]
        else:
            found = [view.topics[slug] for slug in slugs]
            matches = _best_first(best_by_slug([*found, *met]).values() if met else found)
            if not matches and not self.follows(view.story):
                return None
        if not view.older:
            return Candidate(view, matches)
        news = self.knowledge.news_count(view.read, view.latest)
        return Candidate(view, matches, news) if news else None


def _best_first(matches: Iterable[TopicMatch]) -> tuple[TopicMatch, ...]:
    found = list(matches)
    if len(found) > 1:  # mostly it is one
        found.sort(key=lambda match: (-match.score, match.slug))
    return tuple(found)


def rehearse(
    preferences: Preferences, mute: Mute, window: Window, stories: Sequence[Story], knowledge: Knowledge
) -> Rehearsal:
    """What `mute` hides of the stories that these preferences, without it, let through in the window."""
    without = Chooser(without_mute(preferences, mute), window, knowledge)
    muting = Chooser(with_mute(preferences, mute), window, knowledge)
    found = [each for each in without.candidates(stories) if without.unmuted(each)]
    hidden = [each for each in found if muting.unmuted(each) is None]
    hidden.sort(key=lambda each: (each.view.last_at, each.story.id), reverse=True)
    return Rehearsal(len(found), tuple(each.story for each in hidden))
