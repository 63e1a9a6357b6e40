"""`bot db`: looking after the database."""

from __future__ import annotations

import asyncio

import click

from bot.shell.settings import shell_settings
from digests.ports import SystemClock


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; an SQLite file is backed up first."""
    from bot.upgrading import upgrade_database

    asyncio.run(upgrade_database(shell_settings(), SystemClock()))


@db.command()
def check() -> None:
    """Say whether the database has the schema of this version."""
    from bot.upgrading import check_database

    asyncio.run(check_database(shell_settings()))
