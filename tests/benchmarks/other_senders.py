"""Other ways to send a digest, to set beside ours: bare aiohttp, aiogram, python-telegram-bot as it comes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
SENTENCE = "Die Verhandlungen über den Getreidekorridor im Schwarzen Meer gehen nach Angaben beider Seiten weiter. "


async def bare(way: str, url: str, count: int, at_once: int, rate: float | None) -> dict[str, float]:
    """So many messages by another way, from as many workers; at a rate, or as fast as it goes."""
    async with sending(way, url, at_once) as send:
        numbers = iter(range(count))
        began, cpu = time.perf_counter(), time.process_time()

        async def work() -> None:
            for number in numbers:
                if rate:  # what a process pays for waking up at all, so many times a second
                    await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
                await send(10_000_000 + number)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
        return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "sent": count}


@contextlib.asynccontextmanager
async def sending(way: str, url: str, at_once: int) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    """A way to send one digest to a chat."""
    text = ("<b>Meldung</b> " + SENTENCE * 3) * 6
    buttons = [[{"text": f"Geschichte {number}", "callback_data": f"story:{number}"} for number in range(3)]] * 2
    if way == "aiohttp":
        import aiohttp
        import orjson

        connector = aiohttp.TCPConnector(limit=at_once)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def post(chat: int) -> object:
                call = {
                    "chat_id": chat,
                    "text": text,
                    "parse_mode": "HTML",
                    "reply_markup": {"inline_keyboard": buttons},
                }
                headers = {"Content-Type": "application/json"}
                address = f"{url}/bot{TOKEN}/sendMessage"
                async with session.post(address, data=orjson.dumps(call), headers=headers) as answer:
                    return orjson.loads(await answer.read())["result"]["message_id"]

            yield post
    elif way == "aiogram":
        from aiogram import Bot as Gram
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer
        from aiogram.types import InlineKeyboardMarkup as GramKeyboard

        gram = Gram(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=at_once))
        keys = GramKeyboard.model_validate({"inline_keyboard": buttons})
        yield lambda chat: gram.send_message(chat, text, parse_mode="HTML", reply_markup=keys)
        await gram.session.close()
    else:
        from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
        from telegram.request import HTTPXRequest

        from bot.telegram.backend import AiohttpRequest

        timeouts: dict[str, Any] = {"read_timeout": 60.0, "pool_timeout": 600.0, "connect_timeout": 60.0}
        request: Any = HTTPXRequest(at_once, **timeouts) if way == "stock" else AiohttpRequest(at_once, **timeouts)
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        board = InlineKeyboardMarkup([[InlineKeyboardButton(**button) for button in row] for row in buttons])  # type: ignore[arg-type]
        async with request:
            if way == "raw":
                call = {"text": text, "parse_mode": "HTML", "reply_markup": board}
                yield lambda chat: bot.do_api_request("sendmessage", api_kwargs={"chat_id": chat} | call)
            else:
                yield lambda chat: bot.send_message(chat, text, parse_mode="HTML", reply_markup=board)
