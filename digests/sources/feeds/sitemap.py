"""News sitemaps: addresses with title and date, no texts ("News sitemaps", developers.google.com); their indexes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.dates import moment
from digests.sources.feeds.values import ENTRIES, absolute, language, plain

_SITEMAP = re.compile(rb"<(?:[\w.-]+:)?urlset[\s>]", re.IGNORECASE)
_INDEX = re.compile(rb"<(?:[\w.-]+:)?sitemapindex[\s>]", re.IGNORECASE)
_HEAD = 4096
_OF_NEWS = re.compile(r"news|nachricht|aktuell|artikel|article|latest|recent|новини", re.IGNORECASE)
_OF_ELSE = re.compile(r"image|video|bilder|tag|author|autor|categor|archiv|page|static", re.IGNORECASE)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def looks_like_sitemap(body: bytes) -> bool:
    """True when the first element is that of a sitemap."""
    return _SITEMAP.search(body, 0, _HEAD) is not None


def looks_like_index(body: bytes) -> bool:
    """True when the first element is that of an index of sitemaps."""
    return _INDEX.search(body, 0, _HEAD) is not None


def read_index(body: bytes, url: str) -> list[str]:
    """The sitemaps that an index names, those that look like news first, of equals the newest first.

    Raises InputError when there is no tree.
    """
    found: dict[str, tuple[bool, bool, datetime, int]] = {}
    for number, each in enumerate(_tree(body, url).iter("{*}sitemap")):
        address = absolute(url, _child(each, "loc"))
        if address is not None:
            changed = moment(_child(each, "lastmod")) or _LONG_AGO
            found[address] = (bool(_OF_NEWS.search(address)), not _OF_ELSE.search(address), changed, -number)
    return sorted(found, key=lambda address: found[address], reverse=True)


def read_sitemap(body: bytes, url: str) -> Feed:
    """The entries that say what they are news of. Raises InputError when there is no tree."""
    root = _tree(body, url)
    found = [_entry(each, url) for each in list(root.iter("{*}url"))[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    publications = list(root.iter("{*}publication"))
    names = [name for each in publications if (name := _child(each, "name"))]
    languages = {_child(each, "language") for each in publications}
    spoken = language(languages.pop()) if len(languages) == 1 else None
    return Feed(plain(names[0]) if names else None, spoken, entries, len(found) - len(entries))


def _tree(body: bytes, url: str) -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(url, f"the sitemap is broken XML ({error.msg})") from error
    if root is None:
        raise InputError(url, "the sitemap is empty")
    return root


def _entry(element: Any, base: str) -> FeedEntry | None:  # noqa: ANN401
    url = absolute(base, _child(element, "loc", direct=True))
    news = element.find("{*}news")
    if url is None or news is None:
        return None
    keywords = plain(_child(news, "keywords")) or ""
    picture = element.find("{*}image")
    return FeedEntry(
        guid=url,
        url=url,
        title=plain(_child(news, "title")),
        published_at=moment(_child(news, "publication_date")),
        updated_at=moment(_child(element, "lastmod")),
        categories=tuple(word for each in keywords.split(",") if (word := each.strip())),
        language=language(_child(news, "language")),
        picture=absolute(base, _child(picture, "loc")) if picture is not None else None,
    )


def _child(element: Any, name: str, *, direct: bool = False) -> str | None:  # noqa: ANN401
    found = element.find(f"{{*}}{name}") if direct else next(element.iter(f"{{*}}{name}"), None)
    return " ".join(found.text.split()) or None if found is not None and found.text else None
