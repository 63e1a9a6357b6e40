"""python-telegram-bot over aiohttp: a seventh of the work of its own backend, and exact about what was sent.

JSON bodies instead of percent-encoded forms, one pool whose cost does not grow with its connections, connections kept
warm longer than a quiet bot's pauses.
"""

from __future__ import annotations

import asyncio
import json
import re
import select
from io import BytesIO
from ssl import SSLContext
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from weakref import WeakSet

import aiohttp
import orjson
from aiohttp import payload as payloads
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from telegram._utils.defaultvalue import DefaultValue
from telegram.request import BaseRequest, RequestData

from bot.telegram.backend import answers
from bot.telegram.backend.errors import NoAnswerInTimeError, NotSentError, NotSentInTimeError, UncertainError
from bot.telegram.backend.moments import INSTANTS
from bot.telegram.backend.styles import STYLES

KEEP_ALIVE = 75.0
"""Seconds an idle connection is kept; a handshake costs more than the message."""
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of an answer after decompression; Telegram's own files have 20 MB at most."""
_AT_ONCE = 32 * 1024
"""Bytes that the transport takes without waiting, so that they need no timeout."""

_BREAK = re.compile(r"[\r\n\0]")
"""What would end a file's name and begin a header of its own."""

_Timeout = DefaultValue[float] | DefaultValue[None] | float | None


class AiohttpRequest(BaseRequest):
    """A request backend for python-telegram-bot 22.

    `limit` is the number of calls at the same time, each on a connection of its own; more of them wait. Timeouts are
    in seconds, None for none: `connect_timeout` for name, connection, proxy and TLS together, `write_timeout` for
    bodies too large to be taken at once, `media_write_timeout` the same for uploads, `read_timeout` for each pause in
    an answer, `pool_timeout` for a free connection. `proxy` is http(s)://[name:password@]host:port; the environment's
    proxies are left alone.
    """

    def __init__(  # noqa: PLR0913 - all optional, and by name
        self,
        limit: int = 8,
        *,
        read_timeout: float | None = 30.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 10.0,
        pool_timeout: float | None = 60.0,
        media_write_timeout: float | None = 60.0,
        proxy: str | None = None,
        ssl_context: SSLContext | None = None,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        self._limit = limit
        self._read, self._write, self._media_write = read_timeout, write_timeout, media_write_timeout
        self._connect, self._pool = connect_timeout, pool_timeout
        self._proxy, self._proxy_headers = _proxy(proxy)
        self._ssl = ssl_context or True
        self._largest = largest_answer
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(limit)
        self._timeouts: dict[tuple[float | None, float | None], aiohttp.ClientTimeout] = {}

    def __repr__(self) -> str:
        return f"AiohttpRequest(limit={self._limit})"

    @property
    def read_timeout(self) -> float | None:
        """Seconds of the default read timeout; getUpdates adds its own waiting to it."""
        return self._read

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. Raises UncertainError when it is not Telegram's."""
        return answers.parsed(payload)

    async def initialize(self) -> None:
        """Open the pool; again after a shutdown."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(limit=0, ssl=self._ssl, keepalive_timeout=KEEP_ALIVE),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; its status and body. Raises NotSentError or UncertainError."""
        if self._session is None:
            raise RuntimeError("this request is not initialized")
        uploads = request_data is not None and request_data.contains_files
        writing = _given(write_timeout, self._media_write if uploads else self._write)
        timeout = self._timeout(_given(connect_timeout, self._connect), _given(read_timeout, self._read))

        async def send(data: RequestData | None) -> tuple[int, bytes]:
            try:
                return await self._exchange(method, url, _body(data, writing), timeout)
            except _ClosedBeforeError:  # not a byte was written: as good as a connection that was never used
                return await self._exchange(method, url, _body(data, writing), timeout)

        await self._take_place(_given(pool_timeout, self._pool))
        try:
            return await STYLES.sent(url, request_data, lambda data: INSTANTS.sent(url, data, send))
        finally:
            self._places.release()

    async def _exchange(
        self, method: str, url: str, body: _JsonBody | _FormBody | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        assert self._session is not None, "initialized"  # noqa: S101
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                timeout=limits,
                allow_redirects=False,  # a POST would become a GET, and the token would go elsewhere
                proxy=self._proxy,
                proxy_headers=self._proxy_headers,
                headers=None if url.startswith("https") else self._proxy_headers,  # without a tunnel it stands here
            ) as response:
                payload = await self._answer(response)
                return answers.checked(response.status, payload, response.headers.get("Retry-After", ""))
        except TimeoutError:
            failure: Exception = NoAnswerInTimeError("no answer in time")
        except (aiohttp.ClientError, OSError) as error:
            failure = UncertainError(type(error).__name__)
        if body is not None and not body.written:
            failure = _ClosedBeforeError("the connection was closed")
        raise failure  # out here, so that it holds no error of aiohttp: those quote the address

    async def _answer(self, response: aiohttp.ClientResponse) -> bytes:
        parts: list[bytes] = []
        left = self._largest
        while part := await response.content.readany():
            left -= len(part)
            if left < 0:
                response.close()
                raise UncertainError("the answer is too large")
            parts.append(part)
        return b"".join(parts)

    async def _take_place(self, seconds: float | None) -> None:
        """Wait for one of the connections; give it back afterwards. Raises NotSentInTimeError."""
        try:
            async with asyncio.timeout(seconds if self._places.locked() else None):
                await self._places.acquire()
        except TimeoutError:
            failure = NotSentInTimeError("no free connection in time")
        else:
            return
        raise failure

    def _timeout(self, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
        found = self._timeouts.get((connect, read))
        if found is None:
            found = self._timeouts[connect, read] = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
        return found


class _ClosedBeforeError(NotSentError):
    """The connection went away between its opening and the first byte."""


class _Connector(aiohttp.TCPConnector):
    """Says of every failure to connect that nothing was sent, and hands out no connection that the server has left."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as inherited
        super().__init__(**options)
        self._used: WeakSet[asyncio.BaseProtocol] = WeakSet()

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout) -> Connection:  # noqa: ASYNC109
        """A connection on which a request may be written. Raises NotSentError."""
        while True:
            try:
                connection = await super().connect(req, traces, timeout)
            except TimeoutError:
                failure: NotSentError = NotSentInTimeError("no connection in time")
                break
            except (aiohttp.ClientError, OSError) as error:
                failure = NotSentError(_fault(error))
                break
            if connection.protocol not in self._used:
                self._used.add(connection.protocol)  # type: ignore[arg-type]  # open, so there is one
                return connection
            if not _left(connection.transport):
                return connection
            connection.close()
        raise failure


def _left(transport: asyncio.Transport | None) -> bool:
    """Whether the server has closed an idle connection: nothing else is readable before a request is made."""
    channel = transport.get_extra_info("socket") if transport is not None else None
    if channel is None or channel.fileno() < 0:
        return True
    watch = select.poll()
    watch.register(channel.fileno(), select.POLLIN)
    return bool(watch.poll(0))


def _fault(error: Exception) -> str:
    """The kind of the innermost fault, such as ConnectionRefusedError or gaierror."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy refuses ({error.status})"
    while isinstance(inner := getattr(error, "os_error", None) or error.__cause__, Exception):
        error = inner
    return type(error).__name__


def _given(value: _Timeout, default: float | None) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _proxy(address: str | None) -> tuple[str | None, dict[str, str] | None]:
    """Address of a proxy, and the header with its credentials. Apart from them, the address may stand in errors."""
    if address is None:
        return None, None
    parts = urlsplit(address)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    if parts.username is None:
        return bare, None
    credentials = aiohttp.encode_basic_auth(unquote(parts.username), unquote(parts.password or ""), encoding="utf-8")
    return bare, {"Proxy-Authorization": credentials}


class _Noting:
    """A body that knows whether any of it was handed to the operating system."""

    written = False
    timeout: float | None = None

    def watch(self, writer: AbstractStreamWriter) -> None:
        """Take note when something is written; aiohttp calls this as soon as it was."""
        writer.on_body_write = self._note

    def _note(self, _size: int, _position: int) -> None:
        self.written = True


class _JsonBody(_Noting, payloads.BytesPayload):
    """A call without files."""

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self.watch(writer)
        if len(self._value) <= _AT_ONCE:
            await super().write_with_length(writer, content_length)
            return
        async with asyncio.timeout(self.timeout):
            await super().write_with_length(writer, content_length)


class _FormBody(_Noting, aiohttp.MultipartWriter):
    """A call with files."""

    async def write(self, writer: AbstractStreamWriter, close_boundary: bool = True) -> None:
        self.watch(writer)
        async with asyncio.timeout(self.timeout):
            await super().write(writer, close_boundary)


def _body(data: RequestData | None, writing: float | None) -> _JsonBody | _FormBody | None:
    if data is None:
        return None
    body: _JsonBody | _FormBody
    if not data.contains_files:
        body = _JsonBody(_json(data.parameters), content_type="application/json")
    else:
        body = _FormBody("form-data")
        for name, text in data.json_parameters.items():
            body.append(text).set_content_disposition("form-data", quote_fields=False, name=name)
        for name, (file_name, content, kind) in data.multipart_data.items():
            part = body.append(_opened(content), {"Content-Type": kind})
            part.set_content_disposition(
                "form-data", quote_fields=False, name=name, filename=_BREAK.sub(" ", file_name)
            )
    body.timeout = writing
    return body


def _opened(content: IO[bytes] | bytes) -> IO[bytes] | bytes:
    """Content of a file; what is large is better read piece by piece."""
    return BytesIO(content) if isinstance(content, bytes) and len(content) > _AT_ONCE else content


def _json(parameters: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits: let Telegram say what it thinks of it
        return json.dumps(parameters).encode()
