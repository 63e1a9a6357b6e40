"""Reading sources as they fall due: what is new goes on to be stored, what goes wrong is remembered and waited for."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from digests.domain.articles import RawArticle
from digests.domain.polling import FIRST, Rhythm, backoff, interval, is_lost, spread
from digests.domain.sources import Failure, Feed, FeedEntry, FetchError, FullText, Harvest, Source, Tally
from digests.errors import InputError
from digests.ports import Clock, SourceReader
from digests.services.ingesting import BATCH, Action, Ingesting, Report
from digests.storage.database import Database
from digests.storage.sources import SourceStore, entry_key, failures_to_json
from digests.text.markup import Page
from digests.text.words import words

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Sources read at the same time."""
REFILL = 5
"""So many have finished before others are claimed in their place."""
LOOK_AGAIN = 5.0
"""Seconds (real ones) after which they are anyway, while slow hosts keep others waiting."""
LEASE = timedelta(minutes=30)
"""A source that somebody has begun to read is left to him so long."""
SHORT = 60
"""Words; an entry that says less is a teaser of its page."""
PAGES = 30
"""Pages read for one source at a time; the rest keep their teaser until the next time."""
GATHER = 5.0
"""Seconds (real ones) that articles wait for the pages of others, to be stored with them."""
_DATES = 20
_GONE = 410
_GATE = re.compile(
    r"//(?:consent|login|sso|accounts?|auth|id)\.|/(?:consent|login|signin|anmelden|cookie-?wall)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the entries of one reading."""

    reports: tuple[Report, ...]
    tally: Tally
    kept: dict[str, str]  # hashes of what the entries said, by key; those to be tried again are left out
    complete: bool = True  # False: some are to be tried again


@dataclass
class Polling:
    """Reads sources. Any number of processes may: a source is claimed before it is read."""

    database: Database
    ingesting: Ingesting
    reader: SourceReader
    clock: Clock
    _running: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _stopped: bool = field(default=False, init=False)

    async def poll_due(self) -> int:
        """Read every source that is due; how many. A call while another one runs does nothing."""
        if self._running.locked():
            return 0
        async with self._running:
            return await self._poll_all()

    async def _poll_all(self) -> int:
        """A source is claimed as soon as another is finished, so that slow hosts hold up nobody but themselves."""
        count = 0
        async with asyncio.TaskGroup() as group:
            while not self._stopped:
                free = AT_ONCE - len(self._tasks)
                claimed = await self._claim(free) if free else []
                count += len(claimed)
                for source in claimed:
                    task = group.create_task(self._poll_claimed(source))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                if not self._tasks:
                    break
                await self._until_some_finish()
        return count

    async def _until_some_finish(self) -> None:
        """Wait for a few readings, so that the next claim is worth its transaction, but not for slow ones."""
        waiting, enough = set(self._tasks), max(len(self._tasks) - REFILL, 0)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                while len(waiting) > enough:
                    _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    def stop(self) -> None:
        """Leave what is being read to the next process, at once."""
        self._stopped = True
        for task in tuple(self._tasks):
            task.cancel()

    async def _poll_claimed(self, source: Source) -> None:
        try:
            await self.poll(source)
        except asyncio.CancelledError:
            async with self.database.write() as transaction:
                await SourceStore(transaction).set(source.id, {"next_poll_at": self.clock.now()})
            raise
        except Exception:  # a fault of ours with one source must not stop the others; its lease lets it wait
            log.exception("source_broke", source=source.id)

    async def _claim(self, limit: int = AT_ONCE) -> list[Source]:
        async with self.database.write() as transaction:
            return await SourceStore(transaction).claim(self.clock.now(), LEASE, limit)

    async def poll(self, source: Source) -> Taken | FetchError:
        """Read one source now, whether it is due or not. What goes wrong outside is noted and returned."""
        try:
            harvest = await self.reader.read(source)
        except FetchError as error:
            await self._failed(source, error)
            return error
        return await self.absorb(source, harvest)

    async def absorb(self, source: Source, harvest: Harvest) -> Taken:
        """Store what a reading brought, and when the next one is."""
        taken = await self._take(source, harvest.feed) if harvest.feed else Taken((), Tally(unchanged=1), {})
        await self._succeeded(source, harvest, taken)
        return taken

    async def _take(self, source: Source, feed: Feed) -> Taken:
        """Store what a feed says that it has not said before, oldest first."""
        async with self.database.read() as transaction:
            keys = {entry_key(entry.guid): entry for entry in feed.entries}
            seen = await SourceStore(transaction).seen(source.id, keys)
        contents = {key: _content(entry) for key, entry in keys.items()}
        fresh = [(key, entry) for key, entry in keys.items() if seen.get(key) != contents[key]]
        fresh.sort(key=lambda each: each[1].published_at or each[1].updated_at or self.clock.now())
        reports: list[Report] = []
        counts: Counter[str] = Counter(faulty=feed.faulty)
        async for some in self._articles(source, feed, fresh, contents):
            for key, outcome in zip(some, await self.ingesting.ingest_all(some.values()), strict=True):
                if isinstance(outcome, Report):
                    reports.append(outcome)
                elif isinstance(outcome, InputError):
                    log.info("entry_not_taken", source=source.id, reason=outcome.problem)
                    counts["faulty"] += 1
                else:  # a fault of ours
                    log.error("entry_broke", source=source.id, exc_info=outcome)
                    contents.pop(key, None)  # read again next time
        for name, value in _counted(reports).items():
            counts[name] += value
        return Taken(tuple(reports), Tally(**counts), contents, complete=len(contents) == len(keys))

    async def _articles(
        self, source: Source, feed: Feed, entries: Sequence[tuple[str, FeedEntry]], contents: dict[str, str]
    ) -> AsyncIterator[dict[str, RawArticle]]:
        """Entries with their pages by their keys, as many at a time as are stored together or come within a while.

        Takes out of `contents` what is to be read again the next time.
        """
        time = asyncio.get_running_loop().time
        some: dict[str, RawArticle] = {}
        pages_left, since = PAGES, time()
        for key, entry in entries:
            wants_page = pages_left > 0 and reads_page(source, entry)
            page = await self._page(entry) if wants_page else None
            pages_left -= wants_page
            if isinstance(page, FetchError):
                if page.passes:
                    contents.pop(key, None)
                page = None
            some[key] = raw_article(source, feed, entry, page)
            if len(some) == BATCH or time() - since > GATHER:
                yield some
                some, since = {}, time()
        if some:
            yield some

    async def _page(self, entry: FeedEntry) -> Page | FetchError:
        try:
            return await self.reader.page(entry.url or "")
        except FetchError as error:
            log.info("page_not_read", trouble=error.trouble.value, status=error.status)
            return error

    async def _succeeded(self, source: Source, harvest: Harvest, taken: Taken) -> None:
        now = self.clock.now()
        dates = _dates(harvest.feed, source)
        rhythm = Rhythm(source.interval, dates, bool(taken.reports), harvest.wish)
        wait = interval(rhythm, now)
        values: dict[str, Any] = {
            "etag": harvest.etag,
            "last_modified": harvest.last_modified,
            "body_key": harvest.body_key if taken.complete else None,
            "entry_dates": [date.isoformat() for date in dates],
            "interval": int(wait.total_seconds()),
            "next_poll_at": now + spread(source.url, wait),
            "failures": 0,
            "failing_since": None,
            "last_error": None,
            "polled_at": now,
            "succeeded_at": now,
        }
        if values["body_key"] is None:  # some entries are to be read again, so "not modified" would hide them
            values |= {"etag": None, "last_modified": None}
        async with self.database.write() as transaction:
            store = SourceStore(transaction)
            if harvest.moved_to and not await store.has(harvest.moved_to):
                values["url"] = harvest.moved_to
                log.info("source_moved", source=source.id)
            await store.set(source.id, values)
            await store.remember(source.id, taken.kept, now)
            await store.count(source.id, now, _with_poll(taken.tally))
        log.info("source_polled", source=source.id, added=taken.tally.added, updated=taken.tally.updated)

    async def _failed(self, source: Source, error: FetchError) -> None:
        now = self.clock.now()
        since = source.failing_since or now
        wait = backoff(source.interval or FIRST, source.failures + 1, error.retry_after)
        lost = is_lost(since, now) or error.status == _GONE
        values = {
            "failures": source.failures + 1,
            "failing_since": since,
            "last_error": error.reason,
            "recent_failures": failures_to_json(source.failures_with(Failure(now, error.reason))),
            "polled_at": now,
            "next_poll_at": now + spread(source.url, wait),
            "retired_at": now if lost else None,
        }
        async with self.database.write() as transaction:
            store = SourceStore(transaction)
            await store.set(source.id, values)
            await store.count(source.id, now, Tally(polls=1, failures=1))
        log.warning(
            "source_retired" if lost else "source_failed",
            source=source.id,
            trouble=error.trouble.value,
            status=error.status,
            failures=source.failures + 1,
        )


def raw_article(source: Source, feed: Feed, entry: FeedEntry, page: Page | None = None) -> RawArticle:
    """An entry, with its page where that was read, as ingesting takes it."""
    said = entry.text or entry.teaser or entry.title or ""
    reads_page = page is not None and len(words(page.text)) > len(words(said))
    return RawArticle(
        guid=entry.guid,
        text=page.text if page and reads_page else said,
        origin=entry.url or f"{source.url} ({entry.guid})",
        source_key=source.url,
        source_title=source.title,
        credit=_credit(source),
        url=_address(entry, page),
        title=entry.title or (page.title if page else None),
        teaser=entry.teaser or (page.teaser if page else None),
        language=entry.language or source.language or feed.language or (page.language if page else None),
        published_at=entry.published_at or (page.published_at if page else None) or entry.updated_at,
        topics=(*source.topics, *entry.categories),
        headings=page.headings if page and reads_page else entry.headings,
        paywalled=page is not None and page.paywalled,
        backlog=source.is_first_sight,
        author=entry.author or (page.author if page else None),
        picture=entry.picture or (page.picture if page else None),
    )


def _address(entry: FeedEntry, page: Page | None) -> str | None:
    """The page's own address, unless what was read is a gate before it."""
    if page is None or not page.url or (entry.url and _GATE.search(page.url)):
        return entry.url
    return page.url


def _credit(source: Source) -> str:
    return source.title or urlsplit(source.url).hostname or source.url


def _content(entry: FeedEntry) -> str:
    return entry_key("\n".join((entry.url or "", entry.title or "", entry.teaser or "", entry.text or "")))


def reads_page(source: Source, entry: FeedEntry) -> bool:
    """True for an entry whose page is to be read: it says too little itself, or an operator wants all pages."""
    if entry.url is None or source.full_text is FullText.NEVER:
        return False
    return source.full_text is FullText.ALWAYS or len(words(entry.text or "")) < SHORT


def _dates(feed: Feed | None, source: Source) -> tuple[datetime, ...]:
    found = (
        {at for entry in feed.entries if (at := entry.published_at or entry.updated_at)}
        if feed
        else set(source.entry_dates)
    )
    return tuple(sorted(found, reverse=True)[:_DATES])


def _counted(reports: Sequence[Report]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for report in reports:
        counts["added"] += report.action is Action.ADDED
        counts["updated"] += report.action is Action.UPDATED
        counts["copies"] += report.placement.duplicate_of is not None
        counts["lines"] += report.paragraphs + len(report.dropped)
        counts["dropped"] += len(report.dropped)
    return counts


def _with_poll(tally: Tally) -> Tally:
    return replace(tally, polls=1)
