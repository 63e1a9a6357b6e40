"""What a source repeats is learnt from what is stored, and not from all of it for every article."""

from __future__ import annotations

from digests.services.furniture import LEARN_FROM, Furniture
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from tests.support.databases import statements
from tests.support.rows import add_article

BODY = [["body", ["Ein Satz, der nur hier steht."]], ["body", ["Abo jetzt bestellen."]]]


async def publish(database: Database, count: int) -> None:
    async with database.write() as transaction:
        for _ in range(count):
            article, _ = await add_article(transaction)
            await ArticleStore(transaction).update(article, {"body": BODY, "dropped": []})


async def test_a_young_source_is_asked_for_each_article(sqlite: Database) -> None:
    furniture = Furniture(sqlite)
    learnt = []
    for _ in range(4):
        learnt.append(await furniture.of("file:tests"))
        await publish(sqlite, 1)
    assert learnt[:3] == [frozenset()] * 3
    assert "abo jetzt bestellen." in learnt[3]


async def test_a_known_source_is_learnt_anew_when_a_tenth_more_has_come(sqlite: Database) -> None:
    await publish(sqlite, LEARN_FROM)
    furniture = Furniture(sqlite)
    with statements(sqlite) as seen:
        for _ in range(LEARN_FROM):
            assert await furniture.of("file:tests")
    assert 5 <= sum("FROM article" in each for each, _ in seen) <= 10


async def test_what_one_source_repeats_is_not_anothers(sqlite: Database) -> None:
    await publish(sqlite, 5)
    furniture = Furniture(sqlite)
    assert await furniture.of("file:tests")
    assert await furniture.of("file:others") == frozenset()
