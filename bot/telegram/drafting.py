"""A word while an answer takes long: a draft (Bot API 9.3), which the answer replaces or 30 seconds end.

A file or picture does not replace it; there the client's own "sends a file" stands above the chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError

from bot.telegram.registry import Upload
from bot.telegram.visit import Visit

log = structlog.get_logger(__name__)

AFTER = 0.5
"""Seconds of the reader's own time after which an answer takes long."""
_PATIENCE = 1.0
"""Seconds that an answer waits for a draft under way: one that came behind it would stand there for half a minute."""
_ACTION_LASTS = 4.0
"""Seconds; clients forget it after five."""
_REFUSALS = (BadRequest, EndPointNotFound, InvalidToken)
"""The server knows no drafts; to an unknown method it may say 404, for which the library has two names."""


@dataclass
class Drafts:
    """Shows drafts, until the server has refused one: then never again in this process."""

    after: float = AFTER
    refused: bool = field(default=False, init=False)

    @asynccontextmanager
    async def shown(self, visit: Visit, sends: Upload | None = None) -> AsyncIterator[None]:
        """Work on what a reader has written. A pressed button may change its own message, which ends no draft.

        Neither does a file or picture: where the answer `sends` one, the client says so above the chat instead.
        """
        if (self.refused and not sends) or visit.place.kind != "private" or visit.query is not None:
            yield
            return
        draft = _Draft(self, visit, sends)
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


async def _announce(visit: Visit, sends: Upload) -> None:
    """Say that a file or picture is under way, until somebody ends this; what goes wrong, no reader hears of."""
    try:
        while True:
            await visit.bot.send_chat_action(visit.place.id, sends)
            await asyncio.sleep(_ACTION_LASTS)
    except TelegramError as error:
        log.info("chat_action_failed", error=type(error).__name__)


class _Draft:
    """One draft, or one word above the chat; it may never be sent."""

    def __init__(self, drafts: Drafts, visit: Visit, sends: Upload | None) -> None:
        self._drafts = drafts
        self._visit = visit
        self._sends = sends
        self._sending = False
        self._task = asyncio.ensure_future(self._show())  # no group: what the conversation raises must not be wrapped

    async def _show(self) -> None:
        await asyncio.sleep(self._drafts.after)  # the reader's time, which no test moves
        if self._sends:
            await _announce(self._visit, self._sends)
        else:
            self._sending = True
            await self._drafts.send(self._visit)

    async def end(self) -> None:
        """The answer is ready: no draft any more, and none that overtakes it."""
        if not self._task.done():
            if self._sending:
                await asyncio.wait([self._task], timeout=_PATIENCE)
            self._task.cancel()
            await asyncio.wait([self._task])
