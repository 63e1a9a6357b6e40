"""What makes an article the same article: its address, or the id its source gives it."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from digests.domain.addresses import canonical
from digests.domain.articles import RawArticle
from digests.domain.sources import SourceKind
from digests.text.whereabouts import site_of

_HANDED_IN = frozenset({SourceKind.FILE, SourceKind.PUSH})
_NAMES = """
blogspot.com github.io gitlab.io pages.dev workers.dev netlify.app vercel.app web.app firebaseapp.com herokuapp.com
wordpress.com substack.com ghost.io tumblr.com medium.com wixsite.com weebly.com azurewebsites.net cloudfront.net
amazonaws.com
"""
_HOSTERS = frozenset(_NAMES.split())
"""Sites whose names belong to one customer each: there a host speaks for itself only."""


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


def may_speak_for(source_key: str, address: str | None) -> bool:
    """True when a source may say what stands at a web address: one of the same site, or one that the operator feeds.

    `source_key` is a feed's or page's own address, or "file:" or "push:" and a name. What has no address of the web is
    nobody's but its source's.
    """
    if source_key.partition(":")[0] in _HANDED_IN:
        return True
    site = _site(address)
    return site is not None and site == _site(source_key)


def _site(address: str | None) -> str | None:
    """Whose address it is: the registered part of its host's name, or the host where each name is another's."""
    host = urlsplit(canonical(address or "") or "").hostname
    if not host:
        return None
    site = site_of(host)
    return host if site in _HOSTERS else site


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
