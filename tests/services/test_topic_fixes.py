"""Topics that operators have set follow merges of stories, on both databases, and come back with what comes back."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from digests.storage import models
from tests.support.breaking import NOON, report
from tests.support.bureau import Bureau
from tests.support.rows import rows


async def topics(bureau: Bureau) -> dict[str, list[str]]:
    """The topics of each article, by its site."""
    article, link, topic = models.Article, models.ArticleTopic, models.Topic
    statement = (
        select(article.credit, topic.slug)
        .outerjoin(link, link.article_id == article.id)
        .outerjoin(topic, topic.id == link.topic_id)
        .order_by(article.id, topic.slug)
    )
    async with bureau.database.read() as transaction:
        found = (await transaction.connection.execute(statement)).all()
    return {site: [slug for _, slug in group if slug] for site, group in itertools.groupby(found, lambda row: row[0])}


async def two_stories(bureau: Bureau) -> tuple[int, int]:
    """Two sites each; the first story goes on in a merge."""
    stays = await report(bureau, "Abendbote", NOON, topics=["politics"])
    await report(bureau, "Hafenpost", NOON, stays, topics=["politics", "sport"])
    goes = await report(bureau, "Kurier", NOON, topics=["politics"])
    await report(bureau, "Ticker24", NOON, goes, topics=["sport"])
    return stays, goes


async def test_a_fix_goes_to_the_story_that_goes_on(any_bureau: Bureau) -> None:
    stays, goes = await two_stories(any_bureau)
    await any_bureau.stories.set_topic(goes, "ukraine", wanted=True, by="desk")
    await any_bureau.stories.set_topic(goes, "sport", wanted=False, by="desk")
    before = await topics(any_bureau)
    (change,) = await any_bureau.stories.merge([stays, goes], "desk")
    assert (change.left_story_id, change.joined_story_id) == (goes, stays)
    assert await topics(any_bureau) == {
        "Abendbote": ["politics", "ukraine"],
        "Hafenpost": ["politics", "ukraine"],
        "Kurier": ["politics", "ukraine"],
        "Ticker24": ["ukraine"],
    }
    await any_bureau.stories.undo(change.id, "desk")
    assert await topics(any_bureau) == before
    fixes = await rows(any_bureau.database, models.TopicFix)
    assert {row["story_id"] for row in fixes} == {goes}
    for slug, wanted in (("ukraine", False), ("sport", True)):  # taken back, as if it had never been
        await any_bureau.stories.set_topic(goes, slug, wanted=wanted, by="desk")
    assert await topics(any_bureau) == {
        "Abendbote": ["politics"], "Hafenpost": ["politics", "sport"], "Kurier": ["politics"], "Ticker24": ["sport"],
    }  # fmt: skip


@pytest.mark.parametrize("wanted", [True, False])
async def test_where_both_have_one_that_of_the_story_that_goes_on_stands(any_bureau: Bureau, wanted: bool) -> None:
    stays, goes = await two_stories(any_bureau)
    await any_bureau.stories.set_topic(stays, "sport", wanted=wanted, by="desk")
    await any_bureau.stories.set_topic(goes, "sport", wanted=not wanted, by="night desk")
    before = await topics(any_bureau)
    (change,) = await any_bureau.stories.merge([stays, goes], "desk")
    assert {("sport" in found) for found in (await topics(any_bureau)).values()} == {wanted}
    await any_bureau.stories.undo(change.id, "desk")
    assert await topics(any_bureau) == before
    for story, wish in ((stays, not wanted), (goes, wanted)):
        await any_bureau.stories.set_topic(story, "sport", wanted=wish, by="desk")
    assert [site for site, found in (await topics(any_bureau)).items() if "sport" in found] == ["Hafenpost", "Ticker24"]


async def test_articles_have_the_fixes_of_the_story_they_move_to(any_bureau: Bureau) -> None:
    stays, goes = await two_stories(any_bureau)
    await any_bureau.stories.set_topic(stays, "ukraine", wanted=True, by="desk")
    await any_bureau.stories.set_topic(goes, "sport", wanted=False, by="desk")
    (ticker,) = [row["id"] for row in await rows(any_bureau.database, models.Article) if row["credit"] == "Ticker24"]
    (change,) = await any_bureau.stories.move([ticker], stays, "desk")
    assert (await topics(any_bureau))["Ticker24"] == ["sport", "ukraine"]
    await any_bureau.stories.undo(change.id, "desk")
    assert (await topics(any_bureau))["Ticker24"] == []


async def test_the_fix_holds_for_what_comes_after_the_merge(any_bureau: Bureau) -> None:
    stays, goes = await two_stories(any_bureau)
    await any_bureau.stories.set_topic(goes, "ukraine", wanted=True, by="desk")
    await any_bureau.stories.merge([stays, goes], "desk")
    await report(any_bureau, "Wochenblick", NOON, stays, topics=["sport"])
    assert (await topics(any_bureau))["Wochenblick"] == ["sport", "ukraine"]
    assert await any_bureau.stories.topics(stays) == {"politics", "sport", "ukraine"}


async def test_a_fix_goes_through_a_chain_of_merges_and_back(any_bureau: Bureau) -> None:
    first, second = await two_stories(any_bureau)
    third = await report(any_bureau, "Wochenblick", NOON, topics=["politics"])
    await any_bureau.stories.set_topic(third, "ukraine", wanted=True, by="desk")
    before = await topics(any_bureau)
    (one,) = await any_bureau.stories.merge([second, third], "desk")
    (two,) = await any_bureau.stories.merge([first, second], "desk")
    assert all("ukraine" in found for found in (await topics(any_bureau)).values())
    await any_bureau.stories.undo(two.id, "desk")
    await any_bureau.stories.undo(one.id, "desk")
    assert await topics(any_bureau) == before


async def test_a_story_that_is_split_off_keeps_what_its_articles_were_given(any_bureau: Bureau) -> None:
    stays, _ = await two_stories(any_bureau)
    await any_bureau.stories.set_topic(stays, "ukraine", wanted=True, by="desk")
    (bote,) = [row["id"] for row in await rows(any_bureau.database, models.Article) if row["credit"] == "Abendbote"]
    await any_bureau.stories.split(stays, [bote], "desk")
    found = await topics(any_bureau)
    assert ["ukraine" in found[site] for site in ("Abendbote", "Hafenpost")] == [True, True]
