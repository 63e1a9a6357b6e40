"""All stories of a window, looked at once for the many readers who read the same languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.candidates import View, view_of
from digests.domain.digests import Window
from digests.domain.preferences import Preferences

WordMatch = Callable[[str, Article], TopicMatch | None]
"""Says whether a reader's free word is what an article is about."""


def readable(story: Story, languages: frozenset[str]) -> Sequence[Article]:
    """The articles in one of these languages; all of them when none are named."""
    return [each for each in story.articles if each.language in languages] if languages else story.articles


class Survey:
    """The stories that have news in a window, for readers of these languages, and which of them a reader may want.

    A reader looks only at stories of his own topics and words: with many readers that is most of the work saved.
    """

    def __init__(
        self, stories: Iterable[Story], window: Window, languages: frozenset[str], word_match: WordMatch
    ) -> None:
        self._window, self._languages, self._word_match = window, languages, word_match
        self._views: list[View] = []
        self._by_topic: dict[str, list[int]] = defaultdict(list)
        self._by_storyline: dict[int, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._looked: dict[str, int] = {}  # through so many views, for a word
        self.count = 0
        """Stories looked at."""
        self.look_at(stories)

    def look_at(self, stories: Iterable[Story]) -> None:
        """Look at further stories."""
        first = len(self._views)
        for story in stories:
            self.count += 1
            view = view_of(story, readable(story, self._languages), self._window)
            if view is not None:
                self._views.append(view)
        for place, view in enumerate(self._views[first:], start=first):
            self._by_storyline[view.story.storyline_id].append(place)
            for slug in view.topics:
                self._by_topic[slug].append(place)

    def wanted(self, preferences: Preferences) -> Iterator[View]:
        """The stories of a reader's topics, words and followed storylines; all of them when he has chosen nothing."""
        if not preferences.chosen:
            yield from self._views
            return
        places = [
            *(self._by_topic.get(slug, ()) for slug in preferences.topics),
            *(self._with_word(word) for word in preferences.words),
            *(self._by_storyline.get(storyline, ()) for storyline in preferences.stories),
        ]
        for place in sorted(set[int]().union(*places)):
            yield self._views[place]

    def _with_word(self, word: str) -> Sequence[int]:
        places, first = self._by_word[word], self._looked.get(word, 0)
        for place, view in enumerate(self._views[first:], start=first):
            if any(self._word_match(word, article) for article in view.known):
                places.append(place)
        self._looked[word] = len(self._views)
        return places
