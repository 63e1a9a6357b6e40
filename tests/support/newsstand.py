"""A web server on loopback that serves what a test lays out, and misbehaves on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Writer = asyncio.StreamWriter


@dataclass
class Request:
    """What a client asked for; header names in lower case."""

    path: str
    headers: dict[str, str]


Answer = Callable[[Request, Writer], Awaitable[None]]


@dataclass
class Newsstand:
    """Raw HTTP/1.1, so that answers can be as wrong as they come. `async with Newsstand() as stand:`"""

    host: str = "127.0.0.1"  # where it listens
    requests: list[Request] = field(default_factory=list)
    _answers: dict[str, Answer] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    port: int = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, self.host, 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, path: str = "/feed.xml") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def lay_out(
        self, path: str, body: bytes | str = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> str:
        """Serve these bytes at a path; its address."""
        data = body.encode() if isinstance(body, str) else body
        return self.behave(path, plain(data, status, headers or {}))

    def behave(self, path: str, answer: Answer) -> str:
        """Answer at a path however `answer` does; its address."""
        self._answers[path] = answer
        return self.url(path)

    def asked(self, path: str) -> list[Request]:
        """The requests for one path, in order."""
        return [request for request in self.requests if request.path == path]

    async def _talk(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = (line.partition(":") for line in head[1:] if line)
            request = Request(head[0].split(" ")[1], {name.lower(): value.strip() for name, _, value in fields})
            self.requests.append(request)
            await self._answers.get(request.path, plain(b"not here", 404, {}))(request, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client has gone
        finally:
            writer.close()


def plain(body: bytes, status: int, headers: Mapping[str, str]) -> Answer:
    """A well-behaved answer."""

    async def answer(request: Request, writer: Writer) -> None:
        fields = {"Content-Length": str(len(body)), "Connection": "close", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {status} Reason\r\n{lines}\r\n".encode() + body)

    return answer


def conditional(body: bytes, etag: str) -> Answer:
    """An answer that says 304 to whoever knows its ETag."""

    async def answer(request: Request, writer: Writer) -> None:
        known = request.headers.get("if-none-match") == etag
        await plain(b"" if known else body, 304 if known else 200, {"ETag": etag})(request, writer)

    return answer


def dripping(head: bytes, drop: bytes = b" ") -> Answer:
    """An answer that never ends: a few bytes now and then."""

    async def answer(request: Request, writer: Writer) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)

    return answer


def raw(data: bytes) -> Answer:
    """Exactly these bytes, then the end of the connection."""

    async def answer(request: Request, writer: Writer) -> None:
        writer.write(data)

    return answer
