"""How the values of a feed are read, whatever its format."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from digests.text.bylines import author
from digests.text.markup import plain_lines

ENTRIES = 500
"""At most so many entries of one feed, its first ones; more at a time is an archive."""
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>|(?<!\])\]\](?=\s*$)")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LAYERS = 3  # as often as that texts are escaped by mistake
_SLASHES = re.compile(r"^(https?):/*", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
_IMAGE = re.compile(r"<img\b[^>]*?\ssrc\s*=\s*[\"']([^\"'<>]{3,2000})[\"'][^>]*", re.IGNORECASE)
_PIXEL = re.compile(r"\b(?:width|height)\s*=\s*[\"']?[01](?:px)?\b", re.IGNORECASE)


def absolute(base: str, link: object) -> str | None:
    """A link as an http(s) address; None for anything else."""
    if not isinstance(link, str) or not (bare := _CONTROL.sub("", "".join(link.split()))):
        return None
    bare = f"https://{bare}" if bare.lower().startswith("www.") else _SLASHES.sub(r"\1://", bare)
    try:
        url = urljoin(base, bare)
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def plain(value: object) -> str | None:
    """A title or name without markup, on one line."""
    text = blocks(value)
    return " ".join(text.split()) or None if text else None


def blocks(value: object) -> str | None:
    """Markup as text, one block per line; also where it was escaped once more than it should be."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = "\n".join(plain_lines(_CDATA.sub("", value)))
    for _ in range(_LAYERS):
        if _ENTITY.search(text):
            text = html.unescape(text)
        if not _MARKUP.search(text):
            break
        text = "\n".join(line for raw in _CDATA.sub("", text).split("\n") for line in plain_lines(raw))
    text = _CONTROL.sub("", _MARKUP.sub("", text).replace("\x85", "…").replace("\u2028", "\n"))
    return "\n".join(line for raw in text.split("\n") if (line := raw.strip())) or None


def byline(names: Iterable[object]) -> str | None:
    """Who wrote it; None when there is no name."""
    return author(plain(each) for each in names)


def first_picture(markup: object, base: str) -> str | None:
    """The first picture in markup that is more than a counter's one dot."""
    found = _IMAGE.finditer(markup) if isinstance(markup, str) else iter(())
    sources = (absolute(base, html.unescape(each[1])) for each in found if not _PIXEL.search(each[0]))
    return next((source for source in sources if source), None)


def language(value: object) -> str | None:
    """An ISO 639 code in lower case, without a region."""
    found = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return found.group().lower() if found else None


def digest(*texts: str | None) -> str | None:
    """A short hash of what is said; None for nothing."""
    said = "\n".join(text for text in texts if text)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32] if said else None


def identity(guid: object, url: str | None, *texts: str | None) -> str | None:
    """The entry's own id, else its address, else a hash of what it says; None when it says nothing."""
    if isinstance(guid, int | float) and not isinstance(guid, bool):
        guid = str(guid)
    if isinstance(guid, str) and (bare := _CONTROL.sub("", guid).strip()):
        return bare[:1000]
    return url or digest(*texts)
