"""Fixtures for all tests."""

from __future__ import annotations

import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from digests.storage.database import Database
from tests.support.databases import (
    migrated_by_copy,
    postgres_database,
    postgres_template,
    shared_statements,
    sqlite_template,
)

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's matter
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption(
        "--renew-transcripts", action="store_true", help="write tests/bot/transcripts anew, for changes that are meant"
    )


def pytest_collection_finish() -> None:
    """Thousands of tests and their modules stay until the end: no garbage collection need look at them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)  # seldom, but before the worlds that tests leave in cycles fill the memory


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    else:
        with postgres_database() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the present schema, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), tmp_path / 'test.db')}"
    else:
        with postgres_database(postgres_template()) as url:
            yield url


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """A database with the present schema, once of each kind."""
    database = Database(migrated_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An SQLite database with the present schema, for tests in which the kind does not matter."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), tmp_path / 'depesche.db')}")
    yield database
    await database.close()


@pytest.fixture(autouse=True, scope="session")
def _known_statements() -> Iterator[None]:
    """What one test has compiled the next ones need not."""
    with shared_statements():
        yield


@pytest.fixture(autouse=True, scope="session")
def _known_schema() -> Iterator[None]:
    """What one test has migrated the next ones copy."""
    with migrated_by_copy():
        yield


@pytest.fixture(autouse=True, scope="session")
def _plain_tracebacks() -> None:
    """A fault is logged as in a real process: drawn with all its variables it takes longer than readers wait."""
    import structlog

    processors = structlog.get_config()["processors"]
    drawn = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*processors[:-1], drawn])


@pytest.fixture(autouse=True)
def _process_as_it_was() -> Iterator[None]:
    """Commands configure logging and garbage collection for their process; other tests must not notice."""
    import structlog

    before, thresholds = structlog.get_config(), gc.get_threshold()
    yield
    structlog.configure(**before)
    gc.set_threshold(*thresholds)
