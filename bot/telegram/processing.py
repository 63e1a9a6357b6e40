"""Several readers at once, but the taps of one chat one after another, in the order in which they were made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 32
"""Updates handled at the same time; more wait in the bounded queue and, behind it, at Telegram."""

OnRepeat = Callable[[Update], Awaitable[None]]
_Press = tuple[int, int, str]  # chat, message, data


class PerChatProcessor(BaseUpdateProcessor):
    """One lock per chat that has updates under way. A press that is under way already is not done twice."""

    __slots__ = ("_locks", "_presses", "_waiting", "on_repeat")

    def __init__(self, on_repeat: OnRepeat, at_once: int = AT_ONCE) -> None:
        """Handle `at_once` updates at the same time; `on_repeat` answers the second tap on a busy button."""
        super().__init__(at_once)
        self.on_repeat = on_repeat
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}
        self._presses: set[_Press] = set()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait until the chat's earlier updates are done."""
        if not isinstance(update, Update) or update.effective_chat is None:
            await coroutine
            return
        press = _press(update)
        if press in self._presses:
            if isinstance(coroutine, Coroutine):
                coroutine.close()
            await self.on_repeat(update)
            return
        if press is not None:
            self._presses.add(press)
        try:
            await self._in_turn(update.effective_chat.id, coroutine)
        finally:
            if press is not None:
                self._presses.discard(press)

    async def _in_turn(self, chat_id: int, coroutine: Awaitable[Any]) -> None:
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._waiting[chat_id] = self._waiting.get(chat_id, 0) + 1
        try:
            async with lock:  # asyncio's lock wakes its waiters in order
                await coroutine
        finally:
            self._waiting[chat_id] -= 1
            if not self._waiting[chat_id]:
                del self._waiting[chat_id], self._locks[chat_id]


def _press(update: Update) -> _Press | None:
    query = update.callback_query
    if query is None or query.message is None or not query.data:
        return None
    return query.message.chat.id, query.message.message_id, query.data
