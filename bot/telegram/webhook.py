"""Updates that Telegram posts to us. An update is answered with 200 only once it has been handled.

Telegram posts the updates of one chat one after another, each until it is answered with 200, so their order is kept by
any number of processes. See "setWebhook" in the Bot API.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from aiohttp import web
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.telegram.application import UPDATES, TelegramApplication
from bot.telegram.routing import Router
from digests.errors import SettingsError
from digests.services.receiving import Receiving
from digests.storage.updates import Standing

log = structlog.get_logger(__name__)

PATH = "/telegram"
"""Where updates come to when WEBHOOK_URL names no path."""
BODY_LIMIT = 1_000_000
"""Bytes; the largest updates have some ten thousand."""
BODY_TAKES = 10.0
"""Seconds in which a body must have come."""
AT_ONCE = 64
"""Updates handled at the same time by one process; Telegram is asked to come back with more."""
CONNECTIONS = 40
"""At the same time from Telegram, for all processes together."""
PATIENCE = 3
"""An update that failed so often is answered with an apology, and with 200, so that those behind it get their turn."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
_LARGEST = 2**63 - 1


class Webhook:
    """Takes updates in over HTTP."""

    def __init__(
        self,
        application: TelegramApplication,
        router: Router,
        receiving: Receiving,
        secret: str,
        at_once: int = AT_ONCE,
    ) -> None:
        """`secret` is what Telegram shows with every update."""
        self._application = application
        self._router = router
        self._receiving = receiving
        self._secret = secret.encode()
        self._at_once = at_once
        self._busy = 0

    async def take(self, request: web.Request) -> web.Response:
        """Handle one update. Whoever is not Telegram learns nothing."""
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, self._secret):
            log.warning("webhook_refused")
            return web.Response(status=401)
        if self._busy >= self._at_once:
            return _later()
        self._busy += 1
        try:
            return await self._take(request)
        finally:
            self._busy -= 1

    async def _take(self, request: web.Request) -> web.Response:
        try:
            if request.content.is_eof():  # nearly always: it has come with the head
                body = await _body(request)
            else:
                async with asyncio.timeout(BODY_TAKES):
                    body = await _body(request)
        except TimeoutError:
            return web.Response(status=408)
        if body is None:
            return web.Response(status=413)
        found = _content(body)
        if found is None:
            return web.Response(status=400)
        number, content = found
        standing = await self._receiving.begin(number)
        if standing is Standing.BUSY:
            return _later()
        if standing is Standing.NEW and not await self._handle(number, content):
            return web.Response(status=500)
        return web.Response()

    async def _handle(self, number: int, content: dict[str, Any]) -> bool:
        """Handle an update; False when Telegram is to hand it over again."""
        bot = self._application.bot
        try:
            update = Update.de_json(content, bot)
        except Exception as error:  # reading it again would not help
            log.error("update_unreadable", update=number, error=type(error).__name__)
            await self._receiving.finish(number)
            return True
        try:
            await self._application.update_processor.process_update(update, self._router.handle(update, bot))
        except Exception:
            log.exception("update_not_handled", update=number)
            if await self._receiving.fail(number) < PATIENCE:
                return False
            await self._router.apologise(update, bot)
        await self._receiving.finish(number)
        return True


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "1"})


async def _body(request: web.Request) -> bytes | None:
    """The body; None when it is larger than an update."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _content(body: bytes) -> tuple[int, dict[str, Any]] | None:
    """An update's number and all of it; None when this is no update."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    number = content.get("update_id") if isinstance(content, dict) else None
    return (number, content) if type(number) is int and 0 <= number <= _LARGEST else None


def address(url: str, token: str, secret: str) -> tuple[str, str]:
    """The address that Telegram is told, and the path of it that is served.

    A mark of the secret is part of it, as Telegram tells the address it has but not the secret; without the bot's token
    nobody can try secrets against it.
    """
    path = urlsplit(url).path or PATH
    whole = url if urlsplit(url).path else url + PATH
    mark = hmac.new(token.encode(), secret.encode(), hashlib.sha256).hexdigest()[:12]
    return f"{whole}?key={mark}", path


async def announce(bot: Bot, url: str, secret: str, kinds: Sequence[str] = UPDATES) -> bool:
    """Have updates of these kinds posted to `url`; False when Telegram does so already.

    Raises SettingsError when it refuses.
    """
    info = await bot.get_webhook_info()
    if (info.url, info.max_connections, set(info.allowed_updates or ())) == (url, CONNECTIONS, set(kinds)):
        return False
    try:
        await bot.set_webhook(url, max_connections=CONNECTIONS, allowed_updates=kinds, secret_token=secret)
    except TelegramError as error:
        advice = "it must be a public https address on port 443, 80, 88 or 8443"
        raise SettingsError(f"WEBHOOK_URL: Telegram does not take it ({error.message}); {advice}") from error
    log.info("webhook_set", host=urlsplit(url).netloc)
    return True
