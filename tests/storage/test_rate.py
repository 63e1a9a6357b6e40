"""The one limit: never more than rate times time plus the burst, in any minute, whoever asks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.storage import models, schema
from digests.storage.database import Database
from digests.storage.rate import Grant, RateStore
from tests.support.clocks import START
from tests.support.rows import rows


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


async def take(database: Database, wanted: int, at: float, rate: float = 25) -> Grant:
    async with database.write() as transaction:
        return await RateStore(transaction, "bot", rate).take(wanted, after(at))


async def test_the_burst_then_the_rate(database: Database) -> None:
    assert await take(database, 99, 0) == Grant(5, 1 / 25)
    assert await take(database, 99, 0) == Grant(0, 1 / 25)
    assert (await take(database, 99, 0.08)).tokens == 2
    assert (await take(database, 3, 60)).tokens == 3
    assert (await take(database, 99, 60)).tokens == 2  # a minute's rest makes no greater burst


@pytest.mark.parametrize("wanted", [0, -3])
async def test_nothing_is_taken_for_nothing(database: Database, wanted: int) -> None:
    assert (await take(database, wanted, 0)).tokens == 0
    assert (await take(database, 99, 0)).tokens == 5


async def test_a_clock_that_goes_back_mints_nothing(database: Database) -> None:
    assert (await take(database, 5, 10)).tokens == 5
    assert (await take(database, 5, 0)).tokens == 0
    assert (await take(database, 5, 10)).tokens == 0
    async with database.write() as transaction:
        await RateStore(transaction, "bot", 25).block(0, START)  # by a process whose clock is slow
    assert (await take(database, 5, 10)).tokens == 0


async def test_tokens_below_zero_count_as_none(database: Database) -> None:
    await take(database, 5, 0)
    async with database.write() as transaction:
        await RateStore(transaction, "bot", 25).give_back(-100)  # answers to readers went out beside it
    assert (await take(database, 5, 0.04)).tokens == 1


async def test_what_was_not_needed_can_be_taken_again(database: Database) -> None:
    async with database.write() as transaction:
        store = RateStore(transaction, "bot", 25)
        assert (await store.take(5, START)).tokens == 5
        await store.give_back(4)
        assert (await store.take(9, START)).tokens == 4


async def test_a_halt_halts_everything_until_it_ends(database: Database) -> None:
    async with database.write() as transaction:
        store = RateStore(transaction, "bot", 25)
        await store.block(30, START)
        await store.block(7, START)  # the longer one stays
    assert await take(database, 5, 0) == Grant(0, 30.0)
    assert await take(database, 5, 29.5) == Grant(0, 0.5)
    assert (await take(database, 5, 30)).tokens == 5
    async with database.write() as transaction:
        assert (await RateStore(transaction, "another bot", 25).take(5, START)).tokens == 5


async def test_concurrent_takers_never_share_a_token(database: Database) -> None:
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    grants = await asyncio.gather(*(take(each, 2, 0, rate=50) for each in (database, *others) for _ in range(4)))
    for each in others:
        await each.close()
    assert sum(grant.tokens for grant in grants) == 10
    assert [row["tokens"] for row in await rows(database, models.RateBucket)] == [0.0]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "block", "back"]),
        st.floats(-2, 20),  # seconds the clock goes on; a slow clock goes back
        st.integers(-2, 40),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, rate=st.sampled_from([0.5, 3.0, 25.0, 300.0]))
def test_any_minute_has_at_most_the_rate_and_the_burst(
    tmp_path: Path, steps: list[tuple[str, float, int]], rate: float
) -> None:
    asyncio.run(run_steps(tmp_path, steps, rate))


async def run_steps(folder: Path, steps: list[tuple[str, float, int]], rate: float) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'rate.db'}")
    await schema.upgrade(database, START)
    taken: list[tuple[float, int]] = []
    async with database.write() as transaction:
        await transaction.connection.execute(models.RateBucket.__table__.delete())  # type: ignore[attr-defined]
        store = RateStore(transaction, "bot", rate)
        now, halted = 0.0, 0.0
        for kind, seconds, number in steps:
            now = max(0.0, now + seconds)
            if kind == "block":
                await store.block(abs(number), after(now))
                halted = max(halted, now + abs(number))
                continue
            grant = await store.take(number, after(now))
            assert 0 <= grant.tokens <= max(0, number)
            assert not (grant.tokens and now < halted)
            kept = grant.tokens
            if kind == "back":
                await store.give_back(grant.tokens)
                kept = 0
            taken.append((now, kept))
    await database.close()
    latest = 0.0
    times = []
    for at, count in taken:  # by the bucket's own time, which never goes back
        latest = max(latest, at)
        times.append((latest, count))
    for index, (start, _) in enumerate(times):
        for end in {at for at, _ in times[index:] if at - start <= 60}:
            sent = sum(count for at, count in times[index:] if at <= end)
            assert sent <= rate * (end - start) + max(1.0, rate / 5) + 1e-6
