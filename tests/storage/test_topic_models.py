"""What the classifier has learnt, kept and replaced."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.articles import TopicMatch
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.topic_models import StoredModel, TopicModelStore
from tests.support.clocks import START
from tests.support.rows import DAY, add_article, add_topics, rows

BODY = bytes(range(256)) * 40


async def test_without_a_model_there_is_nothing_to_find_or_forget(database: Database) -> None:
    async with database.write() as transaction:
        store = TopicModelStore(transaction)
        assert await store.version() is None
        assert await store.newest() is None
        assert not await store.forget()


async def test_a_new_model_takes_the_place_of_the_old_one(database: Database) -> None:
    first = StoredModel(START, 30, {"accuracy": 0.5, "topics": {"sport": 30}}, b"old")
    second = StoredModel(START + DAY, 40, {"accuracy": 0.75}, BODY)
    async with database.write() as transaction:
        await TopicModelStore(transaction).replace(first)
    async with database.read() as transaction:
        assert await TopicModelStore(transaction).newest() == first
        before = await TopicModelStore(transaction).version()
    async with database.write() as transaction:
        await TopicModelStore(transaction).replace(second)
    async with database.read() as transaction:
        assert await TopicModelStore(transaction).newest() == second
        assert await TopicModelStore(transaction).version() != before
    assert len(await rows(database, models.TopicModel)) == 1


async def test_the_version_changes_even_when_a_row_id_comes_again(database: Database) -> None:
    versions = []
    for day in range(3):
        async with database.write() as transaction:
            store = TopicModelStore(transaction)
            await store.replace(StoredModel(START + day * DAY, 1, {}, b"x"))
            versions.append(await store.version())
            assert await store.forget()
    assert len(set(versions)) == 3


async def test_articles_per_topic_since_a_time(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "sport", "weather", "film")
        for number, (at, slugs) in enumerate(
            [(START, ("sport",)), (START + DAY, ("sport", "film")), (START + 2 * DAY, ("film",))]
        ):
            article, _ = await add_article(
                transaction, url_key=f"u{number}", guid=f"g{number}", content_key=f"c{number}"
            )
            matches = [TopicMatch(slug, 0.5, ()) for slug in slugs]
            await ArticleStore(transaction).set_topics(article, at, matches)
        store = TopicModelStore(transaction)
        assert await store.articles(START) == {"sport": 2, "film": 2}
        assert await store.articles(START + timedelta(hours=1)) == {"sport": 1, "film": 2}
        assert await store.articles(START + 3 * DAY) == {}


async def test_one_article_is_found_by_its_id(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "sport")
        first, story = await add_article(transaction, title="Erster")
        second, _ = await add_article(
            transaction, title="Zweiter", url_key="u2", guid="g2", content_key="c2", story_id=story
        )
        store = ArticleStore(transaction)
        await store.set_topics(second, START, [TopicMatch("sport", 0.5, ("Pokal",))])
        found = await store.article(second)
        assert found is not None
        assert (found.id, found.title, found.topics["sport"].words) == (second, "Zweiter", ("Pokal",))
        assert await store.article(first + second + 1) is None
