"""Turns, pauses and robots.txt, over real HTTP and a clock that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network

import pytest

from digests.domain.sources import FetchError, Trouble
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import Limits, fetching
from digests.sources.guard import AddressGuard
from tests.support.clocks import ManualClock
from tests.support.newsstand import Newsstand, Request, Writer, plain


@pytest.fixture
async def stand() -> AsyncIterator[Newsstand]:
    async with Newsstand() as stand:
        yield stand


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def fetcher(clock: ManualClock) -> AsyncIterator[CourteousFetcher]:
    guard = AddressGuard([ip_network("127.0.0.0/8")])
    async with fetching("Depesche/1 (test)", guard, clock, Limits(seconds=2)) as inner:
        yield CourteousFetcher(inner, clock, "Depesche")


async def test_a_host_is_asked_once_at_a_time(stand: Newsstand, fetcher: CourteousFetcher, clock: ManualClock) -> None:
    asked, most = 0, 0

    async def count(request: Request, writer: Writer) -> None:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        await asyncio.sleep(0)
        await plain(b"x", 200, {})(request, writer)
        asked -= 1

    urls = [stand.behave(f"/{number}", count) for number in range(4)]
    await asyncio.gather(*(fetcher.fetch(url) for url in urls))
    assert most == 1
    assert clock.slept == [1.0, 1.0, 1.0]


async def test_other_hosts_do_not_wait(fetcher: CourteousFetcher, clock: ManualClock) -> None:
    async with Newsstand() as one, Newsstand() as other:
        await fetcher.fetch(one.lay_out("/", b"x"))
        await fetcher.fetch(other.lay_out("/", b"x"))
    assert clock.slept == []


async def test_robots_are_asked_once_and_heard(stand: Newsstand, fetcher: CourteousFetcher, clock: ManualClock) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: depesche\nDisallow: /intern/\nCrawl-delay: 7\n"
    stand.lay_out("/robots.txt", rules)
    page = stand.lay_out("/a", b"<p>Hallo</p>")
    assert (await fetcher.fetch_page(page)).body == b"<p>Hallo</p>"
    await fetcher.fetch_page(page)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch_page(stand.lay_out("/intern/b", b"secret"))
    assert caught.value.trouble is Trouble.ROBOTS
    assert len(stand.asked("/robots.txt")) == 1
    assert stand.asked("/intern/b") == []
    assert 7.0 in clock.slept


async def test_robots_are_forgotten_after_a_day(
    stand: Newsstand, fetcher: CourteousFetcher, clock: ManualClock
) -> None:
    stand.lay_out("/robots.txt", "User-agent: *\nAllow: /\n")
    page = stand.lay_out("/a", b"x")
    await fetcher.fetch_page(page)
    stand.lay_out("/robots.txt", "User-agent: *\nDisallow: /\n")
    clock.move(timedelta(days=1))
    with pytest.raises(FetchError):
        await fetcher.fetch_page(page)


async def test_no_robots_is_no_rule(stand: Newsstand, fetcher: CourteousFetcher) -> None:
    assert (await fetcher.fetch_page(stand.lay_out("/a", b"x"))).body == b"x"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_robots_that_cannot_be_had_close_the_site_for_an_hour(
    stand: Newsstand, fetcher: CourteousFetcher, clock: ManualClock, status: int
) -> None:
    stand.lay_out("/robots.txt", status=status)
    page = stand.lay_out("/a", b"x")
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch_page(page)
    assert caught.value.trouble is Trouble.ROBOTS
    stand.lay_out("/robots.txt", "")
    clock.move(timedelta(hours=1))
    assert (await fetcher.fetch_page(page)).body == b"x"


async def test_a_robots_file_full_of_nonsense(stand: Newsstand, fetcher: CourteousFetcher) -> None:
    stand.lay_out("/robots.txt", b"\xff\xfe<html>" + b"Disallow: \x00\n" * 40_000)
    assert (await fetcher.fetch_page(stand.lay_out("/a", b"x"))).body == b"x"
