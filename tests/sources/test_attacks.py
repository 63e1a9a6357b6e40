"""Servers and names that mean harm, over real HTTP: what they reach for they do not get. See docs/security.md."""

from __future__ import annotations

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp.resolver
import pytest

from digests.domain.sources import FetchError, Trouble
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import Limits, fetching
from digests.sources.guard import AddressGuard
from digests.sources.web import WebReader
from tests.support.clocks import ManualClock
from tests.support.newsstand import Newsstand, dripping

NOBODY = AddressGuard()
ONE = AddressGuard([ip_network("127.0.0.1/32")])
LIMITS = Limits(size=100_000, seconds=2.0, connect_seconds=1.0, redirects=3)
QUICK = Limits(size=100_000, seconds=0.3, connect_seconds=0.3)


@pytest.fixture
async def stand() -> AsyncIterator[Newsstand]:
    async with Newsstand() as stand:
        yield stand


@pytest.fixture
async def inside() -> AsyncIterator[Newsstand]:
    """A server at an address that ONE does not let anybody reach."""
    async with Newsstand(host="127.0.0.9") as inside:
        inside.lay_out("/secret", b"inside")
        inside.lay_out("/robots.txt", b"")
        yield inside


async def trouble(url: str, guard: AddressGuard, limits: Limits = LIMITS) -> FetchError:
    async with fetching("Depesche-Test/1", guard, ManualClock(), limits) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    return caught.value


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name has these addresses."""

    async def resolve(_self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        return [
            {"hostname": host, "host": each, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}
            for each in addresses
        ]

    monkeypatch.setattr(aiohttp.resolver.ThreadedResolver, "resolve", resolve)


HOSTS = [
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "127.1",
    "127.0.0.1.",
    "LOCALHOST",
    "localhost.",
    "１２７.０.０.１",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "%31%32%37.0.0.1",
]


@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_of_an_address_leads_inside(stand: Newsstand, host: str) -> None:
    error = await trouble(f"http://{host}:{stand.port}/secret", NOBODY)
    assert error.trouble in (Trouble.REFUSED, Trouble.CONNECTION, Trouble.ADDRESS)
    assert stand.requests == []


@pytest.mark.parametrize("user", ["good.example", "good.example:80", "good.example%2F"])
async def test_a_host_before_the_at_sign_is_no_host(stand: Newsstand, user: str) -> None:
    error = await trouble(f"http://{user}@127.0.0.1:{stand.port}/secret", ONE)
    assert error.trouble is Trouble.ADDRESS
    assert stand.requests == []


async def test_a_name_with_an_address_inside_is_not_connected_there(
    inside: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands first, and however connects race."""
    for addresses in (("127.0.0.9",), ("127.0.0.9", "127.0.0.1"), ("127.0.0.1", "127.0.0.9")):
        resolving(monkeypatch, *addresses)
        error = await trouble(f"http://both.example:{inside.port}/secret", ONE)
        assert error.trouble in (Trouble.REFUSED, Trouble.CONNECTION)
    assert inside.requests == []


async def test_robots_are_guarded_too(stand: Newsstand, inside: Newsstand) -> None:
    secret = f"http://127.0.0.9:{inside.port}"
    stand.lay_out("/robots.txt", status=302, headers={"Location": f"{secret}/robots.txt"})
    page = stand.lay_out("/a", b"x")
    async with fetching("Depesche-Test/1", ONE, ManualClock(), LIMITS) as fetcher:
        courteous = CourteousFetcher(fetcher, ManualClock(), "Depesche")
        for url in (f"{secret}/secret", page):
            with pytest.raises(FetchError):
                await courteous.fetch_page(url)
    assert inside.requests == []
    assert stand.asked("/a") == []


async def test_addresses_that_pages_declare_are_guarded_too(stand: Newsstand, inside: Newsstand) -> None:
    feed = f"http://127.0.0.9:{inside.port}/secret"
    head = f"<link rel='alternate' type='application/rss+xml' href='{feed}'><link rel='canonical' href='{feed}'>"
    url = stand.lay_out("/", f"<html><head>{head}</head><body><p>Start</p></body></html>")
    async with fetching("Depesche-Test/1", ONE, ManualClock(), LIMITS) as fetcher:
        found, _ = await WebReader(CourteousFetcher(fetcher, ManualClock(), "Depesche")).find(url)
    assert found.url == url
    assert inside.requests == []


async def test_a_name_and_password_in_a_redirect_are_not_sent(stand: Newsstand) -> None:
    target = stand.lay_out("/b", b"x").replace("http://", "http://ada:hush@")
    error = await trouble(stand.lay_out("/a", status=302, headers={"Location": target}), ONE)
    assert error.trouble is Trouble.ADDRESS
    assert stand.asked("/b") == []


async def test_passwords_of_the_machine_are_not_sent(
    stand: Newsstand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password hush\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with fetching("Depesche-Test/1", ONE, ManualClock(), LIMITS) as fetcher:
        await fetcher.fetch(stand.lay_out("/a", b"x"))
    assert "authorization" not in stand.requests[0].headers


async def test_a_declared_size_is_refused_before_reading(stand: Newsstand) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
    error = await trouble(stand.behave("/huge", dripping(head)), ONE, QUICK)
    assert error.trouble is Trouble.SIZE  # and no timeout


def gzipped(size: int) -> bytes:
    """Zeros in many members, which is quick to make."""
    return gzip.compress(bytes(10_000_000)) * (size // 10_000_000)


def brotlied(size: int) -> bytes:
    import brotli

    return bytes(brotli.compress(bytes(size), quality=1))


def zstandard(size: int) -> bytes:
    from backports import zstd

    return bytes(zstd.compress(bytes(size)))


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzipped), ("deflate", lambda size: zlib.compress(bytes(size))), ("br", brotlied), ("zstd", zstandard)],
)
async def test_a_bomb_is_never_unpacked_as_a_whole(stand: Newsstand, coding: str, pack: Callable[[int], bytes]) -> None:
    bomb = pack(90_000_000)
    limits = Limits(size=1_000_000, seconds=20)
    url = stand.lay_out("/bomb", bomb, headers={"Content-Encoding": coding})
    tracemalloc.start()
    try:
        error = await trouble(url, ONE, limits)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.trouble is Trouble.SIZE
    assert peak < 20_000_000


async def test_a_bomb_in_two_layers_stays_packed(stand: Newsstand) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    url = stand.lay_out("/bomb", bomb, headers={"Content-Encoding": "gzip, gzip"})
    async with fetching("Depesche-Test/1", ONE, ManualClock(), LIMITS) as fetcher:
        assert len((await fetcher.fetch(url)).body) <= LIMITS.size


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 30_000 + b"\r\n"),
    ],
)
async def test_what_never_ends_is_ended(stand: Newsstand, head: bytes, drop: bytes) -> None:
    error = await trouble(stand.behave("/endless", dripping(head, drop)), ONE, QUICK)
    assert error.trouble in (Trouble.TIMEOUT, Trouble.CONNECTION, Trouble.CONTENT, Trouble.SIZE)


async def test_a_server_without_tls_at_an_https_address() -> None:
    async def blurt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(blurt, "127.0.0.1", 0) as server:
        error = await trouble(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", ONE)
    assert error.trouble is Trouble.CONNECTION
    assert "TLS" in error.reason


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "utf-7", "unicode_escape", "zlib", "nonsense"])
async def test_encodings_that_are_traps_are_not_believed(stand: Newsstand, charset: str) -> None:
    """Some take quadratic time, others fail whatever they are given."""
    text = f"<html><body><p>Der Hafen-{'a' * 90_000} über</p></body></html>"
    url = stand.lay_out("/a", text, headers={"Content-Type": f"text/html; charset={charset}"})
    async with fetching("Depesche-Test/1", ONE, ManualClock(), LIMITS) as fetcher:
        page = await WebReader(CourteousFetcher(fetcher, ManualClock(), "Depesche")).page(url)
    assert page.text.endswith("über")
