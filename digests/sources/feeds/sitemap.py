"""News sitemaps: addresses with title and date, no texts (developers.google.com, "News sitemaps")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.values import ENTRIES, absolute, plain, sane


def looks_like_sitemap(body: bytes) -> bool:
    """True when the first element is that of a sitemap."""
    head = body[:4096].lower()
    return b"<urlset" in head or b":urlset" in head


def read_sitemap(body: bytes, url: str) -> Feed:
    """The entries that say what they are news of. Raises InputError when there is no tree."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(url, f"the sitemap is broken XML ({error.msg})") from error
    if root is None:
        raise InputError(url, "the sitemap is empty")
    found = [_entry(each, url) for each in list(root.iter("{*}url"))[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    names = [name for each in root.iter("{*}publication") if (name := _child(each, "name"))]
    return Feed(names[0] if names else None, None, entries, len(found) - len(entries))


def _entry(element: Any, base: str) -> FeedEntry | None:  # noqa: ANN401 - lxml has no types
    url = absolute(base, _child(element, "loc"))
    news = element.find("{*}news")
    if url is None or news is None:
        return None
    keywords = _child(news, "keywords") or ""
    return FeedEntry(
        guid=url,
        url=url,
        title=plain(_child(news, "title")),
        published_at=_moment(_child(news, "publication_date")),
        updated_at=_moment(_child(element, "lastmod")),
        categories=tuple(word for each in keywords.split(",") if (word := each.strip())),
        language=_child(news, "language"),
    )


def _child(element: Any, name: str) -> str | None:  # noqa: ANN401
    found = next(element.iter(f"{{*}}{name}"), None)
    return " ".join(found.text.split()) or None if found is not None and found.text else None


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if value else None
        return sane(moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
