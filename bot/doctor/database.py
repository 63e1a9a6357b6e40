"""Checks of the database. An SQLite file that does not exist yet is not made, an older schema not changed."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.app import explained
from bot.database_faults import advice_for, fault_of
from bot.doctor.findings import Finding, Patient, failure, ok, skipped, warning
from digests.errors import SchemaError
from digests.storage import schema
from digests.storage.copies import faults_of
from digests.storage.database import Database
from digests.storage.places import folder_fault

GIGABYTE = 1_000_000_000
LEAST_ROOM = GIGABYTE // 20
"""Bytes; with less a busy hour fills the disk."""
NONE_YET = "none yet"
"""There is no SQLite file; the first start makes it."""
_MAKE_WRITABLE = "make file and folder writable for the user that runs the bot"


async def reachable(patient: Patient) -> Finding:
    """The database answers."""
    settings = patient.settings
    with explained(settings.database_url):
        database = Database(settings.database_url)
        patient.stack.push_async_callback(database.close)
        path = file_of(database.url)
        if database.is_sqlite and (path is None or not path.exists()):
            patient.no_database = NONE_YET
            return ok(f"{NONE_YET}: the first start makes {path or 'one in memory'}")
        async with database.read() as transaction:
            if database.is_sqlite:
                version = f"SQLite {sqlite3.sqlite_version}, {path}"
            else:
                version = "PostgreSQL " + str(await transaction.connection.scalar(text("SHOW server_version")))
    patient.database = database
    return ok(version)


async def migrations(patient: Patient) -> Finding:
    """Its schema is the one that this version needs."""
    if patient.database is None:
        return skipped(patient.no_database)
    database, head = patient.database, schema.head()
    patient.schema = await schema.current(database)
    if database.is_sqlite:
        try:
            await schema.check(database)
        except SchemaError as error:
            if patient.schema is not None and patient.schema not in schema.revisions():
                return failure(str(error))
            advice = (
                "the next start brings it to the present one, after a copy; or do it now: `python -m bot db upgrade`"
            )
            found = f"schema {patient.schema}" if patient.schema else "no schema yet"
            return warning(f"{found}, this version has {head}", advice)
        return ok(f"schema {head}")
    from digests.engine import job_schema

    await schema.check(database)
    await job_schema.check(database)
    return ok(f"schema {head}, and the tables for jobs")


class _TakenBackError(Exception):
    """Ends a transaction without leaving anything of it."""


async def writable(patient: Patient) -> Finding:
    """Rows can be written; what is written here is taken back. Where there is no file yet, one can be made."""
    if patient.database is None:
        return _can_be_made(patient)
    if patient.schema is None:
        return skipped(NONE_YET)
    try:
        async with patient.database.write() as transaction:
            await transaction.connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            raise _TakenBackError
    except _TakenBackError:
        return ok("writable")
    except DBAPIError as error:
        fault = str(error.orig).partition("\n")[0]
        return failure(f"nothing can be written ({fault})", advice_for(patient.database.url.get_backend_name(), fault))


def _can_be_made(patient: Patient) -> Finding:
    path = file_of(make_url(patient.settings.database_url))
    if patient.no_database != NONE_YET or path is None:
        return skipped(patient.no_database)
    try:
        with TemporaryFile(dir=path.parent):
            return ok("its folder can be written")
    except OSError as error:
        return failure(f"no file can be made in {path.parent} ({error.strerror})", _MAKE_WRITABLE)


async def integrity(patient: Patient) -> Finding:
    """An SQLite file is whole, and no row refers to one that is not there."""
    if patient.database is None:
        return skipped(patient.no_database)
    if not patient.database.is_sqlite:
        return skipped("PostgreSQL looks after its own files")
    faults = await asyncio.to_thread(faults_of, Path(patient.database.url.database or ""))
    if faults:
        return failure(
            f"{len(faults)} faults, the first: {faults[0]}",
            "stop the bot, keep the file, and bring back a backup: `python -m bot restore FILE`",
        )
    return ok("the file is whole")


async def room(patient: Patient) -> Finding:
    """The disk of the database has room for what comes, and for a copy of it."""
    url = make_url(patient.settings.database_url)
    if url.get_backend_name() != "sqlite":
        return skipped("the disk is the database server's")
    path = file_of(url)
    if path is None:
        return skipped("the database is in memory")
    if fault_of(path) is not None:  # which the check of the database tells
        return skipped(f"the database cannot be at {path}")
    size = path.stat().st_size if path.exists() else 0
    free = shutil.disk_usage(path.parent).free
    found = f"{megabytes(free)} free, the database has {megabytes(size)}"
    if free < LEAST_ROOM:
        return failure(found, "make room: when the disk is full nothing is planned or sent")
    if free < max(GIGABYTE, 2 * size):
        return warning(found, "make room: a backup before an upgrade takes as much as the database itself")
    return ok(found)


async def copies(patient: Patient) -> Finding:
    """Backups have somewhere to go."""
    folder = patient.settings.backup_folder
    if folder is None:
        return ok("backups go beside the SQLite file, with PostgreSQL into the working folder")
    if (fault := folder_fault(folder.absolute())) is not None:
        return warning(f"BACKUP_FOLDER: {fault}", "until then no backup is possible")
    return ok(f"backups go to {folder}")


def file_of(url: URL) -> Path | None:
    """Where an SQLite database is; None for one in memory."""
    name = url.database
    return Path(name).absolute() if name and name != ":memory:" else None


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / GIGABYTE:.1f} GB" if size >= GIGABYTE else f"{size / 1_000_000:.1f} MB"
