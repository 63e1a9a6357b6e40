"""`bot move`: from an SQLite file to PostgreSQL."""

from __future__ import annotations

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.app import check_there, explained
from bot.counting import counted
from bot.engines import alone
from bot.settings import Settings
from digests.errors import BackupError, InputError
from digests.ports import Clock
from digests.storage import moving, schema
from digests.storage.database import Database


async def move(settings: Settings, clock: Clock, address: str) -> None:
    """Copy all rows from the SQLite file of DATABASE_URL to the PostgreSQL database at `address`; the file stays.

    Raises InputError for another address, BackupError when the target is not empty, SettingsError when a process works
    on the file or a database cannot be used, SchemaError for a schema that is not the present one.
    """
    _check(settings.database_url, address)
    check_there(settings.database_url)
    with explained(settings.database_url):
        source = Database(settings.database_url)
        try:
            with alone(source):
                await schema.check(source)
                moved = await _move(source, address, clock)
        finally:
            await source.close()
    for each in moved:
        click.echo(f"  {each.table:<16} {each.rows:>9}")
    click.echo(
        f"✓ Everything is there: {counted(sum(each.rows for each in moved), 'row')} of {len(moved)} tables, counted on "
        "both sides. Set DATABASE_URL to the new address; the file was not changed."
    )


async def _move(source: Database, address: str, clock: Clock) -> list[moving.Moved]:
    """Raises what concerns the target as such."""
    with explained(address, "ADDRESS"):
        target = Database(address)
        try:
            from digests.engine import job_schema

            await schema.upgrade(target, clock.now())
            await job_schema.upgrade(target)
            async with source.read() as origin, target.write() as transaction:  # all or nothing
                if taken := await moving.filled(transaction):
                    raise BackupError(f"the target holds rows already (table {taken[0]}); name an empty database")
                return [each async for each in moving.move(origin, transaction)]
        finally:
            await target.close()


def _check(origin: str, address: str) -> None:
    if not origin.startswith("sqlite"):
        raise InputError(
            "DATABASE_URL", "is no SQLite file; to copy PostgreSQL use `python -m bot backup` and `restore`"
        )
    try:
        name = make_url(address).drivername
    except ArgumentError:
        name = ""
    if name != "postgresql+psycopg":
        raise InputError("ADDRESS", "expected postgresql+psycopg://USER@HOST/NAME")
