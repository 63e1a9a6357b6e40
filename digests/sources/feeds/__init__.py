"""Feeds of every kind as one: RSS, RDF, Atom (by feedparser), JSON Feed and news sitemaps."""

from __future__ import annotations

from digests.domain.sources import Feed
from digests.errors import InputError
from digests.sources.decoding import text_encoding
from digests.sources.feeds.cutting import cut, refuse_floods, with_plain_bytes, without_bombs
from digests.sources.feeds.json_feed import looks_like_json, read_json_feed
from digests.sources.feeds.sitemap import looks_like_sitemap, read_sitemap
from digests.sources.feeds.syndication import read_syndication

__all__ = ["read_feed"]


def read_feed(body: bytes, url: str, content_type: str = "", charset: str | None = None) -> Feed:
    """The feed in `body` as fetched from `url`, entries in its own order; of a huge one the first entries.

    `content_type` and `charset` are the header's. An entry that makes no sense is left out and counted, never raised.
    Raises InputError when it is no feed at all.
    """
    if not body.strip():
        raise InputError(url, "the answer is empty; expected a feed")
    if looks_like_json(body):
        return read_json_feed(body, url)
    body = without_bombs(cut(with_plain_bytes(body, charset)))
    refuse_floods(body, url)
    charset = text_encoding(charset)
    return read_sitemap(body, url) if looks_like_sitemap(body) else read_syndication(body, url, content_type, charset)
