"""Huge feeds are cut after a whole entry, so that what follows costs nothing."""

from __future__ import annotations

import re

FIRST_BYTES = 4_000_000
"""So much of a feed is read; its newest entries stand first."""
_ENDS = re.compile(rb"</((?:[\w.-]+:)?(?:item|entry|url))\s*>")
_OPEN = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|rdf|urlset|channel))[\s>]", re.IGNORECASE)


def cut(body: bytes, limit: int = FIRST_BYTES) -> bytes:
    """The beginning of an XML feed, well-formed as far as it was: cut after its last whole entry below `limit` bytes.

    The elements that were open there are closed. A feed below the limit stays as it is.
    """
    if len(body) <= limit:
        return body
    last = None
    for last in _ENDS.finditer(body, 0, limit):  # noqa: B007 - the last one is wanted
        pass
    if last is None:
        return body[:limit]
    head = body[: last.end()]
    names = [found[1] for found in _OPEN.finditer(body, 0, min(limit, 65_536))]
    inside = [name for name in dict.fromkeys(names) if b"</" + name not in head]
    return head + b"".join(b"</" + name + b">" for name in reversed(inside))
