"""Messages as arguments of the Bot API, and their way there past the library's objects.

python-telegram-bot makes objects of every entity and button of the message that comes back, more work than all the rest
of sending one. We need its number.
"""

from __future__ import annotations

from typing import Any

from telegram import Bot
from telegram.constants import ParseMode

from bot.telegram.backend import UncertainError
from bot.telegram.keyboards import to_telegram
from bot.telegram.messages import OutgoingMessage

SEND = "sendmessage"
EDIT = "editmessagetext"
"""Telegram takes methods in any case; in this one python-telegram-bot does not ask for its own way of calling them."""
Call = dict[str, Any]
"""Arguments of sendMessage or editMessageText, without the chat."""


def call_of(message: OutgoingMessage, *, plain: bool = False) -> Call:
    """What sends a message, or edits another into it; `plain`: without markup."""
    keyboard = to_telegram(message.keyboard)
    call = {
        "text": message.plain if plain else message.html,
        "parse_mode": None if plain else ParseMode.HTML,
        "reply_markup": keyboard.to_dict() if keyboard else None,
        "disable_notification": message.silent or None,
        "link_preview_options": {"is_disabled": not message.preview},
    }
    return {name: value for name, value in call.items() if value is not None}


async def send(bot: Bot, call: Call) -> int:
    """Make a call of SEND, with its chat; the number of the message. Raises TelegramError."""
    return number_of(await bot.do_api_request(SEND, api_kwargs=call))


async def edit(bot: Bot, call: Call) -> None:
    """Make a call of EDIT, with its chat and message. Raises TelegramError."""
    await bot.do_api_request(EDIT, api_kwargs=call)


def number_of(sent: object) -> int:
    """The number of the message that was sent. Raises UncertainError for an answer that names none."""
    if not isinstance(sent, dict) or not isinstance(sent.get("message_id"), int):
        raise UncertainError("the answer names no message")
    return int(sent["message_id"])
