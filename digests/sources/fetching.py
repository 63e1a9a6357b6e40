"""Fetching from sources nobody can trust: guarded addresses, and caps on bytes, time and redirects.

What a server does wrong comes back as a FetchError with a reason that an operator can act on; nothing else is raised.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from digests.domain.sources import FetchError, Trouble
from digests.ports import Clock
from digests.sources.guard import AddressGuard, RefusedAddressError

PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")
_CHUNK = 65_536
_NO_ADDRESS = "no address of the web; expected https:// or http://"
_NO_HOST = "the address names no host; expected one such as https://example.org/feed.xml"
_HOSTLESS = re.compile(r"https?:(?!//[^/?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may cost."""

    size: int = 20_000_000  # bytes, after decompression
    seconds: float = 30.0  # for everything together, so that a slow drip ends too
    connect_seconds: float = 10.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it came from in the end; `moved_to` where the address has moved for good."""

    url: str
    status: int  # 200, or 304: not modified
    body: bytes
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None  # what Cache-Control or Expires say
    moved_to: str | None = None

    @property
    def unchanged(self) -> bool:
        """True when the server says that it has nothing new."""
        return self.status == 304


@dataclass
class Fetcher:
    """Fetches over one pool of connections. Open it with `fetching`."""

    session: aiohttp.ClientSession
    clock: Clock
    limits: Limits = field(default_factory=Limits)

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = "*/*"
    ) -> Fetched:
        """What `url` has to give; with `etag` or `last_modified` of the last time maybe only "not modified".

        Raises FetchError.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._follow(checked(url), headers)
        except TimeoutError:
            reason = f"no complete answer within {self.limits.seconds:g} seconds"
            raise FetchError(url, Trouble.TIMEOUT, reason) from None
        except aiohttp.ClientError as error:
            raise _connection_error(url, error) from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Fetched:
        here, moved_to, for_good = url, None, True
        for _ in range(self.limits.redirects + 1):
            async with self.session.get(here, headers=headers, allow_redirects=False) as response:
                if response.status not in REDIRECTS:
                    return await self._read(here, response, moved_to)
                target = response.headers.get("Location")
                if not target:
                    raise FetchError(url, Trouble.STATUS, f"status {response.status} without an address to go to")
                for_good = for_good and response.status in PERMANENT
            here = checked(target.strip(), here)
            moved_to = here if for_good else moved_to
        raise FetchError(url, Trouble.REDIRECTS, f"more than {self.limits.redirects} redirects")

    async def _read(self, url: str, response: aiohttp.ClientResponse, moved_to: str | None) -> Fetched:
        now = self.clock.now()
        if response.status not in (200, 304):
            pause = _retry_after(response.headers.get("Retry-After"), now)
            reason = f"status {response.status} {response.reason or ''}".strip()
            raise FetchError(url, Trouble.STATUS, reason, response.status, pause)
        too_large = FetchError(url, Trouble.SIZE, f"larger than {self.limits.size / 1_000_000:g} MB")
        if (response.content_length or 0) > self.limits.size:
            raise too_large
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):  # unpacked as it is read, never more than a few
            body += chunk
            if len(body) > self.limits.size:
                raise too_large
        return Fetched(
            url=url,
            status=response.status,
            body=bytes(body),
            content_type=response.content_type if "Content-Type" in response.headers else "",
            charset=response.charset,
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
            fresh_for=_fresh_for(response.headers, now),
            moved_to=moved_to,
        )


@asynccontextmanager
async def fetching(
    agent: str, guard: AddressGuard, clock: Clock, limits: Limits | None = None
) -> AsyncIterator[Fetcher]:
    """A fetcher whose every connection passes the guard; `agent` tells servers who asks."""
    limits = limits or Limits()
    connector = aiohttp.TCPConnector(limit=64, limit_per_host=2, socket_factory=guard.socket, ttl_dns_cache=60)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=limits.connect_seconds, sock_read=limits.seconds)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers={"User-Agent": agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        max_line_size=32_768,
        max_field_size=32_768,
    ) as session:
        yield Fetcher(session, clock, limits)


def checked(url: str, base: str = "") -> str:
    """The address (seen from `base`), when it is one to fetch from.

    Raises FetchError for another scheme, no host, a name and password.
    """
    try:
        url = urljoin(base, url)
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise FetchError(url, Trouble.ADDRESS, _NO_HOST if _HOSTLESS.match(url) else _NO_ADDRESS)
    if parts.username or parts.password:
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise FetchError(bare, Trouble.ADDRESS, "the address holds a name and password; they would stand in logs")
    return url


def _connection_error(url: str, error: aiohttp.ClientError) -> FetchError:
    trouble, reason = Trouble.CONNECTION, f"the connection broke ({type(error).__name__})"
    refused = _refused(error)
    if refused:
        trouble, reason = Trouble.REFUSED, refused.strerror or "refused"
    elif isinstance(error, aiohttp.ClientConnectorDNSError):
        reason = f"the host {error.host} is not known"
    elif isinstance(error, aiohttp.ClientSSLError):
        reason = "the certificate or TLS set-up of the server is not valid"
    elif isinstance(error, aiohttp.ClientConnectorError):
        reason = f"no connection to {error.host} ({error.os_error.strerror})"
    elif isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        trouble, reason = Trouble.ADDRESS, _NO_ADDRESS
    elif isinstance(error, aiohttp.ServerTimeoutError):
        trouble, reason = Trouble.TIMEOUT, "the server does not answer in time"
    elif isinstance(error, aiohttp.ClientPayloadError):
        trouble, reason = Trouble.CONTENT, "the answer ends early or is not compressed as it claims"
    return FetchError(url, trouble, reason)


def _refused(error: BaseException | None) -> RefusedAddressError | None:
    """The guard's refusal behind an error of the HTTP client, which packs it into its own."""
    while error is not None:
        if isinstance(error, RefusedAddressError):
            return error
        if isinstance(error, BaseExceptionGroup):
            return next((found for each in error.exceptions if (found := _refused(each))), None)
        error = getattr(error, "os_error", None) or error.__cause__
    return None


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` in seconds or as a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdigit():
        return timedelta(seconds=min(int(value), 31_536_000))
    moment = _date(value)
    return max(moment - now, timedelta(0)) if moment else None


def _fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server calls its answer fresh: `max-age` before `Expires` (RFC 9111, 5.2 and 5.3)."""
    found = _MAX_AGE.search(headers.get("Cache-Control", "").lower())
    if found:
        return timedelta(seconds=int(found[1]))
    expires = _date(headers.get("Expires"))
    return max(expires - now, timedelta(0)) if expires else None


def _date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
