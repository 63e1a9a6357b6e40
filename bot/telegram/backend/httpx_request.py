"""python-telegram-bot's own backend on httpx, with errors that tell what was sent and never quote the token."""

from __future__ import annotations

from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest, RequestData

from bot.telegram.backend import answers
from bot.telegram.backend.errors import NoAnswerInTimeError, NotSentError, NotSentInTimeError, UncertainError
from bot.telegram.backend.moments import INSTANTS
from bot.telegram.backend.styles import STYLES

_NOT_SENT = (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol)
_NOT_SENT_IN_TIME = (httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxRequest(HTTPXRequest):
    """The well-tried backend, for whom aiohttp troubles; arguments as for AiohttpRequest. Slow beyond `limit` 8."""

    def __init__(
        self,
        limit: int = 8,
        *,
        read_timeout: float | None = 30.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 10.0,
        pool_timeout: float | None = 60.0,
        media_write_timeout: float | None = 60.0,
        proxy: str | None = None,
    ) -> None:
        super().__init__(
            limit,
            read_timeout=read_timeout,
            write_timeout=write_timeout,
            connect_timeout=connect_timeout,
            pool_timeout=pool_timeout,
            media_write_timeout=media_write_timeout,
            proxy=proxy,
            httpx_kwargs={"trust_env": False},
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. Raises UncertainError when it is not Telegram's."""
        return answers.parsed(payload)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: Any,  # noqa: ANN401
        **named: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Send one request; its status and body. Raises NotSentError or UncertainError."""

        async def send(data: RequestData | None) -> tuple[int, bytes]:
            return await self._send(url, method, data, *timeouts, **named)

        return await STYLES.sent(url, request_data, lambda data: INSTANTS.sent(url, data, send))

    async def _send(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:  # noqa: ANN401
        try:
            status, payload = await super().do_request(*arguments, **options)
        except NetworkError as error:
            failure = _failure(error.__cause__ or error)
        else:
            return answers.checked(status, payload)
        raise failure  # out here, so that it holds no error of httpx: those hold the request, and it the address


def _failure(error: BaseException) -> NetworkError:
    name = type(error).__name__
    if isinstance(error, _NOT_SENT_IN_TIME):
        return NotSentInTimeError(name)
    if isinstance(error, _NOT_SENT):
        return NotSentError(name)
    if isinstance(error, httpx.TimeoutException):
        return NoAnswerInTimeError(name)
    return UncertainError(name)
