"""`bot export-readers` and `bot import-readers`: readers and bans as a file."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TextIO

import click

from bot.app import opened
from bot.counting import counted
from bot.settings import Settings
from digests.errors import InputError
from digests.ports import Clock
from digests.services.carrying import Carrying, Taken

_STREAM = Path("-")


async def export_readers(settings: Settings, clock: Clock, file: Path) -> None:
    """Write every reader and ban to a new file, `-` is standard output. Raises InputError when it cannot be written."""
    async with _carrying(settings, clock, existing=True) as carrying:
        count = -1  # the header is a line, too
        with _written(file) as stream:
            async with aclosing(carrying.export()) as lines:  # else a full disk leaves the database's connection open
                async for line in lines:
                    stream.write(f"{line}\n")
                    count += 1
            bans = await carrying.export_bans()
            stream.writelines(f"{line}\n" for line in bans)
    banned = f" and {counted(len(bans), 'ban')}" if bans else ""
    click.echo(
        f"✓ {counted(count, 'reader')}{banned} written; the file tells chats and wishes, keep it safe",
        err=file == _STREAM,
    )


async def import_readers(settings: Settings, clock: Clock, file: Path, *, replacing: bool) -> int:
    """Take the readers of a file in; how many lines were bad. Raises InputError when it is no such file."""

    def tell(problem: InputError) -> None:
        click.secho(f"✗ {problem}", fg="red", err=True)

    async with _carrying(settings, clock) as carrying:
        with _read(file) as stream:
            try:
                report = await carrying.take(stream, replacing=replacing, tell=tell)
            except InputError as error:
                raise InputError(f"{file}: {error.place}", error.problem) from None
    counts = report.counts
    click.echo(
        ", ".join(f"{count} {taken}" for taken, count in counts.items())
        + f", {counted(len(report.problems), 'bad line')}."
    )
    if report.bans:
        click.echo(f"{counted(report.bans, 'chat')} banned, as in the file.")
    if counts[Taken.KEPT]:
        click.echo("Kept readers have other choices here than in the file; --replace takes those of the file.")
    if report.lost_topics:
        click.echo(f"Left out, as the catalogue here does not have them: {', '.join(sorted(report.lost_topics))}")
    return len(report.problems)


@asynccontextmanager
async def _carrying(settings: Settings, clock: Clock, *, existing: bool = False) -> AsyncIterator[Carrying]:
    async with opened(settings, clock, existing=existing) as app:
        yield Carrying(app.database, app.catalogue, clock)


@contextmanager
def _written(file: Path) -> Iterator[TextIO]:
    """A new file that only we may read; none is left when writing it fails."""
    try:
        if file == _STREAM:
            yield sys.stdout
            sys.stdout.flush()
            return
        file.touch(mode=0o600, exist_ok=False)
        try:
            with file.open("w", encoding="utf-8") as stream:
                yield stream
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise InputError(str(file), "exists already; name another file, or move it away") from None
    except BrokenPipeError:
        raise  # who reads it has seen enough; click ends quietly
    except OSError as error:
        problem = f"cannot be written ({error.strerror}); make room there, or name another place"
        raise InputError("standard output" if file == _STREAM else str(file), problem) from error


@contextmanager
def _read(file: Path) -> Iterator[TextIO]:
    if file == _STREAM:
        yield sys.stdin
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            yield stream
    except OSError as error:
        raise InputError(str(file), f"cannot be read ({error.strerror})") from error
