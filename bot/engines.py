"""Which engine a process has: the embedded one beside SQLite, for one process; PostgreSQL's for any number."""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.app import App
from digests.engine.embedded import EmbeddedQueue
from digests.errors import SettingsError
from digests.ports import JobQueue
from digests.storage.database import Database


@asynccontextmanager
async def engine_of(app: App) -> AsyncIterator[JobQueue]:
    """The queue that fits the database.

    Raises SettingsError when another process works on the same SQLite file, SchemaError when PostgreSQL's tables for
    jobs are not those of this version.
    """
    if app.database.is_sqlite:
        with alone(app.database):
            yield EmbeddedQueue(app.clock)
        return
    from digests.engine import job_schema, postgres

    await job_schema.check(app.database)
    yield postgres.PostgresQueue(app.database, app.clock)


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Hold the lock beside an SQLite file; the operating system releases it with the process, however that ends."""
    if not database.url.database or database.url.database == ":memory:":
        yield
        return
    path = Path(f"{Path(database.url.database).resolve()}.lock")
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            message = (
                f"DATABASE_URL: process {file.read().strip() or 'unknown'} already runs the bot on {path.stem}; "
                "stop it first. Several processes at a time need PostgreSQL"
            )
            raise SettingsError(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
