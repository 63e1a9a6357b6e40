"""Which stories are considered for which preferences. Planning and reading share it, so they never disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import pairwise

from digests.domain.articles import Story, TopicMatch
from digests.domain.choosing import Rehearsal, rehearse
from digests.domain.digests import Digest, Window
from digests.domain.mutes import Mute
from digests.domain.preferences import Preferences, Weighed
from digests.domain.ranking import half_life, rate, topicality
from digests.domain.search_terms import Term, word_term
from digests.domain.topics import Catalogue
from digests.services.matching import Matcher
from digests.storage.articles import ArticleStore
from digests.storage.candidates import Candidate, CandidateStore
from digests.storage.database import Transaction
from digests.storage.search import Narrowing, SearchStore
from digests.storage.summaries import SummaryStore
from digests.text.phrases import phrases, silent_in
from digests.text.words import LANGUAGES, words

PER_TOPIC = 150
"""At most so many articles of one topic, the newest, are looked at for one window."""
SHORT_LIST = 120
"""So many stories are weighed for one reader, and for one topic of many readers; a digest has at most ten."""
WORD_HITS = 50
"""So many articles, the newest, are read for a free word; reading costs two milliseconds each."""
WORD_HITS_OF_PART = 20
"""And so many in each part of a long window."""
PARTS = 8
"""A window is looked at in so many parts at most."""
ENOUGH_HITS = 20
"""With fewer stories that the index finds for a free word, compounds are looked for among the newest."""


def telling_words(text: str, languages: Iterable[str] = LANGUAGES) -> list[str]:
    """The words of a typed text without those that say nothing by themselves in these languages, such as "und"."""
    fillers = frozenset[str]().union(*(phrases(language).stopwords for language in languages))
    return [word for word in words(text) if word.lower() not in fillers]


def search_terms(text: str, catalogue: Catalogue) -> list[Term]:
    """The terms of a typed text: every telling word with its stems in each of the product's languages and spellings.

    Words such as "und" count only when there are no others.
    """
    return [word_term(word, catalogue) for word in telling_words(text) or words(text)]


def parts(window: Window) -> list[Window]:
    """A window of up to two days as it is, a longer one in days, or longer parts: else of a week that has more articles
    than are looked at only the last days would count.
    """
    span = window.end - window.start
    if span <= timedelta(days=2):
        return [window]
    count = min(PARTS, -(-span // timedelta(days=1)))
    edges = [window.end - span * number / count for number in range(count)] + [window.start]
    return [Window(start, end) for end, start in pairwise(edges)]


@dataclass
class Selection:
    """Loads candidates once for many preferences and composes digests from them."""

    transaction: Transaction
    catalogue: Catalogue
    window: Window
    now: datetime
    written: bool = False  # generated summaries are wanted
    asked: bool = False  # for somebody who waits for the answer, and mostly asks again
    _stories: tuple[Story, ...] = field(default=(), init=False)  # of this window
    _loaded: dict[int, Story] = field(default_factory=dict, init=False)
    _topics: set[str] = field(default_factory=set, init=False)  # of which the stories of this window are loaded
    _words: set[str] = field(default_factory=set, init=False)  # likewise
    _newest: bool = field(default=False, init=False)  # likewise
    _matcher: Matcher = field(init=False)

    def __post_init__(self) -> None:
        self._matcher = Matcher(self.catalogue, lasting=self.asked)

    def widened(self, window: Window) -> Selection:
        """The same for another window: what has been loaded, and which words it has, is not worked out again."""
        other = replace(self, window=window)
        other._loaded, other._matcher = self._loaded, self._matcher
        return other

    async def load(self, wishes: Iterable[Preferences]) -> None:
        """Load the stories that any of these preferences may want, beside those that others wanted."""
        wishes = list(wishes)
        candidates = CandidateStore(self.transaction)
        topics = frozenset().union(*(wish.topics for wish in wishes)) - self._topics
        self._topics |= topics
        in_topics = [
            each for part in parts(self.window) for each in await candidates.in_topics(topics, part, PER_TOPIC)
        ]
        found = self._short_list(in_topics, wishes[0] if len(wishes) == 1 else None)
        if followed := frozenset[int]().union(*(wish.stories for wish in wishes)):
            found |= await candidates.in_storylines(followed, self.window)
        rare = False
        unheard = frozenset().union(*(wish.words for wish in wishes)) - self._words
        self._words |= unheard
        for word in sorted(unheard):
            hits = await self._with_word(word)
            found |= hits
            rare |= len(hits) < ENOUGH_HITS  # the index does not know the ends of compounds
        if not self._newest and (rare or not all(wish.chosen for wish in wishes)):
            self._newest = True
            found |= await candidates.newest(self.window, SHORT_LIST)
            if len(parts(self.window)) > 1:  # of many days the newest are those of the last one
                found |= await candidates.weightiest(self.window, SHORT_LIST)
        await self._add(found)

    def _short_list(self, found: Iterable[Candidate], alone: Preferences | None) -> set[int]:
        """The stories most likely to be chosen: of all for one reader, of each topic where many choose."""
        halving = half_life(self.window)
        weights = dict(alone.weights) if alone else {}
        ranked: dict[str, dict[int, float]] = defaultdict(dict)
        for one in found:
            best = ranked["" if alone else one.topic]
            steps = weights.get(Weighed.TOPIC.key(one.topic), 0)
            topical = topicality((TopicMatch(one.topic, one.score, ()),), self.catalogue.parent)
            value = rate(one.sources, self.now - one.news_at, halving, topical, steps=steps).score
            best[one.story_id] = max(value, best.get(one.story_id, 0.0))
        return {story_id for best in ranked.values() for story_id in nlargest(SHORT_LIST, best, key=best.__getitem__)}

    async def _add(self, story_ids: Collection[int]) -> None:
        new = [each for each in story_ids if each not in self._loaded]
        stories = await ArticleStore(self.transaction).load_stories(new)
        if self.written:
            stories = await SummaryStore(self.transaction).attach(stories)
        self._loaded |= {story.id: story for story in stories}
        known = {story.id for story in self._stories}
        self._stories += tuple(self._loaded[each] for each in story_ids if each in self._loaded and each not in known)

    def compose(
        self,
        preferences: Preferences,
        since: datetime | None = None,
        limit: int | None = None,
        told: Mapping[int, datetime] | None = None,
    ) -> Digest:
        """The digest of these preferences, with news after `since` (the window's start unless given).

        `told` are stories that its readers have had as breaking news, and when (UTC).
        """
        window = Window(since or self.window.start, self.window.end)
        return self._matcher.compose(preferences, window, self._stories, self.now, limit, told=told)

    def rehearse(self, preferences: Preferences, mute: Mute) -> Rehearsal:
        """What a mute would hide of the stories of this window."""
        return rehearse(preferences, mute, self.window, self._stories, self._matcher.knowledge)

    async def _with_word(self, word: str) -> set[int]:
        terms = search_terms(word, self.catalogue)
        store, pieces, found = SearchStore(self.transaction), parts(self.window), set[int]()
        silent = silent_in({each.lower() for each in words(word)})
        for part in pieces:
            until = part.end + timedelta.resolution if part.end == self.window.end else part.end
            limit = WORD_HITS if len(pieces) == 1 else WORD_HITS_OF_PART
            narrowing = Narrowing(since=part.start, until=until, other_languages=silent)
            hits = await store.find(terms, limit, narrowing)
            found |= {hit.story_id for hit in hits}
        return found
