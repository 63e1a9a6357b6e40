"""The engine of any number of processes: procrastinate's tables in PostgreSQL, which hold the jobs.

A job is written on the caller's own connection, so that it exists only once the caller's transaction is committed. Of
procrastinate this uses the schema, the SQL functions and the notifications, but not its `Worker`: that one stops as a
whole, and without a heartbeat, as soon as the database fails to answer once, while here what runs goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from procrastinate import PsycopgConnector, exceptions
from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from sqlalchemy import text

from digests.engine.conninfo import conninfo
from digests.engine.embedded import DRAIN
from digests.engine.periods import Tick, ticks, unless
from digests.engine.ticking import SharedTicks
from digests.ports import Clock, Clockwork, Handler, Job
from digests.services.cancelling import end_all, end_if_cancelled
from digests.storage.database import Database, Transaction

log = structlog.get_logger(__name__)

ATTEMPTS = 8
"""A job that failed so often, or took its process along, is left for the operator; the sweep finds its work again."""
LONGEST_WAIT = 300.0
"""Seconds between two attempts."""
CONNECTIONS = 4
"""Of this queue, beside the one that listens and those of the product's own pool."""
CONNECTS_WITHIN = 10.0
"""Seconds for the first connections of this queue."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts to connect."""
_NO_CONNECTION = (
    f"until it works no job is done here; it needs up to {CONNECTIONS + 1} connections of its own: look at "
)
_NO_CONNECTION += "max_connections of the server, and at limits of the user and the database"
KEEP_FAILED = 7 * 24
"""Hours that failed jobs can be looked at in the table procrastinate_jobs."""
_QUEUE, _BULK = "depesche", "depesche bulk"
_WAITING = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:keys)")
_WITHDRAW = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:keys)")
_ALIVE = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(worker)s RETURNING id"


@dataclass
class PostgresQueue:
    """Runs jobs of a PostgreSQL database, highest priority first; `workers` of them at a time in this process, one of
    them never a bulk job.
    """

    database: Database
    clock: Clock
    workers: int = 4
    drain: float = DRAIN  # seconds that jobs may go on after a stop
    heartbeat: float = 10.0  # seconds between two signs of life of this process
    stalled_after: float = 30.0  # seconds without one, after which its jobs are another's
    poll: float = 5.0  # seconds between two looks for jobs of which no notification came
    first_wait: float = 5.0  # seconds after the first failure of a job; doubled each time
    first_pause: float = 1.0  # seconds after the first attempt to connect; doubled each time
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _ready: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _worker: int = field(default=0, init=False)
    _in_bulk: int = field(default=0, init=False)  # workers busy with bulk jobs
    _ours: set[int | None] = field(default_factory=set, init=False)  # jobs begun
    _in_doubt: bool = field(default=False, init=False)  # a job may be ours of which we have never heard

    def __post_init__(self) -> None:
        """Nothing is connected before `run`: jobs are written on the connections of the product's own pool."""
        address = conninfo(self.database.url)
        self._connector = PsycopgConnector(conninfo=address, min_size=1, max_size=CONNECTIONS, timeout=5.0)
        self._jobs = JobManager(self._connector)

    async def enqueue(self, job: Job, *, within: Transaction | None = None) -> None:
        """Hand over a job; with `within` it counts only once that transaction is committed."""
        await self.enqueue_all([job], within=within)

    async def enqueue_all(self, jobs: Sequence[Job], *, within: Transaction | None = None) -> None:
        """Hand over many jobs in one statement; with `within` they count only once that transaction is committed."""
        if within is None:
            async with self.database.write() as transaction:
                await self.enqueue_all(jobs, within=transaction)
            return
        new = list({job.key: job for job in reversed(jobs)}.values())[::-1]  # the first of twins
        if len(new) > 1:
            waiting = set(await within.connection.scalars(_WAITING, {"keys": [job.key for job in new]}))
            new = [job for job in new if job.key not in waiting]
        if new and not await self._write(new, within) and len(new) > 1:  # another process was quicker with one of them
            for job in new:
                await self._write([job], within)

    async def withdraw(self, keys: Collection[str], *, within: Transaction) -> None:
        """Take back the jobs with these keys that still wait, as their work is done; once `within` is committed."""
        await within.connection.execute(_WITHDRAW, {"keys": list(keys)})

    async def _write(self, jobs: Sequence[Job], within: Transaction) -> bool:
        """False when a twin of one of them waits; the savepoint keeps the caller's transaction alive."""
        stored = [
            StoredJob(
                queue=_BULK if job.bulk else _QUEUE,
                lock=None if job.beside else job.key,
                queueing_lock=job.key,
                task_name=job.name,
                task_kwargs=dict(job.payload),
                priority=job.priority,
            )
            for job in jobs
        ]
        raw = (await within.connection.get_raw_connection()).driver_connection
        try:
            async with within.connection.begin_nested():
                await self._jobs.batch_defer_jobs_async(stored, connection=raw)
        except exceptions.AlreadyEnqueued:
            return False
        return True

    async def ready(self) -> None:
        """Come back once `run` takes jobs: its connections stand, and the database knows this process."""
        await self._ready.wait()

    async def run(self, handlers: Mapping[str, Handler], clockwork: Clockwork, until: asyncio.Event) -> None:
        """Work until `until` is set; jobs begun are finished. A job that takes longer than `drain` is handed back."""
        if not await self._connected(until):
            return
        telling = SharedTicks(self.database, self.clock)
        async with self._registered(), asyncio.TaskGroup() as group:
            self._ready.set()
            beside = [
                group.create_task(self._for_ever("heartbeat", self._beat, self.heartbeat)),
                group.create_task(self._for_ever("rescue", self._rescue, self.stalled_after / 2)),
                group.create_task(self._for_ever("listening", self._listen, self.poll)),
                *(group.create_task(telling.tell(*each)) for each in ticks(clockwork, self._clean(clockwork))),
            ]
            try:
                await self._work(handlers, until)
            finally:
                await end_all(beside)

    async def _connected(self, until: asyncio.Event) -> bool:
        """Connect and register, again and again until that works; False when `until` is set before."""
        pause = self.first_pause
        while not until.is_set():
            try:
                async with asyncio.timeout(CONNECTS_WITHIN):
                    await self._connector.open_async()
                    self._worker = await self._jobs.register_worker()
            except (exceptions.ConnectorException, TimeoutError) as error:
                end_if_cancelled()
                fault = type(error.__cause__ or error).__name__
                log.error("queue_unreachable", doing="connecting", error=fault, seconds=pause, advice=_NO_CONNECTION)
                await self._connector.close_async()
            else:
                return True
            await unless(until, asyncio.sleep(pause))
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    @asynccontextmanager
    async def _registered(self) -> AsyncIterator[None]:
        """Be known as alive; whatever is still in our name afterwards is free for others at once."""
        try:
            yield
            with suppress(exceptions.ConnectorException, TimeoutError):
                async with asyncio.timeout(2):
                    await self._jobs.unregister_worker(self._worker)
        finally:
            await self._connector.close_async()

    async def _for_ever(self, name: str, action: Callable[[], Awaitable[None]], pause: float) -> None:
        """Do something again and again; a failure is told, and hinders nothing."""
        while True:
            try:
                await action()
            except Exception as error:
                log.warning("queue_unreachable", doing=name, error=type(error.__cause__ or error).__name__)
                end_if_cancelled()
            await asyncio.sleep(pause)

    async def _beat(self) -> None:
        try:
            await self._connector.execute_query_one_async(_ALIVE, worker=self._worker)
        except exceptions.NoResult:  # we were taken for dead
            self._worker = await self._jobs.register_worker()
            log.warning("queue_rejoined")

    async def _listen(self) -> None:
        async def notice(*, channel: str, notification: object) -> None:  # noqa: ARG001  # as procrastinate calls it
            self._wake.set()

        await self._jobs.listen_for_jobs(on_notification=notice, queues=[_QUEUE, _BULK])

    async def _rescue(self) -> None:
        """Find jobs of dead processes again. One process at a time, so that none is taken from whoever rescued it."""
        async with self.database.write() as transaction:
            await transaction.alone("stalled jobs")
            for job in await self._jobs.get_stalled_jobs(seconds_since_heartbeat=self.stalled_after):
                log.warning("job_found_again", job=job.task_name, attempt=job.attempts + 1, **job.task_kwargs)
                await self._again(job, wait=0.0)
            await self._jobs.prune_stalled_workers(self.stalled_after)

    async def _work(self, handlers: Mapping[str, Handler], until: asyncio.Event) -> None:
        free = asyncio.Semaphore(self.workers)
        running: set[asyncio.Task[None]] = set()

        def ended(bulk: bool, number: int | None, task: asyncio.Task[None]) -> None:
            running.discard(task)
            free.release()
            self._in_bulk -= bulk
            self._ours.discard(number)
            if bulk:
                self._wake.set()

        async with asyncio.TaskGroup() as group:
            while await unless(until, free.acquire()):
                job = await self._next(until)
                if job is None:
                    free.release()
                    break
                bulk = job.queue == _BULK
                self._in_bulk += bulk
                self._ours.add(job.id)
                running.add(task := group.create_task(self._do(job, handlers, until)))
                task.add_done_callback(partial(ended, bulk, job.id))
            if running:
                _, late = await asyncio.wait(set(running), timeout=self.drain)
                for task in late:
                    task.cancel()

    async def _next(self, until: asyncio.Event) -> StoredJob | None:
        """The next job, when there is one; None at the end."""
        while not until.is_set():
            self._wake.clear()
            queues = [_QUEUE, _BULK] if self._in_bulk < max(1, self.workers - 1) else [_QUEUE]
            try:
                await self._hand_back()
                job = await self._jobs.fetch_job(queues=queues, worker_id=self._worker)
            except Exception as error:
                self._in_doubt = True
                log.warning("queue_unreachable", doing="fetching", error=type(error.__cause__ or error).__name__)
                await unless(until, asyncio.sleep(min(1.0, self.poll)))
                continue
            if job is not None:
                return job
            with suppress(TimeoutError):
                async with asyncio.timeout(self.poll):
                    await unless(until, self._wake.wait())
        return None

    async def _hand_back(self) -> None:
        """Let jobs wait again that were given to us while the answer was lost: nobody does them, and we are alive."""
        if not self._in_doubt:
            return
        for job in await self._jobs.list_jobs_async(status="doing", worker_id=self._worker):
            if job.id not in self._ours:
                log.warning("job_found_again", job=job.task_name, attempt=job.attempts + 1, **job.task_kwargs)
                await self._again(job, wait=0.0)
        self._in_doubt = False

    async def _do(self, job: StoredJob, handlers: Mapping[str, Handler], until: asyncio.Event) -> None:
        began = self.clock.now()
        try:
            await handlers[job.task_name](job.task_kwargs)
        except asyncio.CancelledError:
            log.warning("job_cut_short", job=job.task_name, **job.task_kwargs)
            await self._store(lambda: self._again(job, wait=0.0), until)
            raise
        except Exception:
            log.exception("job_failed", job=job.task_name, attempt=job.attempts + 1, **job.task_kwargs)
            wait = min(self.first_wait * 2**job.attempts, LONGEST_WAIT)
            await self._store(lambda: self._again(job, wait), until)
        else:
            seconds = (self.clock.now() - began).total_seconds()
            log.info("job_done", job=job.task_name, seconds=round(seconds, 3), **job.task_kwargs)
            await self._store(lambda: self._jobs.finish_job(job, Status.SUCCEEDED, delete_job=True), until)

    async def _again(self, job: StoredJob, wait: float) -> None:
        """Let a job wait for its next attempt, unless it had its last one or a twin waits already."""
        if job.attempts + 1 >= ATTEMPTS:
            log.error("job_given_up", job=job.task_name, attempts=job.attempts + 1, **job.task_kwargs)
            await self._jobs.finish_job(job, Status.FAILED, delete_job=False)
            return
        try:
            await self._jobs.retry_job(job, retry_at=self.clock.now() + timedelta(seconds=wait))
        except exceptions.UniqueViolation:
            await self._jobs.finish_job(job, Status.FAILED, delete_job=True)

    async def _store(self, write: Callable[[], Awaitable[None]], until: asyncio.Event) -> None:
        """Write what became of a job, through every outage of the database but not beyond a stop."""
        while True:
            try:
                return await write()
            except exceptions.ConnectorException as error:
                cause = type(error.__cause__ or error).__name__
                if cause == "RaiseException":  # procrastinate's own objection: it is no longer ours
                    log.warning("job_was_taken_over")
                    return None
                log.warning("queue_unreachable", doing="storing", error=cause)
                if not await unless(until, asyncio.sleep(min(1.0, self.poll), result=True)):
                    return None  # whoever finds it again does it again

    def _clean(self, clockwork: Clockwork) -> Tick:
        """The nightly call, and with it the end of jobs that failed long ago."""

        async def nightly(now: datetime) -> None:
            await clockwork.nightly(now)
            await self._jobs.delete_old_jobs(
                KEEP_FAILED, include_failed=True, include_cancelled=True, include_aborted=True
            )

        return nightly
