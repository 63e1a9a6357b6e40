"""Breaking news when processes share the work, die or come too late, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from digests.domain.delivery import DeliveryStatus, Outcome, Result
from digests.services.breaking import FRESH
from digests.storage import models
from digests.storage.breaking import BreakingStore
from tests.support.breaking import MINUTE, NOON, SENTENCES, SITES, alerts, eager, event, look
from tests.support.bureau import Bureau
from tests.support.rows import rows

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def test_two_processes_that_look_at_once_tell_once(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    await event(any_bureau)
    other = any_bureau.another()
    any_bureau.clock.move(NOON)
    await asyncio.gather(any_bureau.breaking.look(NOON), other.breaking.look(NOON))
    await asyncio.gather(any_bureau.work(), other.work())
    assert len(alerts(any_bureau, reader)) == 1


@pytest.mark.parametrize("prepared", [False, True])
async def test_a_process_that_dies_is_followed_by_one_that_goes_on(any_bureau: Bureau, prepared: bool) -> None:
    reader = await eager(any_bureau)
    await event(any_bureau)
    await any_bureau.breaking.look(any_bureau.clock.move(NOON))
    if prepared:
        await any_bureau.planning.prepare((await rows(any_bureau.database, models.Edition))[0]["id"])
    after = any_bureau.another()
    await after.breaking.look(NOON + MINUTE)
    await after.sweep()
    await after.sweep()
    assert len(alerts(any_bureau, reader)) == 1
    assert {row["status"] for row in await rows(any_bureau.database, models.Edition)} == {"done"}


async def test_what_a_crash_leaves_in_flight_is_not_sent_again(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    any_bureau.messenger.answer(reader.chat.id, Outcome(Result.UNKNOWN, reason="timeout"))
    await event(any_bureau)
    await look(any_bureau)
    await any_bureau.sweep()
    assert len(alerts(any_bureau, reader)) == 1
    assert (await rows(any_bureau.database, models.Delivery))[0]["status"] == DeliveryStatus.UNCERTAIN
    (past,) = await any_bureau.subscriptions.past_deliveries(reader)
    assert (past.breaking, past.status) == (True, DeliveryStatus.UNCERTAIN)
    (digest,) = await any_bureau.reading.delivered(reader, 1, past.slot_at)
    assert digest.breaking
    assert await any_bureau.reading.delivered(reader, 1) == []


@pytest.mark.parametrize("prepared", [False, True])
async def test_what_could_not_be_sent_in_time_is_no_news(any_bureau: Bureau, prepared: bool) -> None:
    reader = await eager(any_bureau)
    await event(any_bureau)
    await any_bureau.breaking.look(any_bureau.clock.move(NOON))
    if prepared:
        await any_bureau.planning.prepare((await rows(any_bureau.database, models.Edition))[0]["id"])
    any_bureau.queue.waiting.clear()
    await any_bureau.sweep(FRESH + MINUTE)
    await any_bureau.sweep()
    assert alerts(any_bureau, reader) == []
    assert {row["status"] for row in await rows(any_bureau.database, models.Edition)} == {"done"}
    await any_bureau.serve(any_bureau.clock.now().replace(hour=5, minute=0) + DAY)
    assert len(any_bureau.got(reader)[-1].items) == 1  # nobody has told him


async def test_only_stories_that_something_has_come_to_are_looked_at(any_bureau: Bureau) -> None:
    await eager(any_bureau)
    story = await event(any_bureau, apart=31 * MINUTE)
    async with any_bureau.database.read() as transaction:
        assert await BreakingStore(transaction).looked_upto() is None
    await look(any_bureau)
    async with any_bureau.database.read() as transaction:
        store = BreakingStore(transaction)
        assert await store.looked_upto() == NOON
        assert await store.touched(NOON - MINUTE, NOON, 3) == [story]
        assert await store.touched(NOON - MINUTE, NOON, 4) == []
        assert await store.touched(NOON, NOON + HOUR, 3) == []


async def test_the_operator_may_turn_it_off(any_bureau: Bureau) -> None:
    await eager(any_bureau)
    await event(any_bureau)
    await any_bureau.breaking.look(any_bureau.clock.move(NOON))
    off = any_bureau.another()
    off.planning = type(off.planning)(off.database, off.breaking.catalogue, off.queue, off.clock, HOUR)
    await off.sweep()
    await off.sweep()
    assert off.messenger.parcels == []
    assert {row["status"] for row in await rows(off.database, models.Edition)} == {"done"}


def test_there_are_as_many_sites_as_sentences() -> None:
    assert len(SITES) == len(SENTENCES)
