"""`bot sources`: where articles come from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.settings import Settings
from bot.shell.settings import shell_settings
from digests.domain.sources import FetchError, FullText, SourceKind, Trouble
from digests.ports import SystemClock

if TYPE_CHECKING:
    from bot.sourcing import Sourcing


class Text(click.ParamType[str]):
    """A text that can be stored: of bytes that are no UTF-8 Python makes one that cannot."""

    name = "text"

    def __init__(self, *, needed: bool = False) -> None:
        self.needed = needed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The text as it is."""
        text = str(value)
        if self.needed and not text.strip():
            self.fail("is empty", param, ctx)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            self.fail("is no text in UTF-8", param, ctx)
        return text


TEXT, NEEDED = Text(), Text(needed=True)
NAME = click.argument("source", metavar="ID|ADDRESS|TITLE", type=NEEDED)
PAGES = click.Choice([each.value for each in FullText])


@click.group()
def sources() -> None:
    """Say where articles come from: feeds and pages, which are then read by themselves. Works while the bot runs."""


@sources.command()
@click.argument("address", type=NEEDED)
@click.option("--title", type=TEXT, help="The name readers see; the feed's own otherwise.")
@click.option("--language", type=TEXT, help="Language of its articles, such as de; the feed's own otherwise.")
@click.option("--topics", type=TEXT, default="", help="Topics that all its articles belong to, comma-separated.")
@click.option(
    "--pages",
    type=PAGES,
    default=FullText.SHORT.value,
    show_default=True,
    help="When the pages behind the entries are read.",
)
@click.option("--kind", type=click.Choice(["feed", "page"]), help="What the address is; found out otherwise.")
def add(address: str, title: str | None, language: str | None, topics: str, pages: str, kind: str | None) -> None:
    """Add a feed, the feed of a page, or a page, and read it once. What stands there already is no news."""
    from digests.services.sources import Wishes

    wishes = Wishes(title, language, _names(topics), FullText(pages), SourceKind(kind) if kind else None)
    _run(lambda work: work.add(address, wishes))


@sources.command(name="list")
def list_() -> None:
    """List the sources with their state and what they brought in the last week."""
    _run(lambda work: work.list())


@sources.command()
@NAME
def show(source: str) -> None:
    """Show one source: its state, rhythm, yield day by day, and its last failures."""
    _run(lambda work: work.show(source))


@sources.command()
@NAME
def check(source: str) -> None:
    """Say what would be taken from a source, or from an address that is none yet; nothing is stored."""
    _run(lambda work: work.check(source))


@sources.command(name="set")
@NAME
@click.option("--title", type=TEXT, help="The name readers see.")
@click.option("--language", type=TEXT, help='Language of its articles, such as de; "" for what the feed says.')
@click.option("--topics", type=TEXT, help='Topics of all its articles instead of those it has; "" for none.')
@click.option("--pages", type=PAGES, help="When the pages behind the entries are read.")
def set_(source: str, title: str | None, language: str | None, topics: str | None, pages: str | None) -> None:
    """Change a source; what is read from now on is taken so."""
    from digests.services.sources import Changes

    if title is None and language is None and topics is None and pages is None:
        raise click.UsageError("Nothing to change; name at least one of --title, --language, --topics, --pages.")
    names = None if topics is None else _names(topics)
    changes = Changes(title, language, names, FullText(pages) if pages else None)
    _run(lambda work: work.set(source, changes))


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
    _run(lambda work: work.remove(source, ask=not yes))


@sources.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def import_(file: Path) -> None:
    """Add the feeds of an OPML list; its folders become topics where they have the name of one."""
    _run(lambda work: work.import_list(file))


@sources.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default=Path("-"))
def export(file: Path) -> None:
    """Write the feeds as an OPML list; a file is written wholly or not at all."""
    _run(lambda work: work.export_list(file))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for each in text.split(",") if (name := each.strip()))


def _run(call: Callable[[Sourcing], Awaitable[int]]) -> None:
    """Do one thing with the sources; exit code 1 for what could not be done, a wrong address is a wrong argument."""
    from bot.sourcing import sourcing

    async def work(settings: Settings) -> int:
        async with sourcing(settings, SystemClock()) as opened:
            return await call(opened)

    try:
        failed = asyncio.run(work(shell_settings(level="error")))
    except FetchError as error:
        if error.trouble in (Trouble.ADDRESS, Trouble.REFUSED):
            raise
        click.secho(f"✗ {error}", fg="red", err=True)
        failed = 1
    if failed:
        raise SystemExit(1)
