"""Courtesy to servers: one request at a time to a host, a pause between two, and robots.txt before pages are read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from digests.domain.sources import FetchError, Trouble
from digests.ports import Clock
from digests.sources.fetching import Fetched, Fetcher

PAUSE = timedelta(seconds=1)
"""Between the end of one request to a host and the beginning of the next."""
LONGEST_DELAY = timedelta(seconds=30)
"""A robots.txt that asks for longer pauses gets this."""
ROBOTS_FOR = timedelta(days=1)
"""A robots.txt is believed so long (RFC 9309, 2.4)."""
ROBOTS_AGAIN = timedelta(hours=1)
"""One that could not be had is asked for again after so long."""
ROBOTS_SIZE = 500_000
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""
_CLOSED = "User-agent: *\nDisallow: /"
_HOSTS = 10_000  # remembered at a time


@dataclass
class _Host:
    """What is known of one host."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: datetime | None = None
    robots: Protego | None = None
    robots_until: datetime | None = None


@dataclass
class CourteousFetcher:
    """A fetcher that takes its turn. `agent` is the name that robots.txt knows us by."""

    fetcher: Fetcher
    clock: Clock
    agent: str
    pause: timedelta = PAUSE
    _hosts: OrderedDict[str, _Host] = field(default_factory=OrderedDict, init=False)

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = "*/*"
    ) -> Fetched:
        """As `Fetcher.fetch`, in turn. For feeds, which are made to be read by programs."""
        host = self._host(url)
        async with self._turn(host):
            return await self.fetcher.fetch(url, etag=etag, last_modified=last_modified, accept=accept)

    async def fetch_page(self, url: str) -> Fetched:
        """A page, where the site's robots.txt lets programs read it. Raises FetchError, also when it does not."""
        host = self._host(url)
        async with self._turn(host):
            robots = await self._robots(url, host)
        if not robots.can_fetch(url, self.agent):
            raise FetchError(url, Trouble.ROBOTS, "the site's robots.txt asks programs not to read this page")
        delay = timedelta(seconds=min(robots.crawl_delay(self.agent) or 0.0, LONGEST_DELAY.total_seconds()))
        async with self._turn(host, max(self.pause, delay)):
            return await self.fetcher.fetch(url, accept="text/html,application/xhtml+xml")

    def _host(self, url: str) -> _Host:
        name = urlsplit(url).netloc.lower()
        host = self._hosts.setdefault(name, _Host())
        self._hosts.move_to_end(name)
        if len(self._hosts) > _HOSTS:
            self._hosts.popitem(last=False)
        return host

    @asynccontextmanager
    async def _turn(self, host: _Host, pause: timedelta | None = None) -> AsyncIterator[None]:
        async with host.turn:
            wait = (host.free_at - self.clock.now()).total_seconds() if host.free_at else 0.0
            if wait > 0:
                await self.clock.sleep(wait)
            try:
                yield
            finally:
                host.free_at = self.clock.now() + (pause or self.pause)

    async def _robots(self, url: str, host: _Host) -> Protego:
        """The rules of a host: none when it has no robots.txt, all closed while it cannot be had (RFC 9309, 2.3.1)."""
        now = self.clock.now()
        if host.robots is None or host.robots_until is None or host.robots_until <= now:
            host.robots, believed = await self._read_robots(url)
            host.robots_until = now + believed
        return host.robots

    async def _read_robots(self, url: str) -> tuple[Protego, timedelta]:
        """The rules of a site, and how long they are believed."""
        parts = urlsplit(url)
        try:
            fetched = await self.fetcher.fetch(f"{parts.scheme}://{parts.netloc}/robots.txt", accept="text/plain")
        except FetchError as error:
            has_none = error.status is not None and 400 <= error.status < 500 and error.status != 429
            return (Protego.parse(""), ROBOTS_FOR) if has_none else (Protego.parse(_CLOSED), ROBOTS_AGAIN)
        return Protego.parse(fetched.body[:ROBOTS_SIZE].decode("utf-8", "replace")), ROBOTS_FOR
