"""The way of an article: recognised, placed, stored whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import RowMapping

from digests.domain.digests import Window
from digests.errors import InputError
from digests.services.ingesting import Action
from digests.services.newsroom import COPIES_FOR
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.bodies import body_from_json
from digests.storage.candidates import CandidateStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from tests.support import reports
from tests.support.builders import preferences
from tests.support.bureau import Bureau, raw
from tests.support.clocks import START
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET, Report
from tests.support.rows import rows

DAY = timedelta(days=1)
LONGER = replace(GRAIN, paragraphs=(*GRAIN.paragraphs, "Am Abend wollen die Delegationen vor die Presse treten."))


async def test_importing_again_changes_nothing(bureau: Bureau) -> None:
    first = await bureau.publish(GRAIN)
    before = await rows(bureau.database, models.Article)
    again = await bureau.another().publish(GRAIN)
    assert (first.action, again.action) == (Action.ADDED, Action.UNCHANGED)
    assert again.placement.article_id == first.placement.article_id
    assert await rows(bureau.database, models.Article) == before
    moved = await bureau.publish(GRAIN, guid="renamed.txt")  # the same text of the same source
    assert moved.action is Action.UNCHANGED


async def test_names_of_outlets_are_one_visible_line(bureau: Bureau) -> None:
    name = "\u202eAbend\u200bbote\n\n\tund \r\nKurier"
    await bureau.publish(GRAIN, credit=name, source_title=name)
    (article,), (source,) = await rows(bureau.database, models.Article), await rows(bureau.database, models.Source)
    assert (article["credit"], source["title"]) == ("Abendbote und Kurier", "Abendbote und Kurier")


async def test_an_edit_updates_the_article_in_its_story_and_time(bureau: Bureau) -> None:
    first = await bureau.publish(GRAIN)
    bureau.clock.move(DAY)
    edited = await bureau.publish(LONGER)
    assert edited.action is Action.UPDATED
    assert (edited.placement.article_id, edited.placement.story_id) == (
        first.placement.article_id,
        first.placement.story_id,
    )
    (row,) = await rows(bureau.database, models.Article)
    assert row["news_at"] == START + timedelta(seconds=1)
    assert body_from_json(row["body"])[-1].text.startswith("Am Abend")
    links = await rows(bureau.database, models.ArticleTopic)
    assert links
    assert {link["news_at"] for link in links} == {row["news_at"]}  # else it would leave its window
    assert len((await bureau.reading.search("Presse")).digest.items) == 1


async def test_a_new_address_with_a_known_guid_is_the_same_article(bureau: Bureau) -> None:
    await bureau.publish(GRAIN, guid="g", url="https://abendbote.example/old")
    moved = await bureau.publish(LONGER, guid="g", url="https://abendbote.example/new")
    assert moved.action is Action.UPDATED
    again = await bureau.publish(LONGER, guid="g", url="https://abendbote.example/new?utm_source=x")
    assert again.action is Action.UNCHANGED


async def test_a_copy_stands_beside_its_original_and_is_no_second_witness(bureau: Bureau) -> None:
    other = {"source_key": "https://kurier.example/feed", "credit": "Kurier"}
    first = await bureau.publish(GRAIN)
    copy = await bureau.publish(replace(GRAIN, title="Istanbul: Runde zwei"), **other)
    assert copy.placement.duplicate_of == first.placement.article_id
    assert copy.placement.story_id == first.placement.story_id
    (story,) = await rows(bureau.database, models.Story)
    assert (story["article_count"], story["source_count"]) == (2, 1)
    digest = await bureau.reading.latest(preferences(), 5)
    assert [(note.name, note.copy) for note in digest.items[0].sources] == [("Abendbote", False), ("Kurier", True)]


async def test_another_report_of_the_event_is_a_second_witness(bureau: Bureau) -> None:
    first = await bureau.publish(GRAIN)
    second = await bureau.publish(GRAIN_OTHER_OUTLET, source_key="https://kurier.example/feed", credit="Kurier")
    assert (second.placement.duplicate_of, second.placement.story_id) == (None, first.placement.story_id)
    assert not second.placement.opened_story
    (story,) = await rows(bureau.database, models.Story)
    assert (story["article_count"], story["source_count"]) == (2, 2)


async def test_an_archived_article_is_found_but_is_no_news(bureau: Bureau) -> None:
    await bureau.publish(GRAIN, published_at=START - 2 * DAY - timedelta(hours=1))
    await bureau.publish(reports.BUDGET, published_at=START - 2 * DAY + timedelta(hours=1))
    archived, news = await rows(bureau.database, models.Article)
    assert archived["news_at"] == archived["published_at"]
    assert news["news_at"] == news["fetched_at"]
    assert len((await bureau.reading.search("Getreidekorridor")).digest.items) == 1
    async with bureau.database.read() as transaction:
        window = Window(START - DAY, bureau.clock.now())
        assert await CandidateStore(transaction).newest(window, 9) == {news["story_id"]}


async def test_a_publication_in_the_future_counts_as_now(bureau: Bureau) -> None:
    await bureau.publish(GRAIN, published_at=START + 30 * DAY)
    (row,) = await rows(bureau.database, models.Article)
    assert row["published_at"] == row["news_at"] == bureau.clock.now()


async def test_nothing_to_read_is_refused_with_its_origin(bureau: Bureau) -> None:
    with pytest.raises(InputError, match=r"leer\.txt"):
        await bureau.ingesting.ingest(raw(Report("Leer", ("",)), origin="leer.txt"))
    assert await rows(bureau.database, models.Article) == []


async def test_a_failure_leaves_neither_rows_nor_memory(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("digests.services.storing.SearchStore.index", fail)
        with pytest.raises(RuntimeError, match="disk full"):
            await bureau.publish(GRAIN)
    for model in (models.Article, models.Story, models.Storyline, models.Source, models.ArticleTopic):
        assert await rows(bureau.database, model) == []
    again = await bureau.publish(GRAIN)
    assert again.action is Action.ADDED
    assert again.placement.duplicate_of is None  # what was not stored is not remembered
    assert again.placement.opened_story


async def test_another_process_sees_what_the_first_stored(any_bureau: Bureau) -> None:
    other = any_bureau.another()
    first = await any_bureau.publish(GRAIN)
    second = await other.publish(GRAIN_OTHER_OUTLET, source_key="https://kurier.example/feed")
    third = await any_bureau.publish(replace(GRAIN_OTHER_OUTLET, title="Anders"), source_key="https://dritte.example")
    assert first.placement.story_id == second.placement.story_id == third.placement.story_id
    assert third.placement.duplicate_of == second.placement.article_id


async def test_processes_that_ingest_at_once_agree(any_bureau: Bureau) -> None:
    database = any_bureau.database
    other = Bureau(Database(database.url.render_as_string(hide_password=False)), any_bureau.clock)
    feeds = [f"https://{name}.example/feed" for name in ("eins", "zwei", "drei", "vier")]
    texts = [raw(GRAIN, source_key=feed) for feed in feeds] + [raw(GRAIN, url="https://abendbote.example/1")] * 4
    await asyncio.gather(
        *(
            each.ingesting.ingest(text)
            for number, text in enumerate(texts)
            for each in [(any_bureau, other)[number % 2]]
        )
    )
    await other.database.close()
    found = await rows(database, models.Article)
    assert len(found) == 5
    assert len({row["story_id"] for row in found}) == 1
    assert [row["duplicate_of"] for row in found] == [None, *[found[0]["id"]] * 4]


async def test_what_the_retention_has_deleted_attracts_nothing(bureau: Bureau) -> None:
    await bureau.publish(GRAIN)
    async with bureau.database.write() as transaction:
        await RetentionStore(transaction).drop_articles(bureau.clock.now() + timedelta(seconds=1))
    copy = await bureau.publish(GRAIN, source_key="https://kurier.example/feed")
    assert (copy.placement.duplicate_of, copy.placement.opened_story) == (None, True)
    follow_up = await bureau.publish(GRAIN_NEXT_DAY)
    assert follow_up.placement.story_id in {row["id"] for row in await rows(bureau.database, models.Story)}


async def test_a_copy_after_a_long_time_is_no_copy(bureau: Bureau) -> None:
    first = await bureau.publish(GRAIN)
    bureau.clock.move(COPIES_FOR)
    late = await bureau.publish(GRAIN, source_key="https://kurier.example/feed")
    assert late.placement.duplicate_of is None
    assert late.placement.story_id != first.placement.story_id


LEAD = "Die Elbe ist in der Nacht in Dresden auf sieben Meter gestiegen. Helfer füllen Sandsäcke am Terrassenufer."
GAUGE = ("05:10 Uhr Pegel steigt weiter", "Der Pegel in Dresden stieg bis zum Morgen um einen halben Meter.")
BAGS = ("04:10 Uhr Sandsäcke werden knapp", "In Dresden gehen die Sandsäcke aus. Die Stadt bittet um Hilfe.")
ONE = (
    "06:40 Uhr Räumung in Pirna",
    "In Pirna mussten am Morgen 300 Menschen ihre Wohnungen verlassen. Schulen nahmen sie auf.",
)
TWO = (
    "21:15 Uhr Räumung in Pirna",
    "Der Bürgermeister von Pirna ordnete am Abend eine zweite Räumung an. Betroffen ist der Ortsteil Copitz.",
)


async def publish_ticker(bureau: Bureau, *entries: tuple[str, str], **values: object) -> None:
    """A live blog with these entries above two that were there from the beginning."""
    entries = (*entries, GAUGE, BAGS)
    lines = [LEAD, *(line for entry in entries for line in entry)]
    headings = frozenset(heading for heading, _ in entries)
    await bureau.publish(Report("Ticker: Hochwasser an der Elbe", tuple(lines)), headings=headings, **values)


async def entries_of(bureau: Bureau) -> list[RowMapping]:
    """The stored entries, oldest first."""
    return [row for row in await rows(bureau.database, models.Article) if row["parent_id"] is not None]


async def test_entries_with_one_heading_are_told_apart_by_their_text(bureau: Bureau) -> None:
    await publish_ticker(bureau, ONE)
    for _ in range(2):  # a new one above the old ones, then the page as it was
        await publish_ticker(bureau, TWO, ONE)
        found = [(row["title"], body_from_json(row["body"])[0].text) for row in await entries_of(bureau)]
        assert [each for each in found if each[0] == "Räumung in Pirna"] == [
            ("Räumung in Pirna", ONE[1]),
            ("Räumung in Pirna", TWO[1]),
        ]
        assert len(found) == 4


async def test_an_edited_entry_stays_itself(bureau: Bureau) -> None:
    await publish_ticker(bureau, ONE)
    before = await entries_of(bureau)
    bureau.clock.move(DAY)
    await publish_ticker(bureau, (ONE[0], ONE[1] + " Am Mittag waren es 400."))
    after = await entries_of(bureau)
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert [row["news_at"] for row in after] == [row["news_at"] for row in before]
    assert body_from_json(after[0]["body"])[0].text.endswith("400.")


async def test_an_entry_that_comes_later_is_news_when_it_comes(bureau: Bureau) -> None:
    began = START - 10 * DAY
    await publish_ticker(bureau, ONE, published_at=began)
    bureau.clock.move(DAY)
    await publish_ticker(bureau, TWO, ONE, published_at=began)
    *old, new = await entries_of(bureau)
    assert [row["news_at"] for row in old] == [row["published_at"] for row in old]
    assert {f"{row['published_at']:%d.%m. %H:%M}" for row in old} == {
        f"{began:%d.%m.} {clock}" for clock in ("04:40", "03:10", "02:10")
    }
    assert new["news_at"] == new["published_at"] == bureau.clock.now()
    assert not new["dated"]


async def test_foreign_texts_are_stored_on_both_databases(any_bureau: Bureau) -> None:
    odd = {"teaser": "Vorspann\x00", "credit": "Boте\x00", "guid": "g\x00", "url": "https://a.example/\x00"}
    strange = "\x00\ufffe\x07" + "ж" * 3000
    text = replace(GRAIN, title=GRAIN.title + "\x00 \u202e😀", paragraphs=(*GRAIN.paragraphs, strange))
    report = await any_bureau.publish(text, **odd)
    assert report.action is Action.ADDED
    assert (await any_bureau.publish(text, **odd)).action is Action.UNCHANGED
    async with any_bureau.database.read() as transaction:
        (story,) = await ArticleStore(transaction).load_stories([report.placement.story_id])
    assert "\x00" not in story.articles[0].title
