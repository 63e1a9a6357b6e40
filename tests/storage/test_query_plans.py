"""The frequent statements reach their rows by index, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from digests.domain.digests import Window
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.asked import AskedStore
from digests.storage.candidates import CandidateStore
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import DeliveryStore
from digests.storage.editions import EditionRow, EditionStore
from digests.storage.fan_outs import FanOutStore, Reach, _wanted
from digests.storage.models import Base
from digests.storage.portions import Portion
from digests.storage.recent import recent_articles
from digests.storage.search import Narrowing, SearchStore
from digests.storage.stories import StoryStore
from digests.storage.subscribers import SubscriberStore
from tests.support.clocks import START
from tests.support.databases import statements
from tests.support.rows import SLOT, add_article, add_deliveries, add_topics

Call = Callable[[Transaction, EditionRow], Coroutine[Any, Any, object]]
WINDOW = Window(START - timedelta(days=1), START)


def _few(edition: EditionRow) -> Portion:
    return Portion((edition.id, edition.id + 1), 1, 9)


CASES: dict[str, tuple[Call, set[str]]] = {
    "claim": (
        lambda t, e: DeliveryStore(t).claim(Portion((e.id, 5), 1, 9), SLOT, 5),
        {"ix_delivery_pending", "pk_delivery"},
    ),
    "next due": (
        lambda t, e: DeliveryStore(t).next_due(Portion((e.id, 5), 1, 9)),
        {"ix_delivery_pending", "pk_delivery"},
    ),
    "due": (lambda t, _: EditionStore(t).due(SLOT), {"ix_schedule_next_slot_at"}),
    "reach": (lambda t, e: FanOutStore(t).reach(e, 100), {"ix_subscriber_audience"}),
    "fan-out": (lambda t, e: FanOutStore(t)._add_deliveries(e, Reach(9, 9)), {"ix_subscriber_audience"}),
    "begun": (lambda t, e: FanOutStore(t)._begun(e, Reach(9, 9, (5,))), {"pk_delivery"}),
    "waiting": (lambda t, e: FanOutStore(t).waiting(e.slot_at, 0, 9), {"ix_subscriber_audience"}),
    "beside": (lambda t, e: FanOutStore(t).beside(e, Reach(9, 9), 99), {"ix_subscriber_audience"}),
    "wanted": (lambda t, e: t.connection.execute(_wanted([e.id], [1], e.slot_at)), {"ix_subscriber_audience"}),
    "topic": (lambda t, _: CandidateStore(t).in_topics(["nato"], WINDOW, 9), {"ix_article_topic_topic_id_news_at"}),
    "newest": (lambda t, _: CandidateStore(t).newest(WINDOW, 9), {"ix_article_news_at"}),
    "story": (lambda t, _: ArticleStore(t).load_stories([1]), {"ix_article_story_id"}),
    "merged": (lambda t, _: StoryStore(t).merged(1), {"ix_story_merged_into"}),
    "known": (
        lambda t, _: ArticleStore(t).find("u", 1, "g", "c"),
        {"uq_article_url_key", "uq_article_source_id_guid", "ix_article_content_key"},
    ),
    "last slot": (lambda t, _: SubscriberStore(t).last_slot(1), {"ix_delivery_subscriber_id"}),
    "furniture": (
        lambda t, _: ArticleStore(t).recent_lines("file:tests", 60),
        {"ix_article_source_id_id", "pk_article"},  # the second on PostgreSQL, where all here is of one source
    ),
    "asked": (lambda t, _: AskedStore(t).naming([1, 2], START), {"ix_asked_article_article_id"}),
    "newcomers": (lambda t, _: recent_articles(t, 10**6, START, 9), {"pk_article"}),
}
"""What is called, and the indexes of which it must use one."""


async def plans(database: Database, transaction: Transaction, seen: list[tuple[str, Any]]) -> str:
    """How the database would go about these statements."""
    command = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    lines: list[str] = []
    for statement, values in seen:
        result = await transaction.connection.exec_driver_sql(command + statement, values)
        lines += [str(row[-1]) for row in result.all()]
    return "\n".join(lines)


async def crowd(transaction: Transaction, article_id: int) -> None:
    """So many articles that an index is worth its while."""
    table = models.Article.__table__
    row = dict((await transaction.connection.execute(select(table).where(table.c.id == article_id))).mappings().one())
    copies = [row | {"id": number, "guid": str(number), "url_key": str(number)} for number in range(1000, 1300)]
    await transaction.connection.execute(insert(models.Article), copies)


@pytest.mark.parametrize("case", CASES)
async def test_the_index_is_used(database: Database, case: str) -> None:
    call, indexes = CASES[case]
    edition, _ = await add_deliveries(database, 3)
    async with database.write() as transaction:
        await add_topics(transaction, "nato")
        article, _ = await add_article(transaction, topics=["nato"])
        await crowd(transaction, article)
        if not database.is_sqlite:
            await transaction.connection.execute(text("SET LOCAL enable_seqscan = off"))
            await transaction.connection.execute(text("ANALYZE article"))
        with statements(database) as seen:
            await call(transaction, edition)
        plan = await plans(database, transaction, seen)
    by_key = {"pk_delivery": "sqlite_autoindex_delivery_1", "pk_article": "INTEGER PRIMARY KEY"}
    by_key |= {
        "uq_article_url_key": "sqlite_autoindex_article_1",
        "uq_article_source_id_guid": "sqlite_autoindex_article",
    }
    names = {by_key.get(name, name) for name in indexes} if database.is_sqlite else indexes
    assert any(name in plan for name in names), plan
    scanned = {line.partition("SCAN ")[2].split()[0] for line in plan.splitlines() if "SCAN " in line}
    assert not scanned & Base.metadata.tables.keys() or not database.is_sqlite, plan


@pytest.mark.parametrize(
    "narrowing",
    [Narrowing(), Narrowing(since=START - timedelta(days=3)), Narrowing(until=START + timedelta(days=1))],
)
async def test_words_are_looked_for_in_their_index_alone(database: Database, narrowing: Narrowing) -> None:
    """PostgreSQL would walk through all articles by time where it hopes to meet the words soon, or reads each."""
    if database.is_sqlite:
        pytest.skip("SQLite has no other way")
    async with database.write() as transaction:
        article, _ = await add_article(transaction, title="Gipfel")
        await crowd(transaction, article)
        for number in range(1000, 1300):
            await SearchStore(transaction).index(number, ["gipfel"], ["gipfel"])
        await transaction.connection.execute(text("ANALYZE"))
        with statements(database) as seen:
            await SearchStore(transaction).find([frozenset({"gipfel", "summit"})], 5, narrowing)
        searches = [(statement, values) for statement, values in seen if "article_search" in statement]
        plan = await plans(database, transaction, searches)
    assert plan.count("on ix_article_search_stems") == len(searches) > 0, plan
    assert "ix_article_news_at" not in plan, plan
    assert "Seq Scan on article_search" not in plan, plan


async def test_planning_reads_no_rows_of_readers(database: Database) -> None:
    """Those who are due of ten million stand on nearly every page of their table; PostgreSQL's index tells all."""
    if database.is_sqlite:
        pytest.skip("SQLite reads the rows")
    edition, _ = await add_deliveries(database, 3)
    async with database.write() as transaction:
        await transaction.connection.execute(text("SET LOCAL enable_seqscan = off"))
        with statements(database) as seen:
            await transaction.connection.execute(_wanted([edition.id], [1], edition.slot_at))
            await FanOutStore(transaction)._add_deliveries(edition, Reach(9, 9))
        plan = await plans(database, transaction, [each for each in seen if "subscriber.profile_id" in each[0]])
    assert plan.count("Index Only Scan using ix_subscriber_audience") == 2, plan
