"""Answers of a Bot API server, or of whatever answered in its place, before python-telegram-bot reads them.

A refusal counts only in Telegram's own form: a firewall's page with status 403 must not look like a reader who has
blocked the bot. Texts of others are left out of errors, for they may quote the address and with it the token.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import orjson

from bot.telegram.backend.errors import NotSentError, UncertainError

Json = dict[str, Any]

_TOKEN = re.compile(r"\d{6,15}:[\w-]{30,}", re.ASCII)
_UNNAMED_WAIT = 5
"""Seconds to wait after a 429 that names no time; what comes from a proxy rarely does."""


def parsed(payload: bytes) -> Json:
    """The JSON object of an answer. Raises UncertainError when there is none, or one without a result.

    Telegram's texts may hold half a surrogate pair, which orjson refuses and the standard library takes.
    """
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        answer = _leniently(payload)
    if not isinstance(answer, dict) or "result" not in answer:
        raise UncertainError("the answer is not Telegram's")
    return answer


def checked(status: int, payload: bytes, retry_after: str = "") -> tuple[int, bytes]:
    """Status and body for python-telegram-bot, which turns Telegram's refusals into its own errors.

    `retry_after` is the header of this name. Raises UncertainError for a server's fault and for anything that is not
    Telegram's, NotSentError when a proxy wants to know who asks.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return status, payload
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        raise NotSentError("the proxy wants another name or password")
    refusal = _refusal(payload)
    name = _name(status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        refusal = refusal or {"description": name}
        if not (refusal.get("parameters") or {}).get("retry_after"):
            wait = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0
            refusal["parameters"] = {"retry_after": wait or _UNNAMED_WAIT}
    elif status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        refusal = {"description": name}
    if refusal is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UncertainError(str((refusal or {}).get("description") or name))
    return status, orjson.dumps({"ok": False, "result": None} | refusal)


def _refusal(payload: bytes) -> Json | None:
    """What Telegram says of a refusal; None when it was not Telegram that said it."""
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(answer, dict) or answer.get("ok") is not False or not isinstance(answer.get("description"), str):
        return None
    refusal: Json = {"description": _TOKEN.sub("***", answer["description"])}
    if isinstance(answer.get("parameters"), dict):
        refusal["parameters"] = answer["parameters"]
    return refusal


def _name(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"Unknown HTTPError ({status})"


def _leniently(payload: bytes) -> object:
    try:
        return json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
