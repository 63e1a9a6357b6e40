"""Articles, stories and candidates: found again, counted, bounded, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from digests.domain.digests import Window
from digests.storage import models
from digests.storage.articles import ArticleStore, read_articles
from digests.storage.candidates import CandidateStore
from digests.storage.database import Database
from digests.storage.recent import recent_articles
from digests.storage.statements import ARTICLE_COLUMNS
from digests.text.furniture import learn_furniture
from tests.support.clocks import START
from tests.support.databases import statements
from tests.support.rows import DAY, add_article, add_topics, rows

HOUR = timedelta(hours=1)


async def test_a_source_is_made_once(database: Database) -> None:
    async with database.write() as transaction:
        store = ArticleStore(transaction)
        first = await store.source("https://a.example/feed", "feed", "A", START)
        assert await store.source("https://a.example/feed", "feed", "renamed", START + DAY) == first
        assert await store.source("file:b", "file", "B", START) != first
    assert [row["title"] for row in await rows(database, models.Source)] == ["A", "B"]


async def test_an_article_is_known_by_address_by_its_sources_guid_and_by_its_text(database: Database) -> None:
    async with database.write() as transaction:
        store = ArticleStore(transaction)
        article, story = await add_article(transaction, url_key="u", guid="g", content_key="c", title="T")
        mine = await store.source("file:tests", "file", "Tests", START)
        other = await store.source("file:other", "file", "Other", START)
        for url_key, source, guid, content in (
            ("u", other, "?", "?"),
            ("?", mine, "g", "?"),
            ("?", mine, "?", "c"),
        ):
            known = await store.find(url_key, source, guid, content)
            assert known is not None
            assert (known.id, known.story_id, known.title, known.news_at) == (article, story, "T", START)
            assert (known.guid, known.content_key) == ("g", "c")
        assert await store.find("?", other, "g", "c") is None
        second, _ = await add_article(transaction, url_key="u2", guid="g2", content_key="c")
        known = await store.find("u2", mine, "g", "c")
        assert known is not None
        assert known.id == second  # the address says most


async def bodies_read(database: Database, *story_ids: int) -> tuple[list[str], int]:
    """What the stories say, and how many statements looked for bodies."""
    with statements(database) as seen:
        async with database.read() as transaction:
            found = await ArticleStore(transaction).load_stories(story_ids)
    said = [paragraph.text for each in found for article in each.articles for paragraph in article.paragraphs]
    return said, sum("article.body" in statement for statement, _ in seen)


async def test_what_an_article_says_is_read_once_until_it_is_edited(database: Database) -> None:
    async with database.write() as transaction:
        article, story = await add_article(transaction, body=[["body", ["Alt."]]], content_key="old")
        _, other = await add_article(transaction, body=[["body", ["Anders."]]])
    assert await bodies_read(database, story) == (["Alt."], 1)
    assert await bodies_read(database, story, other) == (["Alt.", "Anders."], 1)
    assert await bodies_read(database, story, other) == (["Alt.", "Anders."], 0)
    async with database.write() as transaction:
        await ArticleStore(transaction).update(article, {"body": [["body", ["Neu."]]], "content_key": "new"})
    assert await bodies_read(database, story, other) == (["Neu.", "Anders."], 1)


async def test_an_article_that_goes_while_it_is_read_is_left_out(database: Database) -> None:
    async with database.write() as transaction:
        article, _ = await add_article(transaction)
        await add_article(transaction)
        rows_ = (await transaction.connection.execute(select(*ARTICLE_COLUMNS))).mappings().all()
        await transaction.connection.execute(delete(models.Article).where(models.Article.id == article))
        read = await read_articles(transaction, rows_)
    assert [each.id for each in read] == [row["id"] for row in rows_ if row["id"] != article]
    assert len(read) == 1


async def test_an_article_that_gets_the_number_of_a_deleted_one_says_its_own(database: Database) -> None:
    async with database.write() as transaction:
        article, story = await add_article(transaction, body=[["body", ["Fort."]]], content_key="same")
    assert (await bodies_read(database, story))[0] == ["Fort."]
    body, later = [["body", ["Wieder da."]]], START + HOUR
    async with database.write() as transaction:
        await transaction.connection.execute(delete(models.Article).where(models.Article.id == article))
        await add_article(transaction, id=article, story_id=story, body=body, content_key="same", fetched_at=later)
    assert (await bodies_read(database, story))[0] == ["Wieder da."]


async def test_entries_are_found_through_their_page_only(database: Database) -> None:
    async with database.write() as transaction:
        store = ArticleStore(transaction)
        page, story = await add_article(transaction)
        entry, _ = await add_article(transaction, parent_id=page, story_id=story, url_key="e", content_key="ce")
        assert [known.id for known in await store.entries(page)] == [entry]
        assert await store.find("e", 1, "?", "ce") is None


async def test_a_story_counts_copies_as_articles_but_not_as_sources(database: Database) -> None:
    async with database.write() as transaction:
        first, story = await add_article(transaction, at=START, credit="Agentur")
        await add_article(transaction, at=START + HOUR, credit="Abendbote", story_id=story, duplicate_of=first)
        await add_article(transaction, at=START + 2 * HOUR, credit="Agentur", story_id=story)
        assert not await ArticleStore(transaction).refresh_story(story)
        assert await ArticleStore(transaction).stand(first, story, 1)
        assert not await ArticleStore(transaction).stand(first + 99, story, None)
        assert not await ArticleStore(transaction).stand(None, story + 99, None)
        assert await ArticleStore(transaction).stand(None, None, None)
    (row,) = await rows(database, models.Story)
    assert (row["article_count"], row["source_count"], row["lead_article_id"]) == (3, 1, first)
    assert (row["first_at"], row["last_at"]) == (START, START + 2 * HOUR)


async def test_a_storyline_spans_its_stories(database: Database) -> None:
    async with database.write() as transaction:
        store = ArticleStore(transaction)
        _, line = await store.open_story(START, None)
        for at in (START - DAY, START + DAY):  # an archived article joins later
            story, same = await store.open_story(at, line)
            assert same == line
            await add_article(transaction, at=at, story_id=story)
        found = [story.first_at for story in await store.storyline(line)]
        assert found == [START - DAY, START + DAY]  # the story without articles cannot be told
        assert [story.first_at for story in await store.storyline(line, limit=1)] == [START + DAY]
    (row,) = await rows(database, models.Storyline)
    assert (row["first_at"], row["last_at"]) == (START - DAY, START + DAY)


async def test_stories_are_loaded_whole_in_order_and_in_any_number(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.storage.articles._AT_ONCE", 2)
    async with database.write() as transaction:
        await add_topics(transaction, "nato", "ukraine")
        made: dict[int, list[int]] = {}
        for _ in range(5):
            late, story = await add_article(transaction, at=START + HOUR, topics=["nato", "ukraine"], title="spät")
            early, _ = await add_article(transaction, at=START, story_id=story, title="früh", teaser="Kurz.")
            made[story] = [early, late]
        store = ArticleStore(transaction)
        stories = await store.load_stories([*reversed(made), 999])
        assert await store.load_stories([]) == []
    assert {story.id: [article.id for article in story.articles] for story in stories} == made
    assert [story.id for story in stories] == sorted(made)
    first, second = stories[0].articles
    assert (first.title, first.teaser, first.topics) == ("früh", "Kurz.", {})
    assert set(second.topics) == {"nato", "ukraine"}
    assert second.topics["nato"].words == ("Wort",)
    assert second.paragraphs[0].sentences[0].startswith("Satz")


async def test_topics_are_replaced_and_unknown_ones_passed_over(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "nato", "ukraine")
        article, _ = await add_article(transaction, topics=["nato", "gone from the catalogue"])
        await ArticleStore(transaction).set_topics(article, START, [])
        assert await CandidateStore(transaction).in_topics(["nato"], Window(START - HOUR, START), 9) == []


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        (START, False),  # a window begins after its start ...
        (START + timedelta(microseconds=1), True),
        (START + DAY, True),  # ... and has its end
        (START + DAY + timedelta(microseconds=1), False),
    ],
)
async def test_candidates_at_the_edges_of_a_window(database: Database, at: datetime, inside: bool) -> None:
    window = Window(START, START + DAY)
    async with database.write() as transaction:
        await add_topics(transaction, "nato")
        _, story = await add_article(transaction, at=at, topics=["nato"])
        store = CandidateStore(transaction)
        found = await store.in_topics(["nato"], window, 9)
        assert [one.story_id for one in found] == ([story] if inside else [])
        assert await store.newest(window, 9) == ({story} if inside else set())


async def test_candidates_are_the_newest_and_bounded_per_topic(database: Database) -> None:
    window = Window(START - HOUR, START + DAY)
    async with database.write() as transaction:
        await add_topics(transaction, "nato", "sport", "empty")
        nato = [(await add_article(transaction, at=START + hour * HOUR, topics=["nato"]))[1] for hour in range(5)]
        sport = [(await add_article(transaction, at=START, topics=["sport"]))[1] for _ in range(2)]
        store = CandidateStore(transaction)
        found = await store.in_topics(["nato", "sport", "empty", "unknown"], window, 2)
        assert {one.story_id for one in found} == {*nato[-2:], *sport}
        assert {(one.score, one.sources) for one in found} == {(found[0].score, 1)}
        assert await store.in_topics([], window, 2) == []
        assert await store.newest(window, 3) == set(nato[-3:])


async def test_stories_per_day_are_those_of_the_days_that_there_are(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "nato")
        store = CandidateStore(transaction)
        assert await store.per_day(START, 7) == {}
        for day in range(4):
            _, story = await add_article(transaction, at=START - day * DAY, topics=["nato"])
            await add_article(transaction, at=START - day * DAY, topics=["nato"], story_id=story)
        assert await store.per_day(START, 7) == {"nato": pytest.approx(4 / 3)}
        await add_article(transaction, at=START - 30 * DAY, topics=["nato"])
        assert await store.per_day(START, 7) == {"nato": pytest.approx(4 / 7)}


async def test_lines_that_a_source_repeats(database: Database) -> None:
    async with database.write() as transaction:
        for number in range(3):
            body = [["body", ["Abo", "jetzt."]], ["body", [f"Nachricht {number} ist da."]]]
            await add_article(
                transaction, body=body, dropped=[["ad", "Anzeige"], ["navigation", f"Stand: {number} Uhr"]]
            )
        await add_article(transaction, source="file:other", body=[["body", ["Nachricht 0 ist da."]]] * 3)
        store = ArticleStore(transaction)
        lines = await store.recent_lines("file:tests", 60)
        assert learn_furniture(lines, 3) == {"abo jetzt.", "anzeige", "stand: 0 uhr"}
        assert len(await store.recent_lines("file:tests", 2)) == 2
        assert await store.recent_lines("file:none", 60) == []


async def test_recent_articles_are_those_after_the_last_seen_oldest_first(database: Database) -> None:
    async with database.write() as transaction:
        ids = [(await add_article(transaction, at=START + hour * HOUR))[0] for hour in range(4)]
        old, _ = await add_article(transaction, at=START - 30 * DAY)
        found = await recent_articles(transaction, ids[0], START - DAY, 10)
        assert [article.id for article in found] == ids[1:]
        assert [article.id for article in await recent_articles(transaction, 0, START - DAY, 2)] == ids[-2:]
        assert await recent_articles(transaction, old, START - DAY, 10) == []
        assert found[0].source_key == "file:tests"
