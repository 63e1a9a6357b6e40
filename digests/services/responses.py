"""What readers tell the operators: feedback, and reports of faults in stories; and what operators do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from digests.domain.keeping import (
    FEEDBACK_AT_MOST,
    FEEDBACK_LENGTH,
    FEEDBACK_WITHIN,
    Feedback,
    Reported,
    ReportKind,
)
from digests.domain.subscribers import Subscriber
from digests.ports import Clock
from digests.storage.database import Database
from digests.storage.feedback import FeedbackStore, ReportStore
from digests.storage.subscribers import UNDO_FOR

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an operator."""

    feedback: int  # messages without an answer
    reports: int
    stories: int  # that the reports are about


@dataclass(frozen=True, slots=True)
class Responses:
    """Takes in what readers say, each reader at a bearable rate."""

    database: Database
    clock: Clock

    async def free_at(self, reader: Subscriber) -> datetime | None:
        """When the reader may write again (UTC); None: now."""
        async with self.database.write() as transaction:
            return await self._free_at(FeedbackStore(transaction), reader)

    async def send(self, reader: Subscriber, message: str) -> Feedback | None:
        """Keep a message to the operators, cut to FEEDBACK_LENGTH characters; None when he must wait first."""
        now = self.clock.now()
        async with self.database.write() as transaction:
            store = FeedbackStore(transaction)
            if await self._free_at(store, reader) is not None:
                return None
            kept = await store.find(await store.add(reader.id, message[:FEEDBACK_LENGTH], now))
        log.info("feedback_received", length=len(message))
        return kept

    async def _free_at(self, store: FeedbackStore, reader: Subscriber) -> datetime | None:
        recent = await store.since(reader.id, self.clock.now() - FEEDBACK_WITHIN)
        return recent[-FEEDBACK_AT_MOST] + FEEDBACK_WITHIN if len(recent) >= FEEDBACK_AT_MOST else None

    async def feedback(self, feedback_id: int) -> Feedback | None:
        """One message; None when its writer has deleted his data, or it is a year old."""
        async with self.database.read() as transaction:
            return await FeedbackStore(transaction).find(feedback_id)

    async def unanswered(self, page: int, per_page: int) -> list[Feedback]:
        """A page (from 0) of the messages that wait for an answer, the newest first."""
        async with self.database.read() as transaction:
            return await FeedbackStore(transaction).unanswered(page * per_page, per_page)

    async def answered(self, feedback_id: int, text: str | None) -> None:
        """Note what a reader was answered; None: nothing, the operator has read it."""
        async with self.database.write() as transaction:
            await FeedbackStore(transaction).answer(feedback_id, text, self.clock.now())

    async def report(self, reader: Subscriber, story_id: int, headline: str, kind: ReportKind) -> None:
        """Keep that the reader finds something wrong with a story; saying it twice changes nothing."""
        async with self.database.write() as transaction:
            await ReportStore(transaction).add(reader.id, story_id, headline, kind, self.clock.now())
        log.info("story_reported", story=story_id, fault=kind.value)

    async def withdraw(self, reader: Subscriber, story_id: int, kind: ReportKind) -> bool:
        """Take back a report of the last ten minutes; False when there is none."""
        async with self.database.write() as transaction:
            return await ReportStore(transaction).withdraw(reader.id, story_id, kind, self.clock.now() - UNDO_FOR)

    async def reported(self, page: int, per_page: int) -> list[Reported]:
        """A page (from 0) of the stories that wait for an operator's look, those with most reports first."""
        async with self.database.read() as transaction:
            return await ReportStore(transaction).queue(page * per_page, per_page)

    async def reported_of(self, story_id: int) -> Reported | None:
        """What readers say of one story, as far as nobody has looked at it."""
        async with self.database.read() as transaction:
            return await ReportStore(transaction).of(story_id)

    async def settle(self, story_id: int) -> int:
        """Note that an operator has looked at what was reported of a story; how many reports there were."""
        async with self.database.write() as transaction:
            return await ReportStore(transaction).settle(story_id, self.clock.now())

    async def reopen(self, story_id: int) -> int:
        """Take back a `settle` of the last ten minutes; how many reports wait again."""
        async with self.database.write() as transaction:
            return await ReportStore(transaction).reopen(story_id, self.clock.now() - UNDO_FOR)

    async def waiting(self) -> Waiting:
        """How much waits for an operator."""
        async with self.database.read() as transaction:
            reports, stories = await ReportStore(transaction).count()
            return Waiting(await FeedbackStore(transaction).count(), reports, stories)
