"""Bytes to text: UTF-8, UTF-16 with its mark, else a guess among the tables of European newsrooms."""

from __future__ import annotations

import codecs
import re

from digests.errors import InputError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TABLES = ["cp1252", "cp1251", "cp1250", "cp1254", "koi8_r", "koi8_u", "iso8859_2", "iso8859_5"]
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_NO_TABLES = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"})
_FEWEST_HIGH_BYTES = 8  # fewer say nothing about a table; Western Europe is the likeliest


def text_encoding(name: str | None) -> str | None:
    """The name of an encoding that texts are written in, as declared; None when nobody knows it, or it is a trap.

    Some of Python's codecs take quadratic time or fail whatever the bytes are; UTF-7 hides markup (Encoding standard).
    """
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    is_text = found._is_text_encoding  # as bytes.decode asks
    return found.name if is_text and found.name.replace("_", "-") not in _NO_TABLES else None


def decode(data: bytes, place: str) -> str:
    """The text in `data`. Raises InputError that names `place` when there is none, or nothing that is text."""
    if not data.strip():
        raise InputError(place, "the file is empty; expected text")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strictly(data, name, place)
    head = data[:65536]
    if b"\x00" in head or len(head.translate(None, _CONTROL)) < len(head) * 0.95:
        raise InputError(place, "the file is binary; expected text in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)


def _strictly(data: bytes, encoding: str, place: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(place, f"the file begins as {encoding} but breaks at byte {error.start}") from error
    if not text.strip():
        raise InputError(place, "the file is empty; expected text")
    return text


def _guess(data: bytes) -> str:
    declared = _META_CHARSET.search(data[:4096])
    encoding = text_encoding(declared.group(1).decode("ascii")) if declared else None
    if encoding:
        return data.decode(encoding, "replace")
    if sum(byte > 0x7F for byte in data[:65536]) >= _FEWEST_HIGH_BYTES:
        import charset_normalizer

        best = charset_normalizer.from_bytes(data[:65536], cp_isolation=_TABLES).best()
        if best is not None:
            return data.decode(best.encoding, "replace")
    return data.decode("cp1252", "replace")
