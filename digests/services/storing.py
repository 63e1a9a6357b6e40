"""Articles on their way into the tables: cleaned, recognised, put under topics and story, a few in a transaction."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from digests.domain.articles import RawArticle
from digests.domain.identity import content_key, url_key
from digests.domain.stories import Newcomer
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.classifying import Classifying
from digests.services.correcting import keep_former, may_edit
from digests.services.drafts import KEPT, Draft, draft_of, entry_drafts
from digests.services.furniture import Furniture, Window
from digests.services.ingesting import Action, Outcome, Placement, Report
from digests.services.mending import mend
from digests.services.newsroom import Newsroom, Place
from digests.services.preparing import Prepared, prepare, prepare_all, storable
from digests.services.spotting import Spotting
from digests.services.vocabulary import Vocabulary
from digests.storage.articles import ArticleStore, KnownArticle
from digests.storage.database import Database, Transaction
from digests.storage.search import SearchStore
from digests.storage.stories import StoryStore
from digests.text.document import Document, Entry
from digests.text.embeddings import Embedder
from digests.text.repair import repair_name
from digests.text.words import stems

log = structlog.get_logger(__name__)

LONGEST = 0.25
"""Seconds after which a transaction takes no further article, since others wait to write."""


class _BrokenError(Exception):
    """Storing one article has failed, and the transaction with it."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass
class Storing:
    """Takes raw articles in. One instance per process; what it remembers is refilled from the tables."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    embedder: Embedder | None = None
    _newsroom: Newsroom = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)  # guards the newsroom
    _classifying: Classifying = field(init=False)
    _furniture: Furniture = field(init=False)
    _vocabulary: Vocabulary = field(default_factory=Vocabulary, init=False)

    def __post_init__(self) -> None:
        self._newsroom = Newsroom(self.embedder)
        self._furniture = Furniture(self.database)
        self._classifying = Classifying(self.catalogue)

    async def store(self, raws: Sequence[RawArticle], spotting: Spotting | None) -> list[Outcome]:
        """Store articles in this order, in as few transactions as may be; what became of each.

        `spotting` looks for breaking news in each transaction. Raises what concerns all of them.
        """
        return await self._store_all([storable(raw) for raw in raws], spotting)

    async def _store_all(self, raws: Sequence[RawArticle], spotting: Spotting | None) -> list[Outcome]:
        windows = await self._furniture.windows(Counter(raw.source_key for raw in raws))
        guesses = {key: window.copy() for key, window in windows.items()}
        prepared = await asyncio.to_thread(prepare_all, raws, guesses, self.clock.now(), self.embedder)
        outcomes: list[Outcome] = []
        try:
            while len(outcomes) < len(raws):
                outcomes += await self._store_some(prepared[len(outcomes) :], windows, spotting)
        except _BrokenError as broken:
            if len(raws) == 1:
                return [broken.fault]
            for raw in raws[len(outcomes) :]:
                outcomes += await self._store_all([raw], spotting)
        return outcomes

    async def _store_some(
        self, prepared: Sequence[Prepared], windows: Mapping[str, Window], spotting: Spotting | None
    ) -> list[Outcome]:
        """One transaction: as many of these as it takes. Raises _BrokenError when one of them ends it."""
        outcomes: list[Outcome] = []
        async with self._turn:
            if self._newsroom.is_new:  # takes seconds, in which others may write
                async with self.database.read() as transaction:
                    await self._newsroom.catch_up(transaction, self.clock.now())
            try:
                async with self.database.write() as transaction:
                    await ArticleStore(transaction).alone()
                    await self._newsroom.catch_up(transaction, self.clock.now())
                    end = time.monotonic() + LONGEST
                    for each in prepared:
                        outcomes.append(await self._store_next(transaction, each, windows[each.raw.source_key]))
                        if time.monotonic() > end:
                            break
                    if spotting is not None:
                        await spotting.spot(transaction, _grown(outcomes))
            except BaseException:
                self._newsroom = Newsroom(self.embedder)  # what was not stored must not be remembered
                raise
        self._furniture.keep(windows.values())
        for report in outcomes:
            if isinstance(report, Report):
                log.info("article_ingested", action=report.action.value, article=report.placement.article_id)
        return outcomes

    async def _store_next(self, transaction: Transaction, each: Prepared, window: Window) -> Outcome:
        """Store an article, cleaned again where the guess has failed of what its source repeats."""
        if window.is_wanting:
            await self._furniture.fill(transaction, window)
        repeated = window.next()
        if repeated != each.repeated:
            each = await asyncio.to_thread(prepare, each.raw, repeated, self.clock.now(), self.embedder)
        if each.document is None:
            assert each.error is not None, "says why"  # noqa: S101
            return each.error
        try:
            report = await self._store(transaction, each.raw, each.document, each.vectors)
        except Exception as fault:
            raise _BrokenError(fault) from fault
        if report.action is Action.ADDED and report.placement.duplicate_of is None:
            window.add(each.document)
        elif report.action is Action.UPDATED:
            window.forget()
        return report

    async def _store(
        self, transaction: Transaction, raw: RawArticle, document: Document, vectors: Sequence[bytes | None]
    ) -> Report:
        articles = ArticleStore(transaction)
        now = self.clock.now()
        kind = raw.source_key.partition(":")[0]
        source_id = await articles.source(raw.source_key, kind, repair_name(raw.source_title), now)
        known = await articles.find(url_key(raw), source_id, raw.guid, content_key(raw))
        text = draft_of(raw, document, source_id, now, vectors[0])
        if known is None:
            action, placement = Action.ADDED, await self._add(transaction, text)
        elif not await may_edit(transaction, text, known) or known.content_key == text.columns["content_key"]:
            action, placement = Action.UNCHANGED, _unmoved(known)
        else:
            action, placement = Action.UPDATED, await self._update(transaction, text, known)
        entries: list[Placement] = []
        if action is not Action.UNCHANGED and (document.entries or known):
            page = replace(text, page=placement.article_id, is_known=known is not None)
            entries = await self._entries(transaction, page, document.entries, vectors[1:])
        placement, *entries = await _settled(transaction, [placement, *entries])
        return Report(
            origin=raw.origin,
            action=action,
            placement=placement,
            language=document.language,
            title_derived=document.title_derived,
            dated=raw.published_at is not None,
            labels=document.labels,
            paragraphs=len(document.paragraphs) + sum(len(entry.paragraphs) for entry in document.entries),
            dropped=document.dropped,
            entries=tuple(entries),
        )

    async def _entries(
        self, transaction: Transaction, page: Draft, entries: Sequence[Entry], vectors: Sequence[bytes | None]
    ) -> list[Placement]:
        """Store a live blog's entries as articles of their own that name the page as parent."""
        assert page.page is not None, "the page is stored first"  # noqa: S101
        known = await ArticleStore(transaction).entries(page.page)
        placements: list[Placement] = []
        for text, before in entry_drafts(page, entries, known, vectors):
            if before is None:
                placements.append(await self._add(transaction, text))
            elif before.content_key != text.columns["content_key"]:
                placements.append(await self._update(transaction, text, before))
            else:
                placements.append(_unmoved(before))
        return placements

    async def _add(self, transaction: Transaction, text: Draft) -> Placement:
        columns, articles = text.columns, ArticleStore(transaction)
        candidate, prints = self._newcomer(text, columns["news_at"]), text.fingerprint
        place = await self._place(transaction, candidate, prints)
        story_id, storyline_id = place.story_id, place.storyline_id
        if story_id is None or storyline_id is None:
            story_id, storyline_id = await articles.open_story(columns["news_at"], storyline_id)
        article_id = await articles.add(columns | {"story_id": story_id, "duplicate_of": place.duplicate_of})
        if place.story_id is None:
            opened = True
            await articles.begin_story(story_id, article_id, columns["news_at"])
        else:
            opened = await articles.refresh_story(story_id)
        await self._index(transaction, text, article_id, columns["news_at"], fresh=True)
        self._newsroom.remember(article_id, candidate, (story_id, storyline_id))
        if place.duplicate_of is None:
            self._newsroom.remember_text(article_id, prints, (story_id, storyline_id), columns["fetched_at"])
        joined = place.story_id is None and place.storyline_id is not None
        changes = await mend(transaction, self._newsroom, article_id, columns["fetched_at"])
        return Placement(article_id, text.title, story_id, opened, joined, place.duplicate_of, changes)

    def _newcomer(self, text: Draft, at: datetime) -> Newcomer:
        return text.newcomer(at, self._newsroom.vector(text.columns["vector"]))

    async def _place(self, transaction: Transaction, candidate: Newcomer, prints: tuple[int, ...]) -> Place:
        """Where an article belongs, by a memory that may still know what the retention has deleted."""
        place = self._newsroom.place(candidate, prints)
        if not await ArticleStore(transaction).stand(place.duplicate_of, place.story_id, place.storyline_id):
            self._newsroom = Newsroom(self.embedder)
            await self._newsroom.catch_up(transaction, self.clock.now())
            place = self._newsroom.place(candidate, prints)
        return place

    async def _update(self, transaction: Transaction, text: Draft, known: KnownArticle) -> Placement:
        """An edited article keeps its story and its time: an edit is no second news."""
        columns, articles = text.columns, ArticleStore(transaction)
        kinds = await keep_former(transaction, text, known)
        await articles.update(known.id, {name: value for name, value in columns.items() if name not in KEPT})
        await articles.refresh_story(known.story_id)
        await self._index(transaction, text, known.id, known.news_at)
        self._newsroom.edit(known.id, self._newcomer(text, known.news_at), text.fingerprint)
        changes = await mend(transaction, self._newsroom, known.id, columns["fetched_at"])
        return replace(_unmoved(known), title=text.title, changes=changes, kinds=kinds)

    async def _index(
        self, transaction: Transaction, text: Draft, article_id: int, news_at: datetime, *, fresh: bool = False
    ) -> None:
        body = "\n".join(paragraph.text for paragraph in text.paragraphs)
        language = text.columns["language"]
        address = text.columns["url"] if text.columns["parent_id"] is None else None  # an entry has its page's address
        matches = await self._classifying.match(transaction, text.title, body, language, text.source_topics, address)
        await ArticleStore(transaction).set_topics(article_id, news_at, matches, fresh=fresh)
        await SearchStore(transaction).index(article_id, stems(text.title, language), stems(body, language))
        await self._vocabulary.note(transaction, text.title, body, language, text.columns["fetched_at"])


def _grown(outcomes: Iterable[Outcome]) -> set[int]:
    """The stories to which something has come."""
    found = set[int]()
    for report in outcomes:
        if isinstance(report, Report):
            if report.action is not Action.UNCHANGED:
                found |= {each.story_id for each in (report.placement, *report.entries)}
            found |= {change.joined_story_id for change in report.changes}
    return found


async def _settled(transaction: Transaction, placements: list[Placement]) -> list[Placement]:
    """Where articles are after the repairs that they have brought about."""
    if not any(placement.changes for placement in placements):
        return placements
    places = await StoryStore(transaction).places([placement.article_id for placement in placements])
    return [
        replace(each, story_id=story_id, opened_story=each.opened_story and story_id == each.story_id)
        for each in placements
        for story_id, _ in [places[each.article_id]]
    ]


def _unmoved(known: KnownArticle) -> Placement:
    return Placement(known.id, known.title, known.story_id, opened_story=False, joined_storyline=False)
