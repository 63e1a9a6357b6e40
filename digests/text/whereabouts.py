"""Which of the addresses that a page declares is its own (RFC 6596: "canonical")."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, urljoin, urlsplit

_INSIDE = re.compile(r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|invalid|onion)$")
_SECOND = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gv", "in"})  # as in co.uk
_SLUG = re.compile(r"(?=.{8,})(?:.*\d.*|.*-.*-.*)")
_CARRIERS = re.compile(
    r"(?:^|\.)(?:ampproject\.org|google\.[a-z.]{2,6}|msn\.com|yahoo\.com|flipboard\.com|apple\.news|feedproxy\.\S+|t\.co)$"
)


def absolute(link: str | None, base: str | None) -> str | None:
    """A link as an http(s) address that anybody can reach; None for anything else."""
    parts = _parts(urljoin(base, link.strip()) if base and link else (link or "").strip())
    if parts is None or (_looks_private(parts.hostname or "") and not _same_host(parts, _parts(base))):
        return None
    return parts._replace(fragment="").geturl()


def own_address(declared: Sequence[str | None], fetched: str | None, *, amp: bool = False) -> str | None:
    """The page's own address: the first that it may have among those `declared`, else the one it was `fetched` from.

    A front page is no article's address, so it counts only where itself was fetched. Another site's address counts
    where two declarations name that site, or the page is a copy by its make (`amp`) or by its host.
    """
    here = _parts(fetched)
    known = [address for each in declared if (address := absolute(each, fetched))]
    for address in dict.fromkeys(known):
        there = _parts(address)
        if there is None or (_is_front(there) and (here is None or not _is_front(here))):
            continue
        if here is None or site_of(there.hostname) == site_of(here.hostname):
            return address
        carried = amp or bool(_CARRIERS.search(here.hostname or ""))
        agreed = sum(site_of(urlsplit(each).hostname) == site_of(there.hostname) for each in known) > 1
        if (carried or agreed) and _SLUG.fullmatch(_last(there)):
            return address
    return fetched


def site_of(host: str | None) -> str:
    """The part of a host's name that was registered, as far as that shows without a list of suffixes."""
    labels = (host or "").lower().rstrip(".").split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:]) if not _is_number(host or "") else host or ""


def _parts(address: str | None) -> SplitResult | None:
    try:
        parts = urlsplit(address or "")
        return parts if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _looks_private(host: str) -> bool:
    return "." not in host or _is_number(host) or bool(_INSIDE.search(host.lower().rstrip(".")))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(re.fullmatch(r"[\d.]+|0x[\da-fA-F.x]+", host))
    return True


def _same_host(one: SplitResult, other: SplitResult | None) -> bool:
    return other is not None and one.netloc == other.netloc


def _is_front(parts: SplitResult) -> bool:
    path = parts.path.strip("/")
    return path in ("index.html", "index.php", "home") or not (path or parts.query)


def _last(parts: SplitResult) -> str:
    pieces: Iterable[str] = parts.path.strip("/").split("/")
    return max(pieces, key=len)
