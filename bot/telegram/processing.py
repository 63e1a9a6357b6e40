"""Several readers at once, but the taps of one chat one after another, in the order in which they were made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 32
"""Updates handled at the same time; more wait in the bounded queue and, behind it, at Telegram."""


class PerChatProcessor(BaseUpdateProcessor):
    """One lock per chat that has updates under way."""

    __slots__ = ("_locks", "_waiting")

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Handle `at_once` updates at the same time."""
        super().__init__(at_once)
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait until the chat's earlier updates are done."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock = self._locks.setdefault(chat.id, asyncio.Lock())
        self._waiting[chat.id] = self._waiting.get(chat.id, 0) + 1
        try:
            async with lock:  # asyncio's lock wakes its waiters in order
                await coroutine
        finally:
            self._waiting[chat.id] -= 1
            if not self._waiting[chat.id]:
                del self._waiting[chat.id], self._locks[chat.id]
