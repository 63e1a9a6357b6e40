"""Bytes to text: by their mark, as UTF-8, as declared where that can be true, else by a guess among usual tables."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from digests.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (  # how markup begins without a mark (XML 1.0, appendix F)
    (re.compile(rb"<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"(?:[ \t\r\n]\0)*<\0[^\0]"), "utf-16-le"),
    (re.compile(rb"(?:\0[ \t\r\n])*\0<\0[^\0]"), "utf-16-be"),
)
_TABLES = ["cp1252", "cp1251", "cp1250", "cp1254", "koi8_r", "koi8_u", "iso8859_2", "iso8859_5"]
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" on a mainframe
_DECLARED = (
    re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]{2,40})", re.IGNORECASE),
    re.compile(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE),
)
_MEANT = {  # what browsers take these names for (encoding.spec.whatwg.org, "Names and labels")
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_NO_TABLES = re.compile(r"punycode|idna|undefined|(?:raw_)?unicode_escape|utf-7|mbcs|oem")
_DEFAULT = "cp1252"  # what servers and templates say when nobody has asked
_ESCAPED = re.compile(rb"\x1b[$(]|~\{")  # ISO 2022 and HZ look like ASCII
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_FEWEST_HIGH_BYTES = 8  # fewer say nothing about a table; Western Europe is the likeliest
_MISREAD = re.compile("[À-ÖØ-öø-ÿ]{4,}|[а-яіїєґ][А-ЯІЇЄҐ]{3,}")  # Cyrillic read by another table
_MUCH = 0.2
_LOOK = 65_536  # bytes from which an encoding is guessed


def decode(data: bytes, place: str, declared: str | None = None) -> str:
    """The text in `data`; `declared` is the encoding that the server names.

    Raises InputError that names `place` when there is none, or nothing that is text.
    """
    if not data.strip():
        raise InputError(place, "the file is empty; expected text")
    wide = _marked(data)
    if wide is None:
        head = data[:_LOOK]
        if b"\x00" in head or len(head.translate(None, _CONTROL)) < len(head) * 0.95:
            raise InputError(place, "the file is binary; expected text in UTF-8")
        return legible(data, declared)
    try:
        text = data[wide[1] :].decode(wide[0])
    except UnicodeDecodeError as error:
        raise InputError(place, f"the file begins as {wide[0]} but breaks at byte {error.start}") from error
    if not text.strip():
        raise InputError(place, "the file is empty; expected text")
    return text


def legible(data: bytes, declared: str | None = None) -> str:
    """The text in `data`, whatever it takes: signs that cannot be read are replaced. Never raises.

    What is valid UTF-8 is UTF-8, for other tables make none of it by chance. A declaration counts where the bytes can
    be so; the server's first, unless it says but the default where the document says more.
    """
    wide = _marked(data)
    if wide is not None:
        return data[wide[1] :].decode(wide[0], "replace")
    escaped = _ESCAPED.search(data[:_LOOK]) is not None
    if not escaped and (text := _strictly(data, "utf-8")) is not None:
        return text
    patched = data.decode("utf-8", "replace")
    if not escaped and patched.count("\ufffd") * 4 < sum(sign > "\x7f" for sign in patched):
        return patched  # a few broken bytes make no page of another table
    names = [name for name in (_table(declared), *_declarations(data)) if name and name != "utf-8"]
    names.sort(key=lambda name: name == _DEFAULT)
    for name in dict.fromkeys(names):
        text = _strictly(data, name)
        if text is not None and not _is_misread(text):
            return text
    return data.decode(_guess(data, names), "replace")


def _marked(data: bytes) -> tuple[str, int] | None:
    """The encoding that the first bytes tell, and how many of them are its mark."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, len(mark)
    if data.startswith(_EBCDIC):
        said = next(_declarations(data[:4096].decode("cp037").encode()), None)
        return said or "cp037", 0
    return next(((name, 0) for beginning, name in _WIDE if beginning.match(data)), None)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _declarations(data: bytes) -> Iterator[str | None]:
    for pattern in _DECLARED:
        found = pattern.search(data[:4096])
        yield _table(found[1].decode("ascii")) if found else None


def _table(name: str | None) -> str | None:
    """The table that a declared name means; None for one that nobody knows."""
    try:
        known = codecs.lookup(name.strip().strip("\"'")).name if name else None
        if known is None or _NO_TABLES.fullmatch(known) or known.startswith(("utf-16", "utf-32")):
            return None  # wide ones would have been seen
        b"a".decode(known, "replace")  # raises for what is no table of signs; nothing would tell nothing
    except (LookupError, ValueError):
        return None
    return _MEANT.get(known, known)


def _is_misread(text: str) -> bool:
    """True where long runs of accented letters, or capitals inside of words, show that the table is another one."""
    sample = text[:_LOOK]
    high = sum(sign > "\x7f" for sign in sample)
    return high > 0 and sum(len(run) for run in _MISREAD.findall(sample)) > _MUCH * high


def _guess(data: bytes, names: list[str]) -> str:
    sample = data[:_LOOK]
    if len(sample.translate(None, bytes(range(128)))) >= _FEWEST_HIGH_BYTES:
        import charset_normalizer

        best = charset_normalizer.from_bytes(sample, cp_isolation=_TABLES).best()
        if best is not None:
            return best.encoding
    return names[0] if names else _DEFAULT
