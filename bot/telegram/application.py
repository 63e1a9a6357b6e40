"""The python-telegram-bot application: connections, polling, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.telegram import menu
from bot.telegram.backend import AiohttpRequest, HttpxRequest, Way
from bot.telegram.fading import Fading
from bot.telegram.handlers import REGISTRY
from bot.telegram.limits import AnswerLane
from bot.telegram.processing import PerChatProcessor
from bot.telegram.routing import Router
from bot.telegram.visit import Services
from digests.domain.subscribers import Chat
from digests.errors import SettingsError
from digests.services.pulse import Pulse
from digests.services.traffic import Traffic

log = structlog.get_logger(__name__)

CONNECTIONS = 8
"""For answers to readers; digests have a pool of their own. httpx's pool costs time quadratic in its connections."""
_CONFLICT = 409
"""Telegram's answer to a poll while another one waits, or while a webhook is set."""
POLLING_STOPS = 3.0
"""Seconds; after failures python-telegram-bot sleeps up to thirty before it looks whether it should stop."""
POLL_TIMEOUT = 60.0
"""Seconds; python-telegram-bot adds the time for which Telegram holds a poll."""
UPDATES_WAITING = 200
"""Updates fetched but not yet handled; Telegram keeps the others."""

UPDATES = (
    Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.MESSAGE_REACTION,
)  # fmt: skip
"""The kinds of updates that we want in any case."""

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]


class _Persistence:
    """Makes a backend ask for updates through every outage and past every update that nobody can read.

    python-telegram-bot ends polling for ever at a 401 or 404, which a Bot API server or a proxy in front of it may
    answer while it restarts; a token that is really wrong is found at the start. And it asks again and again for an
    update that it cannot read, without ever reaching those behind.
    """

    polled: Callable[[], None] = staticmethod(lambda: None)  # hears of every poll that Telegram has answered
    conflicted: Callable[[str], None] = staticmethod(lambda _: None)  # hears that another program takes the updates
    _first = -1  # number of the first update of the last answer that had any

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:  # noqa: ANN401  # as inherited
        """Send a request; an unknown token looks like a bad gateway."""
        status, body = await super().do_request(*arguments, **options)  # type: ignore[misc]  # the backend's
        if status == _CONFLICT:
            self.conflicted(_description(body))
        return (502 if status in (401, 404) else status), body

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:
        """Read an answer. Of updates that come a second time each is tried: of one nobody can read the number is left.

        Reading them is most of what polling costs, so it is not done twice for those that come once.
        """
        answer = AiohttpRequest.parse_json_payload(payload)
        if answer.get("ok"):
            self.polled()
        updates = answer.get("result")
        if isinstance(updates, list) and updates:
            first = updates[0]["update_id"]
            if first == self._first:
                answer["result"] = [_readable(update) for update in updates]
            self._first = first
        return answer


class PersistentPolling(_Persistence, AiohttpRequest):
    """Polling over aiohttp."""


class PersistentHttpxPolling(_Persistence, HttpxRequest):
    """Polling over httpx."""


def backends(way: Way, pulse: Pulse | None = None) -> tuple[BaseRequest, BaseRequest]:
    """The ways of an application to Telegram: for answers, and for polls, of which the process's `pulse` hears."""
    httpx = way.backend == "httpx"
    kind = PersistentHttpxPolling if httpx else PersistentPolling
    polling = kind(1, read_timeout=POLL_TIMEOUT, proxy=way.proxy)
    if pulse is not None:
        polling.polled, polling.conflicted = pulse.polled, pulse.conflicted
    return (HttpxRequest if httpx else AiohttpRequest)(CONNECTIONS, proxy=way.proxy), polling


def sender(way: Way, at_once: int) -> Bot:
    """The bot that sends digests, `at_once` at the same time; open its `request` before.

    Its connections are its own, so that answers never wait for one behind a broadcast.
    """
    backend = HttpxRequest if way.backend == "httpx" else AiohttpRequest
    request = backend(at_once, proxy=way.proxy)
    return Bot(way.token, base_url=f"{way.api_url}/bot", request=request, get_updates_request=request)


def _description(body: bytes) -> str:
    try:
        return str(AiohttpRequest.parse_json_payload(body).get("description", ""))
    except TelegramError:  # a proxy's own page
        return ""


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    try:
        Update.de_json(dict(update), None)
    except Exception as error:
        log.error("update_unreadable", update=update["update_id"], error=type(error).__name__)
        return {"update_id": update["update_id"]}
    return update


def build(
    services: Services, way: Way, traffic: Traffic, pulse: Pulse | None = None
) -> tuple[TelegramApplication, Router]:
    """An application that answers with our conversations and keeps no state of its own."""
    router = Router(services, REGISTRY)
    answering, polling = backends(way, pulse)
    application = (
        ApplicationBuilder()
        .token(way.token)
        .base_url(f"{way.api_url}/bot")
        .base_file_url(f"{way.api_url}/file/bot")
        .request(answering)
        .get_updates_request(polling)
        .rate_limiter(AnswerLane(traffic, services.clock))
        .concurrent_updates(PerChatProcessor(router.on_repeat))
        .update_queue(asyncio.Queue(maxsize=UPDATES_WAITING))
        .job_queue(None)
        .build()
    )
    router.install(application)
    return application, router


@asynccontextmanager
async def connected(application: TelegramApplication, router: Router) -> AsyncIterator[str]:
    """Connect, without receiving anything; the bot's @name.

    Raises SettingsError when Telegram does not accept the token or cannot be reached.
    """
    try:
        with explained(application.bot):
            await application.initialize()
    except SettingsError:
        await application.bot.shutdown()
        raise
    router.username = application.bot.username
    router.fading = Fading(application.bot, router.services.clock)
    try:
        async with router.fading.running():
            yield application.bot.username
    finally:
        await application.shutdown()


def updates(services: Services) -> list[str]:
    """The kinds of updates that we want."""
    return [*UPDATES, *([Update.INLINE_QUERY, Update.CHOSEN_INLINE_RESULT] if services.inline else [])]


async def languages_of_operators(services: Services) -> dict[int, str]:
    """The chats of the people who run the service, each with the language of its menu."""
    known = {chat_id: await services.subscriptions.find(Chat(chat_id)) for chat_id in services.operators}
    return {chat_id: found.language if found else services.default_language for chat_id, found in known.items()}


@asynccontextmanager
async def running(application: TelegramApplication, router: Router) -> AsyncIterator[str]:
    """Connect, poll, register commands and texts; the bot's @name. At the end finish what has been begun.

    Raises SettingsError when Telegram does not accept the token or cannot be reached.
    """
    assert application.updater is not None, "built with an updater"  # noqa: S101
    async with connected(application, router) as username:
        try:
            await application.start()
            with explained(application.bot):
                await _leave_webhook(application.bot)
                await application.updater.start_polling(
                    allowed_updates=updates(router.services), error_callback=_polling_failed, bootstrap_retries=3
                )
            # many calls, for which nobody who writes needs to wait
            await menu.register(application.bot, await languages_of_operators(router.services))
            yield username
        finally:
            if application.updater.running:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLLING_STOPS):
                        await application.updater.stop()
            if application.running:
                await application.stop()


async def _leave_webhook(bot: Bot) -> None:
    """Telegram lets nobody poll who has a webhook; what waits for it is polled."""
    info = await bot.get_webhook_info()
    if info.url:
        await bot.delete_webhook(drop_pending_updates=False)
        log.warning("webhook_removed", waiting=info.pending_update_count)


@contextmanager
def explained(bot: Bot) -> Iterator[None]:
    """Turn what goes wrong at the start into a SettingsError of one line."""
    try:
        yield
    except InvalidToken as error:
        raise SettingsError("BOT_TOKEN: Telegram does not know this token; get a fresh one from @BotFather") from error
    except TelegramError as error:
        address = bot.base_url.rpartition("/bot")[0]
        fault = error.message[:100] or type(error).__name__
        message = (
            f"API_URL: {address} does not answer as a Bot API server ({fault}); check address and network, and "
            "PROXY_URL where one is set"
        )
        raise SettingsError(message) from error


def _polling_failed(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        return  # told once by the pulse of this process
    log.warning("polling_failed", error=type(error).__name__, reason=error.message[:100])
