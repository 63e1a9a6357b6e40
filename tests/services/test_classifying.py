"""Topics of stored articles: by rules, by the address, and by what an operator has taught, here or elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.articles import RawArticle
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.services.classifying import examine, learn, usable
from digests.services.ingesting import Ingesting
from digests.sources.files import read_files
from digests.storage.articles import ArticleStore
from digests.storage.topic_models import StoredModel, TopicModelStore
from tests.support.bureau import SEEDS, Bureau, catalogue
from tests.support.clocks import START
from tests.support.labelled import examples

PIGEONS = "Die Taubenzüchter am Fluss sahen ihre Tauben spät. Der Gegenwind war stark, und alle Brieftauben ruhten."


def article(number: int, **values: object) -> RawArticle:
    columns: dict[str, object] = {
        "guid": f"g{number}",
        "title": f"Brieftauben kehren heim, Folge {number}",
        "text": PIGEONS,
        "origin": "tests",
        "source_key": "file:tests",
        "source_title": "Bote",
        "credit": "Bote",
        "language": "de",
    }
    return RawArticle(**(columns | values))  # type: ignore[arg-type]


async def topics(bureau: Bureau, raw: RawArticle) -> dict[str, tuple[str, ...]]:
    """The topics with which an article is stored, with the words that say so."""
    report = await bureau.ingesting.ingest(raw)
    async with bureau.database.read() as transaction:
        stored = await ArticleStore(transaction).article(report.placement.article_id)
    assert stored is not None
    return {slug: match.words for slug, match in stored.topics.items()}


async def teach(bureau: Bureau) -> StoredModel:
    bureau.clock.move(timedelta(seconds=1))
    return await learn(bureau.database, catalogue(), examples(), bureau.clock.now())


async def test_a_running_process_takes_over_what_another_has_learnt(any_bureau: Bureau) -> None:
    assert "sport" not in await topics(any_bureau, article(1))
    stored = await teach(any_bureau.another())
    assert (stored.examples, stored.report["accuracy"]) == (24, 1.0)
    assert stored.report["topics"] == {"culture": 8, "economy": 8, "sport": 8}
    learnt = await topics(any_bureau, article(2))
    assert "Brieftauben" in learnt["sport"]
    async with any_bureau.database.write() as transaction:
        await TopicModelStore(transaction).forget()
    assert "sport" not in await topics(any_bureau, article(3))


async def test_the_address_names_a_topic_and_says_which_part_of_it(bureau: Bureau) -> None:
    found = await topics(bureau, article(1, url="https://bote.example/panorama/tauben-kehren-heim.html"))
    assert found["people"][0] == "/panorama/"


async def test_an_entry_of_a_live_blog_does_not_inherit_the_section_of_its_page(bureau: Bureau) -> None:
    (seed,) = [each for each in read_files(sorted(SEEDS.glob("001*"))) if isinstance(each, RawArticle)]
    raw = replace(seed, url="https://bote.example/sport/minute-fuer-minute.html")
    report = await bureau.ingesting.ingest(raw)
    assert report.entries
    async with bureau.database.read() as transaction:
        store = ArticleStore(transaction)
        page = await store.article(report.placement.article_id)
        entry = await store.article(report.entries[0].article_id)
    assert page is not None
    assert entry is not None
    assert "sport" in page.topics
    assert "sport" not in entry.topics


SMALL = """
[[topic]]
slug = "sport"
names = { de = "Sport", en = "Sport", uk = "Спорт" }
"""


async def test_a_model_for_another_catalogue_is_left_out_and_news_go_on(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = await teach(bureau)
    small = Catalogue.parse(SMALL, "small.toml")
    with pytest.raises(InputError, match=r"does not have: .*culture"):
        usable(stored, small)
    report = await Ingesting(bureau.database, small, bureau.clock).ingest(article(1))
    assert report.placement.article_id
    assert "culture" in capsys.readouterr().out


async def test_a_damaged_model_is_left_out_and_news_go_on(bureau: Bureau) -> None:
    async with bureau.database.write() as transaction:
        await TopicModelStore(transaction).replace(StoredModel(START, 1, {}, b"damaged"))
    assert "sport" not in await topics(bureau, article(1))
    await teach(bureau)
    assert "sport" in await topics(bureau, article(2))


async def test_too_few_examples_leave_the_model_as_it_was(bureau: Bureau) -> None:
    kept = await teach(bureau)
    with pytest.raises(InputError, match="at least 5"):
        await learn(bureau.database, catalogue(), examples(each=3), START)
    async with bureau.database.read() as transaction:
        assert await TopicModelStore(transaction).newest() == kept


async def test_examining_stores_nothing(bureau: Bureau) -> None:
    assert (await examine(catalogue(), examples())).together.total() == 24
    async with bureau.database.read() as transaction:
        assert await TopicModelStore(transaction).newest() is None
