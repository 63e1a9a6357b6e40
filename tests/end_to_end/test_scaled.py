"""Several processes on PostgreSQL, as operators start them; and what each says when it cannot be one of several."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from digests.storage import models
from tests.end_to_end.readers import before_the_slot, newcomers, publish, subscribe
from tests.support.databases import postgres_database, postgres_template
from tests.support.processes import Program, program
from tests.support.worlds import TOKEN

STOPS_WITHIN = 10.0
"""Seconds that service managers and container engines wait before they kill."""
SECRET = "a-long_enough-secret"  # noqa: S105


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        yield sandbox


@pytest.fixture
def database_url() -> Iterator[str]:
    with postgres_database(postgres_template()) as url:
        yield url


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def common(sandbox: Sandbox, database_url: str) -> dict[str, str]:
    return {"BOT_TOKEN": TOKEN, "API_URL": sandbox.url, "DATABASE_URL": database_url}


def with_webhook(sandbox: Sandbox, database_url: str) -> dict[str, str]:
    port = free_port()
    where = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram", "WEBHOOK_SECRET": SECRET, "HTTP_PORT": str(port)}
    return common(sandbox, database_url) | where


async def all_end_well(programs: list[Program]) -> None:
    for each in programs:
        code, seconds = await each.stop()
        assert (code, each.output.count("Traceback")) == (0, 0), each.output
        assert seconds < STOPS_WITHIN
        for secret in (SECRET, TOKEN.partition(":")[2]):
            assert secret not in each.output


async def test_one_web_and_two_work_serve_readers_and_a_slot_exactly_once(
    sandbox: Sandbox, tmp_path: Path, database_url: str
) -> None:
    readers = newcomers(sandbox, 12)
    async with before_the_slot(sandbox.url, tmp_path, database_url) as app:
        await publish(app)
        await subscribe(app, readers, minutes_ago=1)
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(
            program("bot", "web", folder=tmp_path, **with_webhook(sandbox, database_url))
        )
        await web.says("web_started")
        workers = [
            await stack.enter_async_context(program("bot", "work", folder=tmp_path, **common(sandbox, database_url)))
            for _ in range(2)
        ]
        ada = sandbox.reader("Ada")
        await ada.send("/start")
        await ada.wait_for("Hallo Ada", 30)
        await ada.press("Los geht's", timeout=20)
        for reader in readers:
            await reader.wait_for("Getreidekorridor", 30)
        for worker in workers:
            await worker.says("work_started")
        await sandbox.world.pulse.until(lambda: len(sandbox.ledger) >= len(readers), 10)
        await all_end_well([web, *workers])
    copies = Counter(message.chat.id for message in sandbox.ledger if "Getreidekorridor" in message.text)
    assert copies == {reader.chat.id: 1 for reader in readers}
    async with before_the_slot(sandbox.url, tmp_path, database_url) as app, app.database.read() as transaction:
        edition, delivery = models.Edition, models.Delivery
        assert await transaction.connection.scalar(select(func.count()).select_from(edition)) == 1
        statuses = (
            await transaction.connection.execute(select(delivery.status, func.count()).group_by("status"))
        ).all()
        assert [tuple(row) for row in statuses] == [("sent", len(readers))]


async def test_polling_takes_over_from_a_webhook_and_says_so(
    sandbox: Sandbox, tmp_path: Path, database_url: str
) -> None:
    ada = sandbox.reader("Ada", bot=sandbox.world.authorise(TOKEN))
    async with program("bot", "web", folder=tmp_path, **with_webhook(sandbox, database_url)) as web:
        await web.says("web_started")
        assert "webhook_set" in web.output
        web.process.kill()
        await web.ends()
    await ada.send("/start")  # posted to nobody
    async with program("bot", "run", folder=tmp_path, **common(sandbox, database_url)) as bot:
        await bot.says("webhook_removed")
        await ada.wait_for("Hallo Ada", 30)
        await all_end_well([bot])


async def refusal(folder: Path, command: str, **settings: str) -> str:
    """The one line in which a program refuses to start."""
    async with program("bot", command, folder=folder, **settings) as refused:
        assert await refused.ends() == 2, refused.output
    (line,) = refused.output.splitlines()
    return line


async def test_what_cannot_be_one_of_several_says_why(sandbox: Sandbox, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'world.db'}"
    here = common(sandbox, url)
    assert "`bot work` runs on PostgreSQL only" in await refusal(tmp_path, "work", **here)
    assert "takes updates on PostgreSQL only" in await refusal(tmp_path, "web", **with_webhook(sandbox, url))
    unset = with_webhook(sandbox, url) | {"WEBHOOK_SECRET": ""}
    assert "WEBHOOK_SECRET: not set, but WEBHOOK_URL is" in await refusal(tmp_path, "web", **unset)
    assert "nothing to do" in await refusal(tmp_path, "web", **here)
    async with program("bot", "run", folder=tmp_path, **here) as bot:
        await bot.says("bot_started")
        assert f"process {bot.process.pid} already runs the bot" in await refusal(tmp_path, "run", **here)
        async with program("bot", "preview", folder=tmp_path, **here) as preview:
            assert await preview.ends() == 0
        await all_end_well([bot])


@pytest.mark.parametrize("command", ["run", "web", "work"])
async def test_tables_that_are_missing_or_newer_are_refused(
    sandbox: Sandbox, tmp_path: Path, database_url: str, command: str
) -> None:
    settings = with_webhook(sandbox, database_url)
    async with before_the_slot(sandbox.url, tmp_path, database_url) as app, app.database.write() as transaction:
        await transaction.connection.execute(text("UPDATE job_schema SET version = '99_later.sql'"))
    assert "only a newer version knows" in await refusal(tmp_path, command, **settings)
    async with before_the_slot(sandbox.url, tmp_path, database_url) as app, app.database.write() as transaction:
        await transaction.connection.execute(text("DROP TABLE job_schema"))
    assert "run `python -m bot db upgrade`" in await refusal(tmp_path, command, **settings)
