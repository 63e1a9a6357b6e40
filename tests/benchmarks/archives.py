"""Archives of up to a million articles in minutes: a block of prepared ones, then copies of it by the database itself.

Every size spans the same 90 days, so more articles are a busier newsroom: what a window of a day holds grows with what
is stored. A block is 50,000 articles; in a larger archive the same texts come again in the next stretch of days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, func, insert, literal, select, text

from digests.domain.preferences import Preferences
from digests.storage import models
from digests.storage.database import Database, Transaction
from digests.storage.interning import InterningStore
from digests.storage.search import DAY_LEXEME
from digests.storage.types import UtcDateTime
from tests.benchmarks.filling import Archive, count_on

SPAN = timedelta(days=90)
BLOCK = 50_000
STORIES = BLOCK * 2 // 5 + 1
"""Stories of a block, so many further on in each copy."""
_SHIFTS = {
    "storyline": {"id": STORIES},
    "story": {"id": STORIES, "storyline_id": STORIES, "lead_article_id": BLOCK},
    "article": {"id": BLOCK, "story_id": STORIES},
    "article_topic": {"article_id": BLOCK},
}
_NAMED = ("guid", "url_key", "content_key")
_TABLES: tuple[Any, ...] = tuple(
    model.__table__ for model in (models.Storyline, models.Story, models.Article, models.ArticleTopic)
)
_SEARCH = {
    "sqlite": "INSERT INTO article_search (rowid, title, body) SELECT rowid + :by, title, body FROM article_search "
    "WHERE rowid <= :block",
    "postgresql": "INSERT INTO article_search (article_id, stems) SELECT article_id + :by, stems FROM article_search "
    "WHERE article_id <= :block",
}
_DAYS = (
    "UPDATE article_search SET stems = ts_filter(stems, '{a,d}') || "  # noqa: S608 - without the days of the first block
    f"{DAY_LEXEME} FROM article WHERE article.id = article_search.article_id"
)
_INDEX = "CREATE INDEX ix_article_search_stems ON article_search USING gin (stems)"


@dataclass(frozen=True, slots=True)
class Grown:
    """`count` articles of the last 90 days before `now`; a whole number of blocks, or less than one."""

    count: int
    now: datetime

    async def fill(self, database: Database) -> None:
        """Store them in a database that has its topics and nothing else."""
        block = min(self.count, BLOCK)
        copies = self.count // block
        took = SPAN / copies
        await Archive(block, self.now - took * (copies - 1), block / (took / timedelta(days=1))).fill(database)
        async with database.write() as transaction:
            if transaction.dialect == "postgresql":
                await transaction.connection.execute(text("DROP INDEX ix_article_search_stems"))
        for number in range(1, copies):
            async with database.write() as transaction:
                await self._copy(transaction, number, took * number)
        async with database.write() as transaction:
            if transaction.dialect == "postgresql":
                await transaction.connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
                await transaction.connection.execute(text(_DAYS))
                await transaction.connection.execute(text(_INDEX))
            await count_on(transaction)

    async def _copy(self, transaction: Transaction, number: int, later: timedelta) -> None:
        for table in _TABLES:
            shifts = _SHIFTS[table.name]
            columns = [_moved(column, number, shifts.get(column.name, 0), later, transaction) for column in table.c]
            first = table.c[next(iter(shifts))]
            chosen = select(*columns).where(first <= (BLOCK if first.name == "article_id" else shifts[first.name]))
            await transaction.connection.execute(insert(table).from_select(list(table.c), chosen))
        search = {"by": number * BLOCK, "block": BLOCK}
        await transaction.connection.execute(text(_SEARCH[transaction.dialect]), search)


def _moved(
    column: Column[Any], number: int, shift: int, later: timedelta, transaction: Transaction
) -> ColumnElement[Any]:
    """A column in copy `number`: its own ids, addresses, and times."""
    if shift:
        return column + number * shift
    if column.name in _NAMED:
        return column + literal(f"-{number}")
    if isinstance(column.type, UtcDateTime):
        if transaction.dialect == "postgresql":
            return column + literal(later)
        seconds = f"+{later.total_seconds():.0f} seconds"
        return func.strftime("%Y-%m-%d %H:%M:%S.000000", column, seconds)
    return column


async def readers(database: Database, wishes: list[Preferences], first_chat: int, count: int, now: datetime) -> None:
    """So many readers without a schedule, from chat `first_chat` on; they take turns in what they wish for."""
    async with database.write() as transaction:
        await count_on(transaction)  # others may be there by numbers of their own
        profiles = [await InterningStore(transaction).profile(wish) for wish in wishes]
        row = {
            "thread_id": 0, "kind": "private", "language": "de", "time_zone": "Europe/Berlin", "zone_confirmed": True,
            "setup_step": 4, "status": "active", "nothing_new": "silent", "silent": False, "created_at": now,
        }  # fmt: skip
        rows = [
            row | {"chat_id": first_chat + number, "profile_id": profiles[number % len(profiles)]}
            for number in range(count)
        ]
        await transaction.connection.execute(insert(models.Subscriber), rows)
