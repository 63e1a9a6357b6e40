"""Sources on the web: fetched in turn, parsed outside the event loop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit

from digests.domain.sources import Feed, FetchError, Harvest, Source, SourceKind, Trouble
from digests.sources.contents import Content, feed_of, feeds_named, page_as_feed, page_of
from digests.sources.courtesy import CourteousFetcher
from digests.sources.discovery import usual_feeds
from digests.sources.fetching import Fetched
from digests.sources.parsing import Parser, ThreadParser
from digests.text.markup import Page

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
    parser: Parser = field(default_factory=ThreadParser)

    async def read(self, source: Source) -> Harvest:
        """What a source says now; nothing when it says itself, or its bytes say, that nothing has changed."""
        fetched = await self._fetch(source)
        if fetched.unchanged or _key(fetched) == source.body_key:
            return _harvest(source, fetched, None)
        feed = await self._parse(page_as_feed if source.kind is SourceKind.PAGE else feed_of, fetched)
        return _harvest(source, fetched, feed)

    async def page(self, url: str) -> Page:
        """The page of an article."""
        fetched = await self.fetcher.fetch_page(url)
        if fetched.content_type and fetched.content_type not in (*_PAGES, "text/plain"):
            raise FetchError(url, Trouble.CONTENT, f"{fetched.content_type} is no page; expected text/html")
        return await self._parse(page_of, fetched)

    async def find(self, url: str) -> tuple[Source, Harvest]:
        """The feed at an address, the one its page names, one where feeds usually are; else the page itself."""
        fetched = await self.fetcher.fetch(url, accept=ACCEPT)
        feed = await self._try(fetched)
        if feed is not None:
            return _found(SourceKind.FEED, url, fetched, feed)
        named = await self._parse(feeds_named, fetched)
        for address in [*named, *usual_feeds(fetched.url)]:
            try:
                candidate = await self.fetcher.fetch(address, accept=ACCEPT)
            except FetchError:
                continue  # it was but a guess
            feed = await self._try(candidate)
            if feed is not None and feed.entries:
                source, harvest = _found(SourceKind.FEED, address, candidate, feed)
                others = tuple(other for other in named if other not in (address, source.url))
                return source, replace(harvest, others=others)
        return _found(SourceKind.PAGE, url, fetched, await self._parse(page_as_feed, fetched))

    async def _fetch(self, source: Source) -> Fetched:
        if source.kind is SourceKind.PAGE:
            return await self.fetcher.fetch_page(source.url)
        return await self.fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified, accept=ACCEPT)

    async def _try(self, fetched: Fetched) -> Feed | None:
        try:
            return await self._parse(feed_of, fetched)
        except FetchError:
            return None

    async def _parse(self, work: Callable[[Content], Value], fetched: Fetched) -> Value:
        """Off the event loop; what cannot be parsed is a trouble of its source."""
        content = Content(fetched.url, fetched.body, fetched.content_type, fetched.charset)
        return await self.parser.parse(work, content)


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
