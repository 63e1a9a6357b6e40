"""Telegram's HTML: how long a text really is, how it looks without tags, and the few pieces we write."""

from __future__ import annotations

import html
import re
from datetime import datetime

from bot.i18n import Markup, escape

TEXT_LIMIT = 4096
"""UTF-16 units of one message, counted after its entities were parsed."""
RAW_LIMIT = 9000
"""Characters of one message with its tags; ours, far below what the API refuses."""
ENTITY_LIMIT = 100
"""Entities of one message; Telegram silently drops those beyond."""
URL_LIMIT = 400
"""Characters of a link's address once escaped; a longer one is left out rather than filling the message."""

_NO_INSTANT = 2**31
"""Seconds since 1970 from which on (2038) Telegram may take none for an instant."""
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f\"<>\\]+")


def units(text: str) -> int:
    """The length of `text` as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_plain(markup: str, *, links: bool = False) -> str:
    """Our HTML as readable plain text; with `links` the addresses stand in brackets after their texts."""
    if links:
        markup = _LINK.sub(r"\2 (\1)", markup)
    return html.unescape(_TAG.sub("", markup))


def fits(markup: str) -> bool:
    """True when Telegram takes our HTML as one message and keeps all of its formatting."""
    return len(markup) < RAW_LIMIT and markup.count("</") <= ENTITY_LIMIT and units(to_plain(markup)) <= TEXT_LIMIT


def clip(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units; what is too long ends at a word and with "…"."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * max(limit - 1, 0)].decode("utf-16-le", "ignore")
    at_word = kept.rsplit(None, 1)[0] if re.search(r"\S\s+\S*$", kept) else kept
    return at_word.rstrip() + "…"


def link(text: str, url: str | None) -> Markup:
    """`text` as a link to a web address; without a usable address the text alone."""
    if url is None or len(escape(url)) > URL_LIMIT or not _ADDRESS.fullmatch(url):
        return escape(text)
    return Markup(f'<a href="{escape(url)}">{escape(text)}</a>')


def instant(text: str, at: datetime) -> Markup:
    """`text` that says when `at` is: whoever taps it sees the instant by the clock of his own device.

    Without a format clients show the text as it is; what such an entity is they need not know for that.
    """
    second = int(at.timestamp())
    return Markup(f'<tg-time unix="{second}">{escape(text)}</tg-time>') if 0 < second < _NO_INSTANT else escape(text)


def join(separator: str, *parts: str | None) -> Markup:
    """The non-empty parts with `separator` between them; all of them HTML already."""
    return Markup(separator.join(part for part in parts if part))
