"""The product put together, before anything runs: database, catalogue, services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.settings import Settings, seeds_folder
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.ingesting import Ingesting
from digests.services.reading import Reading
from digests.services.subscriptions import Subscriptions
from digests.storage import schema
from digests.storage.database import Database
from digests.storage.interning import store_topics

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
    subscriptions: Subscriptions


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """Open the database, bring an SQLite file to the present schema, load the catalogue.

    Raises SchemaError, SettingsError or InputError with what to do.
    """
    database = Database(settings.database_url)
    try:
        if database.is_sqlite:
            backup = await schema.upgrade(database, clock.now())
            if backup:
                log.info("database_backed_up", file=backup.name)
        else:
            await schema.check(database)
        catalogue = load_catalogue(settings)
        async with database.write() as transaction:
            await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue])
        yield App(
            settings=settings,
            clock=clock,
            database=database,
            catalogue=catalogue,
            ingesting=Ingesting(database, catalogue, clock),
            reading=Reading(database, catalogue, clock),
            subscriptions=Subscriptions(database, clock, settings.time_zone),
        )
    finally:
        await database.close()


def load_catalogue(settings: Settings) -> Catalogue:
    """The operator's topic catalogue, else the one that comes along. Raises InputError."""
    path = settings.topics_file or seeds_folder() / "topics.toml"
    return Catalogue.parse(path.read_text(encoding="utf-8"), str(path))
