"""When the connection fails, over real sockets on both backends: what was never written, and what may have arrived."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram.error import NetworkError, TimedOut

from bot.telegram.backend import (
    AiohttpRequest,
    HttpxRequest,
    NoAnswerInTimeError,
    NotSentError,
    NotSentInTimeError,
    UncertainError,
)
from tests.backend.conftest import Connect, failure
from tests.support.wire import Call, Wire, Writer, answer, held, raw, reset

HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + b'{"ok":true,"result":'


def nowhere() -> str:
    """An address on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """An address whose connections are never taken up: the queue of a listener is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_nobody_listens(connect: Connect) -> None:
    error = await failure((await connect(nowhere())).send_message(7, "x"))
    assert type(error) is NotSentError
    assert isinstance(error, NetworkError)


async def test_no_such_name(connect: Connect) -> None:
    error = await failure((await connect("http://no-such-name.invalid")).send_message(7, "x"))
    assert type(error) is NotSentError


async def test_no_connection_in_time(connect: Connect) -> None:
    with silent() as url:
        error = await failure((await connect(url, connect_timeout=0.2)).send_message(7, "x"))
    assert type(error) is NotSentInTimeError
    assert isinstance(error, TimedOut)


async def test_no_free_connection_in_time(connect: Connect) -> None:
    go = asyncio.Event()
    async with Wire(held(go, answer())) as wire:
        bot = await connect(wire.url, limit=1, pool_timeout=0.1)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(bot.log_out())
            while not wire.calls:  # noqa: ASYNC110
                await asyncio.sleep(0)
            error = await failure(bot.send_message(7, "x"))
            waiting = group.create_task(bot.log_out(pool_timeout=None))
            go.set()
        assert type(error) is NotSentInTimeError
        assert (first.result(), waiting.result()) == (True, True)


async def test_a_server_that_speaks_no_tls(connect: Connect) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
        await writer.drain()
        writer.transport.abort()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await failure((await connect(f"https://127.0.0.1:{port}")).send_message(7, "x"))
    assert type(error) is NotSentError


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of nobody's for 127.0.0.1, with its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "pair.pem"
    key = path.with_name("key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    path.write_text(path.read_text() + key.read_text())
    return path


async def test_a_certificate_that_nobody_vouches_for(connect: Connect, certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    async with Wire(answer(), tls=server) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is NotSentError
    assert wire.calls == []


async def test_tls_connections_are_verified_and_kept(connect_aiohttp: Connect, certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    async with Wire(answer(), tls=server) as wire:
        bot = await connect_aiohttp(wire.url, ssl_context=ssl.create_default_context(cafile=certificate))
        for _ in range(5):
            assert await bot.log_out() is True
    assert (len(wire.calls), wire.connections) == (5, 1)


AFTERWARDS = {
    "closed": raw(b""),
    "reset": reset(),
    "reset in the answer": reset(HALF),
    "truncated": raw(HALF),
    "truncated head": raw(b"HTTP/1.1 200 OK\r\nContent-"),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
}


@pytest.mark.parametrize("trouble", AFTERWARDS.values(), ids=AFTERWARDS.keys())
async def test_trouble_after_the_request_was_written_is_uncertain(connect: Connect, trouble: object) -> None:
    async with Wire(trouble) as wire:  # type: ignore[arg-type]
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is UncertainError
    assert len(wire.calls) == 1  # and it was not sent a second time


async def test_no_answer_in_time_is_uncertain(connect: Connect) -> None:
    go = asyncio.Event()
    for late in (held(go), held(go, answer())):
        async with Wire(late) as wire:
            bot = await connect(wire.url, read_timeout=0.2)
            error = await failure(bot.send_message(7, "x"))
            own = await failure((await connect(wire.url)).send_message(7, "x", read_timeout=0.2))
            go.set()
        assert type(error) is type(own) is NoAnswerInTimeError
        assert isinstance(error, TimedOut)
        go.clear()


async def test_a_pause_in_the_middle_of_an_answer_counts_as_well(connect: Connect) -> None:
    go = asyncio.Event()

    async def pausing(_: Call, writer: Writer) -> None:
        writer.write(HALF)
        await go.wait()

    async with Wire(pausing) as wire:
        error = await failure((await connect(wire.url, read_timeout=0.2)).send_message(7, "x"))
        go.set()
    assert type(error) is NoAnswerInTimeError


async def test_a_connection_that_was_closed_in_a_pause_is_replaced(connect: Connect) -> None:
    async with Wire(answer()) as wire:
        bot = await connect(wire.url)
        for number in range(1, 5):
            assert await bot.log_out() is True
            assert wire.connections == number
            wire.drop()  # the client's loop has not noticed when it sends again


async def test_a_connection_closed_at_its_first_byte_is_uncertain_and_not_used_again(connect: Connect) -> None:
    async with Wire(answer(), reset(), answer()) as wire:
        bot = await connect(wire.url)
        assert await bot.log_out() is True
        assert type(await failure(bot.send_message(7, "x"))) is UncertainError
        assert await bot.log_out() is True
        assert [call.connection for call in wire.calls] == [1, 1, 2]


async def test_a_server_that_announces_the_end_is_believed(connect: Connect) -> None:
    async with Wire(answer(Connection="close", keep=False)) as wire:
        bot = await connect(wire.url)
        for _ in range(3):
            assert await bot.log_out() is True
    assert wire.connections == 3


async def test_connections_are_kept(connect: Connect) -> None:
    async with Wire(answer()) as wire:
        bot = await connect(wire.url, limit=4)
        for _ in range(5):
            await asyncio.gather(*(bot.log_out() for _ in range(20)))
    assert len(wire.calls) == 100
    assert wire.connections <= 4


async def test_a_cancelled_call_frees_its_place_and_not_its_connection(connect: Connect) -> None:
    go = asyncio.Event()
    async with Wire(held(go, answer())) as wire:
        bot = await connect(wire.url, limit=1, pool_timeout=5)
        task = asyncio.ensure_future(bot.send_message(7, "x"))
        while not wire.calls:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go.set()
        assert await bot.log_out() is True
        assert [call.connection for call in wire.calls] == [1, 2]  # a late answer belongs to nobody


async def test_a_proxy_carries_the_call_and_learns_who_we_are(connect: Connect) -> None:
    async with Wire(answer()) as proxy:
        bot = await connect("http://api.example:8081", proxy=f"http://na%40me:pass@127.0.0.1:{proxy.port}")
        assert await bot.log_out() is True
    (call,) = proxy.calls
    assert call.line.startswith("POST http://api.example:8081/bot")
    assert base64.b64decode(call.headers["proxy-authorization"].removeprefix("Basic ")) == b"na@me:pass"


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_refuses_a_tunnel_has_sent_nothing(connect: Connect, status: int) -> None:
    async with Wire(answer(status, "no", keep=False)) as proxy:
        bot = await connect("https://api.example", proxy=f"http://name:pass@127.0.0.1:{proxy.port}")
        error = await failure(bot.send_message(7, "x"))
    assert type(error) is NotSentError
    assert proxy.calls[0].line.startswith("CONNECT api.example:443")
    assert "pass" not in str(error)


async def test_a_proxy_that_is_not_there(connect: Connect) -> None:
    bot = await connect("https://api.example", proxy=nowhere().replace("//", "//name:pass@"))
    error = await failure(bot.send_message(7, "x"))
    assert type(error) is NotSentError
    assert "pass" not in str(error)


async def test_the_environments_proxies_are_left_alone(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", nowhere())
    monkeypatch.setenv("ALL_PROXY", nowhere())
    async with Wire(answer()) as wire:
        assert await (await connect(wire.url)).log_out() is True


async def test_an_upload_that_stalls_is_given_up(connect: Connect) -> None:
    writers = []

    async def never_reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]

    server = await asyncio.start_server(never_reads, "127.0.0.1", 0, limit=1024)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        bot = await connect(url, media_write_timeout=0.3)
        error = await failure(bot.send_document(7, b"x" * 30_000_000))
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
    assert isinstance(error, TimedOut)
    assert not isinstance(error, NotSentError)


async def test_it_can_be_opened_again_and_says_when_it_is_not_open(kind: type[AiohttpRequest | HttpxRequest]) -> None:
    request = kind(1, read_timeout=4.5)
    assert request.read_timeout == 4.5
    async with Wire(answer()) as wire:
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            assert await request.post(f"{wire.url}/botx/logOut") is True
            await request.shutdown()
            await request.shutdown()
        with pytest.raises(NetworkError, match="not initialized"):
            await request.post(f"{wire.url}/botx/logOut")


@pytest.mark.parametrize("times", [1, 2])
async def test_a_connection_lost_before_the_first_byte_is_replaced_once(
    connect_aiohttp: Connect, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    opened: list[aiohttp.connector.Connection] = []
    connect = aiohttp.TCPConnector.connect

    async def lost(*arguments: Any) -> aiohttp.connector.Connection:  # noqa: ANN401  # as it comes
        opened.append(await connect(*arguments))
        if len(opened) <= times:
            assert opened[-1].transport is not None
            opened[-1].transport.abort()
        return opened[-1]

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", lost)
    async with Wire(answer()) as wire:
        bot = await connect_aiohttp(wire.url)
        if times == 1:
            assert await bot.log_out() is True
        else:
            assert isinstance(await failure(bot.send_message(7, "x")), NotSentError)
        assert (len(opened), len(wire.calls)) == (2, 2 - times)
