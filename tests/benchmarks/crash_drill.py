"""Long crash drills: troubles of one kind after another while slot after slot goes out, and what became of everything.

Usage: python -m tests.benchmarks.crash_drill [--database sqlite|postgres] [--workers 1..4] [--minutes N]
       [--scenario kill|outage|network|disk|clock|dst|all] [--readers 150] [--rate 4]

kill, outage (of the database, PostgreSQL only), network and disk trouble real processes, `bot run` on SQLite and
`bot work` on PostgreSQL, with a slot every minute. The network refuses connections, swallows everything for a while
(longer than anybody waits for an answer, too) or breaks answers in their middle. The disk is a small file system filled
to the last byte; on PostgreSQL it holds the tables. clock and dst run in one process with a controlled clock, one drill
after another until the time is up. The run fails when one promise does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import update

from bot.app import App
from bot.roles import FEWEST_AT_ONCE
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat
from digests.storage import models
from digests.storage.interning import InterningStore
from tests.end_to_end.readers import before_the_slot, newcomers, publish
from tests.support.databases import postgres_database, postgres_template, sqlite_template
from tests.support.drills import Drill
from tests.support.jumps import NIGHTS, change_of_clocks, clock_jump
from tests.support.promises import Expected, Tally
from tests.support.troubles import PrivateServer, SmallDisk, private_server, small_disk, small_space
from tests.support.ways import TroubledWay, troubled_way

HEAD = (
    "scenario | database | workers | troubles | slots | editions | doubled (0) | deliveries | twice (0) | missing (0)"
)
HEAD += " | uncertain, all shown by /status | in flight, at most"


SWEPT_WITHIN = 420.0
"""Seconds: a job that failed often waits for the sweep, which comes every five minutes."""
UNANSWERED = 35.0
"""Seconds after which nobody waits for Telegram's answer any more."""
PAUSES = {"kill": (1.0, 4.0), "outage": (10.0, 20.0), "network": (2.0, 8.0), "disk": (5.0, 15.0)}
"""Seconds between two troubles."""


@dataclass
class Result:
    """One row of the table."""

    troubles: int = 0
    in_flight: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, counted: Tally, troubles: int, in_flight: int, others: tuple[str, ...] = ()) -> None:
        """Check and add one count."""
        counted.check(in_flight, others)
        self.troubles += troubles
        self.in_flight += in_flight
        for name in ("slots", "editions", "doubled", "deliveries", "twice", "missing"):
            self.counts[name] += getattr(counted, name)
        self.counts["uncertain"] += counted.statuses["uncertain"]


@dataclass
class Scene:
    """What a drill may trouble."""

    drill: Drill
    server: PrivateServer | None
    disk: SmallDisk | None
    way: TroubledWay  # to Telegram
    troubles: int = 0
    exposed: int = 0  # processes that had messages on their way when trouble came

    async def kill(self) -> None:
        """SIGKILL one process that is at work; one that is still starting would never come to it."""
        await self.drill.kill(await self.drill.somebody_at_work())
        self.exposed += 1

    async def outage(self) -> None:
        """Kill the database and start it again."""
        assert self.server is not None
        await asyncio.to_thread(self.server.kill)
        await asyncio.sleep(random.uniform(0.5, 5.0))
        await asyncio.to_thread(self.server.start)
        self.exposed += len(self.drill.workers)

    async def network(self) -> None:
        """Cut the way to Telegram, in turn by one of the ways in which a network fails."""
        match self.troubles % 3:
            case 0:
                await self.way.refused(random.uniform(0.5, 8.0))
            case 1:
                seconds = random.choice((random.uniform(0.5, 8.0), UNANSWERED))
                await self.way.swallowed(seconds)
                self.exposed += len(self.drill.workers) * (seconds == UNANSWERED)  # those after the first ones, too
            case _:
                await self.way.broke(random.uniform(0.5, 4.0))
        self.exposed += len(self.drill.workers)

    async def fill(self) -> None:
        """Fill the disk; whoever was working is started anew by the operator who makes room."""
        await self.drill.ready()
        assert self.disk is not None
        await self.disk.fill()
        await asyncio.sleep(random.uniform(1.0, 8.0))
        await self.disk.clear()
        self.exposed += len(self.drill.workers)
        count = len(self.drill.workers)
        await self.drill.stop()
        self.drill.workers.clear()
        await self.drill.hire(count)


ACTS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "kill": Scene.kill,
    "outage": Scene.outage,
    "network": Scene.network,
    "disk": Scene.fill,
}


@asynccontextmanager
async def stage(scenario: str, database: str) -> AsyncIterator[tuple[str, PrivateServer | None, SmallDisk | None]]:
    """A database for one scenario: its address, its server where it has one, and its disk."""
    async with AsyncExitStack() as stack:
        if database == "postgres":
            server = await stack.enter_async_context(private_server())
            if scenario == "disk":
                disk, url = await stack.enter_async_context(small_space(server))
                yield url, server, disk
            else:
                yield server.url, server, None
            return
        small = stack.enter_context(small_disk(32)) if scenario == "disk" else None
        folder = small.folder if small is not None else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), folder / 'drill.db')}", None, small


async def subscribe(app: App, readers: list[Reader], minutes: int) -> Expected:
    """Spread readers over one slot a minute, from the next one on. They get it together: however slow the machine is,
    none of them comes too late.
    """
    for reader in readers:
        await app.subscriptions.open(Chat(reader.chat.id), "de")
        await app.subscriptions.reach_step(Chat(reader.chat.id), SETUP_DONE)
    begin = (datetime.now(UTC) + timedelta(seconds=90)).replace(second=0, microsecond=0)
    expected: dict[tuple[Schedule, datetime], set[int]] = {}
    async with app.database.write() as transaction:
        for number in range(minutes):
            now, slot = datetime.now(UTC), begin + timedelta(minutes=number)
            plan, chats = (
                Schedule("UTC", (slot.hour * 60 + slot.minute,)),
                {one.chat.id for one in readers[number::minutes]},
            )
            values = {"schedule_id": await InterningStore(transaction).schedule(plan, now), "scheduled_at": now}
            them = models.Subscriber.chat_id.in_(chats)
            await transaction.connection.execute(update(models.Subscriber).where(them).values(values))
            expected[plan, slot] = chats
    return expected


async def processes(scenario: str, options: argparse.Namespace, result: Result) -> None:
    """Trouble processes while slots go out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            stage(scenario, options.database) as (url, server, disk),
            Sandbox(flood=NO_FLOOD) as sandbox,
            troubled_way(sandbox.url) as way,
        ):
            readers = newcomers(sandbox, options.readers * options.minutes)
            async with before_the_slot(sandbox.url, folder, url) as app:
                await publish(app)
            sandbox.fail("delay", "sendMessage", times=10**9, seconds=0.1)
            async with Drill(sandbox, url, folder, {"SEND_RATE": str(options.rate), "API_URL": way.url}) as drill:
                await drill.hire(options.workers)
                await drill.ready()
                async with before_the_slot(sandbox.url, folder, url) as app:
                    expected = await subscribe(app, readers, options.minutes)
                scene = Scene(drill, server, disk, way)
                last = max(slot for _, slot in expected)
                await asyncio.sleep((min(slot for _, slot in expected) - datetime.now(UTC)).total_seconds())
                while datetime.now(UTC) < last + timedelta(seconds=55):
                    await asyncio.sleep(random.uniform(*PAUSES[scenario]))
                    await ACTS[scenario](scene)
                    scene.troubles += 1
                counted = await drill.ends(expected, readers, SWEPT_WITHIN)
                result.add(counted, scene.troubles, scene.exposed * drill.at_once + way.broken)


async def in_process(scenario: str, options: argparse.Namespace, result: Result) -> None:
    """One drill with a controlled clock after another."""
    end, nights = time.monotonic() + 60 * options.minutes, list(NIGHTS)
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            url = (
                stack.enter_context(postgres_database(postgres_template())) if options.database == "postgres" else None
            )
            if scenario == "clock":
                jump = random.choice(
                    (timedelta(hours=random.uniform(0.1, 3)), -timedelta(hours=random.uniform(0.1, 1)))
                )
                result.add(await clock_jump(Path(name), jump, database_url=url), 1, FEWEST_AT_ONCE)
            else:
                night = nights[result.troubles % len(nights)]
                result.add(await change_of_clocks(Path(name), night, database_url=url), 1, 0)


async def main(options: argparse.Namespace) -> None:
    """Run the scenarios and print what became of them."""
    logging.disable(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.database == "sqlite":
        options.workers = 1
    print(HEAD)
    for scenario in (*ACTS, "clock", "dst") if options.scenario == "all" else (options.scenario,):
        if scenario == "outage" and options.database == "sqlite":
            print(f"{scenario} | sqlite | there is no server that could be killed")
            continue
        result = Result()
        await (processes if scenario in ACTS else in_process)(scenario, options, result)
        row = (scenario, options.database, options.workers if scenario in ACTS else 1, result.troubles)
        names = ("slots", "editions", "doubled", "deliveries", "twice", "missing", "uncertain")
        print(*row, *(result.counts[name] for name in names), result.in_flight, sep=" | ", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--workers", type=int, choices=range(1, 5), default=2, help="on PostgreSQL; SQLite has one")
    parser.add_argument("--minutes", type=int, default=1, help="slots, one a minute; for each scenario")
    parser.add_argument("--scenario", choices=(*ACTS, "clock", "dst", "all"), default="all")
    parser.add_argument("--readers", type=int, default=150, help="of each slot")
    parser.add_argument(
        "--rate", type=float, default=4.0, help="messages a second, so that a slot takes most of a minute"
    )
    asyncio.run(main(parser.parse_args()))
