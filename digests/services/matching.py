"""Composing with what the catalogue knows: parents of topics, other spellings and compounds of free words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.candidates import Candidate
from digests.domain.choosing import Knowledge
from digests.domain.composing import compose
from digests.domain.digests import Digest, Item, Window
from digests.domain.items import tell
from digests.domain.matching import WordTopic
from digests.domain.preferences import Length, Preferences
from digests.domain.telling import count_news
from digests.domain.text_index import TextIndex
from digests.domain.topics import Catalogue


@dataclass
class Matcher:
    """Composes many digests from the same stories; each article is indexed once for all free words."""

    catalogue: Catalogue
    _indexes: dict[int, TextIndex] = field(default_factory=dict)
    _words: dict[str, WordTopic] = field(default_factory=dict)
    _matches: dict[tuple[str, int], TopicMatch | None] = field(default_factory=dict)
    _news: dict[tuple[int, ...], int] = field(default_factory=dict)
    _items: dict[tuple[object, ...], Item | None] = field(default_factory=dict)

    def compose(
        self,
        preferences: Preferences,
        window: Window,
        stories: Sequence[Story],
        now: datetime,
        limit: int | None = None,
        *,
        every: bool = False,
        told: Mapping[int, datetime] | None = None,
    ) -> Digest:
        """The digest of one profile for one window; with `every`, also stories that tell the same.

        `told` are stories that its readers have had as breaking news, and when (UTC).
        """
        return compose(
            preferences,
            window,
            stories,
            now=now,
            limit=limit,
            every=every,
            knowledge=replace(self.knowledge, told=told) if told else self.knowledge,
        )

    @property
    def knowledge(self) -> Knowledge:
        """What decisions ask, answered from memory."""
        return Knowledge(self._match, self.catalogue.parent, self._count_news, self._tell)

    def tell_all(self, preferences: Preferences, stories: Sequence[Story], now: datetime) -> Digest | None:
        """A digest of exactly these stories, with no window to be outside of; None when nothing can be told."""
        if not stories:
            return None
        window = Window(min(story.first_at for story in stories) - timedelta(seconds=1), now)
        digest = self.compose(preferences, window, stories, now, len(stories), every=True)
        return digest if digest.items else None

    def _count_news(self, older: Sequence[Article], newer: Sequence[Article]) -> int:
        """How many new sentences an update has; counted once for all profiles that know the same of a story."""
        key = (*(article.id for article in older), 0, *(article.id for article in newer))
        if key not in self._news:
            self._news[key] = count_news(older, newer)
        return self._news[key]

    def _tell(self, candidate: Candidate, length: Length) -> Item | None:
        """What an item says; told once for all profiles that see the same articles at the same length."""
        known = (candidate.older, candidate.inside, candidate.former)
        key = (candidate.story.id, length, *(tuple(article.id for article in part) for part in known))
        if key not in self._items:
            self._items[key] = tell(candidate, length)
        return self._items[key]

    def _match(self, word: str, article: Article) -> TopicMatch | None:
        """Whether an article is about a word; asked once per word and article, however many profiles ask."""
        key = (word, article.id)
        if key not in self._matches:
            self._matches[key] = self._look(word, article)
        return self._matches[key]

    def _look(self, word: str, article: Article) -> TopicMatch | None:
        index = self._indexes.get(article.id)
        if index is None:
            text = "\n".join(paragraph.text for paragraph in article.paragraphs)
            index = self._indexes[article.id] = TextIndex(article.title, text, article.language)
        topic = self._words.get(word)
        if topic is None:
            topic = self._words[word] = WordTopic(word, self.catalogue.related(word))
        return topic.match(index)
