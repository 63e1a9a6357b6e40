"""The network, the disk and the clock fail while digests go out, in one process with a clock that tests move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.roles import FEWEST_AT_ONCE
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from digests.domain.schedule import EVERY_DAY, Schedule
from tests.support.chatting import ask, publish, subscribed
from tests.support.databases import postgres_database, postgres_template
from tests.support.mail import MORNING, SLOT, PostOffice, post_office
from tests.support.promises import Expected, answering, settled, tally, uncertain_are_shown
from tests.support.reports import GRAIN
from tests.support.slots import WallClock
from tests.support.troubles import Disk, FullServer, small_disk
from tests.support.worlds import World, world_of

READERS = 20
HELD = 4
"""Messages that are on their way when trouble comes."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OPERATOR = 100_001
"""The first person in a sandbox."""


async def promises_hold(
    post: PostOffice, folder: Path, readers: Sequence[Reader], expected: Expected, in_flight: int
) -> None:
    """Count, and ask as the readers whose digest is uncertain."""
    database = post.app.database
    counted = await tally(database, post.sandbox.ledger, expected)
    counted.check(in_flight)
    async with answering(post.sandbox, folder, database.url.render_as_string(), post.clock):
        assert await uncertain_are_shown(readers, counted) == counted.statuses["uncertain"]


async def interrupted(post: PostOffice, trouble: Callable[[], Any], held: int = HELD) -> None:
    """Let jobs work until so many messages are on their way, and then trouble come."""
    fault = post.sandbox.fail("delay", "sendMessage", times=held, seconds=60)
    async with asyncio.TaskGroup() as group:
        group.create_task(post.work())
        await post.sandbox.world.pulse.until(lambda: fault.met >= held, 30)
        result = trouble()
        if asyncio.iscoroutine(result):
            await result
        post.sandbox.faults.clear()


async def everything_is_sent(post: PostOffice) -> None:
    """Tick and sweep until nothing waits."""
    for _ in range(20):
        await post.planning.plan_due(post.clock.now())
        await post.sweep(5 * MINUTE)
        if all(row["status"] not in ("pending", "sending") for row in await post.rows()):
            return
    raise AssertionError(await post.rows())


async def test_the_network_to_telegram_is_cut_for_forty_minutes(tmp_path: Path) -> None:
    async with post_office(tmp_path) as post:
        readers = [await post.reader(f"Leserin {number}") for number in range(READERS)]
        await post.article(GRAIN)
        await post.plan()
        await interrupted(post, post.sandbox.unplug)
        for _ in range(8):
            await post.sweep(5 * MINUTE)
        gone = len(post.sent())
        assert {row["status"] for row in await post.rows()} <= {"pending", "sent", "uncertain"}
        assert gone < READERS
        await post.sandbox.plug_in()
        await everything_is_sent(post)
        expected = {(MORNING, SLOT): {reader.chat.id for reader in readers}}
        await promises_hold(post, tmp_path, readers, expected, in_flight=HELD)
        assert {message.chat.id for message in post.sandbox.ledger} >= {reader.chat.id for reader in readers}


@pytest.mark.parametrize("jump", [3 * HOUR, -HOUR], ids=["forward", "back"])
async def test_the_clock_jumps_while_digests_go_out(tmp_path: Path, jump: timedelta) -> None:
    """One slot before, one in the middle of which the clock jumps, two that are jumped over, one after."""
    plans = [Schedule("Europe/Berlin", (minute,)) for minute in (6 * 60 + 30, 7 * 60, 8 * 60, 9 * 60 + 45, 11 * 60)]
    slots = [SLOT + offset for offset in (-HOUR / 2, timedelta(), HOUR, 2.75 * HOUR, 4 * HOUR)]
    async with post_office(tmp_path, grace_minutes=240) as post:
        await post.article(GRAIN)
        groups = [
            [await post.reader(f"Leserin {place}.{number}", plan) for number in range(8)]
            for place, plan in enumerate(plans)
        ]
        await post.serve(slots[0])
        await post.plan(slots[1])
        await interrupted(post, lambda: post.clock.move(jump))
        assert abs(post.clock.now() - (SLOT + jump)) < 5 * MINUTE  # nobody waited for the old time to come again
        while post.clock.now() < slots[-1] + 10 * MINUTE:
            await post.serve(post.clock.now() + 5 * MINUTE)
        await everything_is_sent(post)
        expected = {
            (plan, slot): {reader.chat.id for reader in group}
            for plan, slot, group in zip(plans, slots, groups, strict=True)
        }
        everybody = [reader for group in groups for reader in group]
        await promises_hold(post, tmp_path, everybody, expected, in_flight=HELD)


NIGHTS = {
    "Berlin, gap": ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC), (150, 180, 420)),
    "Berlin, fold": ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC), (120, 150, 180)),
    "New York, gap": ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC), (150, 240)),
    "New York, fold": ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC), (60, 90, 120)),
    "Lord Howe, gap": ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC), (135, 150)),
    "Lord Howe, fold": ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC), (105, 120)),
}
"""The UTC day in which the clock changes, and minutes of the local day at and around the change."""


@pytest.mark.parametrize("night", NIGHTS)
async def test_the_night_in_which_clocks_change(tmp_path: Path, night: str) -> None:
    zone, day, minutes = NIGHTS[night]
    plans = [Schedule(zone, (minute,)) for minute in minutes] + [Schedule(zone, minutes)]
    start, end = day - 14 * HOUR, day + 36 * HOUR
    async with post_office(tmp_path, start=start) as post:
        await post.article(GRAIN)
        readers = [await post.reader(f"Leserin {number}", plan) for number, plan in enumerate(plans)]
        wall = WallClock(zone, post.clock.now().replace(second=0) + MINUTE, end)
        expected = {
            (plan, slot): {reader.chat.id}
            for plan, reader in zip(plans, readers, strict=True)
            for slot in wall.slots(plan.minutes, EVERY_DAY)
        }
        at = start
        while at < end:
            at += 15 * MINUTE
            await post.serve(max(at, post.clock.now()))
        await everything_is_sent(post)
        (await tally(post.app.database, post.sandbox.ledger, expected)).check(in_flight=0, others=("skipped",))


@asynccontextmanager
async def disk_and_world(kind: str, folder: Path) -> AsyncIterator[tuple[Disk, World]]:
    """A bot with an operator on a database whose disk can be filled."""
    async with AsyncExitStack() as stack:
        if kind == "sqlite":
            disk = stack.enter_context(small_disk())
            world = await stack.enter_async_context(world_of(disk.folder, NO_FLOOD, admin_ids=f"{OPERATOR}"))
            yield disk, world
            return
        url = stack.enter_context(postgres_database(postgres_template()))
        world = await stack.enter_async_context(world_of(folder, NO_FLOOD, url, admin_ids=f"{OPERATOR}"))
        yield FullServer(world.app.database), world


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_disk_is_full_while_digests_go_out(tmp_path: Path, kind: str) -> None:
    async with disk_and_world(kind, tmp_path) as (disk, world):
        operator = world.reader("Olga")
        assert operator.user.id == OPERATOR
        await publish(world, GRAIN)
        ada = await subscribed(world, minutes=())
        readers = [await subscribed(world) for _ in range(READERS)]
        chats = {reader.chat.id for reader in readers}
        sandbox, begun = world.sandbox, len(world.sandbox.ledger)

        def digests() -> list[int]:
            return [message.chat.id for message in sandbox.ledger[begun:] if message.chat.id in chats]

        held = sandbox.fail("delay", "sendMessage", times=HELD, seconds=60)
        await world.move(SLOT)
        await sandbox.world.pulse.until(lambda: held.met >= HELD, 30)
        await disk.fill()
        sandbox.faults.clear()
        await operator.wait_for("Festplatte", 30, since_start=True)
        with pytest.raises(DBAPIError):
            await world.bot.planning.sweep(world.clock.move(10 * MINUTE))
        assert len(digests()) <= FEWEST_AT_ONCE
        await ask(ada, "/latest", "Getreidekorridor")
        await disk.clear()
        await world.bot.planning.sweep(world.clock.move(10 * MINUTE))
        await settled(world.app.database)
        told = [message for message in sandbox.ledger[begun:] if message.chat.id in chats]
        counted = await tally(world.app.database, told, {(MORNING, SLOT): chats})
        counted.check(in_flight=FEWEST_AT_ONCE)
        assert set(digests()) == chats
        assert await uncertain_are_shown(readers, counted) == counted.statuses["uncertain"]
        assert len([message for message in operator.answers if "Festplatte" in message.text]) == 1
