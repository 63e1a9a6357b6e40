"""Colours of buttons on servers that refuse them, over real HTTP on both backends."""

from __future__ import annotations

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.backend.conftest import Connect

KEYBOARD = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Löschen", callback_data="v1|x", style="danger"),
            InlineKeyboardButton("?", url="https://a.b"),
        ]
    ]
)
REFUSALS = [
    "Bad Request: can't parse inline keyboard button: unknown field style",
    "Bad Request: can't parse InlineKeyboardButton",
    "Bad Request: unexpected field",
]


def refusing(words: str, times: int = 1) -> Fault:
    body = f'{{"ok":false,"error_code":400,"description":"{words}"}}'
    return Fault("answer", "sendMessage", times=times, status=400, body=body)


@pytest.mark.parametrize("words", REFUSALS)
async def test_a_server_that_refuses_styles_gets_the_message_once_without(connect: Connect, words: str) -> None:
    async with Sandbox() as sandbox:
        bot = await connect(sandbox.url)
        reader = sandbox.reader()
        await bot.get_me()
        await reader.send("/start")
        fault = sandbox.faults.add(refusing(words))
        await bot.send_message(reader.chat.id, "Wirklich?", reply_markup=KEYBOARD)
        (message,) = sandbox.ledger
        assert message.buttons == [["Löschen", "?"]]
        assert all("style" not in button for button in message.markup["inline_keyboard"][0])  # type: ignore[index]
        assert message.markup["inline_keyboard"][0][0]["callback_data"] == "v1|x"  # type: ignore[index]
        assert fault.met == 1
        await bot.do_api_request(
            "sendmessage", api_kwargs={"chat_id": reader.chat.id, "text": "!", "reply_markup": KEYBOARD.to_dict()}
        )
        assert "style" not in sandbox.ledger[1].markup["inline_keyboard"][0][0]  # type: ignore[index]  # off from now on


async def test_styles_stay_where_they_are_known(connect: Connect) -> None:
    async with Sandbox() as sandbox:
        bot = await connect(sandbox.url)
        reader = sandbox.reader()
        await bot.get_me()
        await reader.send("/start")
        sandbox.faults.add(refusing("Bad Request: message text is empty"))
        with pytest.raises(BadRequest, match="text is empty"):  # another refusal is told, and tried once only
            await bot.send_message(reader.chat.id, "Wirklich?", reply_markup=KEYBOARD)
        assert not sandbox.ledger
        sandbox.faults.add(refusing(REFUSALS[0], times=2))
        with pytest.raises(BadRequest):  # also without: it was not the style
            await bot.send_message(reader.chat.id, "Wirklich?", reply_markup=KEYBOARD)
        await bot.send_message(reader.chat.id, "Wirklich?", reply_markup=KEYBOARD)
        assert sandbox.ledger[0].markup["inline_keyboard"][0][0]["style"] == "danger"  # type: ignore[index]
