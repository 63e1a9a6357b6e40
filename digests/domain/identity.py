"""What makes an article the same article: its address, or the id its source gives it."""

from __future__ import annotations

import hashlib

from digests.domain.addresses import canonical
from digests.domain.articles import RawArticle


def url_key(raw: RawArticle) -> str:
    """A hash of the canonical address, or of source and guid where there is none."""
    address = canonical(raw.url) if raw.url else None
    return _hash(address or f"{raw.source_key}\n{raw.guid}")


def content_key(raw: RawArticle) -> str:
    """A hash of what the source handed over: another one means that the article was edited."""
    return text_key(raw.title or "", raw.teaser or "", raw.text)


def text_key(*parts: str) -> str:
    """A hash of texts, in order."""
    return _hash("\n".join(parts))


def entry_key(page: str, heading: str, first_words: str) -> str:
    """The identity of a live blog's entry: its page and its heading, or the beginning of its text without one."""
    return _hash(f"{page}\n{heading or first_words}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
