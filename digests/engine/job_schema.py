"""The tables for jobs in PostgreSQL: procrastinate's, made and brought on by its own scripts."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, inspect, text

from digests.errors import SchemaError
from digests.storage.database import Database


async def check(database: Database) -> None:
    """Raise SchemaError unless the database has exactly the tables of jobs that this version works with."""
    async with database.read() as transaction:
        found = await transaction.connection.run_sync(_version)
    if found == _steps()[-1]:
        return
    if found is None:
        message = "the database has no tables for jobs; run `python -m bot db upgrade` first"
    elif found in _steps():
        message = f"the tables for jobs are those of {found}; run `python -m bot db upgrade`"
    else:
        message = f"the tables for jobs are those of {found}, which only a newer version knows; install that one"
    raise SchemaError(message)


async def upgrade(database: Database) -> bool:
    """Bring the tables for jobs to the present version; True when something was done. Raises SchemaError.

    Safe to call from several processes. Each step is a transaction, so that one that was interrupted goes on.
    """
    done = False
    while True:
        async with database.write() as transaction:
            await transaction.alone("job schema")
            if not await transaction.connection.run_sync(bring_on):
                return done
        done = True


def bring_on(connection: Connection) -> bool:
    """Take one step towards the present version, on an empty database all of them; False when there is none left."""
    found, steps = _version(connection), _steps()
    if found == steps[-1]:
        return False
    raw = connection.execution_options(no_parameters=True)
    if found is None:
        if inspect(connection).has_table("procrastinate_jobs"):
            raise SchemaError("the database holds another program's procrastinate; give Depesche a database of its own")
        raw.exec_driver_sql(SchemaManager.get_schema())
        raw.exec_driver_sql("CREATE TABLE job_schema (version varchar(128) PRIMARY KEY)")
        upcoming = steps[-1]
    elif found in steps:
        upcoming = steps[steps.index(found) + 1]
        raw.exec_driver_sql((Path(SchemaManager.get_migrations_path()) / upcoming).read_text(encoding="utf-8"))
    else:
        message = f"the tables for jobs are those of {found}, of a newer version; install that version again"
        raise SchemaError(message)
    connection.execute(text("DELETE FROM job_schema"))
    connection.execute(text("INSERT INTO job_schema VALUES (:version)"), {"version": upcoming})
    return True


def _version(connection: Connection) -> str | None:
    has_table = inspect(connection).has_table("job_schema")
    found: str | None = connection.scalar(text("SELECT version FROM job_schema")) if has_table else None
    return found


def _steps() -> list[str]:
    """procrastinate's migrations in their order; the last one is the version of its present schema."""
    return sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
