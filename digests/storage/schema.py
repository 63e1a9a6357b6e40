"""Which schema a database has, and how it gets the present one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from digests.errors import SchemaError
from digests.storage.copies import copy_file
from digests.storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_103_551  # any constant: PostgreSQL's advisory lock for migrations


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations inside this package."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The revision this code works with."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None, "the package has lost its migrations"  # noqa: S101
    return revision


async def current(database: Database) -> str | None:
    """The revision the database has; None when it is empty."""
    async with database.read() as transaction:
        return await transaction.connection.run_sync(
            lambda connection: MigrationContext.configure(connection).get_current_revision()
        )


async def check(database: Database) -> None:
    """Raise SchemaError unless the database has exactly the present schema."""
    found = await current(database)
    if found == head():
        return
    if found is None:
        message = "the database is empty; run `python -m bot db upgrade` first"
    elif is_known(found):
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
    if found is not None and not is_known(found):
        raise SchemaError(_newer(found))
    copy = back_up(database, found, now) if found is not None else None
    async with database.write() as transaction:
        if transaction.dialect == "postgresql":
            await transaction.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await transaction.connection.run_sync(lambda connection: command.upgrade(configuration(connection), "head"))
    return copy


def is_known(revision: str) -> bool:
    """True for a schema that this version can bring to the present one."""
    return revision in {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


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
