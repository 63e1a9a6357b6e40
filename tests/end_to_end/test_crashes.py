"""Processes and the database are killed while digests go out: nobody gets one twice, nobody who waited misses his."""

from __future__ import annotations

import random
from pathlib import Path

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from digests.domain.schedule import Schedule
from tests.end_to_end.readers import before_the_slot, newcomers, publish, subscribe
from tests.support.drills import Drill
from tests.support.promises import Expected
from tests.support.troubles import private_server

READERS = 40


async def prepare(sandbox: Sandbox, folder: Path, url: str) -> tuple[list[Reader], Expected]:
    """Readers whose slot was a minute ago, and a Telegram that takes its time."""
    readers = newcomers(sandbox, READERS)
    async with before_the_slot(sandbox.url, folder, url) as app:
        await publish(app)
        slot = await subscribe(app, readers, minutes_ago=1)
    sandbox.fail("delay", "sendMessage", times=100 * READERS, seconds=0.2)
    plan = Schedule("UTC", (slot.hour * 60 + slot.minute,))
    return readers, {(plan, slot): {reader.chat.id for reader in readers}}


async def test_processes_killed_while_they_plan_and_send(tmp_path: Path, migrated_url: str) -> None:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        readers, expected = await prepare(sandbox, tmp_path, migrated_url)
        async with Drill(sandbox, migrated_url, tmp_path) as drill:
            await drill.hire(1 if drill.database.is_sqlite else 2)
            planner = await drill.whoever_says(random.choice(("edition_opened", "slot_composed")))  # noqa: S311
            await drill.kill(planner)
            upto = min(len(sandbox.ledger) + random.randrange(1, 8), READERS // 2)  # noqa: S311
            await drill.reaches(lambda: len(sandbox.ledger) >= upto)
            await drill.kill(random.choice(drill.workers))  # noqa: S311
            (await drill.ends(expected, readers)).check(in_flight=drill.kills * drill.at_once)


async def test_the_database_killed_while_digests_go_out(tmp_path: Path) -> None:
    async with private_server() as server, Sandbox(flood=NO_FLOOD) as sandbox:
        readers, expected = await prepare(sandbox, tmp_path, server.url)
        async with Drill(sandbox, server.url, tmp_path) as drill:
            await drill.hire()
            await drill.reaches(lambda: len(sandbox.ledger) >= 10)
            server.kill()
            await drill.workers[0].says("queue_unreachable")
            server.start()
            (await drill.ends(expected, readers)).check(in_flight=drill.at_once)
