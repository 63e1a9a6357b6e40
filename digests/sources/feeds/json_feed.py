"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds.dates import moment
from digests.sources.feeds.values import ENTRIES, absolute, blocks, byline, first_picture, identity, language, plain

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def looks_like_json(text: str) -> bool:
    """True for a text that begins as a JSON object."""
    return text.lstrip()[:1] == "{"


def read_json_feed(text: str, url: str) -> Feed:
    """The feed in `text`. Raises InputError when it is none."""
    value = _parsed(text, url)
    items = value.get("items")
    if not isinstance(items, list):
        raise InputError(url, "the answer is JSON without `items`; expected a JSON Feed, RSS or Atom")
    found = [_entry(item, url) for item in items[:ENTRIES]]
    entries = tuple(entry for entry in found if entry is not None)
    site = absolute(url, value.get("home_page_url"))
    return Feed(plain(value.get("title")), language(value.get("language")), entries, len(found) - len(entries), site)


def _parsed(text: str, url: str) -> dict[str, Any]:
    """The object; of a text that breaks off the items before the break."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        items = list(_whole_items(text))
        if not items:
            raise InputError(url, f"the answer is broken JSON ({error.msg}); expected a feed") from error
        return {"items": items}
    return value if isinstance(value, dict) else {}


def _whole_items(text: str) -> Iterator[object]:
    """Items up to the first that is broken."""
    begins = _ITEMS.search(text)
    if begins is None:
        return
    decoder, at = json.JSONDecoder(strict=False), begins.end()
    while at < len(text):
        start = _BETWEEN.match(text, at)
        try:
            item, at = decoder.raw_decode(text, start.end() if start else at)
        except (ValueError, RecursionError):
            return
        yield item


def _entry(item: Any, base: str) -> FeedEntry | None:  # noqa: ANN401 - anything may stand there
    if not isinstance(item, dict):
        return None
    url = absolute(base, item.get("url")) or absolute(base, item.get("external_url")) or absolute("", item.get("id"))
    title = plain(item.get("title"))
    text = blocks(item.get("content_html")) or blocks(_escaped(item.get("content_text")))
    teaser = plain(item.get("summary"))
    guid = identity(item.get("id"), url, title, teaser, text)
    if guid is None or not (title or teaser or text or url):
        return None
    pictures = (item.get("image"), item.get("banner_image"))
    tags = item.get("tags")
    tags = tags.split(",") if isinstance(tags, str) else tags
    return FeedEntry(
        guid=guid,
        url=url,
        title=title,
        teaser=teaser,
        text=text,
        published_at=moment(item.get("date_published")),
        updated_at=moment(item.get("date_modified")),
        author=byline(_names(item)),
        categories=tuple(dict.fromkeys(filter(None, map(plain, tags)))) if isinstance(tags, list) else (),
        language=language(item.get("language")),
        picture=next(filter(None, (absolute(base, each) for each in pictures)), None)
        or first_picture(item.get("content_html"), base),
    )


def _names(item: dict[str, Any]) -> Iterator[object]:
    authors = item.get("authors")
    for each in authors if isinstance(authors, list) and authors else [item.get("author")]:
        yield each.get("name") if isinstance(each, dict) else each


def _escaped(value: object) -> str | None:
    """Plain text as markup that says the same, lines as blocks."""
    if not isinstance(value, str):
        return None
    return "<br>".join(value.replace("&", "&amp;").replace("<", "&lt;").split("\n"))
