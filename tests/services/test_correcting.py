"""Edits of articles: what they replaced is kept, and other publishers' texts are left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import RowMapping
from structlog.testing import capture_logs

from digests.domain.revisions import RevisionKind
from digests.services.ingesting import Action
from digests.services.ingesting import Report as Ingested
from digests.storage import models
from digests.storage.bodies import body_from_json
from digests.storage.retention import RetentionStore
from digests.storage.revisions import MOST
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.reports import GRAIN, Report
from tests.support.rows import rows

HEADLINE, NUMBERS, TEXT, ADDITION = RevisionKind
HOUR = timedelta(hours=1)
PAGE = "https://abendbote.example/odessa"
PUBLISHER = {"source_key": "https://rss.abendbote.example/feed", "guid": "a-1", "credit": "Abendbote", "url": PAGE}
COLLECTOR = {"source_key": "https://sammler.test/feed", "guid": "s-1", "credit": "Sammler", "url": PAGE}
LEAD = "In Odessa hat es am Morgen eine schwere Explosion in einem Lagerhaus am Hafen gegeben."
TOLL = "Mindestens 12 Menschen starben, teilte die Feuerwehr der Stadt am Mittag mit."
CAUSE = "Die Ursache ist bisher unklar, die Ermittler suchen noch nach Zeugen."
ODESSA = Report("Explosion in einem Lagerhaus in Odessa", (f"{LEAD} {TOLL}", CAUSE))
CORRECTED = TOLL.replace("12", "14")


def toll(number: int) -> Report:
    """The report with another number of dead."""
    return replace(ODESSA, paragraphs=(f"{LEAD} {TOLL.replace('12', str(number))}", CAUSE))


async def said(bureau: Bureau) -> list[str]:
    """The texts of all stored articles, oldest first."""
    found = await rows(bureau.database, models.Article)
    return [" ".join(paragraph.text for paragraph in body_from_json(row["body"])) for row in found]


async def revisions(bureau: Bureau) -> list[RowMapping]:
    """What is kept of former texts, oldest first."""
    return list(await rows(bureau.database, models.ArticleRevision))


async def test_a_corrected_number_is_kept_logged_and_told(any_bureau: Bureau) -> None:
    first = await any_bureau.publish(ODESSA, **PUBLISHER, teaser="Was wir wissen.")
    any_bureau.clock.move(HOUR)
    with capture_logs() as logs:
        edited = await any_bureau.publish(toll(14), **PUBLISHER)
    assert (edited.action, edited.kinds) == (Action.UPDATED, (NUMBERS,))
    (kept,) = await revisions(any_bureau)
    assert kept["article_id"] == first.placement.article_id
    assert kept["replaced_at"] == any_bureau.clock.now()
    assert (kept["title"], kept["teaser"]) == (ODESSA.title, "Was wir wissen.")
    assert [each.sentences for each in body_from_json(kept["body"])] == [(LEAD, TOLL), (CAUSE,)]
    assert (kept["kinds"], kept["changes"]) == (["numbers"], [[TOLL, CORRECTED]])
    (line,) = [line for line in logs if line["event"] == "article_corrected"]
    assert line == {
        "event": "article_corrected",
        "log_level": "info",
        "article": kept["article_id"],
        "kinds": ["numbers"],
    }
    digest = await any_bureau.reading.latest(preferences(), 5)
    assert "14 Menschen" in str(digest)
    assert "12 Menschen" not in str(digest), "the story tells the corrected number"


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (replace(ODESSA, title="Lagerhaus in Odessa explodiert: Ermittler am Hafen"), (HEADLINE,)),
        (replace(ODESSA, paragraphs=(*ODESSA.paragraphs, "Am Abend soll es eine Pressekonferenz geben.")), (ADDITION,)),
        (replace(ODESSA, paragraphs=(f"{LEAD} {TOLL}", "Ein Kurzschluss war die Ursache der Explosion.")), (TEXT,)),
        (replace(ODESSA, paragraphs=(f"{LEAD}  {TOLL}", CAUSE.replace("unklar,", "unklar;"))), ()),
    ],
)
async def test_kinds_of_edits(bureau: Bureau, after: Report, kinds: tuple[RevisionKind, ...]) -> None:
    await bureau.publish(ODESSA, **PUBLISHER)
    with capture_logs() as logs:
        edited = await bureau.publish(after, **PUBLISHER)
    assert (edited.action, edited.kinds) == (Action.UPDATED, kinds)
    assert [tuple(row["kinds"]) for row in await revisions(bureau)] == ([kinds] if kinds else [])
    assert [line["event"] for line in logs].count("article_corrected") == bool(kinds)


async def test_the_latest_revisions_are_kept(any_bureau: Bureau) -> None:
    await any_bureau.publish(GRAIN)
    for number in range(12, 12 + MOST + 4):
        any_bureau.clock.move(HOUR)
        await any_bureau.publish(toll(number), **PUBLISHER)
    kept = await revisions(any_bureau)
    assert len(kept) == MOST
    assert [row["changes"][0][1] for row in kept] == [
        TOLL.replace("12", str(number)) for number in range(12 + 4, 12 + MOST + 4)
    ]


async def test_revisions_go_with_their_article(any_bureau: Bureau) -> None:
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.publish(toll(14), **PUBLISHER)
    async with any_bureau.database.write() as transaction:
        await RetentionStore(transaction).drop_articles(any_bureau.clock.now() + HOUR)
    assert await revisions(any_bureau) == []


async def test_another_publisher_changes_nothing(any_bureau: Bureau) -> None:
    first = await any_bureau.publish(ODESSA, **PUBLISHER)
    before = await rows(any_bureau.database, models.Article)
    with capture_logs() as logs:
        claimed = await any_bureau.publish(toll(90), **COLLECTOR)
    assert (claimed.action, claimed.placement.article_id) == (Action.UNCHANGED, first.placement.article_id)
    assert await rows(any_bureau.database, models.Article) == before
    assert await revisions(any_bureau) == []
    (line,) = [line for line in logs if line["event"] == "article_left_alone"]
    assert line["article"] == first.placement.article_id
    assert not {"title", "url", "text"} & set(line)
    again = await any_bureau.publish(toll(14), **PUBLISHER)
    assert again.kinds == (NUMBERS,), "the publisher still may"


@pytest.mark.parametrize("source", ["https://www.abendbote.example/andere.xml", PAGE, "file:archive", "push:desk"])
async def test_who_may_update_what_another_source_brought(bureau: Bureau, source: str) -> None:
    first = await bureau.publish(ODESSA, **PUBLISHER)
    edited = await bureau.publish(toll(14), **PUBLISHER | {"source_key": source, "guid": "other"})
    assert (edited.action, edited.kinds) == (Action.UPDATED, (NUMBERS,))
    assert edited.placement.article_id == first.placement.article_id
    again = await bureau.publish(toll(15), **PUBLISHER)
    assert (again.action, again.kinds) == (Action.UPDATED, (NUMBERS,))


@pytest.mark.parametrize("number", [12, 14])
async def test_a_publisher_takes_over_what_another_was_first_to_bring(any_bureau: Bureau, number: int) -> None:
    first = await any_bureau.publish(ODESSA, **COLLECTOR)
    own = await any_bureau.publish(toll(number), **PUBLISHER)
    assert own.placement.article_id == first.placement.article_id
    claimed = await any_bureau.publish(toll(90), **COLLECTOR)
    assert claimed.action is Action.UNCHANGED
    (text,) = await said(any_bureau)
    assert f"{number} Menschen" in text
    (source,) = [row for row in await rows(any_bureau.database, models.Source) if "abendbote" in row["url"]]
    (article,) = await rows(any_bureau.database, models.Article)
    assert (article["source_id"], article["guid"]) == (source["id"], "a-1")


async def test_a_publisher_whose_guid_is_taken_may_still_edit(any_bureau: Bureau) -> None:
    await any_bureau.publish(GRAIN, **PUBLISHER | {"url": "https://abendbote.example/getreide"})
    first = await any_bureau.publish(ODESSA, **COLLECTOR)
    own = await any_bureau.publish(toll(14), **PUBLISHER)
    assert (own.action, own.placement.article_id) == (Action.UPDATED, first.placement.article_id)


async def test_the_same_guid_of_another_source_is_another_article(bureau: Bureau) -> None:
    first = await bureau.publish(ODESSA, **PUBLISHER)
    other = await bureau.publish(GRAIN, **COLLECTOR | {"guid": "a-1", "url": "https://sammler.test/2"})
    assert other.action is Action.ADDED
    assert other.placement.article_id != first.placement.article_id


FLOOD = "Die Elbe ist in der Nacht in Dresden auf sieben Meter gestiegen. Helfer füllen Sandsäcke am Terrassenufer."
GAUGE = ("05:10 Uhr Pegel steigt weiter", "Der Pegel in Dresden stieg bis zum Morgen um einen halben Meter.")
BAGS = ("04:10 Uhr Sandsäcke werden knapp", "In Dresden gehen die Sandsäcke aus. Die Stadt bittet um Hilfe.")


async def publish_ticker(bureau: Bureau, evacuated: int, lead: str = FLOOD, **values: object) -> Ingested:
    """A live blog of three entries, the first of which has a number."""
    cleared = ("06:40 Uhr Räumung in Pirna", f"In Pirna mussten {evacuated} Menschen ihre Wohnungen verlassen.")
    entries = (cleared, GAUGE, BAGS)
    lines = [lead, *(line for entry in entries for line in entry)]
    headings = frozenset(heading for heading, _ in entries)
    report = Report("Ticker: Hochwasser an der Elbe", tuple(lines))
    return await bureau.publish(report, **PUBLISHER | {"headings": headings, "published_at": START} | values)


async def test_entries_of_a_live_blog_are_kept_and_its_page_is_not(any_bureau: Bureau) -> None:
    await publish_ticker(any_bureau, 300)
    edited = await publish_ticker(any_bureau, 400, FLOOD.replace("sieben", "acht"))
    assert (edited.action, edited.kinds) == (Action.UPDATED, ())
    assert [entry.kinds for entry in edited.entries] == [(NUMBERS,), (), ()]
    (kept,) = await revisions(any_bureau)
    assert kept["article_id"] == edited.entries[0].article_id
    assert "300" in kept["changes"][0][0]
    assert "400" in kept["changes"][0][1]


async def test_entries_that_another_source_may_edit_stay_themselves(any_bureau: Bureau) -> None:
    first = await publish_ticker(any_bureau, 300)
    edited = await publish_ticker(any_bureau, 400, source_key="push:desk", guid="pushed")
    ids = [entry.article_id for entry in first.entries]
    assert [entry.article_id for entry in edited.entries] == ids
    assert edited.entries[0].kinds == (NUMBERS,)


async def test_entries_go_along_to_their_publisher(any_bureau: Bureau) -> None:
    await publish_ticker(any_bureau, 300, **COLLECTOR)
    await publish_ticker(any_bureau, 400)
    assert (await publish_ticker(any_bureau, 900, **COLLECTOR)).action is Action.UNCHANGED
    found = await rows(any_bureau.database, models.Article)
    assert len(found) == 4
    assert len({row["source_id"] for row in found}) == 1
    assert "400" in " ".join(await said(any_bureau))
