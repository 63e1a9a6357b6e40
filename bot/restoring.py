"""`bot backup` and `bot restore`: a copy of the whole database, and back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import text

from bot.app import explained
from bot.counting import counted
from bot.doctor.database import megabytes
from bot.engines import alone
from bot.settings import Settings
from digests.errors import BackupError
from digests.ports import Clock
from digests.services.safekeeping import Safekeeping
from digests.storage import copies, dumps, schema
from digests.storage.database import Database


async def back_up(settings: Settings, clock: Clock, target: Path | None) -> None:
    """Copy the database while the bot runs, and say what the copy holds. Raises BackupError, SettingsError."""
    with explained(settings.database_url):
        database = Database(settings.database_url)
        try:
            made = await Safekeeping(database, clock, settings.backup_folder).back_up(target)
        finally:
            await database.close()
    held = f"{counted(made.readers, 'reader')}, {counted(made.articles, 'article')}"
    click.echo(f"✓ {made.path}: {megabytes(made.size)}, {held}; checked")


async def restore(settings: Settings, clock: Clock, file: Path, *, force: bool) -> None:
    """Put a copy in the place of the database, which is kept under another name.

    Raises BackupError when the copy cannot be used or there is a database and `force` is not given, SettingsError
    when a process works on it.
    """
    database = Database(settings.database_url)
    try:
        if database.is_sqlite:
            with explained(settings.database_url), alone(database):
                await asyncio.to_thread(
                    _restore_file, Path(database.url.database or ""), file, clock.now(), force=force
                )
        else:
            with explained(settings.database_url):
                await _restore_dump(database, file, clock.now(), force=force)
    finally:
        await database.close()


def _restore_file(path: Path, file: Path, now: datetime, *, force: bool) -> None:
    if file.is_file() and dumps.is_dump(file):
        raise BackupError(f"{file} is a copy of a PostgreSQL database, and DATABASE_URL names an SQLite file")
    contents = copies.look_through(file)
    _check_revision(file, contents.revision or "")
    companions = [path.with_name(path.name + suffix) for suffix in copies.COMPANIONS]
    if any(each.exists() for each in (path, *companions)) and not force:
        raise BackupError(f"{path} exists; with --force it is put aside under another name, and not deleted")
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # of a restore that was killed
    copies.copy_file(file, new)
    try:
        former = copies.put_in_place(new, path, f"{path.name}.{now:%Y%m%dT%H%M%SZ}.replaced")
    finally:
        new.unlink(missing_ok=True)
    if former:
        click.echo(f"The database that was there is now {former}.")
    rows = contents.rows
    click.echo(
        f"✓ {path}: schema {contents.revision}, {counted(rows['subscriber'], 'reader')}, "
        f"{counted(rows['article'], 'article')}; checked"
    )


async def _restore_dump(database: Database, file: Path, now: datetime, *, force: bool) -> None:
    """Tables that are there are put aside into a schema of their own, and come back when the dump cannot be read."""
    if not file.is_file():  # noqa: ASYNC240  # one look
        raise BackupError(f"{file}: there is no such file; name a copy that `python -m bot backup` has made")
    revision = await dumps.revision_of(file)
    _check_revision(file, revision)
    aside = f"replaced_{now:%Y%m%dt%H%M%Sz}"
    async with database.write() as transaction:
        others = await transaction.connection.scalar(text(_OTHERS))
        if others:
            raise BackupError(f"{others} other connections use the database; stop every process of the bot first")
        taken = await transaction.connection.scalar(text(_TAKEN))
    if taken and not force:
        raise BackupError("the database holds tables; with --force they are put aside into another schema, not deleted")
    if taken:
        await _run(database, f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
    try:
        await dumps.restore(database.url, file)
    except BackupError:
        if taken:
            await _run(database, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {aside} RENAME TO public")
        raise
    if taken:
        click.echo(
            f"The tables that were there are now in the schema {aside}; DROP SCHEMA {aside} CASCADE deletes them."
        )
    async with database.read() as transaction:
        readers = await transaction.connection.scalar(text("SELECT count(*) FROM subscriber")) or 0
        articles = await transaction.connection.scalar(text("SELECT count(*) FROM article")) or 0
    held = f"{counted(readers, 'reader')}, {counted(articles, 'article')}"
    click.echo(f"✓ {database.url.database}: schema {revision}, {held}")


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
_TAKEN = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


async def _run(database: Database, *statements: str) -> None:
    async with database.write() as transaction:
        for statement in statements:
            await transaction.connection.execute(text(statement))


def _check_revision(file: Path, revision: str) -> None:
    if revision not in schema.revisions():
        raise BackupError(
            f"{file} has schema {revision}, which this version does not know: it was made by a newer version. Install "
            "that version, or use an older copy"
        )
