"""The HTTP interface keeps what its description promises, whatever is sent: schemathesis tries."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from bot import web
from bot.openapi import DESCRIPTION
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.databases import sqlite_template

TOKEN = "a-long-enough-secret"  # noqa: S105
PER_ARTICLE = [positive_data_acceptance, negative_data_rejection]
"""Whether an article can be stored is decided one by one, by what is left after cleaning: no schema says that."""
schema = schemathesis.openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def address() -> object:
    """The interface served in a thread of its own: schemathesis asks without an event loop."""
    ready, done = threading.Event(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = shutil.copy(sqlite_template(), Path(folder) / "test.db")
            database = Database(f"sqlite+aiosqlite:///{path}")
            bureau = await Bureau(database).open()
            async with web.serving(web.application(bureau.ingesting, TOKEN), "127.0.0.1", 0) as port:
                ports.append(port)
                ready.set()
                await asyncio.to_thread(done.wait)
            await database.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    yield f"http://127.0.0.1:{ports[0]}"
    done.set()
    thread.join()


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: object, value: object) -> bytes:
    """Lines as they are: the schema says that they are a text."""
    return str(value).encode("utf-8", "replace")


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_of_the_description(case: Any, address: str) -> None:  # noqa: ANN401 - its own type needs arguments that nobody knows
    headers = {"Authorization": f"Bearer {TOKEN}"}
    case.call_and_validate(base_url=address, headers=headers, excluded_checks=PER_ARTICLE)
