"""XML as it comes made such that a strict parser can read it; what is well-formed stays as it says."""

from __future__ import annotations

import re
import zlib
from html.entities import html5

from digests.errors import InputError

LARGEST = 32_000_000
"""Bytes; a packed feed is unpacked up to here."""
_GZIP = b"\x1f\x8b"
_BEGINNING = re.compile(
    r"<\?xml[\s?]|<!DOCTYPE\s+(?:rss|feed|rdf)|<(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)[\s>]", re.IGNORECASE
)
_DECLARATION = re.compile(r"<\?xml(?:-stylesheet)?\s[^>]*\?>", re.IGNORECASE)
_JUNK = 20_000  # signs in which a feed has to begin; before it stand warnings and blank lines
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_AMPERSAND = re.compile(
    r"&(?:#(?P<decimal>\d{1,8});|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6});|(?P<name>[A-Za-z]\w{1,31});)?"
)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MARKUP = frozenset("&<>\"'")
_OWN = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]{0,24})"|'([^']{0,24})')""")
_OPENING, _CLOSING = "<![CDATA[", "]]>"
_END = re.compile(r"</[A-Za-z][\w:.-]*\s*>")
_PARTS = r"title|link|guid|description|pubDate|author|category|content:encoded|dc:\w+|summary|updated|published"
_UNCLOSED = re.compile(
    rf"<(title|link|guid|description|pubDate)(\s[^<>]*[^<>/])?>([^<]*)(?=<(?!/\1\s*>)/?(?:item|entry|{_PARTS})[\s>/])"
)


def unpacked(body: bytes, place: str) -> bytes:
    """The body, unpacked where it is gzip that no header tells of, and no further than `LARGEST`.

    What a broken one holds before its break is kept. Raises InputError that names `place` when that is nothing.
    """
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    found, piece = bytearray(), 65_536
    try:
        for at in range(0, len(body), piece):
            found += unpacker.decompress(body[at : at + piece], LARGEST - len(found) + 1)
            if len(found) > LARGEST or unpacker.eof:
                break
    except zlib.error:
        pass  # damaged from here on
    if not found:
        raise InputError(place, "the answer is broken gzip; expected a feed")
    return bytes(found[:LARGEST])


def well_formed(text: str) -> str:
    """An XML document without what parsers break at: junk around it, control characters, entities of HTML, stray "&".

    Declarations of encodings are left out too: the text is no bytes any more.
    """
    start = _BEGINNING.search(text, 0, _JUNK)
    text = _DECLARATION.sub("", text[start.start() if start else 0 :])
    own = {name: one or other for name, one, other in _OWN.findall(text[:_JUNK])}  # a sign or a word each
    parts = _CDATA.split(_with_closed_cdata(_CONTROL.sub("", text)))

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        if name is not None:
            if name in _OF_XML:
                return str(found[0])
            if name in own:
                return str(own[name])
            sign: str | None = html5.get(f"{name};")
            if sign is None:
                return f"&amp;{found[0][1:]}"
            return _number(ord(sign[0])) if _MARKUP & set(sign) else sign
        digits = found["decimal"] or found["hexadecimal"]
        return _number(int(digits, 10 if found["decimal"] else 16)) if digits else "&amp;"

    parts[::2] = [_AMPERSAND.sub(written, part) for part in parts[::2]]
    whole = "".join(parts)
    if all(whole.count(f"<{name}>") <= whole.count(f"</{name}>") for name in ("title", "link", "guid", "description")):
        return whole
    return _UNCLOSED.sub(r"<\1\2>\3</\1>", whole)


def _with_closed_cdata(text: str) -> str:
    """Sections that were never closed end where the element does; one inside of another is none."""
    if text.count(_OPENING) <= text.count(_CLOSING):
        return text
    head, *sections = text.split(_OPENING)
    found = [head]
    for section in sections:
        if _CLOSING in section:
            found.append(_OPENING + section)
        elif end := _END.search(section):
            found.append(f"{_OPENING}{section[: end.start()]}{_CLOSING}{section[end.start() :]}")
        else:
            found.append(section)
    return "".join(found)


def _number(code: int) -> str:
    """A sign by its number; numbers of the old Windows table mean that table's signs, those of no sign nothing."""
    if 0x80 <= code <= 0x9F:
        code = ord(bytes([code]).decode("cp1252", "replace"))
    if code > 0x10FFFF or _CONTROL.fullmatch(chr(code)):
        return ""
    return f"&#{code};"
