"""What a source would give, found out without storing anything: how each entry would be taken, or why it would not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from digests.domain.articles import RawArticle, TopicMatch
from digests.domain.identity import content_key, url_key
from digests.domain.sources import Feed, FeedEntry, FetchError, Source
from digests.domain.topics import Catalogue
from digests.ports import Clock, SourceReader
from digests.services.furniture import Furniture
from digests.services.polling import raw_article, reads_page
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.text.document import Document, Paragraph
from digests.text.words import count_words

if TYPE_CHECKING:
    from digests.services.classifying import Classifying

PAGES = 5
"""Pages read for one check, one after the other."""


class Fate(StrEnum):
    """What would become of an entry."""

    NEWS = "news"
    ARCHIVE = "archive"  # stored and found, but in no digest: too old, or nobody knows how old
    STORED = "stored"  # it is there already, as it is
    EDITED = "edited"  # it is there already, and would be changed
    EMPTY = "empty"  # not taken: nothing of it is an article's text


class PageUse(StrEnum):
    """Whether the page of an entry was read."""

    UNWANTED = "unwanted"
    READ = "read"
    FAILED = "failed"
    LEFT = "left"  # wanted, but a check reads only so many


@dataclass(frozen=True, slots=True)
class Tried:
    """An entry as it would be taken."""

    raw: RawArticle
    document: Document
    topics: tuple[TopicMatch, ...]  # best first
    fate: Fate
    page: PageUse = PageUse.UNWANTED
    page_trouble: str | None = None  # why it could not be read

    @property
    def words(self) -> int:
        """Words of what readers could see, entries of a live blog included."""
        return _words(self.document.paragraphs) + sum(_words(entry.paragraphs) for entry in self.document.entries)

    @property
    def lines(self) -> int:
        """Lines of the text before cleaning."""
        document = self.document
        return len(document.paragraphs) + sum(len(e.paragraphs) for e in document.entries) + len(document.dropped)


@dataclass(frozen=True, slots=True)
class Check:
    """A source, known or not (its id is 0), with its first entries as they would be taken."""

    source: Source
    feed: Feed
    entries: tuple[Tried, ...]
    others: tuple[str, ...] = ()  # further feeds that the page names

    @property
    def furniture(self) -> float:
        """The share of lines that are no article's."""
        lines = sum(tried.lines for tried in self.entries)
        return sum(len(tried.document.dropped) for tried in self.entries) / lines if lines else 0.0


@dataclass
class Checking:
    """Tries entries as reading would take them."""

    database: Database
    catalogue: Catalogue
    reader: SourceReader
    clock: Clock
    _classified: Classifying | None = field(default=None, init=False)

    @property
    def _classifying(self) -> Classifying:
        """What is loaded for the first check; most processes make none."""
        from digests.services.classifying import Classifying

        if self._classified is None:
            self._classified = Classifying(self.catalogue)
        return self._classified

    async def check(self, source: Source, feed: Feed, count: int) -> tuple[Tried, ...]:
        """The first `count` entries of what a source says; at most PAGES of their pages are read."""
        repeated = await Furniture(self.database).of(source.url)
        tried: list[Tried] = []
        for entry in feed.entries[:count]:
            read = sum(each.page in (PageUse.READ, PageUse.FAILED) for each in tried)
            tried.append(await self._try(source, feed, entry, repeated, pages_left=PAGES - read))
        return tuple(tried)

    async def _try(
        self, source: Source, feed: Feed, entry: FeedEntry, repeated: frozenset[str], *, pages_left: int
    ) -> Tried:
        from digests.services.preparing import read_raw, storable

        page, use, trouble = None, PageUse.UNWANTED, None
        if reads_page(source, entry):
            use = PageUse.READ if pages_left else PageUse.LEFT
            try:
                page = await self.reader.page(entry.url or "") if pages_left else None
            except FetchError as error:
                use, trouble = PageUse.FAILED, error.reason
        raw = storable(raw_article(source, feed, entry, page))
        document = await asyncio.to_thread(read_raw, raw, repeated, self.clock.now())
        topics, fate = await self._judge(source, raw, document)
        return Tried(raw, document, topics, fate, use, trouble)

    async def _judge(self, source: Source, raw: RawArticle, document: Document) -> tuple[tuple[TopicMatch, ...], Fate]:
        from digests.services.drafts import ARCHIVE_AFTER, news_at

        body = "\n".join(paragraph.text for paragraph in document.paragraphs)
        async with self.database.read() as transaction:
            topics = await self._classifying.match(
                transaction, document.title, body, document.language, raw.topics, raw.url
            )
            known = await ArticleStore(transaction).find(url_key(raw), source.id, raw.guid, content_key(raw))
        now = self.clock.now()
        if not document.paragraphs and not document.entries:
            return topics, Fate.EMPTY
        if known is not None:
            return topics, Fate.STORED if known.content_key == content_key(raw) else Fate.EDITED
        return topics, Fate.NEWS if news_at(raw, now) > now - ARCHIVE_AFTER else Fate.ARCHIVE


def _words(paragraphs: Iterable[Paragraph]) -> int:
    return sum(count_words(paragraph.text) for paragraph in paragraphs)
