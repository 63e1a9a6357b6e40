"""Composing with what the catalogue knows: parents of topics, other spellings and compounds of free words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.candidates import Candidate
from digests.domain.choosing import Knowledge
from digests.domain.composing import compose
from digests.domain.digests import Digest, Item, Window
from digests.domain.items import tell
from digests.domain.matching import WordTopic
from digests.domain.memory import Memory
from digests.domain.preferences import Length, Preferences
from digests.domain.surface_index import SurfaceIndex
from digests.domain.surveys import Survey, WordMatch
from digests.domain.telling import count_news
from digests.domain.text_index import TextIndex, surfaces
from digests.domain.topics import Catalogue

_TOLD: Memory[tuple[object, ...], Item | None] = Memory(1_000)
"""What was told of stories, by all that it is made of: a process answers many readers with the same stories."""

_SURFACES: Memory[int, tuple[str, ...]] = Memory(4_000)
"""The words of articles, some six megabytes: free words are looked for in the same ones again and again."""

_MATCHES: Memory[tuple[Catalogue, str, int], TopicMatch | None] = Memory(50_000)
"""Whether articles are about free words, some ten megabytes: who follows a word asks for the same articles again."""

SURVEYS = 8
"""So many looks at all stories are kept: one slot brings the news since yesterday, since noon, since last week."""


@dataclass
class Matcher:
    """Composes many digests from the same stories, of which everything is worked out once.

    It remembers as long as it is handed the same sequence of stories, or one that goes on after them, and what belongs
    to the last few windows. With `lasting` the process remembers which articles are about which words, as is worth
    while for the few words of somebody who asks, and not for the many of a slot.
    """

    catalogue: Catalogue
    lasting: bool = False
    _stories: Sequence[Story] = field(default=(), init=False)
    _surveys: dict[tuple[Window, frozenset[str]], Survey] = field(default_factory=dict, init=False)  # last used last
    _texts: list[SurfaceIndex] = field(default_factory=list)
    _read: set[int] = field(default_factory=set)  # the ids of articles whose words are sorted
    _indexes: dict[int, TextIndex] = field(default_factory=dict)
    _words: dict[str, _Listening] = field(default_factory=dict)
    _matches: dict[tuple[str, int], TopicMatch | None] = field(default_factory=dict)
    _news: dict[tuple[int, ...], int] = field(default_factory=dict)

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
        return Knowledge(self._match, self.catalogue.parent, self._count_news, self._tell, self._survey)

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
        """What an item says; told once for all digests and answers that see the same articles at the same length."""
        story, view = candidate.story, candidate.view
        whole = (story.id, story.storyline_id, story.first_at, story.lead_id, story.written, candidate.state)
        known = (tuple(article.mark for article in part) for part in (view.older, view.inside, view.former))
        return _TOLD.recall((length, *whole, *known), lambda: tell(candidate, length))

    def _survey(
        self, stories: Sequence[Story], window: Window, languages: frozenset[str], word_match: WordMatch
    ) -> Survey:
        """The stories of a window; looked at once for all profiles that read the same languages."""
        if stories is not self._stories:
            if not _goes_on(self._stories, stories):
                self._surveys.clear()
            self._stories = stories
        key = (window, languages)
        survey = self._surveys.pop(key, None) or Survey((), window, languages, word_match)
        survey.look_at(stories[survey.count :])
        self._surveys[key] = survey
        if len(self._surveys) > SURVEYS:
            del self._surveys[next(iter(self._surveys))]
        return survey

    def _match(self, word: str, article: Article) -> TopicMatch | None:
        """Whether an article is about a word; asked once per word and article, however many profiles ask."""
        if not self.lasting:
            return self._judge(word, article)
        return _MATCHES.recall((self.catalogue, word, article.mark), lambda: self._judge(word, article))

    def _judge(self, word: str, article: Article) -> TopicMatch | None:
        listening = self._words.get(word)
        if listening is None or article.id not in self._read or listening.heard < len(self._texts):
            listening = self._listen(word, article)
        if article.id not in listening.likely:
            return None
        key = (word, article.id)
        if key not in self._matches:
            self._matches[key] = listening.topic.match(self._index(article), heard=True)
        return self._matches[key]

    def _listen(self, word: str, article: Article) -> _Listening:
        """Look for a word in all stories: whoever asks for one article mostly goes on to ask for the others."""
        if article.id not in self._read:
            self._read_on(word, article)
        if word not in self._words:
            self._words[word] = _Listening(WordTopic(word, self.catalogue.related(word)))
        self._words[word].hear(self._texts)
        return self._words[word]

    def _read_on(self, word: str, article: Article) -> None:
        """Sort the words of this article, and of all of the stories, that were not sorted yet and may be asked for."""
        others = chain.from_iterable(story.articles for story in self._stories)
        unread = {each.id: each for each in (article, *others) if each.id not in self._read}
        if self.lasting:
            keys = {(self.catalogue, word, each.mark): each.id for each in unread.values() if each is not article}
            for known in _MATCHES.find(keys):
                del unread[keys[known]]
        texts = defaultdict[str, dict[int, tuple[str, ...]]](dict)
        for each in unread.values():
            texts[each.language][each.id] = self._words_of(each)
        for language, own in texts.items():
            self._texts.append(SurfaceIndex(own, language))
            self._read |= own.keys()

    def _words_of(self, article: Article) -> tuple[str, ...]:
        return _SURFACES.recall(article.mark, lambda: surfaces(article.title, _body(article)))

    def _index(self, article: Article) -> TextIndex:
        if article.id not in self._indexes:
            self._indexes[article.id] = TextIndex(article.title, _body(article), article.language)
        return self._indexes[article.id]


@dataclass
class _Listening:
    """A word, and the articles that may be about it."""

    topic: WordTopic
    likely: set[int] = field(default_factory=set)  # their ids
    heard: int = 0  # so many of the collections of texts

    def hear(self, texts: Sequence[SurfaceIndex]) -> None:
        """Look through those of them that have come since."""
        while self.heard < len(texts):
            self.likely |= self.topic.likely(texts[self.heard])
            self.heard += 1


def _goes_on(before: Sequence[Story], stories: Sequence[Story]) -> bool:
    """Whether these are the stories from before, and perhaps further ones."""
    return len(before) <= len(stories) and all(one is other for one, other in zip(before, stories, strict=False))


def _body(article: Article) -> str:
    return "\n".join(paragraph.text for paragraph in article.paragraphs)
