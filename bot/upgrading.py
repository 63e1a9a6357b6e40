"""`bot db`: the schema of the database."""

from __future__ import annotations

import click

from bot.settings import Settings
from digests.ports import Clock
from digests.storage import schema
from digests.storage.database import Database


async def upgrade_database(settings: Settings, clock: Clock) -> None:
    """Bring the database to the present schema. Raises SchemaError."""
    database = Database(settings.database_url)
    try:
        before = await schema.current(database)
        backup = await schema.upgrade(database, clock.now())
    finally:
        await database.close()
    if before == schema.head():
        click.echo(f"The database already has schema {before}.")
    else:
        click.echo(f"The database went from schema {before or 'none'} to {schema.head()}.")
    if backup:
        click.echo(f"A backup is in {backup}.")


async def check_database(settings: Settings) -> None:
    """Say that the schema is right. Raises SchemaError."""
    database = Database(settings.database_url)
    try:
        await schema.check(database)
    finally:
        await database.close()
    click.echo(f"The database has schema {schema.head()}, as it should.")
