"""Stories in tests: reports of many feeds, and a check that tables, memory and log tell the same."""

from __future__ import annotations

from collections import defaultdict
from itertools import count

from digests.services.ingesting import Report as Ingested
from digests.storage import models
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.reports import Report
from tests.support.rows import rows

_numbers = count(1)


def feed() -> dict[str, str]:
    """A feed that nobody has published in."""
    number = next(_numbers)
    return {"source_key": f"https://{number}.example/feed", "credit": f"Feed {number}"}


async def publish_all(bureau: Bureau, *reports: Report) -> list[Ingested]:
    """Publish reports, each in a feed of its own, a second apart."""
    return [await bureau.publish(report, **feed()) for report in reports]


async def glue(bureau: Bureau, *reports: Report) -> list[Ingested]:
    """Publish reports of several events and make one story of them, as a bridge could; repairs may part them."""
    published = await publish_all(bureau, *reports)
    (change,) = await bureau.stories.merge(await stories_of(bureau, *published), "Ada")
    await bureau.stories.release(change.joined_story_id)
    return published


async def stories_of(bureau: Bureau, *reports: Ingested) -> list[int]:
    """The stories that reports stand in now."""
    found = {row["id"]: row["story_id"] for row in await rows(bureau.database, models.Article)}
    return [found[report.placement.article_id] for report in reports]


async def check_tables(database: Database) -> None:
    """Every article stands in one story; counts, times and leads are right; the empty ones lead to others."""
    articles = await rows(database, models.Article)
    stories = {row["id"]: row for row in await rows(database, models.Story)}
    members = defaultdict(list)
    for article in articles:
        members[article["story_id"]].append(article)
        original = next((each for each in articles if each["id"] == article["duplicate_of"]), article)
        assert original["story_id"] == article["story_id"], "copies follow"
    assert set(members) <= set(stories)
    for story_id, story in stories.items():
        mine = members[story_id]
        assert story["article_count"] == len(mine)
        assert (story["merged_into"] is not None) == (not mine)
        originals = {each["credit"] for each in mine if each["duplicate_of"] is None}
        assert story["source_count"] == len(originals)
        if not mine:
            assert story["merged_into"] in stories
            continue
        times = [each["news_at"] for each in mine]
        assert (story["first_at"], story["last_at"]) == (min(times), max(times))
        assert story["lead_article_id"] in {each["id"] for each in mine}
    await _check_storylines(database)


async def _check_storylines(database: Database) -> None:
    told = [row for row in await rows(database, models.Story) if row["article_count"]]
    for line in await rows(database, models.Storyline):
        mine = [row for row in told if row["storyline_id"] == line["id"]]
        if mine:
            span = min(row["first_at"] for row in mine), max(row["last_at"] for row in mine)
            assert (line["first_at"], line["last_at"]) == span


async def check_stories(bureau: Bureau) -> None:
    """The tables are right, and the memory of a process says what they say."""
    await check_tables(bureau.database)
    lines = {row["id"]: row["storyline_id"] for row in await rows(bureau.database, models.Story)}
    articles = {row["id"]: row["story_id"] for row in await rows(bureau.database, models.Article)}
    room = (await bureau.ingesting.storing())._newsroom
    known = {item: (each.story_id, each.storyline_id) for item, each in room._stories._members.items()}
    assert known == {item: (articles[item], lines[articles[item]]) for item in known}
    by_story = {story: set(items) for story, items in room._stories._by_story.items() if items}
    assert {(story, item) for story, items in by_story.items() for item in items} == {
        (story, item) for item, (story, _) in known.items()
    }
    originals = {item: place[1:] for item, place in room._originals.items()}
    assert originals == {item: (articles[item], lines[articles[item]]) for item in originals}
