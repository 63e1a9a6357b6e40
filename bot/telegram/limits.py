"""The lane of answers: they wait for no digest, are counted so that digests step back, and obey Telegram's refusals."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from digests.ports import Clock
from digests.services.traffic import Traffic

_MESSAGES = ("send", "edit", "copy", "forward")
_NO_MESSAGES = ("sendChatAction", "sendMessageDraft")
_PATIENCE = 3.0
"""Seconds that an answer waits for the end of a refusal; nobody reads one that comes much later."""

_Answer = bool | dict[str, Any] | list[dict[str, Any]]


class AnswerLane(BaseRateLimiter[None]):
    """Carries every call of an application, one after another or at once, as they come.

    python-telegram-bot's own limiter lets two seconds' worth through in one, and any finished call ends its halt.
    """

    def __init__(self, traffic: Traffic, clock: Clock) -> None:
        """`traffic` is shared with whoever sends digests in this process."""
        self._traffic = traffic
        self._clock = clock

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002
    ) -> _Answer:
        """Make a call. Raises RetryAfter without making it while Telegram wants nothing for its chat."""
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or not endpoint.startswith(_MESSAGES) or endpoint in _NO_MESSAGES:
            return await callback(*args, **kwargs)
        wait = self._traffic.halted(chat_id, self._clock.now()).total_seconds()
        if wait > _PATIENCE:
            raise RetryAfter(int(wait) + 1)
        if wait:
            await self._clock.sleep(wait)
        self._traffic.answered(chat_id, self._clock.now())
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._traffic.refused(chat_id, error._retry_after.total_seconds(), self._clock.now())
            raise
