"""A big edition keeps no small one waiting, on every engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from digests.domain.schedule import Schedule
from digests.ports import Payload
from digests.services import planning
from digests.services.planning import Planning
from digests.storage.interning import store_topics
from tests.engine.engines import ENGINES
from tests.engine.test_contract import run
from tests.support.bureau import catalogue
from tests.support.rows import GRACE, SLOT, add_subscriber
from tests.support.rows import SEVEN as BIG

SMALL = Schedule("Europe/Paris", (7 * 60,))


@pytest.mark.parametrize("name", ENGINES)
async def test_first_batches_of_every_edition_go_before_second_batches_of_any(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    async with ENGINES[name](tmp_path) as engine:
        engine.clock.move(SLOT)
        async with engine.database.write() as transaction:
            await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue()])
            for schedule in (BIG, BIG, BIG, BIG, BIG, SMALL, SMALL, SMALL):
                await add_subscriber(transaction, schedule=schedule, nothing_new="note")
        queue, stop, seen = engine.queue(workers=1), asyncio.Event(), list[tuple[int, int]]()
        planner = Planning(engine.database, catalogue(), queue, engine.clock, GRACE)

        async def prepare(payload: Payload) -> None:
            await planner.prepare(payload["edition"])

        async def deliver(payload: Payload) -> None:
            seen.append((payload["editions"][0], payload["first"]))
            if len(seen) == 5:
                stop.set()

        await planner.plan_due(SLOT)
        await run(queue, {"prepare_edition": prepare, "deliver": deliver}, stop)
    batches = [sorted(first for edition, first in seen if edition == mine).index(first) for mine, first in seen]
    assert batches == [0, 0, 1, 1, 2]
