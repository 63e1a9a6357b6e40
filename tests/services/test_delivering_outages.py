"""Outcomes are kept while the database is away, and a stop waits for it only so long; on both databases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from digests.domain.delivery import Outcome, Parcel, Result
from digests.storage.deliveries import DeliveryStore, Settled
from digests.storage.subscribers import SubscriberStore
from tests.services.test_delivering import planned, row
from tests.support.bureau import Bureau
from tests.support.rows import SLOT


def gone(*_: object) -> None:
    raise OperationalError("COMMIT", {}, OSError("the database has gone away"))


async def test_what_is_known_is_kept_until_the_database_is_back(
    any_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = any_bureau
    readers = await planned(bureau, 6)
    bureau.messenger.answer(readers[1].chat.id, Outcome(Result.GONE, reason="blocked"))
    attempts = 0

    async def fail(*_: object) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 5:
            monkeypatch.undo()
        gone()

    bureau.messenger.on_delivery = lambda _: None if attempts else monkeypatch.setattr(DeliveryStore, "settle", fail)
    await bureau.work()
    assert attempts == 5
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["sent", "dropped", *["sent"] * 4]
    assert [len(bureau.messenger.to(reader.chat.id)) for reader in readers] == [1] * 6


async def test_refusals_reach_the_shared_limit_after_an_outage(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, _ = await planned(bureau, 2)
    bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=30.0), Outcome(Result.OK, (1,)))
    settle, attempts = DeliveryStore.settle, 0

    async def fail(store: DeliveryStore, rows: Sequence[Settled]) -> None:
        nonlocal attempts
        attempts += bool(rows)
        if rows and attempts == 1:
            gone()
        await settle(store, rows)

    monkeypatch.setattr(DeliveryStore, "settle", fail)
    reported = bureau.delivering.traffic.refusals
    await bureau.work()
    assert attempts > 1
    assert not reported  # none is left over, and none was told twice
    assert not bureau.delivering.traffic.refusals
    assert (await row(bureau, reader))["status"] == "sent"


async def test_at_a_stop_the_database_is_waited_for_only_so_long(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    (reader,) = await planned(bureau)
    bureau.delivering.stops_settling = 0.0

    async def fail(*_: object) -> None:
        gone()

    def stop(_: Parcel) -> None:
        monkeypatch.setattr(DeliveryStore, "settle", fail)
        bureau.delivering.stop()

    bureau.messenger.on_delivery = stop
    with pytest.raises(OperationalError):
        await bureau.work()
    monkeypatch.undo()
    assert (await row(bureau, reader))["status"] == "sending"  # for the next start to find


async def test_an_outcome_that_cannot_be_written_costs_the_others_nothing(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = await planned(bureau, 3)
    move = SubscriberStore.move

    async def fail(store: SubscriberStore, old: int, new: int) -> None:
        await move(store, old, new)
        raise ZeroDivisionError

    monkeypatch.setattr(SubscriberStore, "move", fail)
    bureau.messenger.answer(readers[0].chat.id, Outcome(Result.MOVED, new_chat_id=-1009))
    with pytest.raises(ZeroDivisionError):
        await bureau.work()
    monkeypatch.undo()
    assert (await row(bureau, readers[0]))["status"] == "sending"
    await bureau.another().delivering.recover(SLOT)
    await bureau.another().sweep()
    assert [(await row(bureau, reader))["status"] for reader in readers] == ["uncertain", "sent", "sent"]
    assert [len(bureau.messenger.to(reader.chat.id)) for reader in readers] == [1] * 3
