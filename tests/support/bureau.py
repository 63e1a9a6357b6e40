"""The services around one database, with a queue that works when told to and a messenger that only keeps."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from digests.domain.articles import RawArticle
from digests.domain.digests import Digest
from digests.domain.preferences import Preferences
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat, Subscriber
from digests.domain.topics import Catalogue
from digests.engine import jobs
from digests.errors import InputError
from digests.ports import Clockwork, Handler, Job
from digests.services.amending import Amending
from digests.services.breaking import Breaking
from digests.services.delivering import Delivering
from digests.services.editing import Editing
from digests.services.ingesting import Ingesting, Report
from digests.services.planning import Planning
from digests.services.reading import Reading
from digests.services.spotting import Spotting
from digests.services.stories import Stories
from digests.services.subscriptions import Subscriptions
from digests.sources.files import read_files
from digests.storage.database import Database, Transaction
from digests.storage.interning import store_topics
from tests.support import reports
from tests.support.clocks import ManualClock
from tests.support.messengers import RecordingMessenger
from tests.support.rows import GRACE, SEVEN, SLOT

SEEDS = Path(__file__).parents[2] / "seeds"
RATE = 25.0

_numbers = count(1_000_001)  # far from the chats that tests name


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes along."""
    path = SEEDS / "topics.toml"
    return Catalogue.parse(path.read_text(encoding="utf-8"), path.name)


@dataclass
class HandQueue:
    """A job queue that works only when it is told to; a crash forgets what waits."""

    waiting: deque[Job] = field(default_factory=deque)

    async def enqueue(self, job: Job, *, within: Transaction | None = None) -> None:
        """Keep a job, once `within` is committed."""
        await self.enqueue_all([job], within=within)

    async def enqueue_all(self, jobs: Sequence[Job], *, within: Transaction | None = None) -> None:
        """Keep jobs, once `within` is committed."""
        if within is None:
            self.waiting.extend(jobs)
        else:
            within.after_commit(lambda: self.waiting.extend(jobs))

    async def withdraw(self, keys: Collection[str], *, within: Transaction) -> None:
        """Forget jobs, once `within` is committed."""
        within.after_commit(lambda: self._forget(keys))

    def _forget(self, keys: Collection[str]) -> None:
        kept = [job for job in self.waiting if job.key not in keys]
        self.waiting.clear()
        self.waiting.extend(kept)

    async def ready(self) -> None:
        """It needs nothing to work."""

    async def run(self, handlers: Mapping[str, Handler], _clockwork: Clockwork, until: asyncio.Event) -> None:
        """Work until nothing waits any more."""
        while self.waiting and not until.is_set():
            job = self.waiting.popleft()
            await handlers[job.name](job.payload)


@dataclass
class Bureau:
    """One process. A second one on the same database is made with `another`."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    messenger: RecordingMessenger = field(default_factory=RecordingMessenger)
    queue: HandQueue = field(default_factory=HandQueue)

    def __post_init__(self) -> None:
        topics = catalogue()
        self.ingesting = Ingesting(self.database, topics, self.clock, spotting=Spotting(self.queue, self.clock))
        self.reading = Reading(self.database, topics, self.clock)
        self.stories = Stories(self.database, self.clock)
        self.subscriptions = Subscriptions(self.database, self.clock, lambda _: "Europe/Berlin")
        self.breaking = Breaking(self.database, topics, self.queue, self.clock)
        self.planning = Planning(self.database, topics, self.queue, self.clock, GRACE, breaking=self.breaking)
        late = timedelta(minutes=15)
        self.delivering = Delivering(self.database, self.messenger, self.clock, "bot", RATE, at_once=4, late_after=late)
        self.amending = Amending(self.database, self.queue, self.clock)
        self.editing = Editing(self.database, self.messenger, self.clock, "bot", RATE, at_once=4, late_after=late)

    def another(self) -> Bureau:
        """Another process, or this one after a crash: same database, clock and Telegram, nothing in memory."""
        return Bureau(self.database, self.clock, self.messenger)

    async def open(self) -> Bureau:
        """Store the catalogue, as the start of the program does."""
        async with self.database.write() as transaction:
            await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue()])
        return self

    async def publish(self, report: reports.Report, **values: object) -> Report:
        """Ingest a report as a feed would bring it, a second later."""
        self.clock.move(timedelta(seconds=1))
        return await self.ingesting.ingest(raw(report, **values))

    async def import_seeds(self) -> list[Report]:
        """Ingest the two seed files."""
        found = [each for each in read_files([SEEDS]) if not isinstance(each, InputError)]
        return [await self.ingesting.ingest(each) for each in found]

    async def subscribe(
        self,
        preferences: Preferences = Preferences(),  # noqa: B008 - frozen
        schedule: Schedule | None = SEVEN,
        chat: Chat | None = None,
    ) -> Subscriber:
        """A reader who has finished the set-up."""
        chat = chat or Chat(next(_numbers))
        await self.subscriptions.open(chat, "de")
        await self.subscriptions.set_preferences(chat, lambda _: preferences)
        await self.subscriptions.set_schedule(chat, schedule)
        return await self.subscriptions.reach_step(chat, SETUP_DONE)

    async def work(self) -> None:
        """Do what waits."""
        crew = jobs.Crew(
            self.planning,
            self.delivering,
            breaking=self.breaking,
            amending=self.amending,
            editing=self.editing,
        )
        handlers = jobs.handlers(crew)
        while self.queue.waiting:
            job = self.queue.waiting.popleft()
            await handlers[job.name](job.payload)

    async def serve(self, at: datetime = SLOT) -> None:
        """The minute's tick at `at`, and all that follows from it."""
        await self.planning.plan_due(self.clock.move(at))
        await self.breaking.look(at)
        await self.work()

    async def sweep(self, later: timedelta = timedelta(minutes=5)) -> None:
        """The five minutes' tick, and what it finds."""
        now = self.clock.move(later)
        await self.planning.sweep(now)
        await self.amending.sweep(now)
        await self.work()

    async def correct(self, later: timedelta = timedelta(minutes=1)) -> None:
        """The minute's tick looks for what was put right, and what it finds is edited."""
        self.clock.move(later)
        await self.amending.look()
        await self.work()

    def got(self, reader: Subscriber) -> list[Digest]:
        """The digests that were handed over for a reader."""
        return [parcel.digest for parcel in self.messenger.to(reader.chat.id)]


def raw(report: reports.Report, **values: object) -> RawArticle:
    """A report as a feed hands it over; the title is its guid unless one is given."""
    columns: dict[str, object] = {
        "guid": report.title,
        "text": "\n".join(report.paragraphs),
        "origin": "tests",
        "source_key": "https://abendbote.example/feed",
        "source_title": "Abendbote",
        "credit": "Abendbote",
        "title": report.title,
        "language": report.language,
    }
    return RawArticle(**(columns | values))  # type: ignore[arg-type]


def headlines(digest: Digest) -> set[str]:
    """What a digest tells of."""
    return {item.headline for item in digest.items}
