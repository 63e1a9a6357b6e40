"""Numbers about the whole service, for operators: counts only, nothing about a single reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.domain.health import Vital
from digests.domain.sources import SourceState
from digests.domain.subscribers import Status
from digests.storage.articles import ArticleStore
from digests.storage.breaking import AlertStore
from digests.storage.database import Database
from digests.storage.editions import missed_since
from digests.storage.notices import NoticeStore, TopicFlow
from digests.storage.sources import Doing, SourceStore
from digests.storage.subscribers import SubscriberStore
from digests.storage.vitals import Key, VitalStore

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the service stands at one moment."""

    articles: int
    stories: int
    fresh: int  # articles that came within a day
    sources: Mapping[SourceState, int]
    readers: Mapping[Status, int]
    broken: int  # stories within a day
    alerts: int  # sent of these, to all readers together
    missed: int  # slots within a week that nobody was there to serve in time


@dataclass(frozen=True, slots=True)
class Work:
    """What is being done."""

    vitals: Sequence[Vital]
    tallies: Mapping[Key, float]
    lag: timedelta  # since the oldest digest that is due and has not gone out
    depths: Mapping[str, int]  # work that waits, by the name of its job
    limits: Sequence[tuple[str, datetime, datetime | None]]  # name, when the next message may leave, halted until


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts what there is."""

    database: Database

    async def standing(self, now: datetime) -> Standing:
        """How everything stands at `now` (UTC)."""
        async with self.database.read() as transaction:
            articles = ArticleStore(transaction)
            stored, stories, _ = await articles.counts()
            fresh = await articles.fetched_since(now - _DAY)
            sources = Counter(source.state for source in await SourceStore(transaction).all())
            readers = await SubscriberStore(transaction).counts()
            broken, alerts = await AlertStore(transaction).count(now - _DAY)
            missed = await missed_since(transaction, now - _WEEK)
        by_status = {Status(name): count for name, count in readers.items()}
        return Standing(stored, stories, fresh, sources, by_status, broken, alerts, missed)

    async def work(self, now: datetime) -> Work:
        """What processes do and have done, all together, and what waits at `now` (UTC)."""
        async with self.database.read() as transaction:
            store = VitalStore(transaction)
            return Work(
                vitals=await store.all(),
                tallies=await store.tallies(),
                lag=await store.lag(now),
                depths=await store.depths(now),
                limits=await store.limits(),
            )

    async def sources(self) -> list[Doing]:
        """Every source with all that it has ever brought."""
        async with self.database.read() as transaction:
            return await SourceStore(transaction).doing(None)

    async def topics(self, now: datetime) -> list[TopicFlow]:
        """How the topics that readers follow have been coming in."""
        async with self.database.read() as transaction:
            return await NoticeStore(transaction).flows(now)
