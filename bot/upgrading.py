"""`bot db`: the schema of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.app import explained
from bot.settings import Settings
from digests.ports import Clock
from digests.storage import schema
from digests.storage.database import Database


async def upgrade_database(settings: Settings, clock: Clock) -> None:
    """Bring the database to the present schema. Raises SchemaError."""
    async with _opened(settings) as database:
        before = await schema.current(database)
        backup = await schema.upgrade(database, clock.now())
    if before == schema.head():
        click.echo(f"The database already has schema {before}.")
    else:
        click.echo(f"The database went from schema {before or 'none'} to {schema.head()}.")
    if backup:
        click.echo(f"A backup is in {backup}.")


async def check_database(settings: Settings) -> None:
    """Say that the schema is right. Raises SchemaError."""
    async with _opened(settings) as database:
        await schema.check(database)
    click.echo(f"The database has schema {schema.head()}, as it should.")


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    with explained(settings.database_url):
        database = Database(settings.database_url)
        try:
            yield database
        finally:
            await database.close()
