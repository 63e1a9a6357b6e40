"""Instants in texts on servers that refuse them, over real HTTP on both backends."""

from __future__ import annotations

import pytest
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram.html import instant
from tests.backend.conftest import Connect
from tests.support.clocks import START

TEXT = f"Korrigiert {instant('06:00', START)}: Zahl"
REFUSALS = [
    'Bad Request: can\'t parse entities: Unsupported start tag \\"tg-time\\" at byte offset 11',
    "Bad Request: DATE_TIME_INVALID",
]


def refusing(words: str, method: str = "sendMessage", times: int = 1) -> Fault:
    body = f'{{"ok":false,"error_code":400,"description":"{words}"}}'
    return Fault("answer", method, times=times, status=400, body=body)


async def test_an_instant_reads_as_before_and_has_its_time(connect: Connect) -> None:
    async with Sandbox() as sandbox:
        bot = await connect(sandbox.url)
        reader = sandbox.reader()
        await bot.get_me()
        await reader.send("/start")
        await bot.send_message(reader.chat.id, TEXT, parse_mode=ParseMode.HTML)
        (message,) = sandbox.ledger
        assert message.text == "Korrigiert 06:00: Zahl"
        (entity,) = message.entities
        assert (entity["type"], entity["unix_time"], entity["length"]) == ("date_time", int(START.timestamp()), 5)
        assert entity["date_time_format"] == ""  # clients show our words


@pytest.mark.parametrize("words", REFUSALS)
async def test_a_server_that_refuses_instants_gets_the_message_once_without(connect: Connect, words: str) -> None:
    async with Sandbox() as sandbox:
        bot = await connect(sandbox.url)
        reader = sandbox.reader()
        await bot.get_me()
        await reader.send("/start")
        fault = sandbox.faults.add(refusing(words))
        sent = await bot.send_message(reader.chat.id, TEXT, parse_mode=ParseMode.HTML)
        (message,) = sandbox.ledger
        assert (message.text, message.entities, fault.met) == ("Korrigiert 06:00: Zahl", [], 1)
        await bot.edit_message_text(f"{TEXT}en", reader.chat.id, sent.message_id, parse_mode=ParseMode.HTML)
        assert (message.text, message.entities) == ("Korrigiert 06:00: Zahlen", [])  # off from now on


async def test_instants_stay_where_they_are_known(connect: Connect) -> None:
    async with Sandbox() as sandbox:
        bot = await connect(sandbox.url)
        reader = sandbox.reader()
        await bot.get_me()
        await reader.send("/start")
        sandbox.faults.add(refusing("Bad Request: chat not found"))
        with pytest.raises(BadRequest, match="Chat not found"):  # another refusal is told, and tried once only
            await bot.send_message(reader.chat.id, TEXT, parse_mode=ParseMode.HTML)
        sandbox.faults.add(refusing(REFUSALS[0], times=2))
        with pytest.raises(BadRequest):  # also without: it was not the instant
            await bot.send_message(reader.chat.id, TEXT, parse_mode=ParseMode.HTML)
        await bot.send_message(reader.chat.id, TEXT, parse_mode=ParseMode.HTML)
        assert [entity["type"] for entity in sandbox.ledger[0].entities] == ["date_time"]
