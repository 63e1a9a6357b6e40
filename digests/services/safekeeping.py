"""Copies of the whole database, checked before anybody relies on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import func, select

from digests.errors import BackupError
from digests.ports import Clock
from digests.storage import models
from digests.storage.copies import copy_file
from digests.storage.database import Database
from digests.storage.places import folder_fault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy, and what it holds."""

    path: Path
    size: int  # bytes
    readers: int
    articles: int


@dataclass(frozen=True, slots=True)
class Safekeeping:
    """Makes copies while the bot runs: SQLite's by its online backup, PostgreSQL's by pg_dump."""

    database: Database
    clock: Clock
    folder: Path | None = None  # where copies go; else beside an SQLite file, or into the working folder

    async def back_up(self, target: Path | None = None) -> Backup:
        """Copy the database to `target`, or to a file named after the time. Raises BackupError with what to do."""
        target = target or self._target()
        if (fault := await asyncio.to_thread(folder_fault, target.absolute().parent)) is not None:
            raise BackupError(f"no backup can be made: {fault}")
        if self.database.is_sqlite:
            contents = await asyncio.to_thread(copy_file, self._file(), target)
            readers, articles = contents.rows["subscriber"], contents.rows["article"]
        else:
            from digests.storage import dumps

            async with self.database.read() as transaction:
                readers, articles = [
                    int(await transaction.connection.scalar(select(func.count()).select_from(table)) or 0)
                    for table in (models.Subscriber, models.Article)
                ]
            await dumps.dump(self.database.url, target)
        size = (await asyncio.to_thread(target.stat)).st_size
        log.info("backup_made", file=target.name, bytes=size, readers=readers, articles=articles)
        return Backup(target, size, readers, articles)

    def _target(self) -> Path:
        if self.database.is_sqlite:
            name, beside = self._file().name, self._file().parent
        else:
            name, beside = str(self.database.url.database), Path.cwd()
        return (self.folder or beside) / f"{name}.{self.clock.now():%Y%m%dT%H%M%SZ}.backup"

    def _file(self) -> Path:
        name = self.database.url.database
        if not name or name == ":memory:":
            raise BackupError("the database is in memory and ends with its process; set DATABASE_URL to a file")
        if not Path(name).is_file():
            raise BackupError(f"{name}: there is no database yet; the first start makes it")
        return Path(name)
