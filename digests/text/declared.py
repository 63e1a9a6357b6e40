"""What the head of a page declares in its `meta` and `link` elements (ogp.me, RFC 8288)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ELEMENT = re.compile(r"<(meta|link)\s([^<>]{1,4000})>?", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_AMP = re.compile(r"<html\b[^>]*?\s(?:amp|⚡)(?=[\s=>/])", re.IGNORECASE)
_LOCKED = frozenset({"locked", "paid", "premium", "subscriber", "subscribers", "plus"})
_AUTHORS = (
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "article:author_name",
)
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "thumbnail")
_TIERS = ("article:content_tier", "og:article:content_tier", "content_tier", "cxenseparse:recs:articletype")
_HEAD = 400_000  # signs in which the head of a page ends
_FURNITURE = re.compile(
    r"favicon|placeholder|spacer|blank\.|\.svg(?:$|\?)|/logo[._/-]|default[-_](?:image|og|share)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the page's head declares; links as they stand there."""

    named: dict[str, list[str]] = field(default_factory=dict)  # contents of meta elements by lower-case name
    canonical: tuple[str, ...] = ()
    amp: bool = False

    @property
    def authors(self) -> list[str]:
        """Names, the likeliest kind first."""
        return next((found for name in _AUTHORS if (found := self._texts(name))), [])

    @property
    def pictures(self) -> list[str]:
        """Addresses of pictures, none that stands on every page."""
        return [each for name in _PICTURES for each in self.named.get(name, ()) if not _FURNITURE.search(each)]

    @property
    def addresses(self) -> list[str]:
        """What may be the page's own address."""
        return [*self.canonical, *self.named.get("og:url", ())]

    @property
    def locked(self) -> bool:
        """True where the head says that one has to pay."""
        free = (each.lower() == "false" for each in self.named.get("isaccessibleforfree", ()))
        return any(free) or any(each.lower() in _LOCKED for name in _TIERS for each in self.named.get(name, ()))

    def _texts(self, name: str) -> list[str]:
        return [each for each in self.named.get(name, ()) if "://" not in each]


def read_head(page: str) -> Head:
    """The declarations in the first part of a page."""
    named: dict[str, list[str]] = {}
    canonical: list[str] = []
    for kind, attributes in _elements(page[:_HEAD]):
        if kind == "meta":
            content = " ".join(attributes.get("content", "").split())
            for name in {attributes.get(key, "").lower() for key in ("name", "property", "itemprop")} - {""}:
                if content:
                    named.setdefault(name, []).append(content)
        elif "canonical" in attributes.get("rel", "").lower().split() and attributes.get("href"):
            canonical.append(attributes["href"].strip())
    return Head(named, tuple(canonical), bool(_AMP.search(page[:5000])))


def _elements(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    for kind, inside in _ELEMENT.findall(page):
        found = _ATTRIBUTE.findall(inside)
        yield kind.lower(), {name.lower(): html.unescape(one or other or bare) for name, one, other, bare in found}
