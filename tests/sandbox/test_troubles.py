"""Flood limits and ordered faults."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.flood import NO_FLOOD, FloodRules
from bot.sandbox.readers import Reader
from tests.sandbox.conftest import TOKEN, RawBot


async def flooded(
    session: aiohttp.ClientSession, rules: FloodRules, now: list[float], calls: int, **extra: object
) -> list[int]:
    """The statuses of a row of messages to one reader."""
    async with Sandbox(flood=rules, monotonic=lambda: now[0]) as sandbox:
        bot = RawBot(session, sandbox)
        await bot("getMe")
        ada = sandbox.reader()
        await ada.send("/start")
        return [(await bot.answer("sendMessage", chat_id=ada.user.id, text="x", **extra))[0] for _ in range(calls)]


async def test_thirty_a_second_for_a_token(session: aiohttp.ClientSession) -> None:
    assert await flooded(session, FloodRules(), [0.0], 32) == [200] * 30 + [429] * 2
    assert await flooded(session, FloodRules(), [0.0], 32, allow_paid_broadcast=True) == [200] * 32
    assert await flooded(session, NO_FLOOD, [0.0], 40) == [200] * 40


async def test_one_a_second_for_a_chat_with_a_small_burst(session: aiohttp.ClientSession) -> None:
    now = [0.0]
    async with Sandbox(flood=FloodRules(per_chat_second=1.0, chat_burst=3), monotonic=lambda: now[0]) as sandbox:
        bot = RawBot(session, sandbox)
        await bot("getMe")
        ada, bo = sandbox.reader(), sandbox.reader("Bo")
        for reader in (ada, bo):
            await reader.send("/start")
        for _ in range(3):
            await bot("sendMessage", chat_id=ada.user.id, text="x")
        url = f"{sandbox.base_url}{TOKEN}/sendMessage"
        async with session.post(url, json={"chat_id": ada.user.id, "text": "x"}) as answer:
            body = await answer.json()
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
        assert body["parameters"] == {"retry_after": 1}
        assert body["description"] == "Too Many Requests: retry after 1"
        await bot("sendMessage", chat_id=bo.user.id, text="x")
        now[0] += 1.0
        await bot("sendMessage", chat_id=ada.user.id, text="x")
        assert len(ada.answers) == 4


async def test_twenty_a_minute_for_a_group_edits_too(session: aiohttp.ClientSession) -> None:
    async with Sandbox(monotonic=lambda: 0.0) as sandbox:
        bot = RawBot(session, sandbox)
        await bot("getMe")
        group = sandbox.group(sandbox.reader(), "Redaktion")
        group.set_bot("member")
        for number in range(19):
            sent = await bot("sendMessage", chat_id=group.chat.id, text=str(number))
        await bot("editMessageText", chat_id=group.chat.id, message_id=sent["message_id"], text="neu")
        _, body = await bot.answer("sendMessage", chat_id=group.chat.id, text="x")
        assert body["parameters"] == {"retry_after": 3}


@pytest.mark.parametrize("stored", [False, True])
async def test_an_ordered_answer(bot: RawBot, ada: Reader, sandbox: Sandbox, stored: bool) -> None:
    fault = sandbox.fail("answer", "sendMessage", status=502, body="<html>Bad Gateway</html>", stored=stored)
    fault.content_type = "text/html"
    async with bot.session.post(
        f"{sandbox.base_url}{TOKEN}/sendMessage", json={"chat_id": ada.user.id, "text": "x"}
    ) as answer:
        assert answer.status == 502
        assert await answer.text() == "<html>Bad Gateway</html>"
    assert [one.text for one in sandbox.ledger] == (["x"] if stored else [])
    await bot("sendMessage", chat_id=ada.user.id, text="y")


async def test_an_ordered_429_meets_one_chat_and_a_number_of_calls(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    bo = sandbox.reader("Bo")
    await bo.send("/start")
    sandbox.fail("answer", "sendMessage", chat_id=ada.user.id, status=429, retry_after=7, times=2)
    await bot("sendMessage", chat_id=bo.user.id, text="x")
    for _ in range(2):
        status, body = await bot.answer("sendMessage", chat_id=ada.user.id, text="x")
        assert (status, body["parameters"]["retry_after"]) == (429, 7)
    await bot("sendMessage", chat_id=ada.user.id, text="x")


@pytest.mark.parametrize(("stored", "kept"), [(False, []), (True, ["x"])])
async def test_a_cut_connection(bot: RawBot, ada: Reader, sandbox: Sandbox, stored: bool, kept: list[str]) -> None:
    sandbox.fail("close", "sendMessage", stored=stored)
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=ada.user.id, text="x")
    assert [one.text for one in sandbox.ledger] == kept


async def test_a_truncated_answer(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    sandbox.fail("truncate", "sendMessage")
    with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting|delimiter"):
        await bot("sendMessage", chat_id=ada.user.id, text="x")
    assert [one.text for one in sandbox.ledger] == ["x"]


async def test_a_held_answer_comes_when_it_is_released(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    fault = sandbox.fail("delay", "sendMessage")
    async with asyncio.TaskGroup() as group:
        call = group.create_task(bot("sendMessage", chat_id=ada.user.id, text="x"))
        await ada.wait_for("x")
        assert not call.done()
        fault.released.set()
    assert call.result()["text"] == "x"
    sandbox.fail("delay", "sendMessage", seconds=0.001)
    await bot("sendMessage", chat_id=ada.user.id, text="y")


async def test_a_cut_network_breaks_what_is_under_way_and_comes_back_on_the_same_port(
    bot: RawBot, ada: Reader, sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    url, message = f"{sandbox.base_url}{TOKEN}/sendMessage", {"chat_id": ada.user.id, "text": "x"}
    sandbox.fail("delay", "sendMessage")
    under_way = asyncio.ensure_future(session.post(url, json=message))
    await sandbox.world.pulse.until(lambda: bool(sandbox.ledger), 5)
    await sandbox.unplug()
    with pytest.raises(aiohttp.ClientError):
        await under_way
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.post(url, json=message)
    sandbox.faults.clear()
    await sandbox.plug_in()
    async with session.post(url, json=message) as answer:
        assert answer.status == 200
    assert len(sandbox.ledger) == 2  # the first one was stored before the network was cut
