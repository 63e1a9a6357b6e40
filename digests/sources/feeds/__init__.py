"""Feeds of every kind as one: RSS, RDF, Atom (by feedparser), JSON Feed and news sitemaps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from urllib.parse import urlsplit

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.decoding import legible
from digests.sources.feeds.cutting import cut, refuse_floods, without_bombs
from digests.sources.feeds.json_feed import looks_like_json, read_json_feed
from digests.sources.feeds.mending import unpacked, well_formed
from digests.sources.feeds.sitemap import looks_like_index, looks_like_sitemap, read_index, read_sitemap
from digests.sources.feeds.syndication import read_syndication
from digests.sources.feeds.values import digest

__all__ = ["read_feed"]


def read_feed(body: bytes, url: str, content_type: str = "", charset: str | None = None) -> Feed:
    """The feed in `body` as fetched from `url`, entries in its own order; of a huge one the first entries.

    `content_type` and `charset` are the header's. An entry that makes no sense is left out and counted, never raised.
    Raises InputError when it is no feed at all; of an index of sitemaps it names the sitemap to use.
    """
    del content_type  # it says nothing that the body does not say better
    text = legible(unpacked(body, url), charset)
    if not text.strip():
        raise InputError(url, "the answer is empty; expected a feed")
    if looks_like_json(text):
        return _with_own_ids(read_json_feed(text, url))
    short = without_bombs(cut(text.encode("utf-8", "replace")))
    refuse_floods(short, url)
    xml = well_formed(short.decode("utf-8", "replace")).encode()
    if looks_like_index(xml):
        found = next(iter(read_index(xml, url)), None)
        advice = f"use one of its sitemaps, such as {found}" if found else "it names no sitemap"
        raise InputError(url, f"this is an index of sitemaps and no feed; {advice}")
    return _with_own_ids(read_sitemap(xml, url) if looks_like_sitemap(xml) else read_syndication(xml, url))


def _with_own_ids(feed: Feed) -> Feed:
    """A feed in which no id stands for two entries: where one does, the address or the title tells them apart."""
    alike: defaultdict[str, list[FeedEntry]] = defaultdict(list)
    for entry in feed.entries:
        alike[entry.guid].append(entry)
    if len(alike) == len(feed.entries):
        return feed
    kept: dict[str, FeedEntry] = {}
    for entry in feed.entries:
        own = _told_apart(entry, alike[entry.guid])
        kept.setdefault(own.guid, own)
    return replace(feed, entries=tuple(kept.values()))


def _told_apart(entry: FeedEntry, alike: list[FeedEntry]) -> FeedEntry:
    """The entry with an id of its own among those that share one."""
    if len({other.url for other in alike}) > 1 and entry.url and entry.url != entry.guid:
        return replace(entry, guid=entry.url)
    if len({other.title for other in alike}) > 1:
        return replace(entry, guid=digest(entry.guid, entry.title) or entry.guid, url=_inner(entry.url))
    return entry


def _inner(url: str | None) -> str | None:
    """An address that several entries give, unless it is a site's front page: that is where none of them stands."""
    parts = urlsplit(url or "")
    return url if parts.path.strip("/") or parts.query else None
