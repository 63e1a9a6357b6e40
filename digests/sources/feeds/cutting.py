"""What keeps a feed from costing more than it should: huge ones are cut, bombs left out, floods refused."""

from __future__ import annotations

import re

from digests.errors import InputError

FIRST_BYTES = 4_000_000
"""So much of a feed is read; its newest entries stand first."""
_ENDS = re.compile(rb"</((?:[\w.-]+:)?(?:item|entry|url))\s*>")
_OPEN = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|rdf|urlset|channel))[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)
_TAIL = 65_536  # bytes at the end in which a whole feed ends
_ENTITY = re.compile(rb"""<!ENTITY\s[^<>"']{0,200}(?:"([^"]*)"|'([^']*)')[^<>]{0,200}>""")
_OUTSIDE = re.compile(rb"<!ENTITY\s+(?:%|[^<>\s]+\s+(?:SYSTEM|PUBLIC)\b)")  # parameter entities, and those of elsewhere
_ONE_SIGN = re.compile(rb"&#x?[0-9A-Fa-f]{1,6};|[^&%<]{0,16}")
_PROLOG = 65_536
ATTRIBUTES = 1000
"""An element of a feed has at most so many."""
_LONG = re.compile(rb"<[^<]{5000,}")  # no `<` stands in an attribute (XML 1.0, 3.1): all of an element is in here
_ATTRIBUTE = re.compile(rb"=\s{0,8}[\"']")


def without_bombs(body: bytes) -> bytes:
    """The feed without declared entities that stand for more than one sign or word: they multiply, or read files."""
    if b"<!ENTITY" not in body[:_PROLOG]:
        return body
    return _ENTITY.sub(_harmless, body)


def refuse_floods(body: bytes, url: str) -> None:
    """Raise InputError for an element with more attributes than anybody writes: parsers compare each with each."""
    for found in _LONG.finditer(body):
        if len(_ATTRIBUTE.findall(found[0])) > ATTRIBUTES:
            raise InputError(url, f"an element has more than {ATTRIBUTES} attributes; nobody writes such a feed")


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


def _harmless(found: re.Match[bytes]) -> bytes:
    is_one_sign = _ONE_SIGN.fullmatch(found[1] or found[2] or b"&&")
    return found[0] if is_one_sign and not _OUTSIDE.match(found[0]) else b""
