"""RSS 0.9x, 1.0 (RDF), 2.0 and Atom, by feedparser."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.values import ENTRIES, absolute, blocks, identity, plain, sane
from digests.text.words import words

FULL_TEXT = 60
"""A description with so many words, in a feed without any longer text, is the article and no teaser of it."""
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}  # hours
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")


def read_syndication(body: bytes, url: str, content_type: str, charset: str | None) -> Feed:
    """The feed in `body`. Raises InputError when feedparser finds neither a format nor an entry in it."""
    import feedparser  # slow to load

    declared = f"{content_type or 'application/xml'}; charset={charset}" if charset else content_type
    headers = {"content-type": declared} if declared else {}
    try:
        parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    except Exception as error:  # it raises whatever its bowels raise
        raise InputError(url, f"the feed breaks the parser ({type(error).__name__}: {error})") from error
    if not parsed.get("version") and not parsed.get("entries") and not _ROOT.search(body[:4096]):
        raise InputError(url, "this is no feed; expected RSS, Atom, JSON Feed or a news sitemap")
    head = parsed.get("feed", {})
    found = [_guarded(entry, url) for entry in parsed.get("entries", [])[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    return Feed(
        title=plain(head.get("title")),
        language=_language(head.get("language")),
        entries=entries,
        faulty=len(found) - len(entries),
        site=absolute(url, head.get("link")),
        interval=_interval(head),
        gone_to=absolute(url, head.get("newlocation")),
    )


def _guarded(entry: Mapping[str, Any], base: str) -> FeedEntry | None:
    """One entry; None when nothing can be made of it, so that one bad entry spoils no feed."""
    try:
        return _entry(entry, base)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _entry(entry: Mapping[str, Any], base: str) -> FeedEntry | None:
    url = _link(entry, base)
    title, summary = plain(entry.get("title")), entry.get("summary")
    contents = [blocks(each.get("value")) or "" for each in entry.get("content", ()) if isinstance(each, Mapping)]
    text = max(contents, key=len, default="") or None
    teaser = blocks(summary)
    if text is None and teaser and len(words(teaser)) >= FULL_TEXT:
        text, teaser = teaser, None
    elif teaser and text and text.startswith(teaser):
        teaser = None  # feedparser copies the content where there is no summary
    guid = identity(entry.get("id"), url, title, teaser, text)
    if guid is None or not (title or teaser or text or url):
        return None
    updated = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None
    return FeedEntry(
        guid=guid,
        url=url,
        title=title,
        teaser=" ".join(teaser.split()) if teaser else None,
        text=text,
        published_at=_moment(entry.get("published_parsed")) or updated,  # old formats have one date only
        updated_at=updated,
        author=plain(entry.get("author")),
        categories=_categories(entry),
        language=_language(entry.get("language")),
    )


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    """Where the article is. An id counts only when it is an address: few feeds say that theirs is none."""
    has_link = any(link.get("rel") == "alternate" for link in entry.get("links") or ())  # else `link` may be the id
    return absolute(base, entry.get("link")) if has_link else absolute("", entry.get("id"))


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    names = (plain(tag.get("label") or tag.get("term")) for tag in entry.get("tags", ()) if isinstance(tag, Mapping))
    return tuple(dict.fromkeys(name for name in names if name))


def _moment(parsed: object) -> datetime | None:
    """feedparser's time tuples are in UTC."""
    if not isinstance(parsed, tuple):
        return None
    try:
        return sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _language(value: object) -> str | None:
    found = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return found.group().lower() if found else None


def _interval(head: Mapping[str, Any]) -> timedelta | None:
    """How often the feed asks to be read: `ttl` in minutes, else the syndication module's period."""
    ttl = str(head.get("ttl", "")).strip()
    if ttl.isdigit() and 0 < int(ttl) < 100_000:
        return timedelta(minutes=int(ttl))
    period = _PERIODS.get(str(head.get("sy_updateperiod", "")).strip().lower())
    times = str(head.get("sy_updatefrequency", "1")).strip()
    return timedelta(hours=period) / max(1, int(times) if times.isdigit() else 1) if period else None
