"""A word in the chat while an answer takes long: a draft (Bot API 9.3), which the answer replaces or 30 seconds end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError

from bot.telegram.visit import Visit

log = structlog.get_logger(__name__)

AFTER = 0.5
"""Seconds of the reader's own time after which an answer takes long."""
_PATIENCE = 1.0
"""Seconds that an answer waits for a draft under way: one that came behind it would stand there for half a minute."""
_REFUSALS = (BadRequest, EndPointNotFound, InvalidToken)
"""The server knows no drafts; to an unknown method it may say 404, for which the library has two names."""


@dataclass
class Drafts:
    """Shows drafts, until the server has refused one: then never again in this process."""

    after: float = AFTER
    refused: bool = field(default=False, init=False)

    @asynccontextmanager
    async def shown(self, visit: Visit) -> AsyncIterator[None]:
        """Work on what a reader has written. A pressed button may change its own message, which ends no draft."""
        if self.refused or visit.place.kind != "private" or visit.query is not None:
            yield
            return
        draft = _Draft(self, visit)
        visit.before_answer = draft.end
        try:
            yield
        finally:
            await draft.end()

    async def send(self, visit: Visit) -> None:
        """Show a draft; what goes wrong is logged, and no reader hears of it."""
        number = visit.update.update_id or 1  # any but 0
        try:
            await visit.bot.send_message_draft(visit.place.id, number, visit.texts("draft.working"))
        except TelegramError as error:
            self.refused = self.refused or isinstance(error, _REFUSALS)
            log.info("draft_failed", error=type(error).__name__, refused=self.refused)


class _Draft:
    """One draft, which may never be sent."""

    def __init__(self, drafts: Drafts, visit: Visit) -> None:
        self._drafts = drafts
        self._visit = visit
        self._sending = False
        self._task = asyncio.ensure_future(self._show())  # no group: what the conversation raises must not be wrapped

    async def _show(self) -> None:
        await asyncio.sleep(self._drafts.after)  # the reader's time, which no test moves
        self._sending = True
        await self._drafts.send(self._visit)

    async def end(self) -> None:
        """The answer is ready: no draft any more, and none that overtakes it."""
        if not self._task.done():
            if self._sending:
                await asyncio.wait([self._task], timeout=_PATIENCE)
            self._task.cancel()
            await asyncio.wait([self._task])
