"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.values import ENTRIES, absolute, blocks, identity, plain, sane

_BOM = b"\xef\xbb\xbf"


def looks_like_json(body: bytes) -> bool:
    """True for bytes that begin as a JSON object."""
    return body.removeprefix(_BOM).lstrip()[:1] == b"{"


def read_json_feed(body: bytes, url: str) -> Feed:
    """The feed in `body`. Raises InputError when it is none."""
    try:
        value = orjson.loads(body.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise InputError(url, f"the answer is broken JSON ({error.msg}); expected a feed") from error
    items = value.get("items")
    if not isinstance(items, list):
        raise InputError(url, "the answer is JSON without `items`; expected a JSON Feed, RSS or Atom")
    language = _text(value.get("language"))
    found = [_entry(item, url) for item in items[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    site = absolute(url, value.get("home_page_url"))
    return Feed(plain(value.get("title")), language, entries, len(found) - len(entries), site)


def _entry(item: Any, base: str) -> FeedEntry | None:  # noqa: ANN401 - anything may stand there
    if not isinstance(item, dict):
        return None
    url = absolute(base, item.get("url")) or absolute(base, item.get("external_url"))
    title = plain(item.get("title"))
    text = blocks(item.get("content_html")) or _text(item.get("content_text"))
    teaser = plain(item.get("summary"))
    guid = identity(item.get("id"), url, title, teaser, text)
    if guid is None or not (title or teaser or text or url):
        return None
    tags = item.get("tags")
    return FeedEntry(
        guid=guid,
        url=url,
        title=title,
        teaser=teaser,
        text=text,
        published_at=_moment(item.get("date_published")),
        updated_at=_moment(item.get("date_modified")),
        author=_author(item),
        categories=tuple(filter(None, map(plain, tags))) if isinstance(tags, list) else (),
        language=_text(item.get("language")),
    )


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return plain(first.get("name")) if isinstance(first, dict) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return sane(moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
