"""What readers ask for at any hour, by the same rules as what comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.articles import Story
from digests.domain.preferences import weighted
from digests.services import selecting
from digests.storage import models
from digests.storage.articles import ArticleStore
from tests.support import reports
from tests.support.builders import preferences
from tests.support.bureau import Bureau, headlines
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, HEAT, PENSIONS
from tests.support.rows import SLOT, rows

DAY = timedelta(days=1)
ALL = preferences()


async def test_latest_widens_until_there_is_enough(bureau: Bureau) -> None:
    for report, pause in ((BUDGET, 3 * DAY), (FOOTBALL, DAY), (GRAIN, timedelta())):
        await bureau.publish(report)
        bureau.clock.move(pause)
    assert headlines(await bureau.reading.latest(ALL, 1)) == {GRAIN.title}
    assert headlines(await bureau.reading.latest(ALL, 2)) == {GRAIN.title, FOOTBALL.title}
    assert headlines(await bureau.reading.latest(ALL, 3)) == {GRAIN.title, FOOTBALL.title, BUDGET.title}
    assert len((await bureau.reading.latest(ALL, 9)).items) == 3
    within = await bureau.reading.latest(ALL, 9, within=timedelta(hours=1))
    assert headlines(within) == {GRAIN.title}
    earlier = await bureau.reading.latest(ALL, 9, within=DAY, end=bureau.clock.now() - timedelta(hours=1))
    assert headlines(earlier) == {FOOTBALL.title}


async def test_a_wider_window_loads_only_what_is_not_known_yet(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    for report, pause in ((BUDGET, 3 * DAY), (FOOTBALL, DAY), (GRAIN, timedelta())):
        await bureau.publish(report)
        bureau.clock.move(pause)
    asked: list[int] = []
    load = ArticleStore.load_stories

    async def counted(store: ArticleStore, story_ids: Sequence[int]) -> list[Story]:
        asked.extend(story_ids)
        return await load(store, story_ids)

    monkeypatch.setattr(ArticleStore, "load_stories", counted)
    assert len((await bureau.reading.latest(ALL, 9)).items) == 3
    assert len((await bureau.reading.latest(ALL, 9, widening=(DAY, 3 * DAY))).items) == 2
    asked.clear()
    assert len((await bureau.reading.latest(ALL, 9)).items) == 3
    assert sorted(asked) == sorted(row["id"] for row in await rows(bureau.database, models.Story))


async def test_a_topic_and_a_word_keep_mutes_and_languages(bureau: Bureau) -> None:
    for report in (GRAIN, PENSIONS, BUDGET, reports.GRAIN_ENGLISH):
        await bureau.publish(report, source_key=f"https://{report.language}.example/feed")
    wish = preferences(["sport"], words=["Pokal"], languages=["de"])
    assert headlines(await bureau.reading.topic("ukraine", wish, 9)) == {GRAIN.title, PENSIONS.title}
    muted = replace(wish, mutes=frozenset({"Rentner"}))
    assert headlines(await bureau.reading.topic("ukraine", muted, 9)) == {GRAIN.title}
    assert headlines(await bureau.reading.word("Getreidekorridor", wish, 9)) == {GRAIN.title}
    assert (await bureau.reading.word("Getreidekorridor", replace(wish, languages=frozenset({"uk"})), 9)).items == ()
    assert (await bureau.reading.topic("no such topic", wish, 9)).items == ()


async def test_a_weighed_topic_comes_before_others(bureau: Bureau) -> None:
    for report in (GRAIN, FOOTBALL):
        await bureau.publish(report)
    bureau.clock.move(DAY / 2)
    await bureau.publish(PENSIONS)
    wish = preferences(["ukraine", "sport"])
    plain = await bureau.reading.latest(wish, 9)
    assert plain.items[0].headline == PENSIONS.title
    loved = await bureau.reading.latest(weighted(wish, "topic:sport", 3), 9)
    assert loved.items[0].headline == FOOTBALL.title
    assert loved.items[0].weights == (("topic:sport", 3),)
    hated = weighted(preferences(["sport"]), "topic:sport", -3)
    assert headlines(await bureau.reading.latest(hated, 9)) == {FOOTBALL.title}, "still the only news there is"


async def test_a_weighed_topic_is_on_the_short_list(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "SHORT_LIST", 2)
    await bureau.publish(FOOTBALL)
    bureau.clock.move(DAY / 2)
    for report in (GRAIN, PENSIONS):
        await bureau.publish(report)
    wish = preferences(["ukraine", "sport"])
    assert headlines(await bureau.reading.latest(wish, 2)) == {GRAIN.title, PENSIONS.title}
    loved = await bureau.reading.latest(weighted(wish, "topic:sport", 3), 2)
    assert loved.items[0].headline == FOOTBALL.title


async def test_a_weighed_word_and_source_need_not_be_followed(bureau: Bureau) -> None:
    await bureau.publish(GRAIN, credit="Bote")
    await bureau.publish(PENSIONS, credit="Kurier")
    for key, first in (("word:Rentner", PENSIONS), ("word:Häfen", GRAIN), ("source:BOTE", GRAIN)):
        wish = weighted(preferences(["ukraine"]), key, 3)
        items = (await bureau.reading.latest(wish, 9)).items
        assert [item.weights for item in items] == [((key, 3),), ()], key
        assert items[0].headline == first.title, key


async def test_a_story_shows_its_storyline_and_is_gone_when_it_is_gone(bureau: Bureau) -> None:
    first, second = await bureau.import_seeds()
    view = await bureau.reading.story(second.placement.story_id, preferences(["nato"], mutes=["NATO"]))
    assert view is not None
    assert view.item.story_id == second.placement.story_id
    assert [match.slug for match in view.item.topics] == ["nato"]  # asked for by name: mutes do not hide it
    assert [headline for _, headline in view.timeline] == [first.placement.title, second.placement.title]
    assert await bureau.reading.story(999, ALL) is None


async def test_a_digest_on_demand_tells_what_came_since_the_last_slot_and_uses_none(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    assert headlines(await bureau.reading.digest_now(reader)) == {GRAIN.title}
    await bureau.serve()
    assert (await bureau.reading.digest_now(reader)).items == ()
    await bureau.publish(BUDGET)
    assert headlines(await bureau.reading.digest_now(reader)) == {BUDGET.title}
    await bureau.serve(SLOT + DAY)
    assert [headlines(digest) for digest in bureau.got(reader)] == [{GRAIN.title}, {BUDGET.title}]
    assert [headlines(digest) for digest in await bureau.reading.delivered(reader, 5)] == [
        {BUDGET.title},
        {GRAIN.title},
    ]
    assert [headlines(digest) for digest in await bureau.reading.delivered(reader, 5, SLOT)] == [{GRAIN.title}]


async def test_what_was_delivered_comes_back_as_it_went_out(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.import_seeds()
    await bureau.publish(HEAT)
    await bureau.serve()
    assert await bureau.reading.delivered(reader, 1) == bureau.got(reader)


async def test_reading_changes_no_rows(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    tables = (models.Article, models.Story, models.Subscriber, models.Edition, models.Digest, models.Delivery)
    before = [await rows(bureau.database, table) for table in tables]
    await bureau.reading.latest(ALL, 5)
    await bureau.reading.search("Getreidekorridor")
    await bureau.reading.digest_now(reader)
    await bureau.reading.stories_per_day()
    assert [await rows(bureau.database, table) for table in tables] == before
