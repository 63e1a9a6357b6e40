"""What keeps a feed from costing more than it should: huge ones are cut, multiplying entities are left out."""

from __future__ import annotations

import re

FIRST_BYTES = 4_000_000
"""So much of a feed is read; its newest entries stand first."""
_ENDS = re.compile(rb"</((?:[\w.-]+:)?(?:item|entry|url))\s*>")
_OPEN = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|rdf|urlset|channel))[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)
_TAIL = 65_536  # bytes at the end in which a whole feed ends
_ENTITY = re.compile(rb"""<!ENTITY\s[^<>"']{0,200}(?:"([^"]*)"|'([^']*)')[^<>]{0,200}>""")
_ONE_SIGN = re.compile(rb"&#x?[0-9A-Fa-f]{1,6};|[^&%<]{0,16}")
_PROLOG = 65_536


def without_bombs(body: bytes) -> bytes:
    """The feed without declared entities that stand for more than one sign or word: they multiply, or read files."""
    if b"<!ENTITY" not in body[:_PROLOG]:
        return body
    return _ENTITY.sub(lambda found: found[0] if _ONE_SIGN.fullmatch(found[1] or found[2] or b"&&") else b"", body)


def cut(body: bytes, limit: int = FIRST_BYTES) -> bytes:
    """The beginning of an XML feed, well-formed as far as it was: cut after its last whole entry below `limit` bytes.

    The elements that were open there are closed; so is a shorter feed that breaks off. Any other stays as it is.
    """
    if len(body) <= limit and (_ROOT_END.search(body, max(0, len(body) - _TAIL)) or not _ENDS.search(body)):
        return body
    last = None
    for last in _ENDS.finditer(body, 0, limit):  # noqa: B007 - the last one is wanted
        pass
    if last is None:
        return body[:limit]
    head = body[: last.end()]
    names = [found[1] for found in _OPEN.finditer(body, 0, min(limit, _PROLOG, last.end()))]
    inside = [name for name in dict.fromkeys(names) if b"</" + name not in head]
    return head + b"".join(b"</" + name + b">" for name in reversed(inside))
