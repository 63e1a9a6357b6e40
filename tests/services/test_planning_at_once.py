"""Planning by several at once: one of them opens a slot and composes its digests, whoever else is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from digests.domain.schedule import Schedule
from digests.storage import models
from digests.storage.database import Database
from digests.storage.fan_outs import FanOutStore, Wanted
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN
from tests.support.rows import SLOT, rows


async def test_many_processes_plan_a_slot_once(any_bureau: Bureau) -> None:
    readers = [await any_bureau.subscribe(preferences(words=[f"Wort{number % 3}"])) for number in range(7)]
    await any_bureau.publish(GRAIN)
    url = any_bureau.database.url.render_as_string(hide_password=False)
    bureaus = [any_bureau, *(replace(any_bureau.another(), database=Database(url)) for _ in range(2))]
    any_bureau.clock.move(SLOT)
    await asyncio.gather(*(each.planning.plan_due(SLOT) for each in bureaus * 2))
    assert sum(len(each.queue.waiting) for each in bureaus) == 1
    await asyncio.gather(*(each.planning.prepare(1) for each in bureaus * 2))
    for each in bureaus[1:]:
        await each.database.close()
    assert len(await rows(any_bureau.database, models.Edition)) == 1
    assert len(await rows(any_bureau.database, models.Digest)) == 3
    assert len(await rows(any_bureau.database, models.Delivery)) == len(readers)


async def test_editions_that_wait_for_their_digests_do_not_look_for_them_again(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look through the readers of a large slot takes a second; each of those who wait would do it in turn."""
    for zone in ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Paris"):
        await any_bureau.subscribe(schedule=Schedule(zone, (7 * 60,)))
    await any_bureau.publish(GRAIN)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    looked: list[datetime] = []
    wanted = FanOutStore.wanted

    async def noted(self: FanOutStore, slot_at: datetime) -> list[Wanted]:
        looked.append(slot_at)
        return await wanted(self, slot_at)

    monkeypatch.setattr(FanOutStore, "wanted", noted)
    editions = await rows(any_bureau.database, models.Edition)
    await asyncio.gather(*(any_bureau.planning.prepare(row["id"]) for row in editions))
    assert looked == [SLOT]
    assert len(await rows(any_bureau.database, models.Delivery)) == len(editions)
