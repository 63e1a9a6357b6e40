"""What is the own of the engine on PostgreSQL: its tables, attempts, and jobs of processes that died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, make_url, text
from structlog.testing import capture_logs

from digests.engine import job_schema, postgres
from digests.engine.conninfo import conninfo
from digests.engine.embedded import EmbeddedQueue
from digests.engine.postgres import ATTEMPTS, PostgresQueue
from digests.errors import SchemaError
from digests.ports import Clockwork, Job, Payload
from digests.storage.database import WATCHFUL, Database
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template
from tests.support.processes import program

NEWEST = job_schema._steps()[-1]


async def nothing(_: datetime) -> None:
    """A tick that nobody waits for."""


IDLE = Clockwork(nothing, nothing, nothing)


@pytest.fixture
async def prepared() -> AsyncIterator[Database]:
    with postgres_database(postgres_template()) as url:
        database = Database(url)
        yield database
        await database.close()


@pytest.fixture
async def bare() -> AsyncIterator[Database]:
    with postgres_database() as url:
        database = Database(url)
        yield database
        await database.close()


async def stored(database: Database) -> list[tuple[str, str, int]]:
    async with database.read() as transaction:
        statement = text("SELECT task_name, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        return [(row[0], row[1], row[2]) for row in await transaction.connection.execute(statement)]


async def work(queue: PostgresQueue, handlers: dict[str, Any], stop: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await queue.run(handlers, IDLE, stop)


async def test_the_tables_are_made_once_by_whoever_comes_first(bare: Database) -> None:
    with pytest.raises(SchemaError, match="no tables for jobs; run `python -m bot db upgrade`"):
        await job_schema.check(bare)
    assert sorted(await asyncio.gather(*(job_schema.upgrade(bare) for _ in range(3)))) == [False, False, True]
    await job_schema.check(bare)


async def test_older_tables_are_brought_on_and_newer_ones_refused(prepared: Database) -> None:
    async def pretend(version: str) -> None:
        async with prepared.write() as transaction:
            await transaction.connection.execute(text("UPDATE job_schema SET version = :v"), {"v": version})

    before = job_schema._steps()[-2]
    await pretend(before)
    async with prepared.write() as transaction:  # what the last step adds
        await transaction.connection.execute(text("DROP FUNCTION procrastinate_retry_job_v1"))
    with pytest.raises(SchemaError, match=f"{before}; run `python -m bot db upgrade`"):
        await job_schema.check(prepared)
    await pretend("99.00.00_01_later.sql")
    for refuse in (job_schema.check, job_schema.upgrade):
        with pytest.raises(SchemaError, match=r"99.00.00_01_later.*newer version"):
            await refuse(prepared)


async def test_another_programs_tables_are_left_alone(bare: Database) -> None:
    async with bare.write() as transaction:
        await transaction.connection.execute(text("CREATE TABLE procrastinate_jobs (id int)"))
    with pytest.raises(SchemaError, match="another program's"):
        await job_schema.upgrade(bare)


async def test_a_job_is_tried_again_a_limited_number_of_times_and_others_go_on(prepared: Database) -> None:
    queue = PostgresQueue(prepared, ManualClock(), workers=1, poll=0.05)  # its clock is behind, so no wait is long
    stop, tries = asyncio.Event(), list[int]()

    async def fail(_: Payload) -> None:
        tries.append(1)
        if len(tries) == ATTEMPTS:
            await queue.enqueue(Job("last", {}, "last", priority=-1))
        raise RuntimeError("always")

    async def last(_: Payload) -> None:
        stop.set()

    await queue.enqueue(Job("fail", {}, "fail"))
    with capture_logs() as logs:
        await work(queue, {"fail": fail, "last": last}, stop)
    assert len(tries) == ATTEMPTS
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["job_failed"] * ATTEMPTS + [
        "job_given_up"
    ]
    assert await stored(prepared) == [("fail", "failed", ATTEMPTS)]


async def test_a_failed_job_waits_before_its_next_attempt(prepared: Database) -> None:
    now = datetime.now(UTC)
    queue = PostgresQueue(prepared, ManualClock(now), workers=1, poll=0.05, first_wait=60)
    stop = asyncio.Event()

    async def fail(_: Payload) -> None:
        stop.set()
        raise RuntimeError("once")

    await queue.enqueue(Job("fail", {}, "fail"))
    await work(queue, {"fail": fail}, stop)
    async with prepared.read() as transaction:
        at = await transaction.connection.scalar(text("SELECT scheduled_at FROM procrastinate_jobs"))
    assert at == now + timedelta(seconds=60)


async def test_a_job_cut_short_is_another_processes_at_once(prepared: Database) -> None:
    queue, stop = PostgresQueue(prepared, ManualClock(), drain=0.05), asyncio.Event()

    async def endless(_: Payload) -> None:
        stop.set()
        await asyncio.Event().wait()

    await queue.enqueue(Job("endless", {}, "endless"))
    await work(queue, {"endless": endless}, stop)
    assert await stored(prepared) == [("endless", "todo", 1)]


async def test_a_broken_connection_stops_nothing(prepared: Database) -> None:
    """All connections are cut while one job runs; it is finished, and another one is found."""
    queue, stop, seen = PostgresQueue(prepared, ManualClock(), poll=0.1, heartbeat=0.1), asyncio.Event(), list[str]()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {}"

    async def breaking(_: Payload) -> None:
        async with prepared.write() as transaction:
            await transaction.connection.execute(text(cut.format("pg_backend_pid()")))
        seen.append("breaking")
        await queue.enqueue(Job("after", {}, "after"))

    async def after(_: Payload) -> None:
        seen.append("after")
        stop.set()

    await queue.enqueue(Job("breaking", {}, "breaking"))
    await work(queue, {"breaking": breaking, "after": after}, stop)
    assert seen == ["breaking", "after"]
    assert await stored(prepared) == []


async def test_a_connection_that_breaks_at_the_end_does_not_keep_the_queue(
    prepared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises its failure where it should have been cancelled; the loops beside the work end all the same."""
    stop = asyncio.Event()

    async def breaking(_: PostgresQueue) -> None:
        stop.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError from None

    monkeypatch.setattr(PostgresQueue, "_rescue", breaking)
    monkeypatch.setattr(PostgresQueue, "_beat", breaking)
    await work(PostgresQueue(prepared, ManualClock(), heartbeat=30.0), {}, stop)


async def test_a_lost_cancellation_does_not_keep_the_queue(prepared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a notification comes together with it, which a wait of Python 3.11 returns instead."""
    stop = asyncio.Event()

    async def forgetful(_: PostgresQueue) -> None:
        stop.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    monkeypatch.setattr(PostgresQueue, "_listen", forgetful)
    await work(PostgresQueue(prepared, ManualClock()), {}, stop)


async def test_a_process_taken_for_dead_joins_again(prepared: Database) -> None:
    queue, stop = PostgresQueue(prepared, ManualClock(), poll=0.1, heartbeat=0.05), asyncio.Event()

    async def last(_: Payload) -> None:
        stop.set()

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group, asyncio.timeout(20):
            group.create_task(work(queue, {"last": last}, stop))
            while not any(line["event"] == "queue_rejoined" for line in logs):
                async with prepared.write() as transaction:
                    await transaction.connection.execute(text("DELETE FROM procrastinate_workers"))
                await asyncio.sleep(0.05)
            await queue.enqueue(Job("last", {}, "last"))


async def test_the_job_of_a_killed_process_runs_again(prepared: Database, tmp_path: Path) -> None:
    queue, stop, seen = (
        PostgresQueue(prepared, ManualClock(), poll=0.1, stalled_after=0.5),
        asyncio.Event(),
        list[Any](),
    )

    async def hang(payload: Payload) -> None:
        seen.append(payload["n"])
        stop.set()

    await queue.enqueue(Job("hang", {"n": 7}, "hang"))
    address = prepared.url.render_as_string(hide_password=False)
    async with program("tests.engine.hanging", address, folder=tmp_path) as victim:
        await victim.says("begun 7")
        assert await stored(prepared) == [("hang", "doing", 0)]
        victim.process.kill()
        await victim.ends()
    with capture_logs() as logs:
        await work(queue, {"hang": hang}, stop)
    assert seen == [7]
    assert "job_found_again" in {line["event"] for line in logs}
    assert await stored(prepared) == []


def test_both_engines_drain_equally_long() -> None:
    assert PostgresQueue.drain == EmbeddedQueue.drain


def test_any_password_reaches_the_server() -> None:
    password = "pass@:/ wörd'\\%"  # noqa: S105
    url = make_url("postgresql+psycopg://depesche@host:5433/news?sslmode=require").set(password=password)
    expected = {"user": "depesche", "password": password, "host": "host", "port": "5433", "dbname": "news"}
    watch = {name: str(value) for name, value in WATCHFUL.items()}
    assert conninfo_to_dict(conninfo(url)) == expected | {"sslmode": "require"} | watch
    through = make_url(url.render_as_string(hide_password=False))  # as settings hand it on
    assert conninfo_to_dict(conninfo(through))["password"] == password


async def allow_connections(url: URL, allowed: bool) -> None:
    """Let the server take new connections to this database in, or nobody's, not even a superuser's."""
    address = conninfo(url.set(database="postgres"))
    async with await AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS {allowed}')


async def test_a_queue_without_connections_is_not_ready_says_why_and_goes_on(
    prepared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "CONNECTS_WITHIN", 0.5)
    queue, stop, done = PostgresQueue(prepared, ManualClock(), first_pause=0.05), asyncio.Event(), asyncio.Event()

    async def finish(_: Payload) -> None:
        done.set()

    await queue.enqueue(Job("finish", {}, key="finish"))
    await allow_connections(prepared.url, False)
    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            group.create_task(work(queue, {"finish": finish}, stop))
            async with asyncio.timeout(20):
                while len([each for each in logs if each["event"] == "queue_unreachable"]) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert not queue._ready.is_set()
            assert not done.is_set()
            await allow_connections(prepared.url, True)
            async with asyncio.timeout(20):
                await queue.ready()
                await done.wait()
            stop.set()
    first, second, *_ = [each for each in logs if each["event"] == "queue_unreachable"]
    assert (first["doing"], first["log_level"]) == ("connecting", "error")
    assert "max_connections" in first["advice"]
    assert second["seconds"] == 2 * first["seconds"]


async def test_a_queue_that_never_connects_stops_when_it_is_told(
    prepared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "CONNECTS_WITHIN", 0.2)
    queue, stop = PostgresQueue(prepared, ManualClock(), first_pause=30.0), asyncio.Event()
    await queue.enqueue(Job("never", {}, key="never"))
    await allow_connections(prepared.url, False)
    try:
        asyncio.get_running_loop().call_later(0.5, stop.set)
        await work(queue, {}, stop)
        assert not queue._ready.is_set()
    finally:
        await allow_connections(prepared.url, True)
