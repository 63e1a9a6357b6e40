"""Breaking news are seen as articles are stored, and an event that was left as two stories is told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from digests.domain.digests import State
from digests.domain.schedule import Schedule
from digests.services.spotting import check
from digests.storage import models
from tests.support.breaking import MINUTE, NOON, THEMES, alerts, arriving, eager, event, look, report
from tests.support.bureau import Bureau
from tests.support.rows import rows

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def bring(bureau: Bureau, *numbers: int) -> list[int]:
    """Articles come in a minute after one another; the stories they stand in."""
    stories = []
    for number in numbers:
        bureau.clock.move(MINUTE)
        ingested = await bureau.ingesting.ingest(arriving(number, bureau.clock.now()))
        stories.append(ingested.placement.story_id)
    return stories


async def test_a_story_is_checked_as_soon_as_its_third_site_is_stored(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau, [])
    any_bureau.clock.move(NOON)
    await bring(any_bureau, 0, 1)
    assert not any_bureau.queue.waiting
    (story,) = await bring(any_bureau, 2)
    assert list(any_bureau.queue.waiting) == [check(story)]
    await any_bureau.work()
    (parcel,) = alerts(any_bureau, reader)
    assert parcel.digest.items[0].story_id == story
    await bring(any_bureau, 3)
    assert not any_bureau.queue.waiting  # it has broken
    await look(any_bureau, any_bureau.clock.now())
    assert len(alerts(any_bureau, reader)) == 1


async def test_nothing_is_checked_while_nobody_wants_breaking_news(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    any_bureau.clock.move(NOON)
    await bring(any_bureau, 0, 1, 2)
    assert not any_bureau.queue.waiting


async def test_nothing_is_checked_that_was_not_stored_in_the_end(any_bureau: Bureau) -> None:
    await eager(any_bureau)
    story = await event(any_bureau)
    any_bureau.clock.move(NOON)
    spotting = any_bureau.ingesting.spotting
    assert spotting is not None

    async def in_vain() -> None:
        async with any_bureau.database.write() as transaction:
            await spotting.spot(transaction, [story])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await in_vain()
    assert not any_bureau.queue.waiting
    async with any_bureau.database.write() as transaction:
        await spotting.spot(transaction, [story])
        assert not any_bureau.queue.waiting
    assert list(any_bureau.queue.waiting) == [check(story)]


async def test_the_minute_finds_what_no_job_has_checked(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau, [])
    any_bureau.clock.move(NOON)
    await bring(any_bureau, 0, 1, 2)
    any_bureau.queue.waiting.clear()  # a crash
    await look(any_bureau, any_bureau.clock.now() + MINUTE)
    assert len(alerts(any_bureau, reader)) == 1


async def test_checks_and_looks_of_several_processes_tell_once(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    story = await event(any_bureau)
    other = any_bureau.another()
    any_bureau.clock.move(NOON)
    checks = [each.breaking.check(story) for each in (any_bureau, other) for _ in range(3)]
    await asyncio.gather(*checks, any_bureau.breaking.look(NOON), other.breaking.look(NOON))
    await asyncio.gather(any_bureau.work(), other.work())
    assert len(alerts(any_bureau, reader)) == 1
    assert len(await rows(any_bureau.database, models.Edition)) == 1


async def test_a_check_of_a_story_that_is_gone_or_merged_harms_nothing(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    first, second = await event(any_bureau, sites=2), await report(any_bureau, "Ticker24", NOON)
    any_bureau.clock.move(NOON)
    await any_bureau.stories.merge([second, first], "desk")
    for story in (12345, first, second):
        await any_bureau.breaking.check(story)
    await any_bureau.work()
    assert len(alerts(any_bureau, reader)) == 1


@pytest.mark.parametrize("other", range(len(THEMES)))
async def test_an_event_left_as_two_stories_is_told_once_and_another_one_too(any_bureau: Bureau, other: int) -> None:
    reader = await eager(any_bureau)
    for at, theme in ((NOON, 0), (NOON + HOUR, other)):
        await event(any_bureau, at, theme=theme)
        await look(any_bureau, at)
    assert len(alerts(any_bureau, reader)) == (1 if other == 0 else 2)


async def test_after_a_day_it_may_be_told_again(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    for at, count in ((NOON, 1), (NOON + DAY - MINUTE, 1), (NOON + DAY + MINUTE, 2)):
        await event(any_bureau, at)
        await look(any_bureau, at)
        assert len(alerts(any_bureau, reader)) == count


async def test_what_nobody_was_told_holds_nothing_back(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    night = NOON - timedelta(hours=5, minutes=10)  # 06:50 in Berlin: quiet hours
    await event(any_bureau, night)
    await look(any_bureau, night)
    assert alerts(any_bureau, reader) == []
    await event(any_bureau, night + HOUR)
    await look(any_bureau, night + HOUR)
    assert len(alerts(any_bureau, reader)) == 1


async def test_two_stories_of_one_event_at_the_same_time_are_told_once(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    stories = [await event(any_bureau) for _ in range(3)]
    other = any_bureau.another()
    any_bureau.clock.move(NOON)
    await asyncio.gather(*(each.breaking.check(story) for each in (any_bureau, other) for story in stories))
    await asyncio.gather(any_bureau.work(), other.work())
    assert len(alerts(any_bureau, reader)) == 1


async def test_two_told_stories_that_are_merged_are_told_no_third_time(any_bureau: Bureau) -> None:
    evening = Schedule("Europe/Berlin", (20 * 60,))
    reader = await eager(any_bureau, schedule=evening)
    stories = [await event(any_bureau, theme=theme) for theme in (0, 1)]
    await look(any_bureau)
    assert len(alerts(any_bureau, reader)) == 2
    any_bureau.clock.move(NOON + 5 * MINUTE)
    (change,) = await any_bureau.stories.merge(stories, "desk")
    await report(any_bureau, "Ticker24", NOON + 10 * MINUTE, change.joined_story_id)
    await look(any_bureau, NOON + 10 * MINUTE)
    await any_bureau.breaking.check(change.left_story_id)
    await any_bureau.work()
    assert len(alerts(any_bureau, reader)) == 2
    assert await any_bureau.reading.alerted_at(reader, change.joined_story_id) == NOON
    await any_bureau.serve(NOON + 8 * HOUR)
    (item,) = any_bureau.got(reader)[-1].items
    assert (item.story_id, item.state, item.since) == (change.joined_story_id, State.UPDATE, NOON)
    new = {sentence.text for sentence in (*item.sentences, *item.details)}
    assert new.isdisjoint(text for _, texts in THEMES[:2] for text in texts[:3])
    await any_bureau.stories.undo(change.id, "desk")
    for story in stories:
        await any_bureau.breaking.check(story)
    await any_bureau.work()
    assert len(alerts(any_bureau, reader)) == 2
