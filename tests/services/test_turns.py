"""When a job turns to the database: what has come back is written soon, and nobody asks again and again for slots."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from digests.domain.delivery import Outcome, Parcel, Result
from digests.domain.subscribers import Chat
from digests.services import batches
from digests.services.batches import FEW, GATHERED, Batch
from digests.services.lanes import Lane
from digests.services.settling import Settling
from digests.storage.deliveries import Claimed, DeliveryStore, Settled
from digests.storage.portions import Portion
from tests.services.test_delivering import planned, row
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.rows import SLOT


def batch(*, under_way: int, at_once: int = 2 * FEW) -> Batch:
    lane = Lane("bot", 29, at_once)
    lane.under_way = under_way
    return Batch(Portion((1,), 0, 9), START, START, 0, lane, under_way=under_way)


async def test_a_few_outcomes_are_written_though_others_are_still_on_their_way(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash would make them uncertain, though they are known."""
    bureau = any_bureau
    readers = await planned(bureau, FEW)
    answers, written = asyncio.Event(), asyncio.Event()
    deliver, settle = bureau.messenger.deliver, DeliveryStore.settle

    async def hang(parcel: Parcel) -> Outcome:
        outcome = await deliver(parcel)
        if parcel.chat != readers[0].chat:
            await answers.wait()
        return outcome

    async def tell(store: DeliveryStore, settled: Sequence[Settled]) -> None:
        await settle(store, settled)
        if settled:
            store.transaction.after_commit(written.set)

    monkeypatch.setattr(batches, "WRITTEN_WITHIN", 0.0)
    monkeypatch.setattr(bureau.messenger, "deliver", hang)
    monkeypatch.setattr(DeliveryStore, "settle", tell)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(bureau.work())
        await written.wait()
        found = [(await row(bureau, reader))["status"] for reader in readers]
        answers.set()
    assert found == ["sent"] + ["sending"] * (FEW - 1)
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["sent"] * FEW


async def test_enough_places_and_slots_are_worth_a_turn() -> None:
    news = asyncio.Event()
    assert not batch(under_way=FEW + 1).is_worth_a_turn(START, stopping=False)
    free = batch(under_way=FEW)
    assert free.is_worth_a_turn(START, stopping=False)
    assert not free.is_worth_a_turn(START, stopping=True)
    free.wait_for_slots(START, 2.0, news)  # others have taken them
    opens = START + timedelta(seconds=2) + GATHERED
    assert not free.is_worth_a_turn(opens - timedelta.resolution, stopping=False)
    assert free.is_worth_a_turn(opens, stopping=False)
    free.wait_for_slots(START, 0.0, news)
    assert free.is_worth_a_turn(START, stopping=False)


async def test_a_job_wakes_when_slots_have_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    news = asyncio.Event()
    monkeypatch.setattr(batches, "GATHERED", timedelta())
    waiting = batch(under_way=FEW)
    waiting.wait_for_slots(START, 1e-9, news)
    async with asyncio.timeout(30):
        await news.wait()


async def test_outcomes_that_came_during_a_turn_wait_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    news = asyncio.Event()
    under_way = batch(under_way=2 * FEW)
    for _ in range(FEW - 1):
        under_way.finish(None, news)  # type: ignore[arg-type]
    monkeypatch.setattr(batches, "WRITTEN_WITHIN", 0.0)
    news.clear()
    under_way.written(FEW - 2, news)
    assert len(under_way.done) == 1
    assert not under_way.is_worth_a_turn(START, stopping=False)
    async with asyncio.timeout(30):
        await news.wait()
    assert under_way.is_worth_a_turn(START, stopping=False)
    under_way.written(1, news)
    assert not under_way.is_worth_a_turn(START, stopping=False)


async def test_a_turn_that_settles_claims_as_many_at_once(any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in one transaction what has come back and in another what goes out next: that would be twice the work."""
    bureau = any_bureau
    bureau.delivering.at_once = bureau.delivering._lanes.free.at_once = 2 * FEW
    await planned(bureau, 10 * FEW)
    turns: list[int] = []
    claim = DeliveryStore.claim

    async def count(store: DeliveryStore, *wanted: Any) -> list[Claimed]:  # noqa: ANN401 - passed on
        claimed = await claim(store, *wanted)
        turns.append(len(claimed))
        return claimed

    monkeypatch.setattr(DeliveryStore, "claim", count)
    await bureau.work()
    assert sum(turns) == 10 * FEW
    assert len(turns) <= 10 + 2, turns


async def test_what_was_put_back_waits_with_its_chat_though_both_are_settled_together(any_bureau: Bureau) -> None:
    bureau = any_bureau
    topics = [await bureau.subscribe(chat=Chat(-100, topic, "supergroup")) for topic in (1, 2)]
    await planned(bureau, 0)
    lane = bureau.delivering._lanes.free
    outcomes = [Outcome(Result.WAIT, retry_after=40), Outcome(Result.HELD, retry_after=3)]
    async with bureau.database.write() as transaction:
        claimed = await DeliveryStore(transaction).claim(Portion((1,), 0, 10**6), SLOT, 2)
        done = [(one, lane, outcome) for one, outcome in zip(claimed, outcomes, strict=True)]
        await Settling(transaction).settle(done, SLOT)
    assert [(await row(bureau, topic))["not_before"] >= SLOT + timedelta(seconds=40) for topic in topics] == [
        True,
        True,
    ]
