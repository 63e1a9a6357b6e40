"""The words of the archive: kept once a day, found by beginning, end and sound, alike on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from digests.domain.transliteration import sound_key
from digests.domain.vocabulary import told_words
from digests.storage import models
from digests.storage.database import Database
from digests.storage.vocabulary import VocabularyStore
from tests.support.rows import add_article, rows

DAY = date(2026, 8, 13)
GERMAN = "Rentenerhöhung Erhöhung Höhe Selenskyj Präsident Straße Zeitung"


async def fill(database: Database) -> None:
    async with database.write() as transaction:
        store = VocabularyStore(transaction)
        await store.add(told_words(GERMAN, "und der kleine Hafen, 2026", "de"), "de", DAY)
        await store.add(told_words("Зеленський відвідав Харків", "", "uk"), "uk", DAY + timedelta(days=1))


async def test_words_are_found_by_end_sound_and_likeness(database: Database) -> None:
    await fill(database)
    async with database.read() as transaction:
        store = VocabularyStore(transaction)
        assert [word.spelling for word in await store.ending("erhoh", "de", 10)] == ["Rentenerhöhung"]
        assert await store.ending("erhoh", "en", 10) == []
        sounding = await store.sounding(sound_key("Zelensky"))
        assert [(word.language, word.spelling) for word in sounding] == [("uk", "Зеленський"), ("de", "Selenskyj")]
        assert [word.spelling for word in await store.like("prasi", "xxxxx", (6, 10), 10)] == ["Präsident"]
        assert [word.spelling for word in await store.like("xxxxx", "ident", (6, 10), 10)] == ["Präsident"]
        assert await store.like("prasi", "ident", (3, 5), 10) == []
        assert {word.stem for word in await store.known(["strass", "hoh", "zeitung", "klein", "xyz"])} == {
            "strass",
            "zeitung",
        }


async def test_a_word_is_kept_once_and_forgotten_when_it_is_seen_no_more(database: Database) -> None:
    await fill(database)
    later = DAY + timedelta(days=5)
    async with database.write() as transaction:
        store = VocabularyStore(transaction)
        await store.add(told_words("STRASSE", "", "de"), "de", later)
        await store.add(told_words("Straßen", "", "de"), "de", DAY)
        assert await store.forget(later) > 5
    (kept,) = await rows(database, models.ArchiveWord)
    assert (kept["stem"], kept["spelling"], kept["seen_on"]) == ("strass", "Straße", later)


async def test_every_credit_is_named_once(database: Database) -> None:
    async with database.write() as transaction:
        assert await VocabularyStore(transaction).credits() == []
        for credit in ("Hafenpost", "Abendbote", "Hafenpost", "Правда"):
            await add_article(transaction, credit=credit)
        assert sorted(await VocabularyStore(transaction).credits()) == ["Abendbote", "Hafenpost", "Правда"]


def test_headlines_give_all_words_and_texts_those_with_a_capital() -> None:
    told = list(told_words("Kiew hofft auf Hilfe", "Die Hilfe aus Rom kommt 2026 bald, sagt Selenskyj.", "de"))
    assert [(word.stem, word.spelling) for word in told] == [
        ("kiew", "Kiew"),
        ("hofft", "hofft"),
        ("hilf", "Hilfe"),
        ("selenskyj", "Selenskyj"),
    ]
    assert [bool(word.sound) for word in told] == [False, False, False, True]
