"""Finding the feed of a page: by what the page declares, by its links, then by addresses where feeds usually are."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from digests.errors import InputError
from digests.sources.decoding import legible
from digests.sources.feeds.mending import unpacked, well_formed
from digests.sources.feeds.sitemap import looks_like_index, read_index
from digests.sources.feeds.values import absolute
from digests.text.floods import without_flood

USUAL = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json")
"""Where feeds usually are, the likeliest first."""
SITEMAPS = 3
"""So many sitemaps of an index are tried."""
_TYPES = ("rss", "atom", "feed+json", "rdf")
_ASIDE = ("comment", "kommentar", "коментар")  # feeds of what readers say


def declared_feeds(html: str, url: str) -> list[tuple[str, str | None]]:
    """Addresses and titles of the feeds that a page names, its main one first; feeds of comments last."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(without_flood(html).encode("utf-8", "replace"))
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    base = absolute(url, next((each.get("href") for each in root.iter("base")), None)) or url
    found: dict[str, str | None] = {}
    for link in root.iter("link", "a"):
        address = absolute(base, link.get("href"))
        if address is None or address in found:
            continue
        is_head = link.tag == "link"
        kind, relation = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
        if any(each in kind for each in _TYPES) and (not is_head or "alternate" in relation):
            found[address] = " ".join((link.get("title") or "").split()) or None
        elif not is_head and _looks_like_feed(address):
            found[address] = " ".join((link.text_content() or "").split())[:80] or None
    return sorted(found.items(), key=_is_aside)


def indexed_sitemaps(body: bytes, url: str) -> list[str]:
    """The likeliest sitemaps of an index, news and newest first; none when the body is no index."""
    try:
        xml = well_formed(legible(unpacked(body, url))).encode()
        return read_index(xml, url)[:SITEMAPS] if looks_like_index(xml) else []
    except InputError:
        return []  # broken: it names none


def usual_feeds(url: str) -> Iterator[str]:
    """Addresses to try on a site that names no feed: below the page, then below the site."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    folder = urljoin(url, ".").rstrip("/")
    bases = [folder, site] if folder != site else [site]
    for base in bases:
        for path in USUAL:
            yield base + path


def _looks_like_feed(address: str) -> bool:
    path = urlsplit(address).path.lower().rstrip("/")
    return path.endswith((".rss", ".rdf", "rss.xml", "atom.xml", "feed.xml", "feed.json", "/feed", "/rss", "/atom"))


def _is_aside(feed: tuple[str, str | None]) -> bool:
    text = " ".join(filter(None, feed)).lower()
    return any(word in text for word in _ASIDE)
