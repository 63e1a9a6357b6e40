"""The product put together, before anything runs: database, catalogue, services."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database_faults import advice_for, fault_of, is_known, told
from bot.settings import Settings, seeds_folder
from digests.domain.schedule import load_zone
from digests.domain.topics import Catalogue
from digests.errors import InputError, SettingsError
from digests.ports import Clock
from digests.services.ingesting import Ingesting
from digests.services.reading import Reading
from digests.services.stories import Stories
from digests.services.subscriptions import Subscriptions
from digests.storage import schema
from digests.storage.database import Database
from digests.storage.interning import store_topics

if TYPE_CHECKING:
    from digests.text.embeddings import Embedder

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """The product, ready to be asked; nothing runs yet."""

    settings: Settings
    clock: Clock
    database: Database
    catalogue: Catalogue
    ingesting: Ingesting
    reading: Reading
    stories: Stories
    subscriptions: Subscriptions


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, *, existing: bool = False) -> AsyncIterator[App]:
    """Open the database, bring an SQLite file to the present schema, load the catalogue.

    With `existing` a file that is not there is refused: it would be made, and be empty. Raises SchemaError,
    SettingsError or InputError with what to do; also when the database gives out later.
    """
    check_zones()
    catalogue = load_catalogue(settings)
    if existing:
        check_there(settings.database_url)
    with explained(settings.database_url):
        database = Database(settings.database_url)
    try:
        with explained(settings.database_url):
            await _prepare(database, clock)
            async with database.write() as transaction:
                await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue])
        app = App(
            settings=settings,
            clock=clock,
            database=database,
            catalogue=catalogue,
            ingesting=Ingesting(database, catalogue, clock, embedder(settings)),
            reading=Reading(database, catalogue, clock, written=settings.writer_url is not None),
            stories=Stories(database, clock),
            subscriptions=Subscriptions(database, clock, settings.time_zone),
        )
        with _given_out(settings.database_url):
            yield app
    finally:
        await database.close()


async def _prepare(database: Database, clock: Clock) -> None:
    if not database.is_sqlite:
        await schema.check(database)
    elif backup := await schema.upgrade(database, clock.now()):
        log.info("database_backed_up", file=backup.name)


@contextmanager
def explained(database_url: str, name: str = "DATABASE_URL") -> Iterator[None]:
    """Turn a database that cannot be used into a SettingsError of one line, without its password.

    `name` is where its address came from.
    """
    _check_file(database_url)
    try:
        yield
    except ModuleNotFoundError as error:  # the driver is an extra
        advice = "install the extra: `pip install 'depesche[postgres]'`"
        raise SettingsError(f"{name}: {error}; {advice}") from error
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise _unusable(error, database_url, name) from error


@contextmanager
def _given_out(database_url: str) -> Iterator[None]:
    """The same for a database in use that is full, locked or away all at once; what else it says is a fault of ours."""
    try:
        yield
    except OperationalError as error:
        if not is_known(make_url(database_url).get_backend_name(), told(str(error.orig))):
            raise
        raise _unusable(error, database_url, "DATABASE_URL") from error


def _unusable(error: Exception, database_url: str, name: str) -> SettingsError:
    fault = told(str(getattr(error, "orig", error)))
    url = make_url(database_url)
    advice = advice_for(url.get_backend_name(), fault)
    return SettingsError(f"{name}: {url.render_as_string(hide_password=True)} cannot be used ({fault}); {advice}")


def check_there(database_url: str) -> None:
    """Raises SettingsError for an SQLite file that is not there: whoever only looks must not make one."""
    _check_file(database_url)
    if (path := _file(database_url)) is not None and not path.exists():
        raise SettingsError(f"DATABASE_URL: there is no database {path} yet; name another, or import or `run` first")


def _check_file(database_url: str) -> None:
    """What SQLite says of a missing folder helps nobody, and its driver would leave a thread behind."""
    if (path := _file(database_url)) is not None and (fault := fault_of(path)) is not None:
        raise SettingsError(f"DATABASE_URL: {fault}")


def _file(database_url: str) -> Path | None:
    """Where an SQLite file is or is to be; None for anything else."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).absolute()


def embedder(settings: Settings) -> Embedder | None:
    """What the operator wants embeddings from. Raises SettingsError when its extra is not installed."""
    if settings.semantic == "off":
        return None
    from digests.text.embeddings import load

    try:
        return load(settings.semantic)
    except SettingsError as error:
        raise SettingsError(f"SEMANTIC: {error}") from error


def check_zones() -> None:
    """Raises SettingsError where nobody's local time could be told."""
    try:
        load_zone("Europe/Berlin")
    except InputError as error:
        raise SettingsError(f"{error}; `pip install tzdata` brings them, and look at PYTHONTZPATH") from error


def load_catalogue(settings: Settings) -> Catalogue:
    """The operator's topic catalogue, else the one that comes along. Raises SettingsError, InputError."""
    path = settings.topics_file or seeds_folder() / "topics.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"TOPICS_FILE: {path} cannot be read ({error.strerror}); name another, or leave it empty"
        raise SettingsError(message) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"TOPICS_FILE: {path} is not a text in UTF-8; save it as one") from error
    return _parsed(text, f"TOPICS_FILE: {path}" if settings.topics_file else str(path))


@lru_cache(maxsize=4)
def _parsed(text: str, origin: str) -> Catalogue:
    """A catalogue never changes, and reading one takes a tenth of a second."""
    return Catalogue.parse(text, origin)
