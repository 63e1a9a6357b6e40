"""Bans on both databases: known from memory in every process, and carried along wherever a chat goes."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from digests.domain.reader_records import header
from digests.domain.subscribers import Chat, Status
from digests.errors import InputError
from digests.services.bans import FRESH, Bans
from digests.services.carrying import Carrying
from digests.storage import models
from digests.storage.bans import BanStore
from digests.storage.database import Database
from tests.support.bureau import Bureau, catalogue
from tests.support.clocks import START, ManualClock
from tests.support.rows import add_subscriber, rows

GROUP = Chat(-4711, kind="group")
NEW = -1004711


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was read from the table, by how many numbers there were."""
    seen: list[int] = []
    before = BanStore.numbers

    async def numbers(store: BanStore) -> frozenset[int]:
        seen.append(len(found := await before(store)))
        return found

    monkeypatch.setattr(BanStore, "numbers", numbers)
    return seen


async def test_answers_come_from_memory(any_bureau: Bureau, reads: list[int]) -> None:
    bans = Bans(any_bureau.database, any_bureau.clock)
    assert not any([await bans.has(number) for number in range(100)])
    assert await asyncio.gather(*(bans.has(number) for number in range(100))) == [False] * 100
    assert reads == [0]
    any_bureau.clock.move(FRESH)
    assert await asyncio.gather(*(bans.has(number) for number in range(100))) == [False] * 100
    assert reads == [0, 0]


async def test_a_ban_counts_at_once_here_and_soon_elsewhere(any_bureau: Bureau) -> None:
    here, there = (Bans(any_bureau.database, any_bureau.clock) for _ in range(2))
    for change, banned in ((here.ban(7, None), True), (here.end(7), False)):
        assert [await each.has(7) for each in (here, there)] == [not banned] * 2
        await change
        assert [await each.has(7) for each in (here, there)] == [banned, not banned]
        any_bureau.clock.move(FRESH - timedelta.resolution)
        assert await there.has(7) is not banned
        any_bureau.clock.move(timedelta.resolution)
        assert await there.has(7) is banned
    assert timedelta(seconds=5) >= FRESH


async def test_a_clock_that_goes_back_does_not_keep_old_answers(any_bureau: Bureau) -> None:
    here, there = (Bans(any_bureau.database, any_bureau.clock) for _ in range(2))
    assert not await there.has(7)
    await here.ban(7, None)
    any_bureau.clock.move(-timedelta(hours=1))
    assert await there.has(7)


async def test_a_ban_beside_a_reading_is_not_overlooked(any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bans, before = Bans(any_bureau.database, any_bureau.clock), BanStore.numbers
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(store: BanStore) -> frozenset[int]:
        found = await before(store)
        begun.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(BanStore, "numbers", slow)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(bans.has(7))
        await begun.wait()
        await bans.ban(7, None)  # what was read does not know of it
        go_on.set()
    assert asked.result()
    assert await bans.has(7)


async def test_a_failed_reading_is_no_answer(any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bans, before = Bans(any_bureau.database, any_bureau.clock), BanStore.numbers

    async def away(_store: BanStore) -> frozenset[int]:
        raise OSError("away")

    monkeypatch.setattr(BanStore, "numbers", away)
    with pytest.raises(OSError, match="away"):
        await bans.has(7)
    monkeypatch.setattr(BanStore, "numbers", before)
    assert not await bans.has(7)


async def statuses(database: Database) -> dict[int, str]:
    return {row["chat_id"]: row["status"] for row in await rows(database, models.Subscriber)}


async def test_a_ban_goes_with_its_group(any_bureau: Bureau) -> None:
    bans = Bans(any_bureau.database, any_bureau.clock)
    await any_bureau.subscribe(chat=GROUP)
    await bans.ban(GROUP.id, "Werbung")
    await bans.tell(GROUP.id)
    await any_bureau.subscriptions.migrate(GROUP.id, NEW)
    any_bureau.clock.move(FRESH)
    assert [await bans.has(number) for number in (GROUP.id, NEW)] == [False, True]
    (ban,) = await rows(any_bureau.database, models.Ban)
    assert (ban["reason"], ban["told_at"] is not None) == ("Werbung", True)
    assert await statuses(any_bureau.database) == {NEW: Status.STOPPED}
    assert await bans.end(NEW)
    assert await statuses(any_bureau.database) == {NEW: Status.ACTIVE}


async def test_a_ban_of_the_new_chat_stays_and_brings_back_both(any_bureau: Bureau) -> None:
    bans = Bans(any_bureau.database, any_bureau.clock)
    await any_bureau.subscribe(chat=GROUP)
    await any_bureau.subscribe(chat=Chat(NEW, 5, "supergroup"))
    await bans.ban(GROUP.id, "alt")
    await bans.ban(NEW, "neu")
    await any_bureau.subscriptions.migrate(GROUP.id, NEW)
    (ban,) = await rows(any_bureau.database, models.Ban)
    assert (ban["number"], ban["reason"], len(ban["before"])) == (NEW, "neu", 2)
    await bans.end(NEW)
    assert {row["status"] for row in await rows(any_bureau.database, models.Subscriber)} == {Status.ACTIVE}


async def test_what_the_new_chat_has_set_up_stops_when_a_banned_group_comes(any_bureau: Bureau) -> None:
    bans = Bans(any_bureau.database, any_bureau.clock)
    await any_bureau.subscribe(chat=Chat(NEW, 5, "supergroup"))
    await bans.ban(GROUP.id, None)  # a group that has nothing here
    await any_bureau.subscriptions.migrate(GROUP.id, NEW)
    assert await statuses(any_bureau.database) == {NEW: Status.STOPPED}
    await bans.end(NEW)
    assert await statuses(any_bureau.database) == {NEW: Status.ACTIVE}


def unexpected(error: InputError) -> None:
    pytest.fail(str(error))


def carrying(database: Database) -> Carrying:
    return Carrying(database, catalogue(), ManualClock())


async def whole_file(database: Database) -> list[str]:
    carried = carrying(database)
    return [*[line async for line in carried.export()], *await carried.export_bans()]


async def everything(database: Database) -> tuple[Any, ...]:
    """Subscribers and bans, without the numbers that a database gives them."""
    threads = {row["id"]: row["thread_id"] for row in await rows(database, models.Subscriber)}
    people = {(row["chat_id"], row["thread_id"], row["status"]) for row in await rows(database, models.Subscriber)}
    bans = [
        (ban["number"], ban["at"], ban["told_at"], ban["reason"], {(threads[i], s) for i, s in ban["before"]})
        for ban in await rows(database, models.Ban)
    ]
    return people, bans


async def test_bans_are_carried_to_another_database(any_bureau: Bureau, sqlite: Database) -> None:
    bans = Bans(any_bureau.database, any_bureau.clock)
    async with sqlite.write() as transaction:  # ids are others there
        await add_subscriber(transaction, Chat(1))
    for chat in (Chat(1), GROUP, Chat(NEW, 5, "supergroup"), Chat(NEW, 6, "supergroup")):
        await any_bureau.subscribe(chat=chat)
    await any_bureau.subscriptions.pause(Chat(NEW, 6, "supergroup"), None)
    await bans.ban(GROUP.id, None)
    await bans.ban(NEW, "Werbung")
    await bans.ban(99, None)  # who has nothing here
    await bans.tell(NEW)
    file = await whole_file(any_bureau.database)
    report = await carrying(sqlite).take(file, replacing=True, tell=unexpected)
    assert report.bans == 3
    assert await everything(sqlite) == await everything(any_bureau.database)
    again = await carrying(sqlite).take(file, replacing=False, tell=unexpected)
    assert again.bans == 0
    await Bans(sqlite, ManualClock()).end(NEW)
    there = {row["thread_id"]: row["status"] for row in await rows(sqlite, models.Subscriber) if row["chat_id"] == NEW}
    assert there == {5: Status.ACTIVE, 6: Status.PAUSED}


async def test_who_is_served_here_is_stopped_by_a_ban_of_the_file(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe()
    ban = {"banned": reader.chat.id, "at": START.isoformat(), "told_at": None, "reason": None, "before": {}}
    lines = [json.dumps(each) for each in (header(START), ban)]
    await carrying(any_bureau.database).take(lines, replacing=False, tell=unexpected)
    assert await statuses(any_bureau.database) == {reader.chat.id: Status.STOPPED}
    await Bans(any_bureau.database, any_bureau.clock).end(reader.chat.id)
    assert await statuses(any_bureau.database) == {reader.chat.id: Status.ACTIVE}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"banned": "7"}, "banned"),
        ({"banned": 2**60}, "banned"),
        ({"at": "gestern"}, "at"),
        ({"told_at": 3}, "told_at"),
        ({"reason": 3}, "reason"),
        ({"before": []}, "before"),
        ({"before": {"x": "active"}}, "before"),
        ({"before": {"0": "happy"}}, "before"),
    ],
)
async def test_a_bad_ban_is_told_and_the_others_are_taken(
    any_bureau: Bureau, change: dict[str, Any], named: str
) -> None:
    good = {"banned": 8, "at": START.isoformat(), "told_at": None, "reason": None, "before": {}}
    lines = [json.dumps(each) for each in (header(START), good | {"banned": 7} | change, good)]
    told: list[InputError] = []
    report = await carrying(any_bureau.database).take(lines, replacing=False, tell=told.append)
    assert report.bans == 1
    (problem,) = told
    assert f"line 2: field {named}" in str(problem)
