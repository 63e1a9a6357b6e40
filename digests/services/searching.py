"""/search: stories of the whole archive that have the words, best first; and what to search for when none has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import log2

from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.searches import (
    Part,
    PartKind,
    Query,
    check_words,
    languages_of,
    parse_search,
    period_of,
)
from digests.domain.articles import Story
from digests.domain.digests import Digest, Item, Window
from digests.domain.hits import Hits
from digests.domain.preferences import Length, Preferences
from digests.domain.search_terms import Term
from digests.domain.suggestions import key, nearest
from digests.domain.topics import Catalogue
from digests.services.matching import Matcher
from digests.services.selecting import telling_words
from digests.services.wording import Wording
from digests.storage.articles import ArticleStore
from digests.storage.database import Transaction
from digests.storage.search import Hit, Narrowing, SearchStore
from digests.storage.vocabulary import VocabularyStore
from digests.text.phrases import silent_in
from digests.text.words import words

PAGE = 5
"""Stories per page of search results."""
HITS = 300
"""At most so many articles, the newest, are weighed for one search."""
SENTENCES = 2
"""Sentences shown of a story."""
_HALVING = timedelta(days=7)
"""A story so old counts half."""
_SOURCES = 0.2  # what twice as many sources add
_TRIED = 6  # words of a query that are left out, or corrected, one by one
_CORRECTIONS = 2  # of one word
_CONTAINED_FROM = 3  # letters of a part of a source's name
_EXAMPLES = 3  # sources named where none is spelt like the typed one


class OfferKind(StrEnum):
    """How a search that finds nothing may be changed."""

    SWAP = "swap"  # another word in place of one
    LOOSE = "loose"  # other names, other forms, parts of compounds, phrases in any order
    DROP = "drop"  # without one part
    ONLY = "only"  # one word alone, with the filters


@dataclass(frozen=True, slots=True)
class Offer:
    """A change of a query that finds so many stories. `index` is the part that is changed; LOOSE changes all."""

    kind: OfferKind
    stories: int
    index: int = 0
    text: str = ""  # SWAP: the other word

    def apply(self, query: Query) -> str:
        """The changed query as text."""
        if self.kind is OfferKind.ONLY:
            return " ".join(part.text for part in (query.parts[self.index], *query.filters))
        return query.text if self.kind is OfferKind.LOOSE else query.replaced(self.index, self.text)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of a search; where there is nothing, what would find something."""

    digest: Digest
    total: int  # stories
    page: int  # from 0
    archive_since: datetime | None  # UTC; how far back the archive goes
    hits: Hits  # the words that were looked for, to be marked where they stand
    more: bool = False  # there are older articles that were not weighed
    offers: tuple[Offer, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PAGE)


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches in one transaction. `now` is aware, on the reader's clock."""

    transaction: Transaction
    catalogue: Catalogue
    now: datetime

    async def search(self, query: Query, page: int = 0, *, loose: bool = False) -> SearchResult:
        """A page of the stories that have all words and pass all filters; more than that where it is `loose`.

        Raises ArgumentError for words that say too little and for filters that name nothing: `typed` is the part that
        is wrong, and each of its suggestions is a text for its place.
        """
        check_words(query)
        narrowing = await self._narrowing(query)
        wording = Wording(self.transaction, self.catalogue)
        terms = await (wording.loosened(query.wanted) if loose else wording.terms(query.wanted))
        hits = Hits(terms)
        found = await SearchStore(self.transaction).find(terms, HITS, narrowing)
        story_ids = _rank(found, hits, self.now)
        digest = await self._digest_of(story_ids[page * PAGE : (page + 1) * PAGE], hits)
        first_at = await ArticleStore(self.transaction).first_at()
        offers = () if found or loose or first_at is None else tuple([each async for each in self._offers(query)])
        return SearchResult(digest, len(story_ids), page, first_at, hits, len(found) == HITS, offers)

    async def _narrowing(self, query: Query) -> Narrowing:
        period = period_of(query, self.now)
        sources, languages = query.of(PartKind.SOURCE), languages_of(query)
        said = {word.lower() for part in query.of(PartKind.WORD) for word in words(part.value)}
        credits = await VocabularyStore(self.transaction).credits() if sources else []
        return Narrowing(
            without=tuple(await Wording(self.transaction, self.catalogue).excluded(query)),
            since=period.since,
            until=period.until or (self.now + timedelta.resolution if period.since else None),
            credits=frozenset[str]().union(*(_credits(part, credits) for part in sources)) if sources else None,
            topics=frozenset(self._slug(part) for part in query.of(PartKind.TOPIC)) or None,
            languages=languages,
            other_languages=frozenset() if languages or query.of(PartKind.PHRASE) else silent_in(said),
        )

    def _slug(self, part: Part) -> str:
        topic = self.catalogue.find(part.value)
        if topic is None:
            near = self.catalogue.nearest(part.value)
            names = [nearest(part.value, each.synonyms, 1, 1.0)[0] for each in near]
            raise _refused(part, names)
        return topic.slug

    async def _digest_of(self, story_ids: Sequence[int], hits: Hits) -> Digest:
        """These stories in this order, each told by the sentences that have the words."""
        stories = {each.id: each for each in await ArticleStore(self.transaction).load_stories(story_ids)}
        return await asyncio.to_thread(self._composed, story_ids, stories, hits)

    def _composed(self, story_ids: Sequence[int], stories: Mapping[int, Story], hits: Hits) -> Digest:
        now = self.now.astimezone(UTC)
        digest = Matcher(self.catalogue).tell_all(Preferences(length=Length.LONG), list(stories.values()), now)
        if digest is None:
            return Digest(Window(now, now), ())
        order = {story_id: place for place, story_id in enumerate(story_ids)}
        groups = [
            replace(group, items=tuple(_told(item, stories[item.story_id], hits) for item in group.items))
            for group in digest.groups
        ]
        groups.sort(key=lambda group: min(order[item.story_id] for item in group.items))
        return replace(digest, groups=tuple(groups))

    async def _offers(self, query: Query) -> AsyncIterator[Offer]:
        """What would find something, by how little it changes."""
        async for offer in self._corrections(query):
            yield offer
        terms = await Wording(self.transaction, self.catalogue).loosened(query.wanted)
        if terms and (count := await self._count(query, terms)):
            yield Offer(OfferKind.LOOSE, count)
        indices = [
            index
            for index, part in enumerate(query.parts)
            if part.kind is not PartKind.WORD or telling_words(part.value)
        ]
        dropped = [
            Offer(OfferKind.DROP, count, index)
            for index in indices[:_TRIED]
            if (count := await self._count_text(query.replaced(index)))
        ]
        for offer in dropped:
            yield offer
        if not dropped and len(query.wanted) > 2:
            for index in sorted(indices, key=lambda index: -len(query.parts[index].value))[:_TRIED]:
                offer = Offer(OfferKind.ONLY, 0, index)
                if query.parts[index] in query.wanted and (count := await self._count_text(offer.apply(query))):
                    yield replace(offer, stories=count)

    async def _corrections(self, query: Query) -> AsyncIterator[Offer]:
        """Words of the archive for those that it does not have."""
        wording = Wording(self.transaction, self.catalogue)
        for index, part in enumerate(query.parts[: 2 * _TRIED]):
            if part.kind is not PartKind.WORD or await self._find(await wording.terms([part]), Narrowing()):
                continue
            tried = 0
            for word in await wording.meant(part.value, _TRIED):
                count = await self._count_text(query.replaced(index, word))
                if count and tried < _CORRECTIONS:
                    tried += 1
                    yield Offer(OfferKind.SWAP, count, index, word)

    async def _count_text(self, text: str) -> int:
        """How many stories another query finds; none where it says too little."""
        query = parse_search(text, self.now)
        try:
            check_words(query)
            return await self._count(query, await Wording(self.transaction, self.catalogue).terms(query.wanted))
        except ArgumentError:
            return 0

    async def _count(self, query: Query, terms: Sequence[Term]) -> int:
        return len(await self._find(terms, await self._narrowing(query)))

    async def _find(self, terms: Sequence[Term], narrowing: Narrowing) -> set[int]:
        return {hit.story_id for hit in await SearchStore(self.transaction).find(terms, HITS, narrowing)}


def _refused(part: Part, names: Sequence[str]) -> ArgumentError:
    """Nothing is called so; the suggestions are parts that name something."""
    problem = Problem.UNREADABLE if part.value else Problem.MISSING
    return ArgumentError(problem, part.text, tuple(replace(part, value=name).text for name in names))


def _credits(part: Part, credits: Sequence[str]) -> frozenset[str]:
    """The sources that a part names: by name, else by a part of the name."""
    wanted = key(part.value)
    named = frozenset(credit for credit in credits if key(credit) == wanted)
    if not named and len(wanted) >= _CONTAINED_FROM:
        named = frozenset(credit for credit in credits if wanted in key(credit))
    if not wanted or not named:
        raise _refused(part, nearest(part.value, credits) or list(credits[:_EXAMPLES]))
    return named


def _rank(found: Sequence[Hit], hits: Hits, now: datetime) -> list[int]:
    """Stories best first: by words in a title, how new they are and how many sources tell them; newer ones at a tie."""
    best: dict[int, float] = {}
    for hit in found:
        age = max(timedelta(), now - hit.news_at) / _HALVING
        sources = 1 + _SOURCES * log2(max(1, hit.sources))
        score = (1 + hits.share(hit.title, hit.language)) * sources / (1 + age)
        best[hit.story_id] = max(score, best.get(hit.story_id, 0.0))
    return sorted(best, key=lambda story_id: (-round(best[story_id], 9), -story_id))


def _told(item: Item, story: Story, hits: Hits) -> Item:
    """The item with the sentences that have the words, of reports in its language first; as it is where none has."""
    shown = {sentence.article_id for sentence in item.sentences}
    articles = sorted(
        story.articles,
        key=lambda each: (each.language != item.language, each.duplicate_of is not None, each.id not in shown),
    )
    sentences = hits.sentences(articles, SENTENCES)
    return replace(item, sentences=tuple(sentences), details=()) if sentences else item
