"""Sources on the web: fetched in turn, parsed outside the event loop."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from digests.domain.sources import Feed, FeedEntry, FetchError, Harvest, Source, SourceKind, Trouble
from digests.errors import InputError
from digests.sources.courtesy import CourteousFetcher
from digests.sources.decoding import decode
from digests.sources.discovery import declared_feeds, indexed_sitemaps, usual_feeds
from digests.sources.feeds import read_feed
from digests.sources.fetching import Fetched
from digests.text.markup import Page, read_markup

Value = TypeVar("Value")
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
)
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class WebReader:
    """Implements the port SourceReader."""

    fetcher: CourteousFetcher

    async def read(self, source: Source) -> Harvest:
        """What a source says now; nothing when it says itself, or its bytes say, that nothing has changed."""
        fetched = await self._fetch(source)
        if fetched.unchanged or _key(fetched) == source.body_key:
            return _harvest(source, fetched, None)
        feed = await _off_loop(_page_as_feed if source.kind is SourceKind.PAGE else _feed, fetched)
        return _harvest(source, fetched, feed)

    async def page(self, url: str) -> Page:
        """The page of an article."""
        fetched = await self.fetcher.fetch_page(url)
        if fetched.content_type and fetched.content_type not in (*_PAGES, "text/plain"):
            raise FetchError(url, Trouble.CONTENT, f"{fetched.content_type} is no page; expected text/html")
        return await _off_loop(_page, fetched)

    async def find(self, url: str) -> tuple[Source, Harvest]:
        """The feed at an address, the one its page names, one where feeds usually are; else the page itself."""
        fetched = await self.fetcher.fetch(url, accept=ACCEPT)
        feed = await self._try(fetched)
        if feed is not None:
            return _found(SourceKind.FEED, url, fetched, feed)
        indexed = await _off_loop(_indexed, fetched)
        declared = [] if indexed else await _off_loop(_declared, fetched)
        for address in [*indexed, *(address for address, _ in declared), *usual_feeds(fetched.url)]:
            try:
                candidate = await self.fetcher.fetch(address, accept=ACCEPT)
            except FetchError:
                continue  # it was but a guess
            feed = await self._try(candidate)
            if feed is not None and feed.entries:
                source, harvest = _found(SourceKind.FEED, address, candidate, feed)
                others = tuple(other for other, _ in declared if other not in (address, source.url))
                return source, replace(harvest, others=others)
        return _found(SourceKind.PAGE, url, fetched, await _off_loop(_page_as_feed, fetched))

    async def _fetch(self, source: Source) -> Fetched:
        if source.kind is SourceKind.PAGE:
            return await self.fetcher.fetch_page(source.url)
        return await self.fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified, accept=ACCEPT)

    async def _try(self, fetched: Fetched) -> Feed | None:
        try:
            return await _off_loop(_feed, fetched)
        except FetchError:
            return None


async def _off_loop(work: Callable[[Fetched], Value], fetched: Fetched) -> Value:
    """Parse in a thread; what cannot be parsed is a trouble of its source."""
    try:
        return await asyncio.to_thread(work, fetched)
    except InputError as error:
        raise FetchError(fetched.url, Trouble.CONTENT, error.problem) from error


def _feed(fetched: Fetched) -> Feed:
    return read_feed(fetched.body, fetched.url, fetched.content_type, fetched.charset)


def _page(fetched: Fetched) -> Page:
    return read_markup(_text(fetched), url=fetched.url)


def _text(fetched: Fetched) -> str:
    return decode(fetched.body, fetched.url, fetched.charset)


def _indexed(fetched: Fetched) -> list[str]:
    return indexed_sitemaps(fetched.body, fetched.url)


def _declared(fetched: Fetched) -> list[tuple[str, str | None]]:
    return declared_feeds(_text(fetched), fetched.url)


def _page_as_feed(fetched: Fetched) -> Feed:
    """A page as a feed with one entry, which changes with it."""
    page = _page(fetched)
    if not page.text.strip():
        raise InputError(fetched.url, "the page has no text")
    entry = FeedEntry(
        guid=fetched.url,
        url=page.url,
        title=page.title,
        teaser=page.teaser,
        text=page.text,
        published_at=page.published_at,
        language=page.language,
        author=page.author,
        headings=page.headings,
        picture=page.picture,
    )
    return Feed(page.site or page.title, page.language, (entry,))


def _found(kind: SourceKind, url: str, fetched: Fetched, feed: Feed) -> tuple[Source, Harvest]:
    address = fetched.moved_to or url
    source = Source(0, kind, address, feed.title or urlsplit(address).hostname or address, feed.language)
    return source, _harvest(source, fetched, feed)


def _harvest(source: Source, fetched: Fetched, feed: Feed | None) -> Harvest:
    wishes = [wish for wish in (feed.interval if feed else None, fetched.fresh_for) if wish is not None]
    moved_to = fetched.moved_to or (feed.gone_to if feed else None)
    return Harvest(
        feed=feed,
        etag=fetched.etag or (source.etag if fetched.unchanged else None),
        last_modified=fetched.last_modified or (source.last_modified if fetched.unchanged else None),
        body_key=source.body_key if fetched.unchanged else _key(fetched),
        wish=max(wishes, default=None),
        moved_to=moved_to if moved_to != source.url else None,
    )


def _key(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()
