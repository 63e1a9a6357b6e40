"""Whatever comes in and whatever an operator does: every article in one story, counts right, memory like the tables."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digests.errors import InputError
from digests.storage import models
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.databases import postgres_database, postgres_template, sqlite_template
from tests.support.developments import BRIDGES, FIRE, FLOOD, ROUNDUP, SMOKE, STRIKE
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET, Report
from tests.support.rows import rows
from tests.support.stories import check_stories, check_tables

REPORTS = (FIRE, SMOKE, *BRIDGES, ROUNDUP, *STRIKE, *FLOOD, GRAIN, GRAIN_OTHER_OUTLET, GRAIN_NEXT_DAY)
EDIT = "Die Redaktion hat diesen Text ergänzt: Am Abend äußert sich der Bürgermeister."
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish"] * 6 + ["copy", "edit", "merge", "split", "move", "undo", "release", "wait"]),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    min_size=4,
    max_size=24,
)


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_every_article_in_one_story_whatever_happens(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(sqlite_template(), Path(folder) / "stories.db")
        asyncio.run(live(f"sqlite+aiosqlite:///{path}", steps, check_always=True))


@settings(max_examples=5, deadline=None)
@given(STEPS)
@example([*(("publish", number, 0) for number in (36, 27, 1, 18, 12)), ("split", 0, 0), ("move", 0, 4)])
def test_both_databases_come_to_the_same(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, postgres_database(postgres_template()) as postgres:
        path = shutil.copy(sqlite_template(), Path(folder) / "stories.db")
        one = asyncio.run(live(f"sqlite+aiosqlite:///{path}", steps))
        other = asyncio.run(live(postgres, steps))
    assert one == other


async def live(url: str, steps: Sequence[Step], *, check_always: bool = False) -> list[list[tuple[object, ...]]]:
    """Do the steps in two processes by turns; the tables at the end."""
    database = Database(url)
    try:
        bureau = await Bureau(database).open()
        both = bureau, bureau.another()
        for number, step in enumerate(steps):
            with suppress(InputError):  # an operator may ask for what cannot be: nothing has changed then
                await take(both[number % 2], step)
            if check_always:
                await check_tables(database)
        for each in both:
            await each.publish(Report("Kurz vor Schluss", ("Die Theatergruppe probt in der Aula ein neues Stück.",)))
            await check_stories(each)
        kept = [models.Story, models.StoryChange, models.Storyline]
        articles = [(row["id"], row["story_id"]) for row in await rows(database, models.Article)]
        return [*[[tuple(row.values()) for row in await rows(database, model)] for model in kept], articles]  # type: ignore[list-item]
    finally:
        await database.close()


async def take(bureau: Bureau, step: Step) -> None:
    """One step; its numbers choose a report, stories or articles."""
    kind, one, two = step
    report = REPORTS[one % len(REPORTS)]
    articles = [row["id"] for row in await rows(bureau.database, models.Article)] or [0]
    stories = [row["id"] for row in await rows(bureau.database, models.Story)] or [0]
    changes = [row["id"] for row in await rows(bureau.database, models.StoryChange)] or [0]
    article, story, other = articles[one % len(articles)], stories[two % len(stories)], stories[one % len(stories)]
    feed = {"source_key": f"https://{two % 4}.example/feed", "credit": f"Feed {two % 4}"}
    if kind == "publish":
        await bureau.publish(report, **feed)
    elif kind == "copy":
        await bureau.publish(replace(report, title=f"{report.title} ({two})"), **feed)
    elif kind == "edit":
        await bureau.publish(replace(report, paragraphs=(*report.paragraphs, EDIT)), **feed)
    elif kind == "merge":
        await bureau.stories.merge([story, other], "Ada")
    elif kind == "split":
        place = {row["id"]: row["story_id"] for row in await rows(bureau.database, models.Article)}
        await bureau.stories.split(place.get(article, 0), [article], "Ada")
    elif kind == "move":
        await bureau.stories.move([article, articles[two % len(articles)]], story, "Ada")
    elif kind == "undo":
        await bureau.stories.undo(changes[one % len(changes)], "Ada")
    elif kind == "release":
        await bureau.stories.release(story)
    else:
        bureau.clock.move(timedelta(hours=two))
