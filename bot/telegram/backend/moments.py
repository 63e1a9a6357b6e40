"""Instants in texts on servers that do not know them: what is refused for its `tg-time` goes out once more without.

Which servers those are is kept as long as the process runs. The tag encloses the time as we write it; clients that know
it show the same instant by their own clock when it is tapped, others the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

log = structlog.get_logger(__name__)

_TEXTS = frozenset({"text", "caption"})
_TAG = re.compile(r"</?tg-time[^>]*>")
_BLAMED = re.compile(rb"tg-time|date.?time|unix.?time", re.IGNORECASE)
"""What a refusal may say that means the tag; whether it did shows when the message goes through without."""
_plain: set[str] = set()
"""Servers that refuse instants, by address."""

Send = Callable[[RequestData | None], Awaitable[tuple[int, bytes]]]


async def sent(url: str, data: RequestData | None, send: Send) -> tuple[int, bytes]:
    """Send a call to `url`; where its text has instants that the server refuses, once more without them."""
    bare = _without_instants(data) if data is not None else None
    if bare is None:
        return await send(data)
    server = urlsplit(url).netloc
    if server in _plain:
        return await send(bare)
    status, payload = await send(data)
    if status != HTTPStatus.BAD_REQUEST or not _BLAMED.search(payload):
        return status, payload
    status, payload = await send(bare)
    if status == HTTPStatus.OK:
        _plain.add(server)
        log.warning("instants_refused", advice="times are plain text until the next start")
    return status, payload


def _without_instants(data: RequestData) -> RequestData | None:
    """The same call with plain times; None where there are none, which is so in nearly every call."""
    parameters = data._parameters
    if not any(map(_has_instants, parameters)):
        return None
    return RequestData(
        [
            RequestParameter(each.name, _TAG.sub("", str(each.value)), None) if _has_instants(each) else each
            for each in parameters
        ]
    )


def _has_instants(parameter: RequestParameter) -> bool:
    return parameter.name in _TEXTS and isinstance(parameter.value, str) and "<tg-time" in parameter.value
