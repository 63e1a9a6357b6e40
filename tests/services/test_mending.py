"""Repairs: one event told as two becomes one, two told as one are parted; tables, memory and log agree."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from digests.services.ingesting import Report as Ingested
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from digests.storage.stories import REPAIR, Change
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.developments import BRIDGES, FIRE, FIRE_AND_SMOKE, FLOOD, ROUNDUP, SMOKE, STRIKE
from tests.support.reports import BUDGET, GRAIN, Report
from tests.support.rows import DAY, rows
from tests.support.stories import check_stories, feed, glue, publish_all, stories_of


def changes_of(*reports: Ingested) -> list[Change]:
    """What repairs have changed because of these reports."""
    return [change for report in reports for change in report.changes]


KURIER = {"source_key": "https://kurier.example/feed", "credit": "Kurier"}


async def test_bridging_reports_merge_two_stories(any_bureau: Bureau) -> None:
    first, second, *bridges = await publish_all(any_bureau, FIRE, SMOKE, *BRIDGES)
    assert first.placement.story_id != second.placement.story_id
    stays, emptied = first.placement.story_id, second.placement.story_id
    assert await stories_of(any_bureau, first, second, *bridges) == [stays] * 4, "the older storyline stays"
    assert bridges[-1].placement.story_id == stays
    (change,) = await rows(any_bureau.database, models.StoryChange)
    assert (change["kind"], change["by"], change["undone_at"]) == ("merge", REPAIR, None)
    assert (change["left_story_id"], change["joined_story_id"]) == (emptied, stays)
    assert [each.id for each in changes_of(*bridges)] == [change["id"]]
    kept, gone = await rows(any_bureau.database, models.Story)
    assert (kept["article_count"], kept["source_count"], kept["merged_into"]) == (4, 4, None)
    assert (gone["article_count"], gone["source_count"], gone["merged_into"]) == (0, 0, stays)
    assert kept["lead_article_id"] == first.placement.article_id
    await check_stories(any_bureau)


async def test_glued_stories_are_parted_once_evidence_comes(any_bureau: Bureau) -> None:
    glued = await glue(any_bureau, STRIKE[0], FLOOD[0])
    later = await publish_all(any_bureau, STRIKE[1], FLOOD[1], STRIKE[2], FLOOD[2])
    strike, flood = [glued[0], later[0], later[2]], [glued[1], later[1], later[3]]
    assert len(set(await stories_of(any_bureau, *strike))) == 1
    assert len(set(await stories_of(any_bureau, *flood))) == 1
    assert await stories_of(any_bureau, strike[0]) != await stories_of(any_bureau, flood[0])
    (split,) = changes_of(*later)
    assert (split.kind, split.by) == ("split", REPAIR)
    stories = {row["id"]: row for row in await rows(any_bureau.database, models.Story)}
    lines = {stories[each]["storyline_id"] for each in (split.left_story_id, split.joined_story_id)}
    assert len(lines) == 1, "a story that is split off continues the storyline it left"
    await check_stories(any_bureau)


async def test_a_story_merged_into_another_leads_to_it_everywhere(bureau: Bureau) -> None:
    first, second, *_ = await publish_all(bureau, FIRE, SMOKE, *BRIDGES)
    view = await bureau.reading.story(second.placement.story_id, preferences())
    assert view is not None
    assert view.item.story_id == first.placement.story_id
    assert len(view.timeline) == 1
    found = await bureau.reading.search("Hafenviertel")
    assert [item.story_id for item in found.digest.items] == [first.placement.story_id]
    assert len((await bureau.reading.latest(preferences(), 9)).items) == 1
    async with bureau.database.read() as transaction:
        assert await ArticleStore(transaction).counts() == (4, 1, 0)


async def test_copies_go_where_their_original_goes(any_bureau: Bureau) -> None:
    first, second = await publish_all(any_bureau, FIRE, SMOKE)
    copy = await any_bureau.publish(replace(SMOKE, title="Rauch über dem Hafen"), **KURIER)
    assert copy.placement.duplicate_of == second.placement.article_id
    bridges = await publish_all(any_bureau, *BRIDGES)
    assert len(set(await stories_of(any_bureau, first, second, copy, *bridges))) == 1
    later = await any_bureau.publish(replace(SMOKE, title="Viertel im Rauch"), source_key="https://dritte.example")
    assert later.placement.duplicate_of == second.placement.article_id
    assert later.placement.story_id == first.placement.story_id, "a copy that comes later finds the new place, too"
    await check_stories(any_bureau)


async def test_what_an_operator_has_put_right_stays(any_bureau: Bureau) -> None:
    first, second, *bridges = await publish_all(any_bureau, FIRE, SMOKE, *BRIDGES)
    (change,) = changes_of(*bridges)
    await any_bureau.stories.undo(change.id, "Ada")
    before = await stories_of(any_bureau, first, second, *bridges)
    assert before[0] != before[1]
    again = replace(FIRE_AND_SMOKE, paragraphs=FIRE_AND_SMOKE.paragraphs[:1], title="Brand: Fenster bleiben zu")
    for number in range(2):
        await any_bureau.publish(again, guid=str(number), source_key=f"https://{number}.example/feed")
    assert await stories_of(any_bureau, first, second, *bridges) == before
    await any_bureau.stories.release(before[0])
    await any_bureau.stories.release(before[1])
    text = (*FIRE_AND_SMOKE.paragraphs[:1], "Der Rauch zieht ab, der Großbrand im Chemiewerk ist unter Kontrolle.")
    released = Report("Fenster im Hafenviertel dürfen nach dem Großbrand im Chemiewerk wieder auf", text)
    await any_bureau.publish(released, source_key="https://neu.example/feed", credit="Neu")
    assert len(set(await stories_of(any_bureau, first, second, *bridges))) == 1
    await check_stories(any_bureau)


async def test_a_failure_leaves_stories_and_memory_as_they_were(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = await publish_all(any_bureau, FIRE, SMOKE, BRIDGES[0])
    before = await rows(any_bureau.database, models.StoryChange), await stories_of(any_bureau, first, second)

    async def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("digests.services.storing._settled", fail)  # after the repair
        with pytest.raises(RuntimeError, match="disk full"):
            await publish_all(any_bureau, BRIDGES[1])
    assert before == (await rows(any_bureau.database, models.StoryChange), await stories_of(any_bureau, first, second))
    await check_stories(any_bureau)
    await publish_all(any_bureau, BRIDGES[1])
    assert len(await rows(any_bureau.database, models.StoryChange)) == 1
    await check_stories(any_bureau)


async def test_another_process_learns_of_repairs_and_of_what_operators_do(any_bureau: Bureau) -> None:
    other = any_bureau.another()
    first, second = await publish_all(any_bureau, FIRE, SMOKE)
    await other.publish(BUDGET)  # it knows both stories as they were
    (change,) = changes_of(*await publish_all(any_bureau, *BRIDGES))
    await other.publish(GRAIN)
    await check_stories(other)
    await any_bureau.stories.undo(change.id, "Ada")
    await other.publish(STRIKE[0])
    await check_stories(other)
    copy = await other.publish(replace(SMOKE, title="Rauch über dem Hafen"), **KURIER)
    assert copy.placement.story_id == (await stories_of(any_bureau, second))[0] != first.placement.story_id


async def test_processes_that_repair_at_once_agree(any_bureau: Bureau) -> None:
    database = Database(any_bureau.database.url.render_as_string(hide_password=False))
    other = Bureau(database, any_bureau.clock)
    reports = [FIRE, STRIKE[0], SMOKE, FLOOD[0], ROUNDUP, STRIKE[1], *BRIDGES, FLOOD[1], STRIKE[2], FLOOD[2]]
    await asyncio.gather(
        *((any_bureau, other)[number % 2].publish(report, **feed()) for number, report in enumerate(reports))
    )
    await any_bureau.publish(GRAIN)
    await other.publish(BUDGET)
    await check_stories(any_bureau)
    await check_stories(other)
    await database.close()


async def test_an_emptied_story_goes_when_its_reports_would(any_bureau: Bureau) -> None:
    first, second, *_ = await publish_all(any_bureau, FIRE, SMOKE, *BRIDGES)
    emptied, stays = second.placement.story_id, first.placement.story_id
    until = any_bureau.clock.now() + timedelta(microseconds=1)
    (later,) = await publish_all(any_bureau, replace(FIRE, title="Feuer in Elbstadt"))
    assert later.placement.story_id == stays
    for before, left in ((START, {stays, emptied}), (until, {stays})):
        async with any_bureau.database.write() as transaction:
            await RetentionStore(transaction).drop_articles(before)
        assert {row["id"] for row in await rows(any_bureau.database, models.Story)} == left
    assert await any_bureau.reading.story(emptied, preferences()) is None
    assert await any_bureau.reading.story(stays, preferences()) is not None


async def test_the_log_goes_with_time_but_never_its_last_row(any_bureau: Bureau) -> None:
    await publish_all(any_bureau, FIRE, SMOKE, *BRIDGES)
    (bridge,) = await rows(any_bureau.database, models.StoryChange)
    await any_bureau.stories.undo(bridge["id"], "Ada")
    async with any_bureau.database.write() as transaction:
        assert await RetentionStore(transaction).drop_changes(any_bureau.clock.now() + DAY) == 1
    (last,) = await rows(any_bureau.database, models.StoryChange)
    assert last["by"] == "Ada"


async def test_an_edit_is_what_later_reports_and_copies_are_compared_with(bureau: Bureau) -> None:
    """A draft under a provisional text is replaced by the report: the memory must follow."""
    draft = Report("Eilmeldung", ("Mehr in Kürze an dieser Stelle. Die Redaktion recherchiert noch.",))
    first = await bureau.publish(draft, guid="eil", **KURIER)
    edited = await bureau.publish(FIRE, guid="eil", **(KURIER | {"credit": "Kurier am Abend"}))
    assert edited.placement.story_id == first.placement.story_id
    (bridge,) = await publish_all(bureau, FIRE_AND_SMOKE)
    assert bridge.placement.story_id == first.placement.story_id, "its terms are those of the edit"
    copy = await bureau.publish(replace(FIRE, title="Feuer in Elbstadt"), source_key="https://kopie.example/feed")
    assert copy.placement.duplicate_of == first.placement.article_id, "its fingerprint is that of the edit"
    unlike = await bureau.publish(replace(draft, title="Eil"), source_key="https://eil.example/feed")
    assert unlike.placement.duplicate_of is None, "what it said before is forgotten"
    await check_stories(bureau)


async def test_an_edit_of_the_credit_changes_the_count_of_sources(bureau: Bureau) -> None:
    mine, (other,) = feed(), await publish_all(bureau, FIRE_AND_SMOKE)
    first = await bureau.publish(FIRE, **mine)
    assert first.placement.story_id == other.placement.story_id
    (story,) = await rows(bureau.database, models.Story)
    assert story["source_count"] == 2
    longer = replace(FIRE, paragraphs=(*FIRE.paragraphs, "Die Stadt dankte den Feuerwehrleuten."))
    (theirs,) = await rows(bureau.database, models.Article, id=other.placement.article_id)
    await bureau.publish(longer, **(mine | {"credit": theirs["credit"]}))
    (story,) = await rows(bureau.database, models.Story)
    assert story["source_count"] == 1
