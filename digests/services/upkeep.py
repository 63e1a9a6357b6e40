"""What happens at night: old things go, statistics are refreshed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text

from digests.services.editing import EDITED_FOR
from digests.services.receiving import KEPT as UPDATES_KEPT
from digests.storage.asked import AskedStore
from digests.storage.big_slots import BigSlotStore
from digests.storage.database import Database
from digests.storage.feedback import FeedbackStore, ReportStore
from digests.storage.following import FollowStore
from digests.storage.interning import InterningStore
from digests.storage.outages import OutageStore
from digests.storage.packs import PackStore
from digests.storage.reactions import drop_shown
from digests.storage.retention import RetentionStore
from digests.storage.saved import drop_removed
from digests.storage.search import SearchStore
from digests.storage.sources import SourceStore
from digests.storage.subscribers import UNDO_FOR, SubscriberStore
from digests.storage.updates import UpdateStore
from digests.storage.vocabulary import VocabularyStore

log = structlog.get_logger(__name__)

SEEN_FOR = timedelta(days=90)
"""An entry that its source has not shown for so long would be taken for a new one."""

FEEDBACK_FOR = timedelta(days=365)
"""What readers wrote to the operators."""
PACKS_FOR = timedelta(days=730)
"""A pack that nobody has shared or opened for so long; its link may hang on a wall."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keeps the tables small."""

    database: Database
    keep: timedelta  # articles and editions older than this are deleted

    async def nightly(self, now: datetime) -> None:
        """Delete what is older than the retention and what nobody refers to any more."""
        async with self.database.write() as transaction:
            retention = RetentionStore(transaction)
            editions = await retention.drop_editions(now - self.keep)
            articles = await retention.drop_articles(now - self.keep)
            await retention.drop_changes(now - self.keep)
            await SearchStore(transaction).remove_orphans()
            await VocabularyStore(transaction).forget((now - self.keep).date())
            await InterningStore(transaction).drop_orphans()
            await SubscriberStore(transaction).forget_changes(now - UNDO_FOR)
            await drop_removed(transaction, now - UNDO_FOR)
            await drop_shown(transaction, now - self.keep)
            await AskedStore(transaction).drop(now - EDITED_FOR)
            await FeedbackStore(transaction).drop(now - FEEDBACK_FOR)
            await ReportStore(transaction).drop(now - self.keep)
            await PackStore(transaction).drop_unused(now - PACKS_FOR)
            await FollowStore(transaction).forget_before(now - self.keep)
            await SourceStore(transaction).forget_entries(now - SEEN_FOR)
            await UpdateStore(transaction).forget(now - UPDATES_KEPT)
            await OutageStore(transaction).forget(now - self.keep)
            await BigSlotStore(transaction).forget(now - self.keep)
            await transaction.connection.execute(
                text("PRAGMA optimize" if transaction.dialect == "sqlite" else "ANALYZE")
            )
        log.info("upkeep_done", articles=articles, editions=editions)
