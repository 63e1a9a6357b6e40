"""Health from what processes say of themselves, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from digests.domain.health import BEAT_EVERY, SILENT_AFTER, Circumstances, State, Vital, judge
from digests.services.health import Healthcare
from digests.services.pulse import FORGOTTEN_AFTER, Pulse, Tallies
from digests.storage import models
from digests.storage.database import Database
from digests.storage.sources import SourceStore
from digests.storage.vitals import VitalStore
from tests.support.clocks import START, ManualClock
from tests.support.rows import SLOT, add_deliveries, add_subscriber, rows

MINUTE = timedelta(minutes=1)


def vital(role: str = "run", **ago: timedelta) -> Vital:
    """A process that is well; `ago` is how long something of it lies back."""
    moments = {"started_at": timedelta(hours=5), "beat_at": timedelta(), "ticked_at": MINUTE, "polled_at": MINUTE} | ago
    return Vital(role, "here", **{name: START - span for name, span in moments.items()})


def test_a_process_that_is_well() -> None:
    assert judge([vital()], Circumstances(), START).state is State.OK
    assert judge([vital("web"), vital("work")], Circumstances(timedelta(minutes=9), 10, 2), START).reasons == ()


@pytest.mark.parametrize(
    ("vitals", "circumstances", "role", "state", "part"),
    [
        ([], Circumstances(), None, State.FAILED, "no process"),
        ([vital(beat_at=SILENT_AFTER)], Circumstances(), None, State.FAILED, "no process"),
        ([vital("web")], Circumstances(), "work", State.FAILED, "no work"),
        ([vital(ticked_at=4 * MINUTE)], Circumstances(), None, State.FAILED, "nobody has planned digests since 03:56"),
        ([vital(polled_at=4 * MINUTE)], Circumstances(), None, State.DEGRADED, "answered no poll since 03:56"),
        ([vital()], Circumstances(lag=11 * MINUTE), None, State.DEGRADED, "due for 11 min"),
        ([vital()], Circumstances(sources=4, failing=1), None, State.DEGRADED, "1 of 4 sources fail"),
    ],
)  # fmt: skip
def test_what_is_not_well_is_told(
    vitals: list[Vital], circumstances: Circumstances, role: str | None, state: State, part: str
) -> None:
    health = judge(vitals, circumstances, START, role)
    assert health.state is state
    assert part in str(health.reasons[0])


def test_a_fresh_start_has_time_for_its_first_minute() -> None:
    fresh = Vital("run", "here", START - MINUTE, START)
    assert judge([fresh], Circumstances(), START).state is State.OK
    assert judge([fresh], Circumstances(), START + timedelta(seconds=80)).state is State.OK


def test_of_several_workers_one_takes_the_minute() -> None:
    assert judge([vital("work", ticked_at=9 * MINUTE), vital("work")], Circumstances(), START).state is State.OK


def pulse(database: Database, clock: ManualClock, role: str = "run", host: str = "here") -> Pulse:
    return Pulse(database, clock, role, host)


async def test_beats_are_seen_and_a_goodbye_too(database: Database) -> None:
    clock = ManualClock()
    care = Healthcare(database, clock)
    assert (await care.look()).state is State.FAILED
    beating = pulse(database, clock)
    async with beating.running():
        await until(lambda: care_sees(database))
        assert (await care.look("here", "run")).state is State.OK
        assert (await care.look("elsewhere")).state is State.FAILED
        clock.move(SILENT_AFTER + BEAT_EVERY)
        assert (await care.look()).state is State.FAILED
        beating.polled()
        beating.ticked()
        await beating.beat()
        assert (await care.look()).state is State.OK
        clock.move(timedelta(minutes=4))
        await beating.beat()
        health = await care.look()
        assert health.state is State.FAILED
        assert len(health.reasons) == 2
    assert await rows(database, models.Heartbeat) == []


async def care_sees(database: Database) -> bool:
    return bool(await rows(database, models.Heartbeat))


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not await happened():  # type: ignore[misc]  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_the_minute_of_another_host_counts(database: Database) -> None:
    clock = ManualClock()
    here, there = pulse(database, clock, "work"), pulse(database, clock, "work", "there")
    clock.move(timedelta(minutes=30))
    there.ticked()
    await here.beat()
    await there.beat()
    assert (await Healthcare(database, clock).look("here")).state is State.OK


async def test_what_was_killed_is_forgotten_after_a_day(database: Database) -> None:
    clock = ManualClock()
    await pulse(database, clock, "work", "killed").beat()
    clock.move(FORGOTTEN_AFTER + MINUTE)
    await pulse(database, clock).beat()
    assert [row["host"] for row in await rows(database, models.Heartbeat)] == ["here"]


async def test_tallies_of_all_processes_add_up(database: Database) -> None:
    clock = ManualClock()
    for host in ("one", "two"):
        each = pulse(database, clock, "work", host)
        each.tallies.count("jobs", "deliver", "done")
        each.tallies.took("job_seconds", "deliver", seconds=0.5)
        await each.beat()
        await each.beat()  # nothing twice
    async with database.read() as transaction:
        found = await VitalStore(transaction).tallies()
    assert found == {
        ("jobs", "deliver|done"): 2,
        ("job_seconds_sum", "deliver"): 1,
        ("job_seconds_count", "deliver"): 2,
    }


async def test_what_could_not_be_written_is_kept(sqlite: Database) -> None:
    beating = pulse(sqlite, ManualClock())
    beating.tallies.count("updates", "message", "handled")
    async with sqlite.write() as transaction:
        await transaction.connection.run_sync(lambda _: None)
        await transaction.connection.exec_driver_sql("ALTER TABLE tally RENAME TO away")
    with pytest.raises(Exception, match="tally"):
        await beating.beat()
    assert beating.tallies.counts == {("updates", "message|handled"): 1}
    with capture_logs() as logs:
        async with beating.running():
            await until(lambda: told(logs))
    assert logs[0]["event"] == "heartbeat_failed"
    assert beating.turns  # the process itself is well


async def told(logs: Sequence[object]) -> bool:
    return bool(logs)


async def test_lag_and_depths(database: Database) -> None:
    async with database.write() as transaction:
        await add_subscriber(transaction)
    before, late = SLOT - MINUTE, SLOT + timedelta(minutes=12)
    async with database.read() as transaction:
        store = VitalStore(transaction)
        assert await store.lag(before) == timedelta()
        assert await store.lag(late) == timedelta(minutes=12)  # nobody has planned
    await add_deliveries(database, 2)
    async with database.write() as transaction:
        await SourceStore(transaction).add({"kind": "feed", "url": "https://a.example/", "title": "A"}, START)
    async with database.read() as transaction:
        assert await VitalStore(transaction).depths(late) == {"prepare_edition": 0, "deliver": 3, "poll_sources": 1}
    clock = ManualClock(late)
    await pulse(database, clock).beat()
    health = await Healthcare(database, clock).look()
    assert health.state is State.DEGRADED
    assert list(map(str, health.reasons)) == ["a digest has been due for 12 min"]


async def test_failing_sources_degrade(database: Database) -> None:
    clock = ManualClock()
    await pulse(database, clock).beat()
    async with database.write() as transaction:
        for number in range(4):
            source = {"kind": "feed", "url": f"https://{number}.example/", "title": "A", "failures": number // 3}
            await SourceStore(transaction).add(source, START)
    assert list(map(str, (await Healthcare(database, clock).look()).reasons)) == ["1 of 4 sources fail"]


async def test_a_database_that_is_away_or_has_another_schema_is_a_failure(empty_url: str) -> None:
    empty = Database(empty_url)
    health = await Healthcare(empty, ManualClock()).look()
    await empty.close()
    assert (health.state, "the database is empty" in str(health.reasons[0])) == (State.FAILED, True)
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    health = await Healthcare(away, ManualClock()).look()
    await away.close()
    assert list(map(str, health.reasons)) == ["the database does not answer (OperationalError)"]


def test_labels_stand_in_their_order() -> None:
    tallies = Tallies()
    tallies.count("updates", "message", "handled", by=2)
    assert tallies.counts == {("updates", "message|handled"): 2}
