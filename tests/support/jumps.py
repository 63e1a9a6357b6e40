"""Troubles of the clock and of the network in one process: planning and sending over real HTTP, time moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from pathlib import Path
from typing import Any

from digests.domain.schedule import EVERY_DAY, Schedule
from digests.domain.subscribers import Chat, NothingNew
from tests.support.mail import MORNING, SLOT, PostOffice, post_office
from tests.support.promises import Slot, Tally, answering, tally, uncertain_are_shown
from tests.support.reports import GRAIN
from tests.support.slots import WallClock

HELD = 4
"""Messages that are on their way when trouble comes, at least."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHTS = {
    "Berlin, gap": ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC), (150, 180, 420)),
    "Berlin, fold": ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC), (120, 150, 180)),
    "New York, gap": ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC), (150, 240)),
    "New York, fold": ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC), (60, 90, 120)),
    "Lord Howe, gap": ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC), (135, 150)),
    "Lord Howe, fold": ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC), (105, 120)),
}
"""Zone, the UTC day in which its clock changes, and minutes of the local day at and around the change."""


async def interrupted(post: PostOffice, trouble: Callable[[], Any]) -> None:
    """Let jobs work until messages are on their way, then trouble come, then work go on."""
    fault = post.sandbox.fail("delay", "sendMessage", times=HELD, seconds=60)
    async with asyncio.TaskGroup() as group:
        group.create_task(post.work())
        await post.sandbox.world.pulse.until(lambda: fault.met >= HELD, 30)
        result = trouble()
        if isawaitable(result):
            await result
        post.sandbox.faults.clear()


async def everything_is_sent(post: PostOffice) -> None:
    """Tick and sweep until nothing waits. Raises AssertionError when that does not end."""
    for _ in range(20):
        await post.planning.plan_due(post.clock.now())
        await post.sweep(5 * MINUTE)
        if all(row["status"] not in ("pending", "sending") for row in await post.rows()):
            return
    raise AssertionError(await post.rows())


async def network_cut(folder: Path, readers: int = 20, database_url: str | None = None) -> Tally:
    """No way to Telegram for forty minutes of the controlled clock, from the middle of a slot on."""
    async with post_office(folder, database_url=database_url) as post:
        people = [await post.reader(f"Leserin {number}") for number in range(readers)]
        await post.article(GRAIN)
        await post.plan()
        await interrupted(post, post.sandbox.unplug)
        for _ in range(8):
            await post.sweep(5 * MINUTE)
        assert len(post.sent()) < readers, "the network was not cut in time"
        await post.sandbox.plug_in()
        await everything_is_sent(post)
        counted = await tally(
            post.app.database, post.sandbox.ledger, {(MORNING, SLOT): {reader.chat.id for reader in people}}
        )
        address = post.app.database.url.render_as_string(hide_password=False)
        async with answering(post.sandbox, folder, address, post.clock):
            assert await uncertain_are_shown(people, counted) == counted.statuses["uncertain"], counted
        return counted


async def clock_jump(folder: Path, jump: timedelta, readers: int = 6, database_url: str | None = None) -> Tally:
    """The clock jumps in the middle of a slot; there is one slot before, there are three within the next four hours."""
    offsets = (-HOUR / 2, timedelta(), HOUR, 2.75 * HOUR, 4 * HOUR)
    plans = [Schedule("Europe/Berlin", (7 * 60 + int(offset / MINUTE),)) for offset in offsets]
    async with post_office(folder, database_url=database_url, grace_minutes=240) as post:
        await post.article(GRAIN)
        groups = [[await post.reader(f"{plan.minutes}", plan) for _ in range(readers)] for plan in plans]
        await post.serve(SLOT + offsets[0])
        await post.plan(SLOT)
        await interrupted(post, lambda: post.clock.move(jump))
        stood = abs(post.clock.now() - (SLOT + jump))
        assert stood < 5 * MINUTE, f"waited {stood} for the old time to come again"
        while post.clock.now() < SLOT + offsets[-1] + 10 * MINUTE:
            await post.serve(post.clock.now() + 5 * MINUTE)
        await everything_is_sent(post)
        expected = {
            (plan, SLOT + offset): {reader.chat.id for reader in group}
            for plan, offset, group in zip(plans, offsets, groups, strict=True)
        }
        return await tally(post.app.database, post.sandbox.ledger, expected)


async def change_of_clocks(folder: Path, night: str, database_url: str | None = None) -> Tally:
    """Fifty hours around a change of clocks, for schedules at and beside it."""
    zone, day, minutes = NIGHTS[night]
    plans = [Schedule(zone, (minute,)) for minute in minutes] + [Schedule(zone, minutes)]
    start, end = day - 14 * HOUR, day + 36 * HOUR
    async with post_office(folder, start=start, database_url=database_url) as post:
        await post.article(GRAIN)
        wall = WallClock(zone, start + MINUTE, end)
        expected: dict[Slot, set[int]] = {}
        for plan in plans:
            reader = await post.reader(f"{plan.minutes}", plan)
            await post.app.subscriptions.set_nothing_new(Chat(reader.chat.id), NothingNew.NOTE)
            expected |= {(plan, slot): {reader.chat.id} for slot in wall.slots(plan.minutes, EVERY_DAY)}
        at = start
        while at < end:
            at += 15 * MINUTE
            await post.serve(max(at, post.clock.now()))
        await everything_is_sent(post)
        return await tally(post.app.database, post.sandbox.ledger, expected)
