"""What keeps a feed from costing more than it should: huge ones are cut, bombs left out, floods refused."""

from __future__ import annotations

import codecs
import re

from digests.errors import InputError
from digests.sources.decoding import text_encoding

FIRST_BYTES = 4_000_000
"""So much of a feed is read; its newest entries stand first."""
_ENDS = re.compile(rb"</((?:[\w.-]+:)?(?:item|entry|url))\s*>")
_OPEN = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|rdf|urlset|channel))[\s>]", re.IGNORECASE)
_ENTITY = re.compile(rb"""<!ENTITY\s[^<>"']*(?:"([^"]*)"|'([^']*)')[^<>]*>""")
_OUTSIDE = re.compile(rb"<!ENTITY\s+(?:%|[^<>\s]+\s+(?:SYSTEM|PUBLIC)\b)")  # parameter entities, and those of elsewhere
_ONE_SIGN = re.compile(rb"&#x?[0-9A-Fa-f]{1,6};|[^&%<]{0,16}")
_PROLOG = 65_536
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZEROS = {
    "x0x0": "utf-16-le",
    "0x0x": "utf-16-be",
    "x000": "utf-32-le",
    "000x": "utf-32-be",
}
"""Which of the first four bytes are zero when they are ASCII."""
ATTRIBUTES = 1000
"""An element of a feed has at most so many."""
_DECLARATION = re.compile(rb"\s{0,64}<\?xml[^>?]{0,200}?(\sencoding\s{0,8}=\s{0,8}[\"']([^\"'>]{0,64})[\"'])")
_LONG = re.compile(rb"<[^<]{5000,}")  # no `<` stands in an attribute (XML 1.0, 3.1): all of an element is in here
_ATTRIBUTE = re.compile(rb"=\s{0,8}[\"']")


def with_plain_bytes(body: bytes, charset: str | None = None) -> bytes:
    """The feed with its markup as ASCII: one in UTF-16 or UTF-32 is written anew in UTF-8, so that no search misses it.

    A declaration of an encoding that no text has is taken out (see `text_encoding`).
    """
    wide = _wide(body, charset)
    if wide:
        body = body.decode(wide, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    declared = _DECLARATION.match(body)
    if declared and (wide or text_encoding(declared[2].decode("ascii", "replace")) is None):
        return body[: declared.start(1)] + body[declared.end(1) :]
    return body


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
    names = [found[1] for found in _OPEN.finditer(body, 0, min(limit, _PROLOG))]
    inside = [name for name in dict.fromkeys(names) if b"</" + name not in head]
    return head + b"".join(b"</" + name + b">" for name in reversed(inside))


def _wide(body: bytes, charset: str | None) -> str | None:
    """The encoding of a feed whose characters have two or four bytes (XML 1.0, appendix F); None for any other."""
    head = body[:4]
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    by_zeros = _ZEROS.get("".join("0" if byte == 0 else "x" for byte in head))
    if by_zeros:
        return by_zeros
    named = (text_encoding(charset) or "").replace("_", "-")
    return named if named.startswith(("utf-16", "utf-32")) and b"\x00" in body[:64] else None


def _harmless(found: re.Match[bytes]) -> bytes:
    is_one_sign = _ONE_SIGN.fullmatch(found[1] or found[2] or b"&&")
    return found[0] if is_one_sign and not _OUTSIDE.match(found[0]) else b""
