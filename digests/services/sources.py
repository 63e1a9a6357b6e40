"""What an operator does with sources: add, look at, try, pause, remove, exchange lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from urllib.parse import urlsplit

from babel import Locale

from digests.domain.arguments.choices import parse_language
from digests.domain.arguments.problems import ArgumentError
from digests.domain.sources import Feed, FetchError, FullText, Harvest, Source, SourceKind, SourceState, Tally, Trouble
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.ports import Clock, SourceReader
from digests.services.checking import Check, Checking
from digests.services.polling import Polling, Taken
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from digests.storage.search import SearchStore
from digests.storage.sources import Doing, SourceStore

LOOKED_BACK = timedelta(days=7)
"""How sources are doing is told over so long."""
CHECKED = 10
"""Entries that a check looks at."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator says of a source instead of what it says of itself."""

    title: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    full_text: FullText = FullText.SHORT
    kind: SourceKind | None = None  # None: find out


@dataclass(frozen=True, slots=True)
class Added:
    """A source after it has been added, and what its first reading brought."""

    source: Source
    first: Taken
    others: tuple[str, ...] = ()  # addresses of further feeds that its page names


@dataclass(frozen=True, slots=True)
class Changes:
    """What an operator wants changed of a source; None leaves as it is, and an empty text or list takes back."""

    title: str | None = None
    language: str | None = None
    topics: tuple[str, ...] | None = None
    full_text: FullText | None = None


@dataclass
class Sources:
    """One use case per method; each method that names a source takes its id, its address or words of its title."""

    database: Database
    catalogue: Catalogue
    reader: SourceReader
    polling: Polling
    clock: Clock
    _checking: Checking = field(init=False)

    def __post_init__(self) -> None:
        self._checking = Checking(self.database, self.catalogue, self.reader, self.clock)

    async def add(self, url: str, wishes: Wishes) -> Added:
        """Find the feed at an address or of a page, store it as a source and read it once; its backlog is no news.

        Raises FetchError when nothing can be had there, InputError when the source is known, or when a topic
        or language is not.
        """
        topics = self._topics(wishes.topics)
        title, language = _title(wishes.title), _language(wishes.language)
        found, harvest = await self._found(url, wishes.kind)
        source = replace(
            found,
            title=title or found.title,
            language=language or found.language,
            topics=topics,
            full_text=wishes.full_text,
        )
        stored = await self._store(source)
        if stored is None:
            raise InputError(source.url, "there is a source with this address; see `python -m bot sources list`")
        return Added(stored, await self.polling.absorb(stored, harvest), harvest.others)

    async def add_all(self, wanted: Iterable[Source]) -> list[Source]:
        """Store sources of a list without reading them; those that are new. They fall due at once."""
        added = [await self._store(source) for source in wanted]
        return [source for source in added if source is not None]

    async def find(self, name: str) -> list[Source]:
        """The sources with this id, address or title, else those whose title or address has these words."""
        async with self.database.read() as transaction:
            return await SourceStore(transaction).find(name)

    async def make_due(self) -> int:
        """Let all sources that are read be read at the next minute; how many."""
        async with self.database.write() as transaction:
            return await SourceStore(transaction).make_due(self.clock.now())

    async def doing(self) -> list[Doing]:
        """All sources with what they brought in the last week."""
        async with self.database.read() as transaction:
            return await SourceStore(transaction).doing(self.clock.now() - LOOKED_BACK)

    async def show(self, name: str) -> Doing:
        """One source with what it brought in the last week. Raises InputError."""
        source = await self._one(name)
        async with self.database.read() as transaction:
            (found,) = await SourceStore(transaction).doing(self.clock.now() - LOOKED_BACK, [source.id])
        return found

    async def days(self, name: str) -> dict[date, Tally]:
        """What a source did on each day (UTC) of the last week, oldest first. Raises InputError."""
        source = await self._one(name)
        today = self.clock.now().astimezone(UTC).date()
        async with self.database.read() as transaction:
            done = await SourceStore(transaction).days(source.id, today - LOOKED_BACK)
        week = [today - timedelta(days=days) for days in reversed(range(LOOKED_BACK.days))]
        return {day: done.get(day, Tally()) for day in week}

    async def check(self, name: str, count: int = CHECKED) -> Check:
        """What a source, known or not, would give now, with its first `count` entries; nothing is stored.

        Raises FetchError when it cannot be read, InputError when `name` is neither an address nor names one source.
        """
        async with self.database.read() as transaction:
            known = await SourceStore(transaction).find(name)
        if len(known) == 1 or "://" not in name:
            source = _alone(name, known, "no source has this id, address or title, and it is no address of the web")
            _read_by_itself(source)
            harvest = await self.reader.read(replace(source, etag=None, last_modified=None, body_key=None))  # all of it
        else:
            source, harvest = await self.reader.find(name)
        if harvest.feed is None:
            raise FetchError(source.url, Trouble.CONTENT, "the server says, without being asked, that nothing is new")
        tried = await self._checking.check(source, harvest.feed, count)
        return Check(source, harvest.feed, tried, harvest.others)

    async def set(self, name: str, changes: Changes) -> tuple[Source, Source]:
        """Change a source; how it was and how it is. What is read from now on is taken so. Raises InputError."""
        before = await self._one(name)
        title = _title(changes.title)
        if changes.title is not None and title is None:
            raise InputError("--title", "is empty; expected the name that readers are to see")
        after = replace(
            before,
            title=title or before.title,
            language=before.language if changes.language is None else _language(changes.language),
            topics=before.topics if changes.topics is None else self._topics(changes.topics),
            full_text=changes.full_text or before.full_text,
        )
        columns = _columns(after)
        await self._set(str(before.id), **{key: columns[key] for key in ("title", "language", "topics", "full_text")})
        return before, after

    async def pause(self, name: str) -> Source:
        """Read a source no more until it is resumed; its articles stay. Raises InputError."""
        return await self._set(name, paused_at=self.clock.now())

    async def resume(self, name: str) -> Source:
        """Read a paused or retired source again, beginning now. Raises InputError."""
        now = self.clock.now()
        again = {"paused_at": None, "retired_at": None, "failures": 0, "failing_since": None, "last_error": None}
        return await self._set(name, **again, next_poll_at=now)

    async def remove(self, name: str) -> Source:
        """Delete a source with all its articles. Raises InputError."""
        source = await self._one(name)
        async with self.database.write() as transaction:
            articles = ArticleStore(transaction)
            await articles.alone()
            for story_id in await SourceStore(transaction).remove(source.id):
                await articles.refresh_story(story_id)
            await RetentionStore(transaction).drop_empty()
            await SearchStore(transaction).remove_orphans()
        return source

    async def poll(self, name: str) -> tuple[Source, Taken | FetchError]:
        """Read a source now. Raises InputError."""
        source = await self._one(name)
        _read_by_itself(source)
        return source, await self.polling.poll(source)

    async def _found(self, url: str, kind: SourceKind | None) -> tuple[Source, Harvest]:
        if kind is None:
            return await self.reader.find(url)
        title = urlsplit(url).hostname or url
        harvest = await self.reader.read(Source(0, kind, url, title))
        feed = harvest.feed or Feed(None, None, ())
        return Source(0, kind, harvest.moved_to or url, feed.title or title, feed.language), harvest

    async def _store(self, source: Source) -> Source | None:
        async with self.database.write() as transaction:
            source_id = await SourceStore(transaction).add(_columns(source), self.clock.now())
        return replace(source, id=source_id) if source_id is not None else None

    async def _set(self, name: str, **values: object) -> Source:
        source = await self._one(name)
        _read_by_itself(source)
        async with self.database.write() as transaction:
            await SourceStore(transaction).set(source.id, values)
        return source

    async def _one(self, name: str) -> Source:
        async with self.database.read() as transaction:
            found = await SourceStore(transaction).find(name)
        return _alone(name, found)

    def _topics(self, names: Sequence[str]) -> tuple[str, ...]:
        """The topics by their slugs. Raises InputError for one that the catalogue does not know."""
        slugs: list[str] = []
        for name in names:
            topic = self.catalogue.find(name)
            if topic is None:
                near = ", ".join(each.slug for each in self.catalogue.nearest(name))
                hint = f"did you mean {near}?" if near else "see `python -m bot topics list`"
                raise InputError(name, f"no topic has this name; {hint}")
            slugs.append(topic.slug)
        return tuple(dict.fromkeys(slugs))


def _alone(name: str, found: Sequence[Source], nothing: str = "no source has this id, address or title") -> Source:
    """The one source that was meant. Raises InputError for none and for several."""
    if not found:
        raise InputError(name, f"{nothing}; see `python -m bot sources list`")
    if len(found) > 1:
        some = ", ".join(f"{source.id} ({source.title})" for source in found[:5])
        raise InputError(name, f"{len(found)} sources have this in their title: {some}; name one by its id")
    return found[0]


def _read_by_itself(source: Source) -> None:
    """Raises InputError for a source of files or pushes, which nobody reads."""
    if source.state is SourceState.FED:
        raise InputError(source.title, f"a source of kind {source.kind} is not read by itself")


def _columns(source: Source) -> dict[str, object]:
    """What an operator may say of a source, as the table has it."""
    return {
        "kind": source.kind.value,
        "url": source.url,
        "title": source.title,
        "language": source.language,
        "topics": list(source.topics),
        "full_text": source.full_text.value,
    }


def _title(title: str | None) -> str | None:
    """A title in one line; None when nothing is left of it."""
    return " ".join(title.split()) or None if title else None


def _language(name: str | None) -> str | None:
    """A language by its code (ISO 639-1), such as "de" or "de-AT"; None for an empty one. Raises InputError."""
    if not name or not name.strip():
        return None
    code = name.strip().replace("_", "-").partition("-")[0].lower()
    if len(code) == 2 and code in Locale("en").languages:
        return code
    try:
        hint = f"did you mean {parse_language(name)}?"
    except ArgumentError:
        hint = "expected a code of two letters (ISO 639-1), such as de, en or uk"
    raise InputError(name, f"no language has this code; {hint}")
