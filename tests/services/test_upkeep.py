"""The night: what is old goes, what is used stays."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.schedule import Schedule
from digests.services.upkeep import Upkeep
from digests.storage import models
from digests.storage.subscribers import UNDO_FOR
from tests.support.builders import preferences
from tests.support.bureau import Bureau, headlines
from tests.support.reports import BUDGET, GRAIN
from tests.support.rows import SLOT, rows

KEEP = timedelta(days=1, hours=12)
DAY = timedelta(days=1)


async def test_the_nightly_round(any_bureau: Bureau) -> None:
    bureau = any_bureau
    upkeep = Upkeep(bureau.database, KEEP)
    reader = await bureau.subscribe(preferences(words=["Haushalt", "Getreide"]))
    leaver = await bureau.subscribe(preferences(words=["verwaist"]), Schedule("Asia/Tokyo", (60,)))
    await bureau.publish(GRAIN)
    await bureau.serve()
    bureau.clock.move(SLOT + DAY - timedelta(hours=1))
    await bureau.publish(BUDGET)
    await bureau.serve(SLOT + DAY)
    await bureau.subscriptions.set_preferences(leaver.chat, lambda _: preferences())
    await bureau.subscriptions.set_schedule(leaver.chat, None)
    bureau.clock.move(SLOT + KEEP + timedelta(seconds=1))
    await upkeep.nightly(bureau.clock.now())

    assert [row["title"] for row in await rows(bureau.database, models.Article)] == [BUDGET.title]
    assert len(await rows(bureau.database, models.Story)) == len(await rows(bureau.database, models.Storyline)) == 1
    assert {row["slot_at"] for row in await rows(bureau.database, models.Edition)} >= {SLOT + DAY}
    assert all(row["slot_at"] >= bureau.clock.now() - KEEP for row in await rows(bureau.database, models.Edition))
    assert [headlines(digest) for digest in await bureau.reading.delivered(reader, 9)] == [{BUDGET.title}]
    assert (await bureau.reading.search("Getreidekorridor")).total == 0
    assert (await bureau.reading.search("Haushalt")).total == 1
    at = [row["at"] for row in await rows(bureau.database, models.ChangeLog)]
    assert all(each >= bureau.clock.now() - UNDO_FOR for each in at)

    bureau.clock.move(KEEP + DAY)
    await upkeep.nightly(bureau.clock.now())
    assert await rows(bureau.database, models.Article) == await rows(bureau.database, models.Story) == []
    assert {row["time_zone"] for row in await rows(bureau.database, models.Schedule)} == {"Europe/Berlin"}
    assert not [row for row in await rows(bureau.database, models.Profile) if row["words"] == ["verwaist"]]


async def test_after_the_night_life_goes_on(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve()
    await Upkeep(bureau.database, KEEP).nightly(bureau.clock.move(SLOT + 9 * DAY))
    again = await bureau.publish(GRAIN)  # deleted, and so it is new to us
    assert again.placement.opened_story
    await bureau.serve(SLOT + 10 * DAY)
    assert headlines(bureau.got(reader)[-1]) == {GRAIN.title}
