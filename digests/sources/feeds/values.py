"""What a feed says, whatever its format."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from digests.text.markup import plain_lines

ENTRIES = 500
"""At most so many entries of one feed, its first ones; more at a time is an archive."""
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""A date outside is a mistake: no date then."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; texts are plain, addresses absolute."""

    guid: str
    url: str | None = None
    title: str | None = None
    teaser: str | None = None  # what the entry says of its article
    text: str | None = None  # the article itself where the feed carries it, one block per line
    published_at: datetime | None = None  # UTC
    updated_at: datetime | None = None  # UTC
    author: str | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries in its own order; `faulty` counts those that could not be used."""

    title: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]
    faulty: int = 0
    site: str | None = None  # the page the feed belongs to
    interval: timedelta | None = None  # how often it asks to be read: ttl, sy:updatePeriod
    gone_to: str | None = None  # the feed itself says that it lives elsewhere now


def absolute(base: str, link: object) -> str | None:
    """A link as an http(s) address; None for anything else."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        url = urljoin(base, "".join(link.split()))
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def plain(value: object) -> str | None:
    """A title or name without markup, on one line."""
    return " ".join(" ".join(plain_lines(value)).split()) or None if isinstance(value, str) and value.strip() else None


def blocks(value: object) -> str | None:
    """Markup as text, one block per line."""
    return "\n".join(plain_lines(value)) or None if isinstance(value, str) and value.strip() else None


def sane(moment: datetime | None) -> datetime | None:
    """A date that can be one."""
    return moment.astimezone(UTC) if moment is not None and moment.tzinfo and EARLIEST <= moment < LATEST else None


def identity(guid: object, url: str | None, *texts: str | None) -> str | None:
    """The entry's own id, else its address, else a hash of what it says; None when it says nothing."""
    if isinstance(guid, int) and not isinstance(guid, bool):
        guid = str(guid)
    if isinstance(guid, str) and guid.strip():
        return guid.strip()[:1000]
    said = "\n".join(text for text in texts if text)
    return url or (hashlib.sha256(said.encode()).hexdigest()[:32] if said else None)
