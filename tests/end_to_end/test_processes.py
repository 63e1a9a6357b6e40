"""The programs as operators start them: demo, run, sandbox; real processes, real signals, real HTTP."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from tests.end_to_end.readers import before_the_slot, newcomers, publish, statuses, subscribe
from tests.support.processes import Program, program
from tests.support.worlds import TOKEN

STOPS_WITHIN = 10.0
"""Seconds that service managers and container engines wait before they kill."""
SECRET = TOKEN.partition(":")[2]
PERSON = "Xanthippe"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        yield sandbox


def run(sandbox: Sandbox, folder: Path, **settings: str) -> AbstractAsyncContextManager[Program]:
    """`python -m bot run` against the sandbox."""
    url = f"sqlite+aiosqlite:///{folder / 'world.db'}"
    everything = {"BOT_TOKEN": TOKEN, "API_URL": sandbox.url, "DATABASE_URL": url} | settings
    return program("bot", "run", folder=folder, **everything)


def left_in(folder: Path) -> list[Path]:
    """What a program has left behind."""
    return list(folder.iterdir())


async def ends_well(bot: Program) -> None:
    """Ended by SIGTERM, soon, with exit code 0, and nothing in the log that must not be there."""
    code, seconds = await bot.stop()
    assert (code, bot.output.count("Traceback")) == (0, 0), bot.output
    assert seconds < STOPS_WITHIN
    for secret in (SECRET, PERSON, "Getreidekorridor"):
        assert secret not in bot.output


async def test_the_demo_script_goes_through(tmp_path: Path) -> None:
    async with program("bot", "demo", "--script", folder=tmp_path) as demo:
        assert await demo.ends() == 0, demo.output
    transcript = demo.output
    for step in ("Hallo Ada", "1/3", "2/3", "3/3", "Fertig", "Neueste Nachrichten", "⏩ The clock moves"):
        assert step in transcript
    digest = transcript[transcript.index("⏩") :]
    head = digest.index("Ukraine · NATO (1–2)")  # both seeds under one heading
    first, second = digest.index("\n1 · Selenskyj will"), digest.index("\n2 · Nach Ansicht der Ukraine")
    assert head < first < second
    for source in ("seeds 000", "seeds 001"):
        assert source in digest[first:]
    for advertising in (
        "Anzeige",
        "Teile diesen Beitrag",
        "Mehr wie das",
        "HIER",
        "beliebt",
        "Verfolgen Sie",
        "Thread oben",
    ):
        assert advertising not in transcript
    assert "✓ The script went through" in transcript
    assert left_in(tmp_path) == []


async def test_the_demo_opens_a_page_and_stops_cleanly(tmp_path: Path) -> None:
    async with program("bot", "demo", "--port", "0", folder=tmp_path) as demo:
        line = await demo.says("Depesche is running. Open http://127.0.0.1:")
        address = line.split("Open ")[1].split(" in a browser")[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(address) as page:
                assert page.status == 200
                assert "<html" in await page.text()
            async with session.get(f"{address}/sandbox/bots?wait=20") as answer:
                assert [bot["name"] for bot in (await answer.json())["bots"]] == ["Depesche"]
        code, seconds = await demo.stop(signal.SIGINT)
    assert (code, seconds < STOPS_WITHIN) == (0, True)
    assert "Stopped." in demo.output
    assert "Traceback" not in demo.output


async def test_the_sandbox_runs_alone(tmp_path: Path) -> None:
    async with program("bot.sandbox", "--port", "0", folder=tmp_path) as sandbox:
        line = await sandbox.says("Bot API:")
        address = line.split()[-1].replace("<token>", TOKEN).replace("<method>", "getMe")
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            assert (await answer.json())["result"]["is_bot"] is True
        assert (await sandbox.stop())[0] == 0


@pytest.mark.parametrize("form", ["text", "json"])
async def test_a_reader_subscribes_and_nothing_of_it_is_in_the_log(sandbox: Sandbox, tmp_path: Path, form: str) -> None:
    async with run(sandbox, tmp_path, LOG_FORMAT=form, LOG_LEVEL="debug") as bot:
        reader = sandbox.reader(PERSON)
        await reader.bot_is_there(30)
        await reader.send("/start")
        await reader.wait_for(f"Hallo {PERSON}", 20)
        await reader.press("Los geht's", timeout=20)
        await reader.press("Ukraine", timeout=20)
        await reader.send("/search Getreidekorridor")
        await reader.wait_for("Getreidekorridor", 20)
        await bot.says("bot_started")
        await ends_well(bot)
    if form == "json":
        events = [json.loads(line) for line in bot.output.splitlines()]
        assert {"bot_started", "update_handled", "bot_stopping"} <= {event["event"] for event in events}


async def test_a_restart_neither_repeats_nor_forgets_a_slot(sandbox: Sandbox, tmp_path: Path) -> None:
    early, late = newcomers(sandbox, 2)
    async with before_the_slot(sandbox.url, tmp_path) as app:
        await publish(app)
        await subscribe(app, [early], minutes_ago=5)
    async with run(sandbox, tmp_path) as bot:
        message = await early.wait_for("Getreidekorridor", 30)
        assert "Verspätet" not in message.text
        await bot.says("batch_delivered")
        await ends_well(bot)
    async with before_the_slot(sandbox.url, tmp_path) as app:
        await subscribe(app, [late], minutes_ago=20)  # a slot that passes while nothing runs
    async with run(sandbox, tmp_path) as bot:
        message = await late.wait_for("Getreidekorridor", 30)
        assert "Verspätet" in message.text
        await bot.says("batch_delivered")
        await ends_well(bot)
    assert [message.chat.id for message in sandbox.ledger] == [early.chat.id, late.chat.id]
    assert await statuses(sandbox.url, tmp_path) == {"sent": 2}


async def test_a_long_flood_wait_does_not_delay_the_end(sandbox: Sandbox, tmp_path: Path) -> None:
    (reader,) = newcomers(sandbox, 1)
    async with before_the_slot(sandbox.url, tmp_path) as app:
        await publish(app)
        await subscribe(app, [reader], minutes_ago=1)
    fault = sandbox.fail("answer", "sendMessage", status=429, retry_after=50)
    async with run(sandbox, tmp_path) as bot:
        await bot.says("delivery_not_sent")
        await ends_well(bot)
    assert fault.met == 1
    assert await statuses(sandbox.url, tmp_path) == {"pending": 1}


async def test_a_second_poller_and_an_outage_are_told_and_survived(sandbox: Sandbox, tmp_path: Path) -> None:
    async with run(sandbox, tmp_path) as bot:
        await bot.says("bot_started")
        reader = sandbox.reader()
        updates = (await reader.bot_is_there()).updates
        await sandbox.world.pulse.until(lambda: updates.waiting, 10)
        sandbox.fail("answer", "getUpdates", status=401)  # what a proxy says while its server restarts
        updates.interrupt()
        await bot.says("polling_conflict")
        assert "Unauthorized" in await bot.says("polling_failed")
        await reader.send("/help")
        await reader.wait_for(lambda message: bool(message.text), 20)
        await ends_well(bot)


async def test_a_token_that_telegram_does_not_know_is_said_and_nothing_else(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.world.authorise(f"{TOKEN}-of-another-day")
    async with run(sandbox, tmp_path) as bot:
        assert await bot.ends() == 2
    (line,) = bot.output.splitlines()
    assert line == "Error: BOT_TOKEN: Telegram does not know this token; get a fresh one from @BotFather"
