"""Sources at work: the fetcher with the operator's settings, and what `bot sources` does and prints."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import click

from bot.app import App, opened
from bot.desk import reading_sources
from bot.importing import describe
from bot.settings import Settings
from bot.source_lines import also_found, changed, checked, listed, shown
from digests.domain.sources import FetchError, Source
from digests.errors import InputError
from digests.ports import Clock
from digests.services.polling import Taken
from digests.services.sources import Changes, Sources, Wishes
from digests.sources.opml import listed_source, outlines, read_opml, write_opml

TOLD = 10
"""Articles of a reading that are told one by one."""
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]|$)")


@asynccontextmanager
async def sourcing(settings: Settings, clock: Clock) -> AsyncIterator[Sourcing]:
    """`bot sources` with the database open."""
    async with opened(settings, clock) as app, reading_sources(app) as desk:
        yield Sourcing(app, desk.sources)


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Each method does what the command of its name says, prints it, and gives back how much failed."""

    app: App
    sources: Sources

    async def add(self, address: str, wishes: Wishes) -> int:
        """Add a source."""
        problem = _mistaken(address)
        if problem:
            raise InputError(address, problem)
        added = await self.sources.add(address, wishes)
        source = added.source
        click.echo(f"✓ source {source.id}: {source.title}, a {source.kind.value}, {source.url}")
        self._tell(added.first)
        for line in also_found(added.others):
            click.echo(line)
        click.echo("What stood there is stored as of its date; from now on it is read by itself while the bot runs.")
        return 0

    async def list(self) -> int:
        """List all."""
        doing = await self.sources.doing()
        for line in listed(doing):
            click.echo(line)
        if not doing:
            click.echo("No sources yet. Add one: `python -m bot sources add https://...`, or a list: seeds/feeds.opml.")
        return 0

    async def show(self, name: str) -> int:
        """Show one."""
        doing = await self.sources.show(name)
        for line in shown(doing, await self.sources.days(str(doing.source.id)), self.app.clock.now()):
            click.echo(line)
        return 0

    async def check(self, name: str) -> int:
        """Show what would be taken."""
        problem = None if await self.sources.find(name) else _mistaken(name)
        if problem:
            raise InputError(name, problem)
        for line in checked(await self.sources.check(name), self.app.clock.now()):
            click.echo(line)
        return 0

    async def set(self, name: str, changes: Changes) -> int:
        """Change one."""
        before, after = await self.sources.set(name, changes)
        click.echo(f"Source {after.id}, {after.title}, as of now:")
        for line in changed(before, after):
            click.echo(line)
        return 0

    async def poll(self, name: str) -> int:
        """Read one."""
        source, result = await self.sources.poll(name)
        if isinstance(result, FetchError):
            click.secho(f"✗ {source.title}: {result}", fg="red", err=True)
            return 1
        self._tell(result)
        return 0

    async def pause(self, name: str) -> int:
        """Pause one."""
        source = await self.sources.pause(name)
        click.echo(f"Source {source.id}, {source.title}, is paused. Undo: `python -m bot sources resume {source.id}`.")
        return 0

    async def resume(self, name: str) -> int:
        """Resume one."""
        source = await self.sources.resume(name)
        click.echo(f"Source {source.id}, {source.title}, is read again, beginning now.")
        return 0

    async def remove(self, name: str, *, ask: bool) -> int:
        """Delete one. `ask` wants a yes before, which names it in full; Abort without one."""
        if ask:
            found = (await self.sources.show(name)).source
            click.confirm(f"Delete source {found.id}, {found.title}, with all its articles?", abort=True)
        source = await self.sources.remove(name)
        click.echo(f"Source {source.id}, {source.title}, is deleted with all its articles.")
        return 0

    async def import_list(self, file: Path) -> int:
        """Add the feeds of a list."""
        data = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
        wanted: list[Source] = []
        failed = 0
        for outline in read_opml(data, str(file)):
            if isinstance(outline, InputError):
                failed += 1
                click.secho(f"✗ {outline}", fg="red", err=True)
            else:
                wanted.append(listed_source(outline, self.app.catalogue))
        added = await self.sources.add_all(wanted)
        click.echo(f"{len(added)} added, {len(wanted) - len(added)} known already, {failed} unusable.")
        return failed

    async def export_list(self, file: Path) -> int:
        """Write the feeds as a list."""
        feeds = outlines(each.source for each in await self.sources.doing())
        data = write_opml(feeds, "Depesche")
        if str(file) == "-":
            sys.stdout.buffer.write(data)
        else:
            _write(file, data)
            click.echo(f"{len(feeds)} feeds written to {file}.")
        return 0

    def _tell(self, taken: Taken) -> None:
        for report in taken.reports[:TOLD]:
            click.echo("\n".join(describe(report)))
        tally = taken.tally
        click.echo(f"{tally.added} added, {tally.updated} updated, {tally.copies} copies, {tally.faulty} unusable.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(str(file), f"cannot be read ({error.strerror})") from error


def _write(file: Path, data: bytes) -> None:
    """Write a file wholly or not at all: a new one beside it takes its place."""
    target = file.resolve()
    beside = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        if target.exists() and not target.is_file():  # a pipe, say
            target.write_bytes(data)
            return
        beside.write_bytes(data)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except OSError as error:
        raise InputError(str(file), f"cannot be written ({error.strerror})") from error
    finally:
        beside.unlink(missing_ok=True)


def _mistaken(text: str) -> str | None:
    """What was perhaps meant by something that is no address; None when there is no telling."""
    if "://" in text:
        return None
    if os.path.lexists(text):
        return (
            "this is a file and no address; a list of feeds is added with `python -m bot sources import`, "
            "articles with `python -m bot import`"
        )
    if _HOST.match(text):
        return f"no address of the web; did you mean https://{text}?"
    return None
