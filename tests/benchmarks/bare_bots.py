"""Bots of a few lines on the frameworks themselves, to measure ours by: /help is answered, any other text is heard.

    python -m tests.benchmarks.bare_bots ptb|aiogram URL [PORT]

With PORT updates come to a webhook there, else by polling. Each framework as its manual has it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any
from urllib.request import Request, urlopen

from tests.benchmarks.processes import SECRET, TOKEN

HELP = "Ich bringe die Nachrichten, kurz und ehrlich. " * 8


def ptb(url: str, port: int) -> None:
    """python-telegram-bot with its own client and its own server."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, CommandHandler, MessageHandler, filters

    async def help_(update: Update, _context: Any) -> None:  # noqa: ANN401 - their type has six parameters
        if update.message is not None:
            await update.message.reply_text(HELP)

    async def hear(_update: Update, _context: Any) -> None:  # noqa: ANN401
        return

    application = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(CommandHandler("help", help_))
    application.add_handler(MessageHandler(filters.TEXT, hear))
    if port:
        address = f"http://127.0.0.1:{port}/telegram"
        application.run_webhook("127.0.0.1", port, "telegram", webhook_url=address, secret_token=SECRET)
    else:
        application.run_polling()


async def aiogram(url: str, port: int) -> None:
    """aiogram with aiohttp; its webhook answers when the update has been handled, as ours does."""
    from aiogram import Bot, Dispatcher, F
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import Command
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    async def help_(message: Message) -> None:
        await message.answer(HELP)

    async def hear(_message: Message) -> None:
        return

    client = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()
    dispatcher.message.register(help_, Command("help"))
    dispatcher.message.register(hear, F.text)
    if not port:
        await dispatcher.start_polling(client)
        return
    server = web.Application()
    handler = SimpleRequestHandler(dispatcher, client, handle_in_background=False, secret_token=SECRET)
    handler.register(server, "/telegram")
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.to_thread(_announce, url, f"http://127.0.0.1:{port}/telegram")
    await asyncio.Event().wait()


def _announce(url: str, address: str) -> None:
    body = json.dumps({"url": address, "secret_token": SECRET}).encode()
    with urlopen(Request(f"{url}/bot{TOKEN}/setWebhook", body)) as answer:  # noqa: S310 - our own
        answer.read()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    framework, base, *ports = sys.argv[1:]
    serve_at = int(ports[0]) if ports else 0
    if framework == "ptb":
        ptb(base, serve_at)
    else:
        asyncio.run(aiogram(base, serve_at))
