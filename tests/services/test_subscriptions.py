"""Everything a reader can choose, each change in one transaction and undoable."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.preferences import Length, weighted
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat, NothingNew, Status
from digests.services.subscriptions import Change, Subscriptions
from digests.storage import models
from digests.storage.subscribers import UNDO_FOR
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.rows import SEVEN, rows

CHAT = Chat(77)
EVENING = Schedule("Europe/Berlin", (20 * 60,))
CHANGES: dict[str, Callable[[Subscriptions], Awaitable[Change]]] = {
    "preferences": lambda s: s.set_preferences(CHAT, lambda was: replace(was, words=was.words | {"neu"})),
    "weight": lambda s: s.set_preferences(CHAT, lambda was: weighted(was, "word:alt", 2)),
    "length": lambda s: s.set_length(CHAT, Length.LONG),
    "schedule": lambda s: s.set_schedule(CHAT, EVENING),
    "no schedule": lambda s: s.set_schedule(CHAT, None),
    "time zone": lambda s: s.set_time_zone(CHAT, "Asia/Tokyo"),
    "language": lambda s: s.set_language(CHAT, "uk"),
    "nothing new": lambda s: s.set_nothing_new(CHAT, NothingNew.NOTE),
    "silent": lambda s: s.set_silent(CHAT, True),
    "pause": lambda s: s.pause(CHAT, START + timedelta(days=3)),
    "stop": lambda s: s.stop(CHAT),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_every_change_is_made_and_undone(bureau: Bureau, name: str) -> None:
    before = await bureau.subscribe(preferences(words=["alt"]), chat=CHAT)
    change = await CHANGES[name](bureau.subscriptions)
    assert change.subscriber != before
    assert await bureau.subscriptions.find(CHAT) == change.subscriber
    bureau.clock.move(UNDO_FOR)
    assert await bureau.subscriptions.undo(CHAT, change.undo) == before
    assert await bureau.subscriptions.find(CHAT) == before
    assert await bureau.subscriptions.undo(CHAT, change.undo) is None  # once


async def test_all_changes_together_are_undone_by_the_first(bureau: Bureau) -> None:
    before = await bureau.subscribe(preferences(words=["alt"]), chat=CHAT)
    first, *_ = [await change(bureau.subscriptions) for change in CHANGES.values()]
    assert await bureau.subscriptions.undo(CHAT, first.undo) == before


async def test_an_old_undo_and_somebody_elses_do_nothing(bureau: Bureau) -> None:
    await bureau.subscribe(chat=CHAT)
    other = await bureau.subscribe()
    change = await bureau.subscriptions.set_silent(CHAT, True)
    assert await bureau.subscriptions.undo(other.chat, change.undo) is None
    assert await bureau.subscriptions.undo(Chat(12345), change.undo) is None
    bureau.clock.move(UNDO_FOR + timedelta(seconds=1))
    assert await bureau.subscriptions.undo(CHAT, change.undo) is None
    assert await bureau.subscriptions.find(CHAT) == change.subscriber


async def test_a_chat_is_opened_once_by_any_number_of_messages(any_bureau: Bureau) -> None:
    opened = await asyncio.gather(*(any_bureau.subscriptions.open(CHAT, "uk") for _ in range(5)))
    assert len({each.id for each in opened}) == 1
    assert (opened[0].status, opened[0].language, opened[0].setup_step) == (Status.SETUP, "uk", 0)
    assert (opened[0].preferences, opened[0].schedule) == (preferences(), None)
    assert (await any_bureau.subscriptions.open(CHAT, "de")).language == "uk"


@pytest.mark.parametrize("schedule", [SEVEN, None])
async def test_who_had_blocked_the_bot_comes_back_as_he_was(bureau: Bureau, schedule: Schedule | None) -> None:
    before = await bureau.subscribe(preferences(words=["alt"]), schedule, CHAT)
    await bureau.subscriptions.block(CHAT)
    found = await bureau.subscriptions.find(CHAT)
    assert found is not None
    assert found.status is Status.BLOCKED
    assert await bureau.subscriptions.open(CHAT, "de") == before


@pytest.mark.parametrize("leave", ["stop", "pause"])
async def test_who_has_left_on_his_own_word_stays_away_through_a_block(bureau: Bureau, leave: str) -> None:
    await bureau.subscribe(chat=CHAT)
    left = (await CHANGES[leave](bureau.subscriptions)).subscriber
    await bureau.subscriptions.block(CHAT)
    assert await bureau.subscriptions.open(CHAT, "de") == left
    resumed = (await bureau.subscriptions.resume(CHAT)).subscriber
    assert (resumed.status, resumed.paused_until) == (Status.ACTIVE, None)


async def test_the_set_up_begins_the_deliveries_at_its_end(bureau: Bureau) -> None:
    await bureau.subscriptions.open(CHAT, "de")
    for step in range(1, SETUP_DONE):
        assert (await bureau.subscriptions.reach_step(CHAT, step)).status is Status.SETUP
    ready = await bureau.subscriptions.reach_step(CHAT, SETUP_DONE)
    assert (ready.status, ready.ready) == (Status.ACTIVE, True)


async def test_times_move_with_the_time_zone(bureau: Bureau) -> None:
    await bureau.subscribe(chat=CHAT)
    moved = (await bureau.subscriptions.set_time_zone(CHAT, "Asia/Tokyo")).subscriber
    assert (moved.time_zone, moved.zone_confirmed) == ("Asia/Tokyo", True)
    assert moved.schedule == replace(SEVEN, time_zone="Asia/Tokyo")


async def test_a_chat_without_a_subscriber_cannot_be_changed(bureau: Bureau) -> None:
    with pytest.raises(LookupError, match="open one first"):
        await bureau.subscriptions.set_silent(CHAT, True)
    assert await bureau.subscriptions.find(CHAT) is None


async def test_a_change_that_fails_leaves_nothing_behind(bureau: Bureau) -> None:
    before = await bureau.subscribe(chat=CHAT)
    notes = await rows(bureau.database, models.ChangeLog)

    def fail(_: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await bureau.subscriptions.set_preferences(CHAT, fail)  # type: ignore[arg-type]
    assert await bureau.subscriptions.find(CHAT) == before
    assert await rows(bureau.database, models.ChangeLog) == notes


async def test_changes_made_at_once_all_count(any_bureau: Bureau) -> None:
    """Two thumbs on two phones: neither topic is lost."""
    await any_bureau.subscribe(chat=CHAT)
    words = [f"Wort{number}" for number in range(6)]

    async def follow(word: str) -> None:
        await any_bureau.subscriptions.set_preferences(CHAT, lambda was: replace(was, words=was.words | {word}))

    await asyncio.gather(*map(follow, words))
    found = await any_bureau.subscriptions.find(CHAT)
    assert found is not None
    assert found.preferences.words == set(words)
