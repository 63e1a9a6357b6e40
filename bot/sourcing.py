"""Sources at work: the fetcher with the operator's settings, and what `bot sources` does and prints."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.app import App, opened
from bot.desk import reading_sources
from bot.importing import describe
from bot.settings import Settings
from digests.domain.sources import FetchError, Source, SourceKind
from digests.errors import InputError
from digests.ports import Clock
from digests.services.polling import Taken, raw_article
from digests.services.sources import Sources, Wishes
from digests.sources.opml import Outline, read_opml, write_opml
from digests.storage.sources import Doing
from digests.text.reading import read_document

SHOWN = 10
"""Entries that `check` shows."""


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
        added = await self.sources.add(address, wishes)
        source = added.source
        click.echo(f"✓ source {source.id}: {source.title}, a {source.kind.value}, {source.url}")
        self._tell(added.first)
        click.echo("What stood there is stored as of its date; from now on it is read by itself while the bot runs.")
        return 0

    async def list(self) -> int:
        """List all."""
        doing = await self.sources.doing()
        if not doing:
            click.echo("No sources yet. Add one: `python -m bot sources add https://...`, or a list: seeds/feeds.opml.")
        else:
            click.secho(f"{'id':>4}  {'state':<10}  {'new/7d':>6}  {'copies':>6}  {'furniture':>9}  title", dim=True)
        for each in doing:
            tally = each.tally
            numbers = f"{tally.added:>6}  {tally.copies:>6}  {tally.boilerplate:>8.0%} "
            click.echo(f"{each.source.id:>4}  {_state(each.source):<10}  {numbers}  {each.source.title}")
        return 0

    async def show(self, name: str) -> int:
        """Show one."""
        for line in _details(await self.sources.show(name), self.app.clock.now()):
            click.echo(line)
        return 0

    async def check(self, name: str) -> int:
        """Show what would be taken."""
        source, feed = await self.sources.check(name)
        faulty = f", {feed.faulty} unusable" if feed.faulty else ""
        click.echo(f"{source.title}, a {source.kind.value}, {source.url}: {len(feed.entries)} entries{faulty}")
        for entry in feed.entries[:SHOWN]:
            raw = raw_article(source, feed, entry)
            document = read_document(raw.text, title=raw.title, language=raw.language, headings=raw.headings)
            words = sum(len(paragraph.text.split()) for paragraph in document.paragraphs)
            date = f"{raw.published_at:%Y-%m-%d %H:%M}" if raw.published_at else "no date"
            click.echo(f"  {date}  {document.language}  {words:>5} words  {document.title}")
        if len(feed.entries) > SHOWN:
            click.secho(f"  and {len(feed.entries) - SHOWN} more", dim=True)
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

    async def remove(self, name: str) -> int:
        """Delete one."""
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
                wanted.append(self._source(outline))
        added = await self.sources.add_all(wanted)
        click.echo(f"{len(added)} added, {len(wanted) - len(added)} known already, {failed} unusable.")
        return failed

    async def export_list(self, file: Path) -> int:
        """Write the feeds as a list."""
        doing = await self.sources.doing()
        outlines = [
            Outline(each.source.url, each.source.title, each.source.topics, each.source.language)
            for each in doing
            if each.source.kind is SourceKind.FEED
        ]
        data = write_opml(outlines, "Depesche")
        if str(file) == "-":
            sys.stdout.buffer.write(data)
        else:
            _write(file, data)
            click.echo(f"{len(outlines)} feeds written to {file}.")
        return 0

    def _source(self, outline: Outline) -> Source:
        """A source of a list. Folders that are no topics are left out: they are somebody's own order."""
        topics = [topic.slug for name in outline.topics if (topic := self.app.catalogue.find(name))]
        title = outline.title or outline.url
        return Source(0, SourceKind.FEED, outline.url, title, outline.language, tuple(dict.fromkeys(topics)))

    def _tell(self, taken: Taken) -> None:
        for report in taken.reports[:SHOWN]:
            click.echo("\n".join(describe(report)))
        tally = taken.tally
        click.echo(f"{tally.added} added, {tally.updated} updated, {tally.copies} copies, {tally.faulty} unusable.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(str(file), f"cannot be read ({error.strerror})") from error


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise InputError(str(file), f"cannot be written ({error.strerror})") from error


def _state(source: Source) -> str:
    if source.kind in (SourceKind.FILE, SourceKind.PUSH):
        return source.kind.value
    if source.retired_at:
        return "retired"
    if source.paused_at:
        return "paused"
    return f"failing {source.failures}" if source.failures else "ok" if source.succeeded_at else "new"


def _details(doing: Doing, now: datetime) -> Iterable[str]:
    source, tally = doing.source, doing.tally
    yield f"Source {source.id} · {source.title} · {_state(source)}"
    yield f"{source.kind.value} {source.url}"
    said = f"language {source.language or 'as found'}, pages read: {source.full_text.value}"
    yield f"{said}, topics: {', '.join(source.topics) or 'as found'}"
    if source.interval:
        yield f"read every {_span(source.interval)}, next {_when(source.next_poll_at, now)}"
    yield f"last read {_when(source.polled_at, now)}, last success {_when(source.succeeded_at, now)}"
    yield f"{doing.articles} articles stored, the last {_when(doing.last_article_at, now)}"
    yield (
        f"last 7 days: {tally.polls} readings ({tally.unchanged} unchanged, {tally.failures} failed), "
        f"{tally.added} added, {tally.updated} updated, {tally.copies} copies, {tally.faulty} unusable, "
        f"{tally.boilerplate:.0%} of lines were furniture"
    )
    if source.last_error:
        since = f" since {source.failing_since:%Y-%m-%d %H:%M} UTC" if source.failing_since else ""
        yield f"failing{since}: {source.last_error}"


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    span = _span(abs(now - moment))
    return f"{span} ago" if moment <= now else f"in {span}"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"
