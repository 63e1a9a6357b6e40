"""What is old goes, with all that hangs on it, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from tests.support.clocks import START
from tests.support.rows import DAY, SLOT, add_article, add_deliveries, add_topics, open_edition, rows

SECOND = timedelta(seconds=1)


async def test_articles_go_by_date_with_stories_and_storylines_left_empty(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "nato")
        old, story = await add_article(transaction, at=START - SECOND, topics=["nato"])
        kept, _ = await add_article(transaction, at=START, story_id=story, duplicate_of=old, topics=["nato"])
        page, _ = await add_article(transaction, at=START - DAY)
        await add_article(transaction, at=START, parent_id=page)  # an entry goes with its page
        await add_article(transaction, at=START - DAY)
        assert await RetentionStore(transaction).drop_articles(START) == 3
        (told,) = await ArticleStore(transaction).load_stories([story])
        assert [article.id for article in told.articles] == [kept]
    (row,) = await rows(database, models.Article)
    assert (row["id"], row["duplicate_of"]) == (kept, None)
    assert [row["id"] for row in await rows(database, models.Story)] == [story]
    assert len(await rows(database, models.Storyline)) == 1
    assert [row["article_id"] for row in await rows(database, models.ArticleTopic)] == [kept]


async def test_editions_go_with_digests_and_deliveries(database: Database) -> None:
    await add_deliveries(database, 2)
    async with database.write() as transaction:
        later = await open_edition(transaction, SLOT + DAY)
        retention = RetentionStore(transaction)
        assert await retention.drop_editions(SLOT) == 0
        assert await retention.drop_editions(SLOT + SECOND) == 1
    assert [row["id"] for row in await rows(database, models.Edition)] == [later.id]
    assert await rows(database, models.Digest) == await rows(database, models.Delivery) == []
    assert len(await rows(database, models.Subscriber)) == 2
