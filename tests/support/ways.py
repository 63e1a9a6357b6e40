"""Ways to a server that lose what is sent on them: TCP proxies that cut, swallow and break on order."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url

CHUNK = 65_536
_LINGER = struct.pack("ii", 1, 0)
"""Closing throws away what is left and resets the connection."""


@dataclass(eq=False)
class Link:
    """One connection of a client, and the one to the server that belongs to it."""

    way: Way
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    marked: bool = False  # for a way that must know what came before

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, asks: bool) -> None:
        """Carry what comes from one side to the other, as far as the way does."""
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                carried = self.way.asked(self, data) if asks else self.way.answered(self, data)
                if carried is None:
                    break
                writer.write(carried)
                await writer.drain()
        self.close()

    def close(self) -> None:
        """End it on both sides."""
        self.client.close()
        self.server.close()

    def reset(self) -> None:
        """End it on the client's side as a router does that knows nothing of it: by a reset."""
        with suppress(OSError):  # it is closed already
            self.client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.client.transport.abort()
        self.server.transport.abort()


@dataclass
class Way:
    """A TCP proxy on the loopback that carries everything. `host` may be the folder of a Unix socket of PostgreSQL."""

    host: str
    port: int
    links: set[Link] = field(default_factory=set)
    _listening: asyncio.Server | None = None
    _port: int = 0

    async def listen(self) -> int:
        """Accept connections, on the same port as before; the port."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._listening.sockets[0].getsockname()[1]
        return self._port

    async def refuse(self) -> None:
        """Accept no connections any more, and break all there are."""
        assert self._listening is not None
        self._listening.close()
        self.reset()
        await self._listening.wait_closed()

    def reset(self) -> None:
        """Break all connections."""
        for link in set(self.links):
            link.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.host.startswith("/"):
            there = await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.port}")
        else:
            there = await asyncio.open_connection(self.host, self.port)
        link = Link(self, writer, there[1])
        self.links.add(link)
        try:
            await asyncio.gather(
                link.pump(reader, there[1], asks=True),
                link.pump(there[0], writer, asks=False),
            )
        finally:
            self.links.discard(link)

    def asked(self, link: Link, data: bytes) -> bytes | None:  # noqa: ARG002  # for ways that look at it
        """What of a client's bytes goes on to the server; None ends the connection."""
        return data

    def answered(self, link: Link, data: bytes) -> bytes | None:  # noqa: ARG002  # for ways that look at it
        """What of a server's bytes goes on to the client; None ends the connection."""
        return data


@dataclass
class ForgettingWay(Way):
    """To PostgreSQL. It loses answers to COMMIT, and their connections with them."""

    url: str = ""
    lost: int = 0  # answers
    _mark: bytes = b""
    _commits: int = 0
    _ended: set[Link] = field(default_factory=set)

    def lose_commit(self, mark: str, times: int = 1) -> None:
        """Lose the answer to COMMIT of the next `times` transactions in which `mark` was sent or came back.

        The text of a statement is sent the first few times only: later it is a prepared one.
        """
        self._mark, self._commits = mark.encode(), times

    def asked(self, link: Link, data: bytes) -> bytes | None:
        """Everything; what is marked is kept in mind."""
        link.marked = link.marked or (self._commits > 0 and self._mark in data)
        if link.marked and self._commits > 0 and b"COMMIT" in data:
            self._commits -= 1
            self._ended.add(link)
        return data

    def answered(self, link: Link, data: bytes) -> bytes | None:
        """What is not to be lost."""
        link.marked = link.marked or (self._commits > 0 and self._mark in data)
        if link not in self._ended:
            return data
        self._ended.discard(link)
        self.lost += 1
        return None


@dataclass
class TroubledWay(Way):
    """To Telegram, or what stands in for it."""

    url: str = ""
    broken: int = 0  # answers of which half arrived
    _swallows: bool = False
    _breaks: bool = False

    async def refused(self, seconds: float) -> None:
        """Nobody can connect for so long, and every connection breaks."""
        await self.refuse()
        await asyncio.sleep(seconds)
        await self.listen()

    async def swallowed(self, seconds: float) -> None:
        """Connections stand, and nothing comes through any more in either direction; afterwards they are gone."""
        self._swallows = True
        await asyncio.sleep(seconds)
        self._swallows = False
        self.reset()

    async def broke(self, seconds: float) -> None:
        """Every answer ends in the middle, by a reset, for so long."""
        self._breaks = True
        await asyncio.sleep(seconds)
        self._breaks = False

    def asked(self, link: Link, data: bytes) -> bytes | None:  # noqa: ARG002
        """Everything, unless it is swallowed."""
        return b"" if self._swallows else data

    def answered(self, link: Link, data: bytes) -> bytes | None:
        """Everything, nothing, or the first half."""
        if not self._breaks:
            return b"" if self._swallows else data
        self.broken += 1
        link.client.write(data[: len(data) // 2])
        asyncio.get_running_loop().call_later(0.01, link.reset)  # once the half is on its way
        return b""


@asynccontextmanager
async def forgetting_way(url: str) -> AsyncIterator[ForgettingWay]:
    """A way to the PostgreSQL database at `url` (an SQLAlchemy URL), which loses nothing until it is told to."""
    there = make_url(url)
    host, port = there.query.get("host", there.host or "localhost"), there.query.get("port", there.port or 5432)
    way = ForgettingWay(str(host), int(str(port)))
    here = there.set(host="127.0.0.1", port=await way.listen(), query={"sslmode": "disable", "gssencmode": "disable"})
    way.url = here.render_as_string(hide_password=False)
    try:
        yield way
    finally:
        await way.refuse()


@asynccontextmanager
async def troubled_way(url: str) -> AsyncIterator[TroubledWay]:
    """A way to the server at `url` (http), which carries everything until it is told otherwise."""
    there = make_url(url)
    way = TroubledWay(str(there.host), int(there.port or 80))
    way.url = f"http://127.0.0.1:{await way.listen()}"
    try:
        yield way
    finally:
        await way.refuse()
