"""Crash drills: processes that die while digests go out, and are replaced; afterwards everything is counted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from bot.roles import senders
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from digests.storage.database import Database
from tests.support.processes import Program, program
from tests.support.promises import SETTLED_WITHIN, Expected, Tally, answering, settled, tally, uncertain_are_shown
from tests.support.worlds import TOKEN

PATIENCE = 90.0
"""Seconds until something shows at Telegram."""


@dataclass
class Drill:
    """Processes on one database that die and are replaced: `bot run` on SQLite, `bot work` on PostgreSQL."""

    sandbox: Sandbox
    database_url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[Program] = field(default_factory=list)
    kills: int = 0
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Drill:
        self.database = Database(self.database_url)
        self._command, self._started = ("run", "bot_started") if self.database.is_sqlite else ("work", "work_started")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self.database.close()

    @property
    def at_once(self) -> int:
        """Messages that one process has on their way, at most."""
        return senders(float(self.settings.get("SEND_RATE", "25")))

    async def hire(self, count: int = 1) -> None:
        """Start more processes."""
        settings = {"BOT_TOKEN": TOKEN, "API_URL": self.sandbox.url, "DATABASE_URL": self.database_url} | self.settings
        for _ in range(count):
            running = program("bot", self._command, folder=self.folder, **settings)
            self.workers.append(await self._stack.enter_async_context(running))

    async def kill(self, worker: Program) -> None:
        """SIGKILL one and start another; its jobs need not wait for its heart to be missed."""
        self.workers.remove(worker)
        worker.process.kill()
        await worker.ends()
        self.kills += 1
        if not self.database.is_sqlite:
            async with self.database.write() as transaction:
                await transaction.connection.execute(
                    text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
                )
        await self.hire()

    async def whoever_says(self, part: str) -> Program:
        """The first process to say something. Raises AssertionError when none does."""
        listening = {asyncio.ensure_future(worker.says(part)): worker for worker in self.workers}
        done, rest = await asyncio.wait(listening, return_when=asyncio.FIRST_COMPLETED)
        for each in rest:
            each.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        first = done.pop()
        first.result()
        return listening[first]

    async def somebody_at_work(self) -> Program:
        """Any process that has started; waits for one. Raises AssertionError when none does."""
        started = [worker for worker in self.workers if self._started in worker.output]
        return random.choice(started) if started else await self.whoever_says(self._started)  # noqa: S311

    async def reaches(self, what: Callable[[], bool]) -> None:
        """Wait for something that shows in the sandbox. Raises TimeoutError."""
        await self.sandbox.world.pulse.until(what, PATIENCE)

    async def ready(self) -> None:
        """Wait until all processes have started. Raises AssertionError when one does not."""
        for worker in self.workers:
            await worker.says(self._started)

    async def stop(self) -> list[int]:
        """End all processes in peace; their exit codes."""
        await self.ready()
        return [(await worker.stop())[0] for worker in self.workers]

    async def ends(self, expected: Expected, readers: Sequence[Reader], within: float = SETTLED_WITHIN) -> Tally:
        """Wait `within` seconds, stop, count, and let everybody whose digest is uncertain ask for it."""
        await settled(self.database, within)
        assert set(await self.stop()) == {0}
        counted = await tally(self.database, self.sandbox.ledger, expected)
        if counted.uncertain:
            self.sandbox.faults.clear()
            async with answering(self.sandbox, self.folder, self.database_url):
                seen = await uncertain_are_shown(readers, counted)
            assert seen == counted.statuses["uncertain"], counted
        return counted
