"""`bot sources`: where articles come from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings
from bot.shell.settings import shell_settings
from digests.domain.sources import FullText, SourceKind
from digests.ports import SystemClock

if TYPE_CHECKING:
    from bot.sourcing import Sourcing

NAME = click.argument("source", metavar="ID|ADDRESS|TITLE")


@click.group()
def sources() -> None:
    """Say where articles come from: feeds and pages, which are then read by themselves. Works while the bot runs."""


@sources.command()
@click.argument("address")
@click.option("--title", help="The name readers see; the feed's own otherwise.")
@click.option("--language", help="Language of its articles, such as de; the feed's own otherwise.")
@click.option("--topics", default="", help="Topics that all its articles belong to, comma-separated.")
@click.option(
    "--pages",
    type=click.Choice([each.value for each in FullText]),
    default=FullText.SHORT.value,
    show_default=True,
    help="When the pages behind the entries are read.",
)
@click.option("--kind", type=click.Choice(["feed", "page"]), help="What the address is; found out otherwise.")
def add(address: str, title: str | None, language: str | None, topics: str, pages: str, kind: str | None) -> None:
    """Add a feed, the feed of a page, or a page, and read it once. What stands there already is no news."""
    from digests.services.sources import Wishes

    names = tuple(name for each in topics.split(",") if (name := each.strip()))
    wishes = Wishes(title, language, names, FullText(pages), SourceKind(kind) if kind else None)
    _run(lambda work: work.add(address, wishes))


@sources.command(name="list")
def list_() -> None:
    """List the sources with their state and what they brought in the last week."""
    _run(lambda work: work.list())


@sources.command()
@NAME
def show(source: str) -> None:
    """Show one source: its state, rhythm, yield, and its last failure."""
    _run(lambda work: work.show(source))


@sources.command()
@NAME
def check(source: str) -> None:
    """Say what would be taken from a source, or from an address that is none yet; nothing is stored."""
    _run(lambda work: work.check(source))


@sources.command()
@NAME
def poll(source: str) -> None:
    """Read a source now."""
    _run(lambda work: work.poll(source))


@sources.command()
@NAME
def pause(source: str) -> None:
    """Read a source no more until it is resumed."""
    _run(lambda work: work.pause(source))


@sources.command()
@NAME
def resume(source: str) -> None:
    """Read a paused or retired source again."""
    _run(lambda work: work.resume(source))


@sources.command()
@NAME
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(source: str, yes: bool) -> None:
    """Delete a source with all its articles."""
    if not yes:
        click.confirm(f"Delete source {source} with all its articles?", abort=True)
    _run(lambda work: work.remove(source))


@sources.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def import_(file: Path) -> None:
    """Add the feeds of an OPML list; its folders become topics where they have the name of one."""
    _run(lambda work: work.import_list(file))


@sources.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default=Path("-"))
def export(file: Path) -> None:
    """Write the feeds as an OPML list."""
    _run(lambda work: work.export_list(file))


def _run(call: Callable[[Sourcing], Awaitable[int]]) -> None:
    """Do one thing with the sources; what it could not do is the exit code."""
    from bot.sourcing import sourcing

    async def work(settings: Settings) -> int:
        async with sourcing(settings, SystemClock()) as opened:
            return await call(opened)

    if asyncio.run(work(shell_settings(level="error"))):
        raise SystemExit(1)
