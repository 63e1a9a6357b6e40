"""What a server does not know, left out: a call that is refused for it goes out once more without.

Which servers those are is kept as long as the process runs.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from telegram.request import RequestData

log = structlog.get_logger(__name__)

Send = Callable[[RequestData | None], Awaitable[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Downgrade:
    """One thing that a server may refuse."""

    without: Callable[[RequestData], RequestData | None]  # the same call without it; None where it has none
    blamed: re.Pattern[bytes]  # what a refusal may say that means it; whether it did shows when the call goes through
    event: str  # in the log, once per server
    advice: str
    _refused_by: set[str] = field(default_factory=set)  # servers, by address

    async def sent(self, url: str, data: RequestData | None, send: Send) -> tuple[int, bytes]:
        """Send a call to `url`; where the server refuses it for this thing, once more without; status and body."""
        if data is None:
            return await send(data)
        server = urlsplit(url).netloc
        if server in self._refused_by:
            return await send(self.without(data) or data)
        status, payload = await send(data)
        if status != HTTPStatus.BAD_REQUEST or not self.blamed.search(payload):
            return status, payload
        if (bare := self.without(data)) is None:
            return status, payload
        status, payload = await send(bare)
        if status == HTTPStatus.OK:
            self._refused_by.add(server)
            log.warning(self.event, advice=self.advice)
        return status, payload
