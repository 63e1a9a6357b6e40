"""Generated summaries of stories that several sources report. Optional: nothing else needs them.

A look at the tables finds the stories whose articles have changed since they were last asked about; it costs ingesting
nothing and sees also what other processes have stored. What the writer answers is judged sentence by sentence, and what
is kept belongs to exactly the articles it was written from. However many processes look, one of them asks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from digests.domain.facts import LANGUAGES
from digests.domain.written import Draft, Review, Task, basis_of, review, task_for, tellers
from digests.errors import WriterError
from digests.ports import Clock, Job, JobQueue, Writer
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.summaries import SummaryRecord, SummaryStore, Telling

log = structlog.get_logger(__name__)

RECENT = timedelta(hours=24)
"""Stories without news for so long are not written about any more."""
LOOKED_AT = 300
"""So many stories, the newest, are looked at each time."""
AT_A_TIME = 20
"""Stories asked about after one look."""
AGAIN = timedelta(minutes=10)
"""A story whose summary did not come is asked about again after so long."""
HELD = timedelta(minutes=25)
"""Nobody asks for so long (two attempts of ten minutes at most): who was asked earlier and has not answered died."""
QUIET = timedelta(minutes=1)
"""How long a writer that cannot be reached is left alone; doubled each time, up to QUIET_MOST."""
QUIET_MOST = timedelta(hours=1)
ATTEMPTS = 2
"""How often a story is given to the writer; the second time with what was wrong."""
PRIORITY = -1_000_000
"""Behind every delivery."""


@dataclass(slots=True)
class _Asked:
    """When a story was last asked about, how it looked then, and whether that came to an end here."""

    mark: str
    at: datetime
    settled: bool = False


@dataclass
class Writing:
    """Has summaries written, at most `at_once` at a time, and stores what may be shown of them."""

    database: Database
    queue: JobQueue
    clock: Clock
    writer: Writer
    sources: int  # independent ones that a story must have
    at_once: int
    _asked: dict[int, _Asked] = field(default_factory=dict, init=False)
    _waiting: deque[int] = field(default_factory=deque, init=False)
    _busy: int = field(default=0, init=False)
    _quiet: timedelta = field(default=timedelta(0), init=False)
    _quiet_until: datetime | None = field(default=None, init=False)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def look(self, now: datetime) -> None:
        """Hand out jobs for stories that have changed; nothing while the writer is left alone."""
        if self._is_quiet(now):
            return
        async with self.database.read() as transaction:
            tellings = await SummaryStore(transaction).tellings(now - RECENT, self.sources, LOOKED_AT)
        self._asked = {each.story_id: asked for each in tellings if (asked := self._asked.get(each.story_id))}
        due: list[int] = []
        for each in tellings:
            if len(due) < AT_A_TIME and self._is_due(each, now):
                due.append(each.story_id)
                self._asked[each.story_id] = _Asked(each.mark, now)
        for story_id in due:
            await self.queue.enqueue(
                Job("write_summary", {"story": story_id}, f"write:{story_id}", PRIORITY, bulk=True)
            )

    async def write(self, story_id: int) -> None:
        """Have one story written about, after those that came before it. Comes back at once when enough are at work."""
        if story_id not in self._waiting:
            self._waiting.append(story_id)
        if self._busy >= self.at_once:
            return
        self._busy += 1
        try:
            while self._waiting and not self._stopped.is_set():
                await self._write(self._waiting.popleft())
        finally:
            self._busy -= 1

    def stop(self) -> None:
        """Leave what is being written: it is asked for again after the next start."""
        self._stopped.set()

    async def summary(self, story_id: int) -> SummaryRecord | None:
        """What was written of a story, with the sentences refused and why, for the operator."""
        async with self.database.read() as transaction:
            return await SummaryStore(transaction).get(story_id)

    def _is_due(self, telling: Telling, now: datetime) -> bool:
        asked = self._asked.get(telling.story_id)
        if asked is None or asked.mark != telling.mark:
            return True
        answered = telling.written_at is not None and telling.written_at >= asked.at  # also by another process
        return not (asked.settled or answered) and now - asked.at >= AGAIN

    def _is_quiet(self, now: datetime) -> bool:
        return self._quiet_until is not None and now < self._quiet_until

    async def _write(self, story_id: int) -> None:
        if self._is_quiet(self.clock.now()):
            return
        async with self.database.read() as transaction:
            stories = await ArticleStore(transaction).load_stories([story_id])
            before = await SummaryStore(transaction).get(story_id)
        basis, task = (basis_of(tellers(stories[0])), task_for(stories[0])) if stories else ("", None)
        known = before is not None and before.basis == basis
        if (
            task is not None
            and task.language in LANGUAGES
            and not known
            and not await self._ask_once(story_id, basis, task)
        ):
            return
        if story_id in self._asked:
            self._asked[story_id].settled = True

    async def _ask_once(self, story_id: int, basis: str, task: Task) -> bool:
        """Have a story written about unless another process does so; False when nothing has come of it here."""
        async with self.database.write() as transaction:
            claim = await SummaryStore(transaction).ask(story_id, basis, self.clock.now(), HELD)
        if claim is None:
            return False
        judged: Review | None = None
        try:
            judged = await self._ask(task)
        except WriterError as error:
            self._leave_alone(story_id, error)
        if judged is None:
            async with self.database.write() as transaction:
                await SummaryStore(transaction).ask_again(claim)
            return False
        self._quiet, self._quiet_until = timedelta(0), None
        await self._store(story_id, basis, judged)
        return True

    async def _store(self, story_id: int, basis: str, judged: Review) -> None:
        refused = tuple((each.text, _reason(each.verdict.flaw, each.verdict.word)) for each in judged.refused)
        record = SummaryRecord(story_id, basis, self.clock.now(), self.writer.model, judged.kept, refused)
        async with self.database.write() as transaction:
            await SummaryStore(transaction).put(record)
        log.info("summary_written", story=story_id, sentences=len(judged.kept), refused=len(refused))

    async def _ask(self, task: Task) -> Review | None:
        """The best of the writer's attempts; None when work is to stop."""
        best: Review | None = None
        for _ in range(ATTEMPTS):
            drafts = await self._unless_stopped(task)
            if drafts is None:
                return None
            judged = await asyncio.to_thread(review, drafts, task)
            if best is None or len(judged.kept) > len(best.kept):
                best = judged
            if not judged.refused or not drafts:
                break
            objections = tuple((each.text, each.verdict.word) for each in judged.refused)
            task = replace(task, objections=objections)
        return best

    async def _unless_stopped(self, task: Task) -> Sequence[Draft] | None:
        """What the writer answers; None when it is told to stop first."""
        answering = asyncio.ensure_future(self.writer.write(task))
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({answering, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return await answering if answering.done() else None
        finally:
            for each in (answering, stopped):
                each.cancel()
            await asyncio.gather(answering, stopped, return_exceptions=True)

    def _leave_alone(self, story_id: int, error: WriterError) -> None:
        """Ask nothing for a while, longer each time; what waits is found again by a later look."""
        for each in (story_id, *self._waiting):
            self._asked.pop(each, None)
        self._waiting.clear()
        self._quiet = min(max(self._quiet * 2, QUIET), QUIET_MOST)
        if error.wait is not None:
            self._quiet = max(self._quiet, timedelta(seconds=error.wait))
        self._quiet_until = self.clock.now() + self._quiet
        log.warning("writer_unavailable", problem=str(error), quiet_seconds=round(self._quiet.total_seconds()))


def _reason(flaw: str | None, word: str) -> str:
    return f"{flaw}: {word}" if word else str(flaw)
