"""How the bot talks HTTP to Telegram: two backends below python-telegram-bot that fail in the same words.

    NetworkError (python-telegram-bot)
    ├── NotSentError             nothing was written: safe to try again
    │   └── NotSentInTimeError   (also TimedOut) no connection, or no free one, in time
    └── UncertainError           it was written and may have been carried out: never safe to try again
        └── NoAnswerInTimeError  (also TimedOut) the answer did not come in time

The line between the two is the first byte of the request's body that is handed to the operating system. A kept-alive
connection is looked at before it is used, so that one which the server has closed meanwhile is replaced; where the
server closes it in the very moment of writing nobody can tell, and the outcome is uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.telegram.backend.aiohttp_request import AiohttpRequest
from bot.telegram.backend.errors import NoAnswerInTimeError, NotSentError, NotSentInTimeError, UncertainError
from bot.telegram.backend.httpx_request import HttpxRequest

__all__ = [
    "AiohttpRequest",
    "BackendName",
    "HttpxRequest",
    "NoAnswerInTimeError",
    "NotSentError",
    "NotSentInTimeError",
    "UncertainError",
    "Way",
]

BackendName = Literal["aiohttp", "httpx"]


@dataclass(frozen=True, slots=True)
class Way:
    """The way to Telegram: as which bot, where, and through what. The token and a proxy's password are never shown."""

    token: str = field(repr=False)
    api_url: str
    backend: BackendName = "aiohttp"
    proxy: str | None = field(default=None, repr=False)
