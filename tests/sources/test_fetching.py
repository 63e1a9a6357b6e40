"""Fetching from servers that behave, and from those that do not: real HTTP on loopback."""

from __future__ import annotations

import gzip
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from digests.domain.sources import FetchError, Trouble
from digests.errors import InputError
from digests.sources.fetching import Fetcher, Limits, fetching
from digests.sources.guard import AddressGuard, RefusedAddressError, read_networks
from tests.support.clocks import ManualClock
from tests.support.newsstand import Newsstand, Request, Writer, conditional, dripping, plain, raw

LOOPBACK = AddressGuard([ip_network("127.0.0.0/8")])
LIMITS = Limits(size=100_000, seconds=2.0, connect_seconds=1.0, redirects=3)


@pytest.fixture
async def stand() -> AsyncIterator[Newsstand]:
    async with Newsstand() as stand:
        yield stand


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with fetching("Depesche-Test/1", LOOPBACK, ManualClock(), LIMITS) as fetcher:
        yield fetcher


async def refused(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    return caught.value


async def test_a_body_with_its_headers(stand: Newsstand, fetcher: Fetcher) -> None:
    headers = {"Content-Type": "application/rss+xml; charset=koi8-u", "ETag": '"a"', "Last-Modified": "yesterday"}
    url = stand.lay_out("/feed.xml", b"<rss/>", headers=headers)
    fetched = await fetcher.fetch(url)
    assert (fetched.body, fetched.status, fetched.url) == (b"<rss/>", 200, url)
    assert (fetched.content_type, fetched.charset) == ("application/rss+xml", "koi8-u")
    assert (fetched.etag, fetched.last_modified) == ('"a"', "yesterday")
    assert stand.requests[0].headers["user-agent"] == "Depesche-Test/1"
    assert {"gzip", "br", "zstd"} <= {each.strip() for each in stand.requests[0].headers["accept-encoding"].split(",")}


async def test_not_modified(stand: Newsstand, fetcher: Fetcher) -> None:
    url = stand.behave("/feed.xml", conditional(b"<rss/>", '"v1"'))
    first = await fetcher.fetch(url)
    second = await fetcher.fetch(url, etag=first.etag)
    assert (first.unchanged, second.unchanged, second.body) == (False, True, b"")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_compressed_bodies(stand: Newsstand, fetcher: Fetcher, coding: str) -> None:
    import brotli
    from backports import zstd

    packed = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}[coding](b"news " * 100)
    url = stand.lay_out("/feed.xml", packed, headers={"Content-Encoding": coding})
    assert (await fetcher.fetch(url)).body == b"news " * 100


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_a_compression_bomb_is_stopped(stand: Newsstand, fetcher: Fetcher, coding: str) -> None:
    import brotli
    from backports import zstd

    zeros = bytes(30_000_000)
    packed = {"gzip": gzip.compress, "br": lambda data: brotli.compress(data, quality=3), "zstd": zstd.compress}
    bomb = packed[coding](zeros)
    assert len(bomb) < LIMITS.size
    error = await refused(fetcher, stand.lay_out("/bomb", bomb, headers={"Content-Encoding": coding}))
    assert error.trouble is Trouble.SIZE


async def test_too_many_bytes(stand: Newsstand, fetcher: Fetcher) -> None:
    error = await refused(fetcher, stand.lay_out("/large", b"x" * 100_001))
    assert (error.trouble, error.reason) == (Trouble.SIZE, "larger than 0.1 MB")


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "),
    ],
)
async def test_a_slow_drip_ends(stand: Newsstand, head: bytes, drop: bytes) -> None:
    limits = Limits(seconds=0.2)
    async with fetching("Depesche-Test/1", LOOPBACK, ManualClock(), limits) as fetcher:
        error = await refused(fetcher, stand.behave("/slow", dripping(head, drop)))
    assert error.trouble in (Trouble.TIMEOUT, Trouble.CONNECTION)


async def test_redirects_for_good_and_for_now(stand: Newsstand, fetcher: Fetcher) -> None:
    stand.lay_out("/end", b"here")
    stand.lay_out("/b", status=308, headers={"Location": "/end"})
    moved = stand.lay_out("/a", status=301, headers={"Location": stand.url("/b")})
    for_now = stand.lay_out("/c", status=302, headers={"Location": "/b"})
    assert (await fetcher.fetch(moved)).moved_to == stand.url("/end")
    fetched = await fetcher.fetch(for_now)
    assert (fetched.url, fetched.moved_to) == (stand.url("/end"), None)


async def test_a_redirect_for_good_and_then_for_now_moves_only_so_far(stand: Newsstand, fetcher: Fetcher) -> None:
    stand.lay_out("/end", b"here")
    stand.lay_out("/b", status=302, headers={"Location": "/end"})
    moved = stand.lay_out("/a", status=301, headers={"Location": "/b"})
    assert (await fetcher.fetch(moved)).moved_to == stand.url("/b")


async def test_redirects_in_a_circle(stand: Newsstand, fetcher: Fetcher) -> None:
    error = await refused(fetcher, stand.lay_out("/a", status=302, headers={"Location": "/a"}))
    assert error.trouble is Trouble.REDIRECTS


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[::1", "//"])
async def test_a_redirect_to_no_web_address(stand: Newsstand, fetcher: Fetcher, target: str) -> None:
    error = await refused(fetcher, stand.lay_out("/a", status=302, headers={"Location": target}))
    assert error.trouble in (Trouble.ADDRESS, Trouble.REDIRECTS)


async def test_statuses_and_their_pauses(stand: Newsstand, fetcher: Fetcher) -> None:
    error = await refused(fetcher, stand.lay_out("/busy", status=429, headers={"Retry-After": "90"}))
    assert (error.trouble, error.status, error.retry_after) == (Trouble.STATUS, 429, timedelta(seconds=90))
    later = "Thu, 13 Aug 2026 05:00:00 GMT"  # the clock stands at 04:00
    error = await refused(fetcher, stand.lay_out("/down", status=503, headers={"Retry-After": later}))
    assert error.retry_after == timedelta(hours=1)
    error = await refused(fetcher, stand.lay_out("/gone", status=410, headers={"Retry-After": "soon"}))
    assert (error.status, error.retry_after) == (410, None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Cache-Control": "public, max-age=600"}, timedelta(minutes=10)),
        ({"Cache-Control": "s-maxage=5, MAX-AGE=60", "Expires": "Thu, 13 Aug 2026 09:00:00 GMT"}, timedelta(minutes=1)),
        ({"Expires": "Thu, 13 Aug 2026 05:00:00 GMT"}, timedelta(hours=1)),
        ({"Expires": "0"}, None),
        ({}, None),
    ],
)
async def test_how_long_an_answer_is_fresh(
    stand: Newsstand, fetcher: Fetcher, headers: dict[str, str], expected: timedelta | None
) -> None:
    assert (await fetcher.fetch(stand.lay_out("/feed", b"x", headers=headers))).fresh_for == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
    ],
)
async def test_broken_answers_are_told_as_troubles(stand: Newsstand, fetcher: Fetcher, data: bytes) -> None:
    error = await refused(fetcher, stand.behave("/broken", raw(data)))
    assert error.trouble in (Trouble.CONNECTION, Trouble.CONTENT)


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = await refused(fetcher, f"http://127.0.0.1:{port}/")
    assert error.trouble is Trouble.CONNECTION


@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "http://", "http://a:99999/", "javascript:1", ""])
async def test_no_web_addresses(fetcher: Fetcher, url: str) -> None:
    assert (await refused(fetcher, url)).trouble is Trouble.ADDRESS


async def test_passwords_in_addresses_are_refused_and_not_repeated(fetcher: Fetcher) -> None:
    error = await refused(fetcher, "https://ada:hush@example.org/feed")
    assert error.trouble is Trouble.ADDRESS
    assert "hush" not in str(error)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",  # clouds answer here with their secrets
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "255.255.255.255",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "0.1.2.3",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "198.18.0.1",
    "192.88.99.1",
    "240.0.0.1",
    "fd00:ec2::254",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::808:808",  # a network's own NAT64, wherever it leads
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",  # Teredo around 10.0.0.1
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "::ffff:0:7f00:1",
    "2606:4700::5efe:7f00:1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_inside_are_refused(address: str) -> None:
    with pytest.raises(RefusedAddressError, match="SOURCES_ALLOW"):
        AddressGuard().check(address, 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_web_pass(address: str) -> None:
    AddressGuard().check(address, 443)
    AddressGuard().check(address, 8080)


def test_ports_of_other_services_are_refused() -> None:
    with pytest.raises(RefusedAddressError, match="port 25"):
        AddressGuard().check("8.8.8.8", 25)
    for port in (2049, 3306, 5432, 6379, 6667, 11211):
        with pytest.raises(RefusedAddressError, match=f"port {port}"):
            AddressGuard().check("8.8.8.8", port)


def test_allowed_networks_pass_in_every_dress() -> None:
    guard = AddressGuard(read_networks("10.1.0.0/16, fd00::/8"))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::7"):
        guard.check(address, 22)
    with pytest.raises(RefusedAddressError):
        guard.check("10.2.0.1", 443)
    with pytest.raises(InputError, match=r"10\.1\.0\.0/40: no network"):
        read_networks("10.1.0.0/40")


async def test_the_guard_stands_at_the_connection(stand: Newsstand) -> None:
    """Literal addresses, other ways to write them, names of the machine: all meet the guard."""
    stand.lay_out("/secret", b"inside")
    async with fetching("Depesche-Test/1", AddressGuard(), ManualClock(), LIMITS) as fetcher:
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"):
            error = await refused(fetcher, f"http://{host}:{stand.port}/secret")
            assert error.trouble in (Trouble.REFUSED, Trouble.CONNECTION, Trouble.ADDRESS), host
    assert stand.requests == []


async def test_a_redirect_inside_is_refused(stand: Newsstand) -> None:
    async with Newsstand() as inside:
        secret = inside.lay_out("/secret", b"inside")
        url = stand.lay_out("/out", status=302, headers={"Location": secret.replace("127.0.0.1", "127.0.0.2")})
        guard = AddressGuard([ip_network("127.0.0.1/32")])
        async with fetching("Depesche-Test/1", guard, ManualClock(), LIMITS) as fetcher:
            error = await refused(fetcher, url)
    assert error.trouble is Trouble.REFUSED
    assert inside.requests == []


async def test_a_name_that_changes_its_address_meets_the_guard_again(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer points outside, the next one inside."""
    import aiohttp.resolver

    answers = ["127.0.0.1", "127.0.0.9"]

    async def resolve(_self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        return [{"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}]

    monkeypatch.setattr(aiohttp.resolver.ThreadedResolver, "resolve", resolve)
    stand.lay_out("/feed", b"outside")
    guard = AddressGuard([ip_network("127.0.0.1/32")])
    async with fetching("Depesche-Test/1", guard, ManualClock(), LIMITS) as fetcher:
        assert (await fetcher.fetch(f"http://rebind.example:{stand.port}/feed")).body == b"outside"
    async with fetching("Depesche-Test/1", guard, ManualClock(), LIMITS) as fetcher:
        assert (await refused(fetcher, f"http://rebind.example:{stand.port}/feed")).trouble is Trouble.REFUSED


async def test_no_cookies_are_kept(stand: Newsstand, fetcher: Fetcher) -> None:
    url = stand.lay_out("/feed", b"x", headers={"Set-Cookie": "id=1"})
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    assert "cookie" not in stand.requests[1].headers


async def test_a_proxy_of_the_environment_is_not_used(
    stand: Newsstand, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    assert (await fetcher.fetch(stand.lay_out("/feed", b"x"))).body == b"x"


async def test_answers_may_name_the_client_gone(stand: Newsstand, fetcher: Fetcher) -> None:
    async def slam(request: Request, writer: Writer) -> None:
        writer.transport.abort()

    assert (await refused(fetcher, stand.behave("/slam", slam))).trouble is Trouble.CONNECTION
    assert (await fetcher.fetch(stand.behave("/fine", plain(b"ok", 200, {})))).body == b"ok"
