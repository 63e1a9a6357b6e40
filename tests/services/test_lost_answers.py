"""The database does what it is asked, and the answer to COMMIT is lost: nobody is forgotten, nobody is sent two."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import OperationalError

from digests.domain.delivery import DeliveryStatus, Outcome, Result
from digests.storage import models
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore, Settled
from digests.storage.portions import Portion
from tests.services.test_delivering import planned, row
from tests.support.bureau import Bureau
from tests.support.databases import postgres_database, postgres_template
from tests.support.rows import SLOT, rows
from tests.support.ways import ForgettingWay, forgetting_way

CLAIM = "has_quiet"  # comes back as the name of a column
OUTCOME = "finished_at="


@pytest.fixture
async def way() -> AsyncIterator[ForgettingWay]:
    with postgres_database(postgres_template()) as url:
        async with forgetting_way(url) as way:
            yield way


@pytest.fixture
async def far(way: ForgettingWay) -> AsyncIterator[Bureau]:
    """A bureau whose way to its database may be cut."""
    database = Database(way.url)
    yield await Bureau(database).open()
    await database.close()


async def stands(bureau: Bureau) -> list[tuple[str, int]]:
    return [(each["status"], each["attempts"]) for each in await rows(bureau.database, models.Delivery)]


@pytest.mark.parametrize("times", [1, 3])
async def test_a_claim_whose_answer_is_lost_is_taken_back_and_everybody_is_served(
    far: Bureau, way: ForgettingWay, times: int
) -> None:
    readers = await planned(far, 6)
    way.lose_commit(CLAIM, times)
    await far.work()
    assert way.lost == times
    assert [len(far.messenger.to(reader.chat.id)) for reader in readers] == [1] * 6
    assert await stands(far) == [("sent", 1)] * 6


async def test_a_claim_lost_in_the_middle_is_taken_back(far: Bureau, way: ForgettingWay) -> None:
    readers = await planned(far, 9)
    far.messenger.on_delivery = lambda _: way.lose_commit(CLAIM) if len(far.messenger.parcels) == 3 else None
    await far.work()
    assert way.lost == 1
    assert [len(far.messenger.to(reader.chat.id)) for reader in readers] == [1] * 9
    assert await stands(far) == [("sent", 1)] * 9


async def test_outcomes_whose_answer_is_lost_are_written_again_and_change_nothing(
    far: Bureau, way: ForgettingWay
) -> None:
    readers = await planned(far, 4)
    far.messenger.answer(readers[1].chat.id, Outcome(Result.GONE, reason="blocked"))
    far.messenger.answer(readers[2].chat.id, Outcome(Result.NOT_SENT), Outcome(Result.OK, (9,)))
    far.messenger.on_delivery = lambda _: way.lose_commit(OUTCOME) if len(far.messenger.parcels) == 1 else None
    await far.work()
    assert way.lost == 1
    assert [len(far.messenger.to(reader.chat.id)) for reader in readers] == [1, 1, 2, 1]
    assert await stands(far) == [("sent", 1), ("dropped", 1), ("sent", 2), ("sent", 1)]


async def test_at_a_stop_a_lost_claim_is_taken_back_too(far: Bureau, way: ForgettingWay) -> None:
    await planned(far, 3)
    far.delivering.stops_settling = 0.0
    way.lose_commit(CLAIM)
    turn = far.delivering._try_turn

    async def stopped(batch: object) -> float | None:
        try:
            return await turn(batch)  # type: ignore[arg-type]
        finally:
            far.delivering.stop()

    far.delivering._try_turn = stopped  # type: ignore[method-assign]
    with pytest.raises(OperationalError):
        await far.work()
    assert way.lost == 1
    assert far.messenger.parcels == []
    assert await stands(far) == [("pending", 0)] * 3


async def test_what_is_repeated_after_a_lost_answer_harms_no_claim_of_another(any_bureau: Bureau) -> None:
    """A process writes "try again" twice; in between another one has taken the row."""
    (reader,) = await planned(any_bureau)
    async with any_bureau.database.write() as transaction:
        (mine,) = await DeliveryStore(transaction).claim(Portion((1,), 0, 10**6), SLOT, 1)
    again = Settled(1, reader.id, DeliveryStatus.PENDING, 1, claim=mine.claim)
    for _ in range(2):
        async with any_bureau.database.write() as transaction:
            await DeliveryStore(transaction).settle([again])
        async with any_bureau.database.write() as transaction:
            await DeliveryStore(transaction).claim(Portion((1,), 0, 10**6), SLOT, 1)
    found = await row(any_bureau, reader)
    assert (found["status"], found["attempts"]) == ("sending", 2)
    async with any_bureau.database.write() as transaction:
        assert await DeliveryStore(transaction).release([1], {mine.claim}) == 0
    assert (await row(any_bureau, reader))["claim"] == found["claim"] != mine.claim


async def test_a_claim_that_was_declared_lost_is_not_taken_back(any_bureau: Bureau) -> None:
    """The reader may have been told that it is uncertain, and may have fetched it."""
    (reader,) = await planned(any_bureau)
    async with any_bureau.database.write() as transaction:
        (mine,) = await DeliveryStore(transaction).claim(Portion((1,), 0, 10**6), SLOT, 1)
    await any_bureau.another().delivering.recover(SLOT)
    async with any_bureau.database.write() as transaction:
        assert await DeliveryStore(transaction).release([1], {mine.claim}) == 0
    assert (await row(any_bureau, reader))["status"] == "uncertain"
