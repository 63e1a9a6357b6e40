"""The engine of one process: a priority queue in memory, a few workers, APScheduler for the clock.

A job that is lost with the process is found again by the sweep, because every piece of work is a row in the database.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from digests.ports import Clock, Clockwork, Handler, Job
from digests.storage.database import Transaction

log = structlog.get_logger(__name__)

CLOCK_LOOK = 15.0
"""Seconds between two looks for a clock that was set back."""
_MOMENT = timedelta(seconds=1)
DRAIN = 6.0
"""Whoever stops a program waits about ten seconds in all before he kills it."""


_Place = tuple[int, int, Job]
"""Of a waiting job: its priority turned round, its number, itself."""


@dataclass
class EmbeddedQueue:
    """Runs jobs in this process, highest priority first; `workers` of them at a time, one of them never a bulk job."""

    clock: Clock
    workers: int = 4
    drain: float = DRAIN  # seconds that jobs may go on after a stop
    clock_look: float = CLOCK_LOOK
    _short: list[_Place] = field(default_factory=list)  # two heaps
    _bulk: list[_Place] = field(default_factory=list)
    _in_bulk: int = 0  # workers busy with bulk jobs
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: set[str] = field(default_factory=set)
    _running: set[str] = field(default_factory=set)
    _behind: dict[str, Job] = field(default_factory=dict)  # taken while its twin was running
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    async def enqueue(self, job: Job, *, within: Transaction | None = None) -> None:
        """Hand over a job; with `within` it counts only once that transaction is committed."""
        await self.enqueue_all([job], within=within)

    async def enqueue_all(self, jobs: Sequence[Job], *, within: Transaction | None = None) -> None:
        """Hand over many jobs; with `within` they count only once that transaction is committed."""
        if within is not None:
            within.after_commit(lambda: self._take_in(jobs))
        else:
            self._take_in(jobs)

    async def withdraw(self, keys: Collection[str], *, within: Transaction) -> None:
        """Take back the jobs with these keys that still wait, as their work is done; once `within` is committed."""
        within.after_commit(lambda: self._leave_out(frozenset(keys)))

    def _leave_out(self, keys: Set[str]) -> None:
        self._waiting -= keys
        for heap in (self._short, self._bulk):
            heap[:] = [place for place in heap if place[2].key not in keys]
            heapify(heap)

    def _take_in(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if job.key not in self._waiting:
                self._waiting.add(job.key)
                self._put(job)

    def _put(self, job: Job) -> None:
        heappush(self._bulk if job.bulk else self._short, (-job.priority, next(self._order), job))
        self._news.set()

    def _next(self) -> Job | None:
        """The next job that a free worker may begin."""
        bulk = self._bulk if self._in_bulk < max(1, self.workers - 1) else []
        heaps = [heap for heap in (self._short, bulk) if heap]
        return heappop(min(heaps, key=lambda heap: heap[0]))[2] if heaps else None

    async def ready(self) -> None:
        """Come back once `run` takes jobs."""
        await self._ready.wait()

    async def run(self, handlers: Mapping[str, Handler], clockwork: Clockwork, until: asyncio.Event) -> None:
        """Work until `until` is set; jobs begun are finished, jobs waiting are left to the next start's sweep.

        A job that takes longer than `drain` then is cut short.
        """
        scheduler = self._scheduler(clockwork)
        scheduler.start()
        self._ready.set()
        try:
            async with asyncio.TaskGroup() as group:
                workers = {group.create_task(self._work(handlers, until)) for _ in range(self.workers)}
                watching = group.create_task(self._watch_clock(scheduler))
                await until.wait()
                watching.cancel()
                _, late = await asyncio.wait(workers, timeout=self.drain)
                for worker in late:
                    worker.cancel()
        finally:
            scheduler.shutdown(wait=False)

    def _scheduler(self, clockwork: Clockwork) -> AsyncIOScheduler:
        """Three static jobs in UTC: late ticks run once, late or not, and never beside themselves."""
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        scheduler.add_job(self._tick, "cron", args=["minute", clockwork.minute], second=0)
        scheduler.add_job(self._tick, "cron", args=["sweep", clockwork.sweep], minute="*/5", second=30)
        scheduler.add_job(self._tick, "cron", args=["nightly", clockwork.nightly], hour=2, minute=17)
        return scheduler

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Let ticks go on after the clock was set back: APScheduler waits until the time it has seen comes again."""
        while True:
            await asyncio.sleep(self.clock_look)
            soon = datetime.now(UTC) + _MOMENT  # its own clock; a tick that is due at this moment is under way
            late = [
                job for job in scheduler.get_jobs() if job.trigger.get_next_fire_time(None, soon) < job.next_run_time
            ]
            if late:
                log.warning("clock_was_set_back", ticks=[job.args[0] for job in late])
            for job in late:
                job.reschedule(job.trigger)

    async def _tick(self, name: str, call: Callable[[datetime], Awaitable[None]]) -> None:
        try:
            await call(self.clock.now())
        except Exception:
            log.exception("tick_failed", tick=name)

    async def _work(self, handlers: Mapping[str, Handler], until: asyncio.Event) -> None:
        stopped = asyncio.ensure_future(until.wait())
        try:
            while not until.is_set():
                job = self._next()
                if job is None:
                    self._news.clear()
                    news = asyncio.ensure_future(self._news.wait())
                    await asyncio.wait({news, stopped}, return_when=asyncio.FIRST_COMPLETED)
                    news.cancel()
                    continue
                self._in_bulk += job.bulk
                try:
                    await self._do(job, handlers)
                finally:
                    self._in_bulk -= job.bulk
                    self._news.set()
        finally:
            stopped.cancel()

    async def _do(self, job: Job, handlers: Mapping[str, Handler]) -> None:
        if job.key in self._running and not job.beside:
            self._behind[job.key] = job  # still waiting, as far as its own twins are concerned
            return
        self._waiting.discard(job.key)
        self._running.add(job.key)
        began = self.clock.now()
        try:
            await handlers[job.name](job.payload)
        except asyncio.CancelledError:
            log.warning("job_cut_short", job=job.name, **job.payload)
            raise
        except Exception:
            log.exception("job_failed", job=job.name, **job.payload)
        else:
            seconds = (self.clock.now() - began).total_seconds()
            log.info("job_done", job=job.name, seconds=round(seconds, 3), **job.payload)
        finally:
            self._running.discard(job.key)
            if behind := self._behind.pop(job.key, None):
                self._put(behind)
