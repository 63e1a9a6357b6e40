"""Search finds the same on SQLite and PostgreSQL, whatever is typed."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text

from digests.domain.search_terms import Term, phrase_term, word_term
from digests.storage import schema
from digests.storage import search as search_module
from digests.storage.database import Database, Transaction
from digests.storage.search import Hit, Narrowing, SearchStore
from digests.text.words import query_stems, stems, words
from tests.support.clocks import START
from tests.support.databases import postgres_database
from tests.support.rows import add_article, add_topics

DAY = timedelta(days=1)
WORDS = (
    "Rente Renten Rentner Rentenzahlungen Rentenfonds Straße Strasse straßen Präsident Präsidenten präsidial NATO Nato "
    "Kiew Kyjiw Київ києві Україна україни українські України українців їжа їжак Ґанок п'ять пʼять об’єкт подія подію "
    "G7 G20 2026 20 2 3,5 1984 A400M U-Bahn UNO ÖPNV Ölpreis Öl öle und in im der die das und і й та у в на "
    "naïve İstanbul ISTANBUL ıŞIK ΣΊΣΥΦΟΣ ſtern ǅ ŉ Ა ა 𐐀 𐐨 ͺ ² ½ Ⅷ ५ 北京 ไทย ｆｕｌｌ x_y a.b c'est d'Artagnan "
    "O'Neill \" ' \\ : * & | ! ( ) <-> NEAR "
    "AND OR NOT title body {title} Z Donaudampfschifffahrtsgesellschaft " + f"{'ü' * 300} {'é' * 99}"
).split()


def typed(text: str) -> list[Term]:
    """The terms of a query in any of the product's languages."""
    return [query_stems(word) for word in words(text)]


async def put(transaction: Transaction, title: str, body: str, language: str = "de", **values: object) -> int:
    article, _ = await add_article(transaction, title=title, language=language, **values)  # type: ignore[arg-type]
    await SearchStore(transaction).index(article, stems(title, language), stems(body, language))
    return article


async def search(transaction: Transaction, text: str) -> list[int]:
    return [hit.article_id for hit in await SearchStore(transaction).find(typed(text), 50)]


async def test_a_prefix_finds_compounds_but_short_words_do_not(database: Database) -> None:
    async with database.write() as transaction:
        pension = await put(transaction, "Soziales", "Die Rentenzahlungen steigen.")
        oil = await put(transaction, "Wirtschaft", "Der Ölpreis fällt.")
        assert await search(transaction, "Rente") == [pension]
        assert await search(transaction, "Renten Soziales") == [pension]
        assert await search(transaction, "Öl") == []
        assert await search(transaction, "Ölpreis") == [oil]
        assert await search(transaction, "zahlungen") == []  # the end of a compound is not indexed


async def test_inflections_and_diacritics_in_both_languages(database: Database) -> None:
    async with database.write() as transaction:
        german = await put(transaction, "Ein Präsident in der Straße", "")
        ukrainian = await put(transaction, "Вибори", "Президент України у Києві", "uk")
        for query in ("präsidenten", "PRASIDENT", "Strasse", "Straßen"):
            assert await search(transaction, query) == [german], query
        for query in ("Україна", "україні президента"):
            assert await search(transaction, query) == [ukrainian], query


async def test_newest_first_the_title_is_told_and_all_words_are_needed(database: Database) -> None:
    async with database.write() as transaction:
        first = await put(transaction, "Gipfel der NATO", "Kiew hofft.")
        second = await put(transaction, "Kiew", "Der Gipfel der NATO.", at=START + timedelta(hours=1))
        store = SearchStore(transaction)
        hits = await store.find(typed("gipfel nato"), 10)
        assert [(hit.article_id, hit.title) for hit in hits] == [(second, "Kiew"), (first, "Gipfel der NATO")]
        assert hits[0].news_at == START + timedelta(hours=1)
        assert await store.find(typed("gipfel nato berlin"), 10) == []
        later = Narrowing(since=START + timedelta(minutes=1))
        assert [hit.article_id for hit in await store.find(typed("gipfel"), 10, later)] == [second]
        assert [hit.article_id for hit in await store.find(typed("gipfel"), 1)] == [second]


async def test_a_reindexed_article_is_found_by_its_new_words_alone(database: Database) -> None:
    async with database.write() as transaction:
        article = await put(transaction, "Haushalt", "Schulden")
        await SearchStore(transaction).index(article, stems("Etat", "de"), [])
        assert await search(transaction, "Haushalt") == await search(transaction, "Schulden") == []
        assert await search(transaction, "Etat") == [article]


async def test_a_deleted_article_is_found_no_more(database: Database) -> None:
    async with database.write() as transaction:
        article = await put(transaction, "Haushalt", "Schulden")
        await transaction.connection.execute(text("DELETE FROM article"))
        await SearchStore(transaction).remove_orphans()
        assert await transaction.connection.scalar(text("SELECT count(*) FROM article_search")) == 0
        assert await search(transaction, "Haushalt") == []
        assert await put(transaction, "Haushalt", "", id=article)  # its number may come again


@pytest.mark.parametrize("query", ["", "   ", "!!!", "“”", "\u200d", "\x00"])
async def test_a_query_without_words_finds_nothing(database: Database, query: str) -> None:
    async with database.write() as transaction:
        await put(transaction, "Haushalt", "Schulden")
        assert await search(transaction, query) == []


async def test_texts_beyond_every_size_are_stored_and_found_by_their_beginning(database: Database) -> None:
    async with database.write() as transaction:
        numbered = " ".join(f"Wort{number:07d}" for number in range(120_000))
        article = await put(transaction, "ж" * 5000, numbered)
        assert await search(transaction, "Wort0000123") == [article]
        assert await search(transaction, "ж" * 4000) == [article]
        assert await search(transaction, " ".join(f"Wort{number:07d}" for number in range(3000))) == [article]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Database, Database]]:
    """The same empty schema on SQLite and PostgreSQL."""
    with postgres_database() as url:
        databases = Database(f"sqlite+aiosqlite:///{tmp_path / 'search.db'}"), Database(url)
        for each in databases:
            await schema.upgrade(each, START)
        yield databases
        for each in databases:
            await each.close()


Asked = tuple[list[Term], Narrowing]


async def fill_and_ask(
    database: Database, texts: Sequence[tuple[str, str, str]], queries: Sequence[Asked]
) -> list[list[Hit]]:
    async with database.write() as transaction:
        await add_topics(transaction, "politics")
        for number, (title, body, language) in enumerate(texts, 1):
            at = START + timedelta(minutes=number // 3)  # some at the same time
            topics = ["politics"] if number % 4 == 0 else []
            credit = f"Blatt {number % 3}"
            await put(transaction, title, body, language, id=number, at=at, topics=topics, credit=credit)
    async with database.read() as transaction:
        return [await SearchStore(transaction).find(terms, 20, narrowing) for terms, narrowing in queries]


@pytest.mark.parametrize("seed", range(3))
async def test_both_databases_find_the_same(both: tuple[Database, Database], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311

    def some(most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(1, most)))

    def narrowing() -> Narrowing:
        return Narrowing(
            without=tuple(typed(some(2))) if dice.random() < 0.3 else (),
            since=START + timedelta(minutes=dice.randint(0, 10)) if dice.random() < 0.3 else None,
            until=START + timedelta(minutes=dice.randint(10, 25)) if dice.random() < 0.3 else None,
            credits=frozenset({"Blatt 1", "Blatt 2"}) if dice.random() < 0.3 else None,
            topics=frozenset({"politics"}) if dice.random() < 0.2 else None,
            languages=frozenset({"de", "uk"}) if dice.random() < 0.3 else frozenset(),
        )

    texts = [(some(4), some(40), dice.choice(["de", "uk", "en", "th"])) for _ in range(60)]
    sentences = [text.split() for _, text, _ in texts]
    phrases = [" ".join(words[at : at + 3]) for words in sentences for at in (0, len(words) // 2)]
    queries: list[Asked] = [(typed(word), Narrowing()) for word in WORDS]
    queries += [(typed(some(3)), narrowing()) for _ in range(200)]
    queries += [([frozenset({word.casefold(), "nato"})], Narrowing()) for word in WORDS]  # as no stemmer gives them
    queries += [([phrase_term(each)], Narrowing()) for each in phrases]
    queries += [([word_term(word)], narrowing()) for word in WORDS]
    queries += [([], narrowing()) for _ in range(20)]
    on_sqlite, on_postgres = [await fill_and_ask(each, texts, queries) for each in both]
    assert on_sqlite == on_postgres
    assert sum(1 for hits in on_sqlite if hits) > len(queries) // 3
    assert sum(1 for hits in on_sqlite[-len(WORDS) - 20 - len(phrases) : -len(WORDS) - 20] if hits) > len(phrases) // 2


async def test_a_period_ends_to_the_microsecond_on_whatever_days(database: Database) -> None:
    """PostgreSQL's index knows days (UTC), also before 1970; the rest is the article's own time."""
    midnight = datetime(2026, 8, 14, tzinfo=UTC)
    times = [
        midnight - DAY,
        midnight - timedelta.resolution,
        midnight,
        midnight + DAY,
        datetime(1969, 7, 20, tzinfo=UTC),
    ]
    async with database.write() as transaction:
        ids = [await put(transaction, "Rente", f"Meldung {number}", at=at) for number, at in enumerate(times)]
        store = SearchStore(transaction)

        async def found(since: datetime, until: datetime) -> list[int]:
            return [hit.article_id for hit in await store.find(typed("Rente"), 9, Narrowing(since=since, until=until))]

        assert await found(midnight - DAY, midnight) == [ids[1], ids[0]]
        assert await found(midnight - timedelta.resolution, midnight + timedelta.resolution) == [ids[2], ids[1]]
        assert await found(midnight, midnight + DAY + timedelta.resolution) == [ids[3], ids[2]]
        assert await found(times[4], times[4] + DAY) == [ids[4]]
        assert await found(midnight, midnight) == []
        assert len(await found(times[4], midnight + 2 * DAY)) == 5  # too long to name its days


async def test_a_phrase_stands_in_one_place_and_not_across_title_and_text(database: Database) -> None:
    async with database.write() as transaction:
        said = await put(transaction, "Berlin", "Zum Tag der Arbeit kamen viele.")
        await put(transaction, "Ein Tag der", "Arbeit ohne Ende")
        await put(transaction, "Arbeit", "Der Tag war lang.")
        store = SearchStore(transaction)

        async def found(text: str) -> list[int]:
            return [hit.article_id for hit in await store.find([phrase_term(text)], 10)]

        assert await found("Tag der Arbeit") == await found("tage der arbeiten") == [said]
        assert await found("Arbeit der Tag") == []
        assert await found("Berlin zum") == []


async def test_places_that_postgres_forgets_are_found_in_no_phrase(both: tuple[Database, Database]) -> None:
    often = "Hafen Schiff " * 300 + "Hafen Leuchtturm"  # a tsvector keeps 256 places of a stem
    late = " ".join(f"Wort{number:05d}" for number in range(17_000))  # and none behind 16,383
    asked = ["Schiff Hafen", "Hafen Leuchtturm", "Wort00010 Wort00011", "Wort16990 Wort16991"]
    queries = [([phrase_term(text)], Narrowing()) for text in asked] + [(typed("Leuchtturm"), Narrowing())]
    texts = [("Hafen", often, "de"), ("Zahlen", late, "de")]
    on_sqlite, on_postgres = [await fill_and_ask(each, texts, queries) for each in both]
    assert on_sqlite == on_postgres
    assert [len(hits) for hits in on_sqlite] == [1, 0, 1, 0, 1]


async def test_an_exact_word_has_no_longer_ones_and_numbers_have_separators(database: Database) -> None:
    async with database.write() as transaction:
        longer = await put(transaction, "Soziales", "Die Rentenzahlungen steigen um 1.250.000 Euro.")
        plain = await put(transaction, "Soziales", "Die Rente steigt um 1250000 Euro.", at=START - timedelta(hours=1))
        store = SearchStore(transaction)

        async def found(term: Term) -> list[int]:
            return [hit.article_id for hit in await store.find([term], 10)]

        assert await found(word_term("Rente")) == [longer, plain]
        assert await found(phrase_term("Rente")) == [plain]
        for number in ("1250000", "1.250.000", "1,250,000"):
            assert set(await found(word_term(number))) >= {longer}, number
        assert await found(word_term("1250000")) == [longer, plain]


async def test_the_newest_of_very_many_are_found_in_whatever_order_they_were_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "_FIRST_LOOK", 3)
    monkeypatch.setattr(search_module, "_LOOKED_THROUGH", 25)
    dice, step = random.Random(3), timedelta(hours=5)  # noqa: S311
    told: dict[int, tuple[int, bool]] = {}  # how many steps on, and whether it has the rare word, by article
    async with database.write() as transaction:
        for number in range(1, 61):
            steps = number if dice.random() < 0.7 else dice.randint(0, 60)  # else of a backlog, or ahead of its time
            rare = number % 9 == 0
            body = "Der Gipfel tagt." + " Ein Erdbeben." * rare
            at = START + steps * step
            told[await put(transaction, f"Meldung {number}", body, at=at)] = steps, rare
        for word, limit, since, until in product(
            ("Gipfel", "Erdbeben", "nirgends"), (1, 2, 5, 99), (None, 0, 10, 40, 58), (None, 61, 45, 12)
        ):
            narrowing = Narrowing(
                since=None if since is None else START + since * step,
                until=None if until is None else START + until * step,
            )
            hits = await SearchStore(transaction).find(typed(word), limit, narrowing)
            meant = [
                (steps, article)
                for article, (steps, rare) in told.items()
                if (since or 0) <= steps < (until or 99) and (word == "Gipfel" or (word == "Erdbeben" and rare))
            ]
            newest = [article for _, article in sorted(meant, reverse=True)[:limit]]
            assert [hit.article_id for hit in hits] == newest, (word, limit, since, until)
