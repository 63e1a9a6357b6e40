"""RSS 0.9x, 1.0 (RDF), 2.0 and Atom, by feedparser."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.dates import moment, sane
from digests.sources.feeds.values import ENTRIES, absolute, blocks, byline, first_picture, identity, language, plain
from digests.text.words import words

FULL_TEXT = 60
"""A description with so many words, in a feed without any longer text, is the article and no teaser of it."""
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}  # hours
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_AMONG_LINKS = ("text/html", "application/xhtml+xml", "")  # types of an article's page
_RELATIVE_BASE = re.compile(rb"\bxml:base\s*=\s*[\"'](?!https?:)")
_CALLED_SO = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)


def read_syndication(body: bytes, url: str) -> Feed:
    """The feed in `body`, in UTF-8. Raises InputError when feedparser finds neither a format nor an entry in it."""
    import feedparser  # slow to load

    headers = {"content-type": "application/xml; charset=utf-8"}
    if _RELATIVE_BASE.search(body):
        headers["content-location"] = url  # else feedparser would make addresses of ids
    try:
        parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    except Exception as error:  # it raises whatever its bowels raise
        raise InputError(url, f"the feed breaks the parser ({type(error).__name__}: {error})") from error
    if not parsed.get("version") and not parsed.get("entries") and not _ROOT.search(body[:4096]):
        raise InputError(url, "this is no feed; expected RSS, Atom, JSON Feed or a news sitemap")
    head = parsed.get("feed", {})
    dated_once = not str(parsed.get("version")).startswith("atom")
    found = [_guarded(entry, url, dated_once) for entry in parsed.get("entries", [])[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    return Feed(
        title=plain(head.get("title")),
        language=language(head.get("language")),
        entries=entries,
        faulty=len(found) - len(entries),
        site=absolute(url, head.get("link")),
        interval=_interval(head),
        gone_to=absolute(url, head.get("newlocation")),
    )


def _guarded(entry: Mapping[str, Any], base: str, dated_once: bool) -> FeedEntry | None:
    """One entry; None when nothing can be made of it, so that one bad entry spoils no feed."""
    try:
        return _entry(entry, base, dated_once)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _entry(entry: Mapping[str, Any], base: str, dated_once: bool) -> FeedEntry | None:
    """`dated_once` tells that the format has one date only, whatever it calls it."""
    url = _link(entry, base)
    title, summary = plain(entry.get("title")), entry.get("summary")
    contents = [blocks(each.get("value")) or "" for each in entry.get("content", ()) if isinstance(each, Mapping)]
    text = max(contents, key=len, default="") or None
    teaser = blocks(summary) or blocks(entry.get("subtitle"))
    if text is None and teaser and len(words(teaser)) >= FULL_TEXT:
        text, teaser = teaser, None
    elif teaser and text and text.startswith(teaser):
        teaser = None  # feedparser copies the content where there is no summary
    guid = identity(entry.get("id"), url, title, teaser, text)
    if guid is None or not (title or teaser or text or url):
        return None
    updated = _moment(entry, "updated")
    return FeedEntry(
        guid=guid,
        url=url,
        title=title,
        teaser=" ".join(teaser.split()) if teaser else None,
        text=text,
        published_at=_moment(entry, "published") or _moment(entry, "created") or (updated if dated_once else None),
        updated_at=updated,
        author=byline(_names(entry)),
        categories=_categories(entry),
        language=language(entry.get("language")) or _spoken(entry),
        picture=next(_pictures(entry, base), None),
    )


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    """Where the article is. An id counts only when it is an address: few feeds say that theirs is none."""
    if (origin := absolute(base, entry.get("feedburner_origlink"))) is not None:
        return origin
    links = [(link, address) for link in entry.get("links") or () if (address := absolute(base, link.get("href")))]
    pages = [(link, address) for link, address in links if link.get("rel", "alternate") == "alternate"]
    plainest = [address for link, address in pages if str(link.get("type", "")).lower() in _AMONG_LINKS]
    if len(plainest) > 1 and (chosen := absolute(base, entry.get("link"))) in plainest:
        return chosen
    own = [address for link, address in links if link.get("rel") == "self" and link.get("type", "") in _AMONG_LINKS]
    found = [*plainest, *(address for _, address in pages)]
    return next(iter(found), None) or absolute("", entry.get("id")) or next(iter(own), None)


def _names(entry: Mapping[str, Any]) -> Iterator[object]:
    people = [each for each in entry.get("authors", ()) if isinstance(each, Mapping) and each.get("name")]
    written = str(entry.get("author", ""))
    if "@" in written or not people:  # feedparser cuts such a name by what it knows of mail addresses
        yield written
    else:
        yield from (each["name"] for each in people)


def _spoken(entry: Mapping[str, Any]) -> str | None:
    """The language of the entry's longest part, as xml:lang says."""
    parts = [*entry.get("content", ()), entry.get("summary_detail"), entry.get("title_detail")]
    return next((found for part in parts if part and (found := language(part.get("language")))), None)


def _pictures(entry: Mapping[str, Any], base: str) -> Iterator[str]:
    """Addresses of pictures, that of the entry itself first and those in its text last."""
    media = [each for each in entry.get("media_content", ()) if _is_picture(each)]
    enclosed = [each for each in entry.get("enclosures", ()) if _is_picture(each)]
    image = entry.get("image")
    for each in (*media, *entry.get("media_thumbnail", ()), *enclosed, *([image] if image else ())):
        address = absolute(base, each.get("url") or each.get("href"))
        if address:
            yield address
    for markup in (*(each.get("value") for each in entry.get("content", ())), entry.get("summary")):
        address = first_picture(markup, base)
        if address:
            yield address


def _is_picture(media: Mapping[str, Any]) -> bool:
    kind = str(media.get("medium") or media.get("type") or "").lower()
    return kind.startswith("image") or (
        not kind and bool(_CALLED_SO.search(str(media.get("url") or media.get("href"))))
    )


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    names = (plain(tag.get("label") or tag.get("term")) for tag in entry.get("tags", ()) if isinstance(tag, Mapping))
    return tuple(dict.fromkeys(name for name in names if name))


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    """One of the entry's dates; what we cannot read feedparser may, its time tuples are in UTC."""
    if name not in entry:  # feedparser answers for one date with another
        return None
    parsed = entry.get(f"{name}_parsed")
    found = moment(entry[name])
    if found is not None or not isinstance(parsed, tuple):
        return found
    try:
        return sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _interval(head: Mapping[str, Any]) -> timedelta | None:
    """How often the feed asks to be read: `ttl` in minutes, else the syndication module's period."""
    ttl = str(head.get("ttl", "")).strip()
    if ttl.isdigit() and 0 < int(ttl) < 100_000:
        return timedelta(minutes=int(ttl))
    period = _PERIODS.get(str(head.get("sy_updateperiod", "")).strip().lower())
    times = str(head.get("sy_updatefrequency", "1")).strip()
    return timedelta(hours=period) / max(1, int(times) if times.isdigit() else 1) if period else None
