"""How the values of a feed are read, whatever its format."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from digests.text.markup import plain_lines

ENTRIES = 500
"""At most so many entries of one feed, its first ones; more at a time is an archive."""
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""A date outside is a mistake: no date then."""


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
