"""Which schema a database has, and how it gets the present one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from digests.errors import SchemaError
from digests.storage.copies import copy_file
from digests.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_103_551  # any constant: PostgreSQL's advisory lock for migrations


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations inside this package."""
    from alembic.config import Config  # only a database that is behind needs it

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """The revisions this code knows, in order: each migration's file begins with its own."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The revision this code works with."""
    return revisions()[-1]


async def current(database: Database) -> str | None:
    """The revision the database has; None when it is empty."""
    async with database.read() as transaction:
        if not await transaction.connection.run_sync(lambda each: inspect(each).has_table("alembic_version")):
            return None
        revision: str | None = await transaction.connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


async def check(database: Database) -> None:
    """Raise SchemaError unless the database has exactly the present schema."""
    found = await current(database)
    if found == head():
        return
    if found is None:
        message = "the database is empty; run `python -m bot db upgrade` first"
    elif found in revisions():
        message = f"the database has schema {found}, this version needs {head()}; run `python -m bot db upgrade`"
    else:
        message = _newer(found)
    raise SchemaError(message)


async def upgrade(database: Database, now: datetime) -> Path | None:
    """Bring the database to the present schema.

    An SQLite file that holds data is copied first; the copy's path is returned. Safe to call from several processes.
    Raises SchemaError when the database comes from a newer version.
    """
    found = await current(database)
    if found == head():
        return None
    if found is not None and found not in revisions():
        raise SchemaError(_newer(found))
    from alembic import command

    copy = back_up(database, found, now) if found is not None else None
    async with database.write() as transaction:
        if transaction.dialect == "postgresql":
            await transaction.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await transaction.connection.run_sync(lambda connection: command.upgrade(configuration(connection), "head"))
    return copy


def _newer(revision: str) -> str:
    return (
        f"the database has schema {revision}, which this version does not know: it was used by a newer version. "
        "Install that version again, or restore the backup made before the upgrade"
    )


def back_up(database: Database, revision: str, now: datetime) -> Path | None:
    """Copy an SQLite file consistently, even while others read it. Raises BackupError."""
    if not database.is_sqlite or not database.url.database or database.url.database == ":memory:":
        return None
    path = Path(database.url.database)
    target = path.with_name(f"{path.name}.{revision}.{now:%Y%m%dT%H%M%SZ}.backup")
    copy_file(path, target)
    return target
