"""The way of an article: clean, recognise, put under its topics and story, store, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog

from digests.domain.articles import RawArticle
from digests.domain.identity import content_key, url_key
from digests.domain.revisions import RevisionKind
from digests.domain.stories import Newcomer
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.ports import Clock
from digests.services.classifying import Classifying
from digests.services.correcting import keep_former, may_edit
from digests.services.drafts import KEPT, Draft, draft_of, entry_drafts
from digests.services.furniture import Furniture
from digests.services.mending import mend
from digests.services.newsroom import Newsroom, Place
from digests.storage.articles import ArticleStore, KnownArticle
from digests.storage.database import Database, Transaction
from digests.storage.search import SearchStore
from digests.storage.stories import Change, StoryStore
from digests.text.document import Document, DroppedLine, Entry, Label
from digests.text.embeddings import Embedder, embed_document
from digests.text.reading import Origin, read_document
from digests.text.words import stems

log = structlog.get_logger(__name__)


class Action(StrEnum):
    """What storing an article came to."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article or entry ended up."""

    article_id: int
    title: str
    story_id: int
    opened_story: bool
    joined_storyline: bool  # a new story that continues a known storyline
    duplicate_of: int | None = None
    changes: tuple[Change, ...] = ()  # of the stories around it, now that it is there
    kinds: tuple[RevisionKind, ...] = ()  # of an edit: what it changed, as far as readers would notice


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one raw article, for the operator."""

    origin: str
    action: Action
    placement: Placement
    language: str
    title_derived: bool
    dated: bool
    labels: frozenset[Label] = frozenset()
    paragraphs: int = 0  # what is left, those of entries too
    dropped: tuple[DroppedLine, ...] = ()
    entries: tuple[Placement, ...] = ()

    @property
    def kinds(self) -> tuple[RevisionKind, ...]:
        """What an edit changed in the article, entries aside; nothing where readers would not notice."""
        return self.placement.kinds

    @property
    def changes(self) -> tuple[Change, ...]:
        """Which stories were merged or split because of it, oldest first."""
        return tuple(change for placement in (self.placement, *self.entries) for change in placement.changes)


@dataclass
class Ingesting:
    """Takes raw articles in. One instance per process; what it remembers is refilled from the tables."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    embedder: Embedder | None = None  # also compares what articles mean, across languages
    _newsroom: Newsroom = field(init=False)
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)  # guards the newsroom
    _classifying: Classifying = field(init=False)
    _furniture: Furniture = field(init=False)

    def __post_init__(self) -> None:
        self._newsroom = Newsroom(self.embedder)
        self._furniture = Furniture(self.database)
        self._classifying = Classifying(self.catalogue)

    async def ingest(self, raw: RawArticle) -> Report:
        """Store one article. Storing it again changes nothing; an edited one is updated.

        Raises InputError when no article text is left after cleaning.
        """
        raw = _storable(raw)
        repeated = await self._furniture.of(raw.source_key)
        document, vectors = await asyncio.to_thread(self._read, raw, repeated, self.clock.now())
        if not document.paragraphs and not document.entries:
            raise InputError(raw.origin, "no article text was found; expected at least one paragraph of running text")
        async with self._storing:
            if self._newsroom.is_new:  # takes seconds, in which others may write
                async with self.database.read() as transaction:
                    await self._newsroom.catch_up(transaction, self.clock.now())
            try:
                async with self.database.write() as transaction:
                    report = await self._store(transaction, raw, document, vectors)
            except BaseException:
                self._newsroom = Newsroom(self.embedder)  # what was not stored must not be remembered
                raise
        log.info("article_ingested", action=report.action.value, article=report.placement.article_id)
        return report

    def _read(
        self, raw: RawArticle, repeated: frozenset[str], now: datetime
    ) -> tuple[Document, Sequence[bytes | None]]:
        """The clean document, and the embeddings of it and its entries; what costs time, outside the event loop."""
        document = _read(raw, repeated, now)
        nothing = [None] * (1 + len(document.entries))
        return document, embed_document(self.embedder, document) if self.embedder else nothing

    async def _store(
        self, transaction: Transaction, raw: RawArticle, document: Document, vectors: Sequence[bytes | None]
    ) -> Report:
        articles = ArticleStore(transaction)
        await articles.alone()
        now = self.clock.now()
        await self._newsroom.catch_up(transaction, now)
        kind = raw.source_key.partition(":")[0]
        source_id = await articles.source(raw.source_key, kind, raw.source_title, now)
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


def _storable(raw: RawArticle) -> RawArticle:
    """Without the one character that PostgreSQL cannot store."""
    texts: dict[str, Any] = {
        each.name: value for each in fields(raw) if isinstance(value := getattr(raw, each.name), str)
    }
    return replace(raw, **{name: value.replace("\0", "") for name, value in texts.items()})


def _read(raw: RawArticle, repeated: frozenset[str], now: datetime) -> Document:
    return read_document(
        raw.text,
        title=raw.title,
        language=raw.language,
        headings=raw.headings,
        repeated=repeated,
        origin=Origin(raw.url, raw.paywalled, raw.published_at, now),
    )


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
