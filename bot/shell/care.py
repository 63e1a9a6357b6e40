"""Looking after the bot: `bot doctor` and the like."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot import log
from bot.settings import load_settings
from bot.shell.settings import shell_settings
from digests.errors import SettingsError
from digests.ports import SystemClock


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
@click.option("--offline", is_flag=True, help="Ask nobody outside: neither Telegram nor sources.")
def doctor(as_json: bool, offline: bool) -> None:
    """Check everything the bot needs and say what to do. Exit code 0: all well, 1: warnings, 2: failures.

    Nothing is changed, the bot may run meanwhile. The token is never printed.
    """
    from bot.doctor import examine
    from bot.doctor.findings import Result, exit_code, failure
    from bot.doctor.report import print_json, print_table

    log.configure("error", "text")
    try:
        settings = load_settings()
    except SettingsError as error:
        results = [Result("settings", failure(line)) for line in str(error).splitlines()]
    else:
        results = list(asyncio.run(examine(settings, SystemClock(), offline=offline)))
    (print_json if as_json else print_table)(results)
    raise SystemExit(exit_code(results))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path | None) -> None:
    """Copy the whole database to FILE, or to one named after the time, and check the copy. The bot may run meanwhile."""
    from bot.restoring import back_up

    asyncio.run(back_up(shell_settings(level="warning"), SystemClock(), file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Put a database that is there aside, under another name.")
def restore(file: Path, force: bool) -> None:
    """Put a copy that `backup` has made in the place of the database. Stop the bot first."""
    from bot.restoring import restore as bring_back

    asyncio.run(bring_back(shell_settings(level="warning"), SystemClock(), file, force=force))
