"""Numbers about the whole service, for operators: counts only, nothing about a single reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.domain.sources import SourceState
from digests.domain.subscribers import Status
from digests.storage.articles import ArticleStore
from digests.storage.breaking import AlertStore
from digests.storage.database import Database
from digests.storage.editions import missed_since
from digests.storage.notices import NoticeStore, TopicFlow
from digests.storage.sources import Doing, SourceStore
from digests.storage.subscribers import SubscriberStore

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

    async def sources(self) -> list[Doing]:
        """Every source with all that it has ever brought."""
        async with self.database.read() as transaction:
            return await SourceStore(transaction).doing(None)

    async def topics(self, now: datetime) -> list[TopicFlow]:
        """How the topics that readers follow have been coming in."""
        async with self.database.read() as transaction:
            return await NoticeStore(transaction).flows(now)
