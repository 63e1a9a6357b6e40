"""A server on loopback that does with each connection and request exactly what a test says, keep-alive included."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET
from types import TracebackType
from typing import Self

Writer = asyncio.StreamWriter


@dataclass
class Call:
    """One request as it came: first line, headers in lower case, body; and the number of its connection."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int


Answer = Callable[[Call, Writer], Awaitable[None]]


class Wire:
    """Answers one request after another as `answers` say, the last of them for ever. `async with Wire(ok) as wire:`"""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answers, self.tls = list(answers), tls
        self.calls: list[Call] = []
        self.connections = 0
        self.port = 0
        self._open: list[Writer] = []
        self._talking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.tls, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def drop(self) -> None:
        """Close every connection at once, as if each had been idle for too long."""
        for writer in self._open:
            if not writer.is_closing():
                writer.get_extra_info("socket").shutdown(SHUT_RDWR)  # before the other side's loop runs again
                writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections += 1
        number = self.connections
        self._open.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            while not writer.is_closing():
                call = await _read(reader, number)
                self.calls.append(call)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                await answer(call, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            return  # the client has gone
        finally:
            self._talking.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader, connection: int) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Call(head[0], headers, body, connection)


def answer(
    status: int = 200, body: bytes | str = b'{"ok":true,"result":true}', *, keep: bool = True, **headers: str
) -> Answer:
    """An answer in good form; afterwards the connection stays open unless told otherwise."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "application/json", "Content-Length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status} Reason\r\n{head}\r\n".encode() + data, keep=keep)


def raw(data: bytes, *, keep: bool = False) -> Answer:
    """Exactly these bytes."""

    async def write(_: Call, writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        if not keep:
            writer.close()

    return write


def reset(data: bytes = b"") -> Answer:
    """These bytes, then a reset: the other side sees an error, not an end."""

    async def cut(_: Call, writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return cut


def held(until: asyncio.Event, after: Answer | None = None) -> Answer:
    """Nothing before an event is set."""

    async def hold(call: Call, writer: Writer) -> None:
        await until.wait()
        if after is not None:
            await after(call, writer)

    return hold
