"""Generated summaries in both databases."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.articles import WrittenSentence
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from digests.storage.summaries import SummaryRecord, SummaryStore, Telling
from tests.support.clocks import START
from tests.support.rows import DAY, add_article, rows

SENTENCES = (WrittenSentence("Der Hafen ist zu.", (1, 2)),)
REFUSED = (("Der Hafen ist auf.", "direction: auf"),)


def record(story_id: int, basis: str = "a" * 64, minutes: int = 0) -> SummaryRecord:
    return SummaryRecord(story_id, basis, START + timedelta(minutes=minutes), "small", SENTENCES, REFUSED)


async def tellings(database: Database, sources: int = 2, limit: int = 10) -> list[Telling]:
    async with database.read() as transaction:
        return await SummaryStore(transaction).tellings(START - DAY, sources, limit)


async def test_what_was_written_comes_back_and_a_later_one_takes_its_place(database: Database) -> None:
    async with database.write() as transaction:
        _, story_id = await add_article(transaction)
        store = SummaryStore(transaction)
        assert await store.get(story_id) is None
        await store.put(record(story_id))
        assert await store.get(story_id) == record(story_id)
        await store.put(record(story_id, "b" * 64, 5))
        assert await store.get(story_id) == record(story_id, "b" * 64, 5)
    assert len(await rows(database, models.WrittenSummary)) == 1


async def test_a_story_that_is_gone_takes_nothing_and_takes_its_summary_along(database: Database) -> None:
    async with database.write() as transaction:
        _, story_id = await add_article(transaction)
        await SummaryStore(transaction).put(record(story_id))
        await SummaryStore(transaction).put(record(story_id + 999))
        await RetentionStore(transaction).drop_articles(START + DAY)
    assert await rows(database, models.WrittenSummary) == []


async def test_stories_get_what_was_written_of_them(database: Database) -> None:
    async with database.write() as transaction:
        ids = [(await add_article(transaction))[1] for _ in range(3)]
        store = SummaryStore(transaction)
        await store.put(record(ids[0]))
        await store.put(SummaryRecord(ids[1], "b" * 64, START, "small", (), REFUSED))  # all refused
        stories = await store.attach(await ArticleStore(transaction).load_stories(ids))
    assert [story.written.sentences if story.written else None for story in stories] == [SENTENCES, None, None]


async def test_a_telling_changes_when_an_article_joins_or_is_edited(database: Database) -> None:
    async with database.write() as transaction:
        first, story_id = await add_article(transaction)
        await add_article(transaction, story_id=story_id, credit="Hafenpost")
    (before,) = await tellings(database)
    assert (before.story_id, before.written_at) == (story_id, None)
    async with database.write() as transaction:
        await ArticleStore(transaction).update(first, {"content_key": "edited"})
        await SummaryStore(transaction).put(record(story_id))
    (edited,) = await tellings(database)
    assert edited.mark != before.mark
    assert edited.written_at == START
    async with database.write() as transaction:
        await add_article(transaction, story_id=story_id, credit="Ticker24")
    (grown,) = await tellings(database)
    assert grown.mark != edited.mark
    assert await tellings(database) == [grown]


async def test_only_new_stories_of_enough_sources_are_looked_at_the_newest_first(database: Database) -> None:
    async with database.write() as transaction:
        _, lone = await add_article(transaction)
        stories = []
        for minutes in (10, 30, 20):
            at = START + timedelta(minutes=minutes)
            _, story_id = await add_article(transaction, at=at)
            await add_article(transaction, at=at, story_id=story_id, credit="Hafenpost")
            stories.append(story_id)
        _, old = await add_article(transaction, at=START - 2 * DAY)
        await add_article(transaction, at=START - 2 * DAY, story_id=old, credit="Hafenpost")
    newest = [stories[1], stories[2], stories[0]]
    assert [each.story_id for each in await tellings(database)] == newest
    assert [each.story_id for each in await tellings(database, limit=2)] == newest[:2]
    assert [each.story_id for each in await tellings(database, sources=1)] == [*newest, lone]


async def test_the_right_to_ask_is_given_once_for_each_state_of_a_story(database: Database) -> None:
    held, minute = timedelta(minutes=25), timedelta(minutes=1)
    async with database.write() as transaction:
        _, story_id = await add_article(transaction)
        store = SummaryStore(transaction)
        claim = await store.ask(story_id, "a" * 64, START, held)
        assert claim is not None
        assert await store.ask(story_id, "a" * 64, START + minute, held) is None
        other = await store.ask(story_id, "b" * 64, START + minute, held)  # it has changed
        assert other not in (None, claim)
        await store.ask_again(claim)  # takes nothing from the other
        assert await store.ask(story_id, "b" * 64, START + 2 * minute, held) is None
        await store.ask_again(other)
        assert await store.ask(story_id, "b" * 64, START + 2 * minute, held) is not None
        assert await store.ask(story_id, "b" * 64, START + 2 * minute + held, held) is not None  # who asked has died
        assert await store.ask(story_id, "b" * 64, START - DAY, held) is not None  # the clock was set back
        await store.put(record(story_id, "b" * 64))
        assert await store.ask(story_id, "b" * 64, START + DAY, held) is None  # it has been written
        assert await store.ask(story_id + 999, "b" * 64, START, held) is None
        await RetentionStore(transaction).drop_articles(START + DAY)
    assert await rows(database, models.SummaryRequest) == []
