"""The lane of answers beside a broadcast: never behind it, counted, and obedient to refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.telegram.backend import AiohttpRequest
from bot.telegram.limits import AnswerLane
from digests.services.traffic import Traffic
from tests.support.clocks import START, ManualClock
from tests.support.worlds import TOKEN

SECOND = timedelta(seconds=1)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        yield sandbox


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
async def bot(sandbox: Sandbox, traffic: Traffic, clock: ManualClock) -> AsyncIterator[ExtBot[None]]:
    lane = AnswerLane(traffic, clock)
    async with ExtBot(TOKEN, base_url=sandbox.base_url, request=AiohttpRequest(), rate_limiter=lane) as bot:
        yield bot


@pytest.fixture
async def ada(sandbox: Sandbox, bot: ExtBot[None]) -> Reader:
    reader = sandbox.reader()
    await reader.send("/start")
    return reader


async def test_answers_are_counted_and_wait_for_nobody(
    bot: ExtBot[None], ada: Reader, traffic: Traffic, clock: ManualClock
) -> None:
    for number in range(40):
        traffic.digest_left(clock.now())
        await bot.send_message(ada.chat.id, str(number))
    await bot.send_chat_action(ada.chat.id, "typing")
    assert clock.slept == []
    assert traffic.report() == (40, [])
    assert traffic.report() == (0, [])
    assert traffic.crowded(ada.chat.id, START) == SECOND  # but a digest waits for them


async def test_a_refused_answer_is_told_to_everyone_and_its_chat_left_alone(
    sandbox: Sandbox, bot: ExtBot[None], ada: Reader, traffic: Traffic, clock: ManualClock
) -> None:
    fault = sandbox.fail("answer", "sendMessage", status=429, retry_after=20)
    for _ in range(3):
        with pytest.raises(RetryAfter):
            await bot.send_message(ada.chat.id, "x")
    assert fault.met == 1
    assert sandbox.ledger == []  # nothing was sent while it holds
    _, (refusal,) = traffic.report()
    assert (refusal.at, refusal.wait) == (START, 20 * SECOND)
    other = sandbox.reader("Bela")
    await other.send("/start")
    await bot.send_message(other.chat.id, "x")
    clock.move(18 * SECOND)
    await bot.send_message(ada.chat.id, "x")
    assert clock.slept == [2.5]
    assert len(sandbox.ledger) == 2


async def test_a_halt_of_everything_is_obeyed(bot: ExtBot[None], ada: Reader, traffic: Traffic) -> None:
    traffic.halted_until = START + 60 * SECOND
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.chat.id, "x")


def test_no_second_of_a_process_sees_more_than_the_rate() -> None:
    """A process that was kept from running has slots of the past, and would send them all at once."""
    traffic, now, left = Traffic(), START, []
    for _ in range(200):
        now += traffic.window(25, now)
        traffic.digest_left(now)
        left.append(now)
    assert all(later - earlier >= SECOND for earlier, later in zip(left, left[25:], strict=False))
    assert left[-1] - START < 9 * SECOND


def test_a_clock_set_back_holds_nobody() -> None:
    traffic = Traffic()
    for _ in range(26):
        traffic.digest_left(START)
    assert traffic.window(25, START - timedelta(days=1)) == timedelta()


def test_what_was_held_up_on_its_way_counts_from_when_it_may_have_arrived() -> None:
    traffic = Traffic()
    quick, slow = traffic.digest_left(START), traffic.digest_left(START)
    traffic.digest_answered(quick, START + SECOND / 10)
    traffic.digest_answered(slow, START + SECOND / 2)
    assert traffic.window(1, START + SECOND / 2) >= SECOND - SECOND / 9
    assert traffic.window(2, START + SECOND / 2) == SECOND / 2
    traffic.digest_left(START + SECOND)
    assert traffic.window(2, START + SECOND) >= SECOND / 2 - SECOND / 9


def test_what_is_held_up_counts_as_arriving_now() -> None:
    traffic = Traffic()
    traffic.digest_answered(traffic.digest_left(START), START + SECOND / 10)
    traffic.digest_left(START + SECOND)
    assert traffic.window(1, START + 5 * SECOND) >= SECOND - SECOND / 6


def test_the_first_answers_are_judged_by_later_ones() -> None:
    """All connections are opened at once: the first messages are held up together, and nothing tells yet."""
    traffic = Traffic()
    first = [traffic.digest_left(START) for _ in range(10)]
    for departure in first:
        traffic.digest_answered(departure, START + SECOND / 2)
    assert traffic.window(10, START + SECOND / 2) == SECOND / 2
    traffic.digest_answered(traffic.digest_left(START + SECOND / 2), START + SECOND * 6 / 10)
    assert traffic.window(11, START + SECOND * 6 / 10) >= SECOND * 3 / 4
