"""`bot db`: the schema of the database, with the tables for jobs on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType

import click

from bot.app import check_there, explained
from bot.settings import Settings
from digests.ports import Clock
from digests.storage import schema
from digests.storage.database import Database


async def upgrade_database(settings: Settings, clock: Clock) -> None:
    """Bring the database to the present schema. Raises SchemaError."""
    async with _opened(settings) as database:
        before = await schema.current(database)
        backup = await schema.upgrade(database, clock.now())
        jobs_changed = not database.is_sqlite and await _jobs().upgrade(database)
    if jobs_changed:
        click.echo("The tables for jobs were brought to the present version.")
    if before == schema.head():
        click.echo(f"The database already has schema {before}.")
    else:
        click.echo(f"The database went from schema {before or 'none'} to {schema.head()}.")
    if backup:
        click.echo(f"A backup is in {backup}.")


async def check_database(settings: Settings) -> None:
    """Say that the schema is right. Raises SchemaError."""
    check_there(settings.database_url)
    async with _opened(settings) as database:
        await schema.check(database)
        if not database.is_sqlite:
            await _jobs().check(database)
    click.echo(f"The database has schema {schema.head()}, as it should.")


def _jobs() -> ModuleType:
    """The engine on PostgreSQL, whose packages are an extra."""
    from digests.engine import job_schema

    return job_schema


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    with explained(settings.database_url):
        database = Database(settings.database_url)
        try:
            yield database
        finally:
            await database.close()
