"""What an operator does with sources: add, look at, try, pause, remove, exchange lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from digests.domain.sources import Feed, FetchError, FullText, Harvest, Source, SourceKind, Trouble
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.ports import Clock, SourceReader
from digests.services.polling import Polling, Taken
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from digests.storage.search import SearchStore
from digests.storage.sources import Doing, SourceStore

LOOKED_BACK = timedelta(days=7)
"""How sources are doing is told over so long."""


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


@dataclass
class Sources:
    """One use case per method; each method that names a source takes its id, its address or words of its title."""

    database: Database
    catalogue: Catalogue
    reader: SourceReader
    polling: Polling
    clock: Clock

    async def add(self, url: str, wishes: Wishes) -> Added:
        """Find the feed at an address or of a page, store it as a source and read it once; its backlog is no news.

        Raises FetchError when nothing can be had there, InputError when the source is known or a topic is not.
        """
        topics = self._topics(wishes.topics)
        found, harvest = await self._found(url, wishes.kind)
        source = replace(
            found,
            title=wishes.title or found.title,
            language=wishes.language or found.language,
            topics=topics,
            full_text=wishes.full_text,
        )
        stored = await self._store(source)
        if stored is None:
            raise InputError(source.url, "there is a source with this address; see `python -m bot sources list`")
        return Added(stored, await self.polling.absorb(stored, harvest))

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

    async def check(self, name: str) -> tuple[Source, Feed]:
        """What a source, known or not, would give now; nothing is stored. Raises FetchError, InputError."""
        async with self.database.read() as transaction:
            known = await SourceStore(transaction).find(name)
        if len(known) == 1:
            source = replace(known[0], etag=None, last_modified=None, body_key=None)  # all of it, not what is new
            harvest = await self.reader.read(source)
        else:
            source, harvest = await self.reader.find(name)
        if harvest.feed is None:
            raise FetchError(source.url, Trouble.CONTENT, "the server says, without being asked, that nothing is new")
        return source, harvest.feed

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
        return source, await self.polling.poll(source)

    async def _found(self, url: str, kind: SourceKind | None) -> tuple[Source, Harvest]:
        if kind is None:
            return await self.reader.find(url)
        title = urlsplit(url).hostname or url
        harvest = await self.reader.read(Source(0, kind, url, title))
        feed = harvest.feed or Feed(None, None, ())
        return Source(0, kind, harvest.moved_to or url, feed.title or title, feed.language), harvest

    async def _store(self, source: Source) -> Source | None:
        values = {
            "kind": source.kind.value,
            "url": source.url,
            "title": source.title,
            "language": source.language,
            "topics": list(source.topics),
            "full_text": source.full_text.value,
        }
        async with self.database.write() as transaction:
            source_id = await SourceStore(transaction).add(values, self.clock.now())
        return replace(source, id=source_id) if source_id is not None else None

    async def _set(self, name: str, **values: object) -> Source:
        source = await self._one(name)
        if source.kind in (SourceKind.FILE, SourceKind.PUSH):
            raise InputError(source.title, f"a source of kind {source.kind} is not read by itself")
        async with self.database.write() as transaction:
            await SourceStore(transaction).set(source.id, values)
        return source

    async def _one(self, name: str) -> Source:
        async with self.database.read() as transaction:
            found = await SourceStore(transaction).find(name)
        if not found:
            raise InputError(name, "no source has this id, address or title; see `python -m bot sources list`")
        if len(found) > 1:
            some = ", ".join(f"{source.id} ({source.title})" for source in found[:5])
            raise InputError(name, f"{len(found)} sources have this in their title: {some}; name one by its id")
        return found[0]

    def _topics(self, names: Sequence[str]) -> tuple[str, ...]:
        """The topics by their slugs. Raises InputError for one that the catalogue does not know."""
        slugs: list[str] = []
        for name in names:
            topic = self.catalogue.find(name)
            if topic is None:
                near = ", ".join(each.slug for each in self.catalogue.nearest(name))
                raise InputError(
                    name, f"no topic has this name; {f'did you mean {near}?' if near else 'see topics list'}"
                )
            slugs.append(topic.slug)
        return tuple(dict.fromkeys(slugs))
