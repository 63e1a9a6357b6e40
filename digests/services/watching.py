"""Watching over what comes in, so that operators hear of broken sources and dry topics before readers do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from digests.domain.health import Vital
from digests.domain.notices import Notice, NoticeKind, is_dry
from digests.ports import Clock, Operators
from digests.storage.database import Database, Transaction
from digests.storage.notices import NoticeStore
from digests.storage.vitals import VitalStore

log = structlog.get_logger(__name__)

NAMED = 3
"""Sources that a notice of a dry topic names."""
KEPT_FOR = timedelta(days=365)
TOLD_AGAIN = timedelta(hours=1)
"""Operators hear of a full disk so often as long as it lasts."""
_EVERY_HOUR = 5
"""Minutes past the hour in which topics are looked at: counting a month of articles costs too much for every call."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Notices troubles and tells operators, each of them once. A notice may come twice, but is never lost."""

    database: Database
    operators: Operators

    async def look(self, now: datetime) -> None:
        """Find what is wrong at `now` (UTC), and tell what has not been told. To be called every five minutes."""
        async with self.database.read() as transaction:
            store = NoticeStore(transaction)
            dry = await _dry_topics(transaction, now) if now.minute < _EVERY_HOUR else []
            conflicts = _conflicts(await VitalStore(transaction).all(), now)
            found = await store.unknown([*await store.broken_sources(now), *dry, *conflicts])
            untold = found or await store.untold()
        if not untold:
            return
        async with self.database.write() as transaction:
            await NoticeStore(transaction).add(found, now)
            untold = await NoticeStore(transaction).untold()
        for notice in found:
            log.warning("operators_notice", notice=notice.kind.value, subject=notice.subject)
        if await self.operators.tell(untold):
            async with self.database.write() as transaction:
                await NoticeStore(transaction).told([notice.id for notice in untold], now)

    async def guard(self, clock: Clock) -> None:
        """Tell operators when writes find no room in the database, at once and then every hour; until cancelled."""
        told_at: datetime | None = None
        while True:
            await self.database.no_room.wait()
            self.database.no_room.clear()
            now = clock.now()
            if told_at is not None and timedelta() <= now - told_at < TOLD_AGAIN:
                continue
            log.error("database_full", effect="nothing is planned or sent until there is room on its disk again")
            if await self.operators.tell([Notice(NoticeKind.DATABASE_FULL, "database", "", now)]):
                told_at = now

    async def forget(self, now: datetime) -> None:
        """Drop what was noticed a year before `now`."""
        async with self.database.write() as transaction:
            await NoticeStore(transaction).forget(now - KEPT_FOR)


def _conflicts(vitals: Iterable[Vital], now: datetime) -> list[Notice]:
    """Processes whose updates another program takes: each time one begins to."""
    return [
        Notice(NoticeKind.POLLING_CONFLICT, each.host, each.host, each.conflict_since)
        for each in vitals
        if each.conflict_since is not None and each.in_conflict(now)
    ]


async def _dry_topics(transaction: Transaction, now: datetime) -> list[Notice]:
    store = NoticeStore(transaction)
    since = {flow.slug: flow.last_at for flow in await store.flows(now) if is_dry(flow.last_at, flow.articles, now)}
    sources = await store.usual_sources(since, now, NAMED) if since else {}
    return [
        Notice(NoticeKind.TOPIC_DRY, slug, slug, last_at, ", ".join(sources.get(slug, ())))
        for slug, last_at in since.items()
        if last_at is not None
    ]
