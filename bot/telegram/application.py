"""The python-telegram-bot application: connections, polling, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.telegram import menu
from bot.telegram.handlers import REGISTRY
from bot.telegram.processing import PerChatProcessor
from bot.telegram.routing import Router
from bot.telegram.visit import Services
from digests.errors import SettingsError

log = structlog.get_logger(__name__)

CONNECTIONS = 8
"""PTB's HTTP pool costs time quadratic in its connections; eight carry a free bot's rate with room."""
READ_TIMEOUT = 30.0
"""Seconds; shorter ones make deliveries uncertain that did arrive."""
UPDATES_WAITING = 200
"""Updates fetched but not yet handled; Telegram keeps the others."""

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]


def build(token: str, api_url: str, services: Services) -> tuple[TelegramApplication, Router]:
    """An application that answers with our conversations and keeps no state of its own."""
    sending = HTTPXRequest(CONNECTIONS, read_timeout=READ_TIMEOUT, pool_timeout=60.0, connect_timeout=10.0)
    polling = HTTPXRequest(1, read_timeout=60.0, connect_timeout=10.0)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(sending)
        .get_updates_request(polling)
        .concurrent_updates(PerChatProcessor())
        .update_queue(asyncio.Queue(maxsize=UPDATES_WAITING))
        .job_queue(None)
        .build()
    )
    router = Router(services, REGISTRY)
    router.install(application)
    return application, router


@asynccontextmanager
async def running(application: TelegramApplication, router: Router) -> AsyncIterator[str]:
    """Connect, register commands and texts, poll; the bot's @name. At the end finish what has been begun.

    Raises SettingsError when Telegram does not accept the token.
    """
    try:
        await application.initialize()
    except InvalidToken as error:
        raise SettingsError("BOT_TOKEN: Telegram does not know this token; get a fresh one from @BotFather") from error
    router.username = application.bot.username
    assert application.updater is not None, "built with an updater"  # noqa: S101
    try:
        await menu.register(application.bot)
        await application.start()
        await application.updater.start_polling(
            allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER],
            error_callback=_polling_failed,
            bootstrap_retries=-1,
        )
        yield application.bot.username
    finally:
        if application.updater.running:
            await application.updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


def _polling_failed(error: TelegramError) -> None:
    log.warning("polling_failed", error=type(error).__name__, reason=error.message[:100])
