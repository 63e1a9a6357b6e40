"""Planning by several at once: one of them opens a slot and composes its digests, whoever else is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew, Subscriber
from digests.services import slot_digests
from digests.services.planning import Planning
from digests.services.slot_digests import Serve, SlotDigests
from digests.storage import models
from digests.storage.database import Database
from digests.storage.editions import EditionStore
from digests.storage.fan_outs import FanOutStore, Wanted
from digests.storage.interning import InterningStore
from digests.storage.portions import Portion
from digests.storage.subscribers import SubscriberStore
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN
from tests.support.rows import SEVEN, SLOT, rows

PARIS = Schedule("Europe/Paris", (7 * 60,))
"""Its slots are those of Berlin."""


async def subscribe(bureau: Bureau, *wishes: tuple[str, Schedule]) -> list[Subscriber]:
    """Readers of a word each who also want to know that there is nothing new."""
    readers = [await bureau.subscribe(preferences(words=[word]), schedule=schedule) for word, schedule in wishes]
    for reader in readers:
        await bureau.subscriptions.set_nothing_new(reader.chat, NothingNew.NOTE)
    return readers


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

    async def noted(self: FanOutStore, slot_at: datetime) -> dict[Wanted, int]:
        looked.append(slot_at)
        return await wanted(self, slot_at)

    monkeypatch.setattr(FanOutStore, "wanted", noted)
    editions = await rows(any_bureau.database, models.Edition)
    await asyncio.gather(*(any_bureau.planning.prepare(row["id"]) for row in editions))
    assert 1 <= len(looked) < len(editions)  # who had begun to fan out before the first one composed may look once more
    assert len(await rows(any_bureau.database, models.Delivery)) == len(editions)


async def test_first_readers_are_served_while_digests_of_others_are_composed(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With thousands of different wishes a slot takes a minute to compose, and everybody waited for the last digest."""
    monkeypatch.setattr(slot_digests, "FIRST", 1)
    monkeypatch.setattr(slot_digests, "AT_ONCE", 1)
    wishes = ("Getreide", SEVEN), ("Haushalt", SEVEN), ("Getreide", PARIS), ("Rente", SEVEN), ("Haushalt", PARIS)
    readers = await subscribe(any_bureau, *wishes)
    await any_bureau.publish(GRAIN)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    served: list[list[Portion]] = []
    compose = slot_digests._rows

    def noted(*given: Any) -> Any:  # noqa: ANN401 - as it was
        served.append([Portion.of(job.payload) for job in any_bureau.queue.waiting if job.name == "deliver"])
        return compose(*given)

    monkeypatch.setattr(slot_digests, "_rows", noted)
    await any_bureau.work()
    await any_bureau.sweep()
    first, second, third, *_ = (reader.id for reader in readers)
    alone, both = Portion((1,), first, first), Portion((1, 2), second, third)
    assert served == [[], [alone], [alone, both]]
    assert [len(any_bureau.got(reader)) for reader in readers] == [1] * 5
    made = await rows(any_bureau.database, models.Delivery)
    assert sorted(row["subscriber_id"] for row in made) == sorted(reader.id for reader in readers)
    assert {row["status"] for row in await rows(any_bureau.database, models.Edition)} == {"done"}


async def test_an_edition_that_is_prepared_while_digests_are_composed_leaves_its_worker_free(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All workers that waited for the digests would be missing where those that are there are sent."""
    for schedule in (SEVEN, PARIS):
        await any_bureau.subscribe(schedule=schedule)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    compose, tries = SlotDigests.compose, list[str]()

    async def meanwhile(self: SlotDigests, slot_at: datetime, serve: Serve) -> None:
        tries.extend(job.key for job in any_bureau.queue.waiting)
        await any_bureau.planning.prepare(2)  # a worker had taken it before
        await compose(self, slot_at, serve)

    monkeypatch.setattr(SlotDigests, "compose", meanwhile)
    await any_bureau.planning.prepare(any_bureau.queue.waiting.popleft().payload["edition"])
    assert tries == []
    assert "edition:2" not in [job.key for job in any_bureau.queue.waiting]  # it came back, and went beside the first
    assert [row["status"] for row in await rows(any_bureau.database, models.Edition)] == ["planned"] * 2


async def test_a_crash_while_first_readers_are_served_neither_repeats_nor_forgets(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot_digests, "FIRST", 1)
    monkeypatch.setattr(slot_digests, "AT_ONCE", 1)
    times = SEVEN, PARIS, SEVEN, PARIS, SEVEN
    readers = await subscribe(any_bureau, *((f"Wort{number}", each) for number, each in enumerate(times)))
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    add, left = EditionStore.add_digests, iter([True, True, True, False])

    async def until_the_fourth(self: EditionStore, made: Sequence[dict[str, Any]]) -> None:
        if not next(left):
            message = "no space left on device"
            raise OSError(message)
        await add(self, made)

    monkeypatch.setattr(EditionStore, "add_digests", until_the_fourth)
    with pytest.raises(OSError, match="no space"):
        await any_bureau.planning.prepare(1)
    sent = [job for job in any_bureau.queue.waiting if job.name == "deliver"]
    await any_bureau.delivering.deliver(Portion.of(sent[0].payload))  # one batch goes out, the others are lost
    assert len(any_bureau.messenger.parcels) == 1
    monkeypatch.undo()
    after = any_bureau.another()
    await after.sweep(timedelta(minutes=1))
    await after.sweep(timedelta(minutes=1))
    assert [len(any_bureau.got(reader)) for reader in readers] == [1] * 5
    assert {row["status"] for row in await rows(any_bureau.database, models.Edition)} == {"done"}


async def test_who_changes_his_wishes_while_digests_are_composed_holds_up_nobody(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot_digests, "FIRST", 1)
    monkeypatch.setattr(slot_digests, "AT_ONCE", 1)
    readers = await subscribe(any_bureau, *((f"Wort{number}", SEVEN) for number in range(4)))
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    compose, handed = slot_digests._rows, list[int]()
    async with any_bureau.database.write() as transaction:
        changed = await InterningStore(transaction).profile(preferences(words=["neu"]))

    def noted(*given: Any) -> Any:  # noqa: ANN401 - as it was
        handed.append(sum(job.name == "deliver" for job in any_bureau.queue.waiting))
        return compose(*given)

    serve = Planning._serve

    async def then_change(self: Planning, slot_at: datetime, start: int, before: int) -> None:
        if start == 0:
            async with any_bureau.database.write() as transaction:
                await SubscriberStore(transaction).update(readers[0].id, {"profile_id": changed})
        await serve(self, slot_at, start, before)

    monkeypatch.setattr(slot_digests, "_rows", noted)
    monkeypatch.setattr(Planning, "_serve", then_change)
    await any_bureau.work()
    assert handed[:4] == [0, 0, 1, 2]  # nothing for him yet, then the second and the third
    assert [len(any_bureau.got(reader)) for reader in readers] == [1] * 4
