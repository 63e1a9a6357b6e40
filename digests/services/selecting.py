"""Which stories are considered for which preferences. Planning and reading share it, so they never disagree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.composing import compose
from digests.domain.digests import Digest, Window
from digests.domain.matching import match_words
from digests.domain.preferences import Preferences
from digests.domain.topics import Catalogue
from digests.storage.articles import ArticleStore
from digests.storage.candidates import CandidateStore
from digests.storage.database import Transaction
from digests.storage.search import SearchStore, Term
from digests.text.words import query_stems, words

PER_TOPIC = 150
"""At most so many articles of one topic are weighed for one window; a digest has at most ten stories."""


def search_terms(text: str) -> list[Term]:
    """The terms of a typed text: every word with its stems in each of the product's languages."""
    return [query_stems(word) for word in words(text)]


@dataclass
class Selection:
    """Loads candidates once for many preferences and composes digests from them."""

    transaction: Transaction
    catalogue: Catalogue
    window: Window
    now: datetime
    _stories: dict[int, Story] = field(default_factory=dict)

    async def load(self, wishes: Iterable[Preferences]) -> None:
        """Load the stories that any of these preferences may want."""
        wishes = list(wishes)
        candidates = CandidateStore(self.transaction)
        topics = frozenset().union(*(wish.topics for wish in wishes))
        found = await candidates.in_topics(topics, self.window, PER_TOPIC)
        for word in sorted(frozenset().union(*(wish.words for wish in wishes))):
            found |= await self._with_word(word)
        if any(not wish.chosen for wish in wishes):
            found |= await candidates.newest(self.window, PER_TOPIC)
        await self.add(found)

    async def add(self, story_ids: Collection[int]) -> None:
        """Load these stories too."""
        missing = [story_id for story_id in story_ids if story_id not in self._stories]
        for story in await ArticleStore(self.transaction).load_stories(missing):
            self._stories[story.id] = story

    def compose(self, preferences: Preferences, since: datetime | None = None, limit: int | None = None) -> Digest:
        """The digest of these preferences, with news after `since` (the window's start unless given)."""
        window = Window(since or self.window.start, self.window.end)
        stories = list(self._stories.values())
        return compose_with(self.catalogue, preferences, window, stories, self.now, limit)

    async def _with_word(self, word: str) -> set[int]:
        found: set[int] = set()
        for spelling in self.catalogue.spellings(word):
            hits = await SearchStore(self.transaction).find(search_terms(spelling), self.window.start, PER_TOPIC)
            found.update(hit.story_id for hit in hits if hit.news_at <= self.window.end)
        return found


def compose_with(
    catalogue: Catalogue,
    preferences: Preferences,
    window: Window,
    stories: Sequence[Story],
    now: datetime,
    limit: int | None,
) -> Digest:
    """Compose with what the catalogue knows: parents of topics, other spellings of free words."""

    def parent_of(slug: str) -> str | None:
        return catalogue[slug].parent if slug in catalogue else None

    def word_match(word: str, article: Article) -> TopicMatch | None:
        text = "\n".join(paragraph.text for paragraph in article.paragraphs)
        return match_words(word, article.title, text, article.language, catalogue.spellings(word))

    return compose(preferences, window, stories, now=now, limit=limit, word_match=word_match, parent_of=parent_of)
