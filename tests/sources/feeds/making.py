"""Small feeds for tests. All of our own writing."""

from __future__ import annotations

from digests.domain.sources import FeedEntry
from digests.sources.feeds import read_feed

URL = "https://abendbote.example/feeds/news.xml"
LONG = " ".join(f"Der Hafen meldet am Morgen Schiff {number} und seine Ladung." for number in range(12))


def rss(items: str, head: str = "<title>Abendbote</title>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def only(body: bytes) -> FeedEntry:
    (entry,) = read_feed(body, URL).entries
    return entry


def item(**fields: str) -> str:
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</item>"
