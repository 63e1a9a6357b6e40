"""Looking after the bot: `bot doctor` and the like."""

from __future__ import annotations

import asyncio
from datetime import datetime
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
    from bot.doctor.findings import Result, exit_code, failure, skipped
    from bot.doctor.report import print_json, print_table

    log.configure("error", "text")
    try:
        settings = load_settings()
    except SettingsError as error:
        results = [Result("settings", failure(line)) for line in str(error).splitlines()]
        results.append(Result("others", skipped("nothing else is looked at before the settings are right")))
    else:
        results = list(asyncio.run(examine(settings, SystemClock(), offline=offline)))
    (print_json if as_json else print_table)(results)
    raise SystemExit(exit_code(results))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path | None) -> None:
    """Copy the whole database to FILE, or to one named after the time, and check the copy. The bot may run."""
    from bot.restoring import back_up

    asyncio.run(back_up(shell_settings(level="warning"), SystemClock(), file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Put a database that is there aside, under another name.")
def restore(file: Path, force: bool) -> None:
    """Put a copy that `backup` has made in the place of the database. Stop the bot first."""
    from bot.restoring import restore as bring_back

    asyncio.run(bring_back(shell_settings(level="warning"), SystemClock(), file, force=force))


@click.command(name="export-readers")
@click.argument("file", default="-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def export_readers(file: Path) -> None:
    """Write all readers with their choices to FILE, one JSON object a line; "-" is standard output."""
    from bot.carrying import export_readers as export

    asyncio.run(export(shell_settings(level="warning"), SystemClock(), file))


@click.command(name="import-readers")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--replace", is_flag=True, help="Readers who are known get the choices of the file.")
def import_readers(file: Path, replace: bool) -> None:
    """Take in the readers that `export-readers` wrote, of this or another bot; again changes nothing."""
    from bot.carrying import import_readers as import_

    bad = asyncio.run(import_(shell_settings(level="warning"), SystemClock(), file, replacing=replace))
    if bad:
        raise SystemExit(1)


@click.command()
@click.argument("address")
def move(address: str) -> None:
    """Copy everything from the SQLite file to an empty PostgreSQL database at ADDRESS. Stop the bot first."""
    from bot.moving import move as move_all

    asyncio.run(move_all(shell_settings(level="warning"), SystemClock(), address))


@click.command()
@click.option("--role", type=click.Choice(["run", "web", "work"]), help="Such a process must live.")
@click.option("--anywhere", is_flag=True, help="Processes of any host count, not only of this one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
def health(role: str | None, anywhere: bool, as_json: bool) -> None:
    """Say whether the processes of this host are well: ok, degraded or failed, and why. Exit code 1: failed."""
    from bot.living import print_health

    settings = shell_settings(level="error")
    if not asyncio.run(print_health(settings, SystemClock(), role, anywhere=anywhere, as_json=as_json)):
        raise SystemExit(1)


@click.command()
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="The first slot, in UTC: 2026-08-01 or 2026-08-01T07:00.",
)
@click.option("--details", is_flag=True, help="Name the stories that differ.")
def replay(since: datetime, details: bool) -> None:
    """Compose past digests once more with today's code and show what differs. Nothing is stored or sent."""
    from bot.replaying import replay as replay_all

    asyncio.run(replay_all(shell_settings(level="warning"), SystemClock(), since, details=details))


COMMANDS = (doctor, health, backup, restore, export_readers, import_readers, move, replay)
