"""What bytes from the web say, as feeds and pages. Pure, and free of the HTTP client: worker processes load it."""

from __future__ import annotations

from dataclasses import dataclass

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.decoding import decode
from digests.sources.discovery import declared_feeds, indexed_sitemaps
from digests.sources.feeds import read_feed
from digests.text.markup import Page, read_markup


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes from `url`, with what the header says of them."""

    url: str
    body: bytes
    content_type: str = ""
    charset: str | None = None


def feed_of(content: Content) -> Feed:
    """The feed. Raises InputError when it is none."""
    return read_feed(content.body, content.url, content.content_type, content.charset)


def page_of(content: Content) -> Page:
    """The page. Raises InputError when it is no text."""
    return read_markup(_text(content), url=content.url)


def page_as_feed(content: Content) -> Feed:
    """A page as a feed with one entry, which changes with it. Raises InputError when it has no text."""
    page = page_of(content)
    if not page.text.strip():
        raise InputError(content.url, "the page has no text")
    entry = FeedEntry(
        guid=content.url,
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


def feeds_named(content: Content) -> list[str]:
    """The addresses of feeds that an index of sitemaps, or a page in its head, names.

    Raises InputError when it is no text.
    """
    indexed = indexed_sitemaps(content.body, content.url)
    return indexed or [address for address, _ in declared_feeds(_text(content), content.url)]


def _text(content: Content) -> str:
    return decode(content.body, content.url, content.charset)
