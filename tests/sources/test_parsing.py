"""Documents that would stall, crash or fill the bot end in a process of their own, and the next one is parsed."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable

import pytest

from digests.domain.sources import FetchError, Trouble
from digests.sources.contents import Content, feed_of, page_of
from digests.sources.parsing import IsolatedParser, Parser, ParserFaultError, ParsingLimits, ThreadParser
from tests.support import documents
from tests.support.feeding import item, page, rss
from tests.support.reports import GRAIN

CONTENT = Content("http://a.example/", b"twelve bytes")
LIMITS = ParsingLimits(seconds=60, memory=300_000_000)
HURRIED = ParsingLimits(seconds=1.5)


@pytest.fixture
async def isolated() -> AsyncIterator[IsolatedParser]:
    async with IsolatedParser(LIMITS) as parser:
        yield parser


@pytest.fixture(params=["thread", "isolated"])
async def parser(request: pytest.FixtureRequest) -> AsyncIterator[Parser]:
    if request.param == "thread":
        yield ThreadParser()
        return
    async with IsolatedParser(LIMITS) as parser:
        yield parser


def gone(pid: int) -> bool:
    """True when a process is no more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_what_is_parsed_comes_back_as_it_is(parser: Parser) -> None:
    feed = Content("http://a.example/f", rss(item(GRAIN, None, "/a"), item(GRAIN, None, "/b")).encode())
    assert await parser.parse(feed_of, feed) == feed_of(feed)
    html = Content("http://a.example/p", page(GRAIN).encode(), "text/html", "utf-8")
    assert await parser.parse(page_of, html) == page_of(html)


async def test_what_is_no_document_is_a_trouble_of_its_source(parser: Parser) -> None:
    with pytest.raises(FetchError, match="this is no document") as raised:
        await parser.parse(documents.no_document, CONTENT)
    assert raised.value.trouble is Trouble.CONTENT
    assert not raised.value.passes


async def test_our_own_fault_is_no_trouble_of_a_source(isolated: IsolatedParser) -> None:
    with pytest.raises(ParserFaultError, match="ZeroDivisionError"):
        await isolated.parse(documents.faulty, CONTENT)
    assert await isolated.parse(documents.letters, CONTENT) == 12


@pytest.mark.parametrize("work", [documents.endless, documents.deaf])
async def test_what_takes_too_long_is_killed_and_the_next_one_is_parsed(work: Callable[[Content], int]) -> None:
    async with IsolatedParser(HURRIED) as parser:
        first = await parser.parse(documents.process, CONTENT)
        with pytest.raises(FetchError, match=r"takes longer than 1\.5 seconds to parse"):
            await parser.parse(work, CONTENT)
        assert await parser.parse(documents.process, CONTENT) != first
        assert gone(first)


@pytest.mark.parametrize(("work", "end"), [(documents.deadly, "SIGSEGV"), (documents.quitting, "exit code 3")])
async def test_what_ends_its_process_is_told_and_the_next_one_is_parsed(
    isolated: IsolatedParser, work: Callable[[Content], int], end: str
) -> None:
    with pytest.raises(FetchError, match=end) as raised:
        await isolated.parse(work, CONTENT)
    assert raised.value.trouble is Trouble.CONTENT
    assert await isolated.parse(documents.letters, CONTENT) == 12


async def test_what_swells_ends_at_its_limit(isolated: IsolatedParser) -> None:
    with pytest.raises(FetchError, match="takes more than 300 MB of memory to parse"):
        await isolated.parse(documents.swelling, CONTENT)
    assert await isolated.parse(documents.letters, CONTENT) == 12


async def test_answers_come_while_something_never_ends(isolated: IsolatedParser) -> None:
    stuck = asyncio.ensure_future(isolated.parse(documents.endless, CONTENT))
    assert await isolated.parse(documents.letters, CONTENT) == 12  # in the second process
    ticks = 0
    while ticks < 100:  # the event loop has all of its time
        await asyncio.sleep(0)
        ticks += 1
    assert not stuck.done()
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck


async def test_a_cancelled_task_ends_its_process(isolated: IsolatedParser) -> None:
    pid = await isolated.parse(documents.process, CONTENT)
    stuck = asyncio.ensure_future(isolated.parse(documents.endless, CONTENT))
    await asyncio.sleep(0.05)
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    assert await isolated.parse(documents.process, CONTENT) != pid


async def test_no_more_than_two_processes_and_each_is_used_again(isolated: IsolatedParser) -> None:
    pids = await asyncio.gather(*(isolated.parse(documents.process, CONTENT) for _ in range(30)))
    assert len(set(pids)) <= 2
    assert os.getpid() not in pids


async def test_a_process_without_work_ends() -> None:
    async with IsolatedParser(ParsingLimits(idle_seconds=0.01)) as parser:
        pid = await parser.parse(documents.process, CONTENT)
        until = time.monotonic() + 20
        while not gone(pid):
            assert time.monotonic() < until
            await asyncio.sleep(0.01)
        assert await parser.parse(documents.letters, CONTENT) == 12


async def test_closing_ends_all_of_them_at_once() -> None:
    async with IsolatedParser(LIMITS) as parser:
        idle = await parser.parse(documents.process, CONTENT)
        stuck = asyncio.ensure_future(parser.parse(documents.endless, CONTENT))
        await asyncio.sleep(0.05)
    assert gone(idle)
    with pytest.raises(FetchError, match="SIGKILL"):
        await stuck


async def test_a_process_learns_no_secrets_and_its_prints_spoil_nothing(
    isolated: IsolatedParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "110201543:secret")
    assert "BOT_TOKEN" not in await isolated.parse(documents.environment, CONTENT)
    assert await isolated.parse(documents.printing, CONTENT) == 1
    assert await isolated.parse(documents.letters, CONTENT) == 12


async def test_a_process_that_was_taken_over_makes_the_bot_run_nothing(isolated: IsolatedParser) -> None:
    with pytest.raises(ParserFaultError, match="is no part of an answer"):
        await isolated.parse(documents.intruding, CONTENT)
