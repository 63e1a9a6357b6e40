"""How fast digests go out, and what each costs: the whole of Delivering beside the ways of others to send a message.

    python -m tests.benchmarks.delivery [--free N] [--paid N] [--queued N] [--others N] [--postgres] [--only WORD]
        [--each N]

Every line runs in a process of its own against one counting Bot API (`bot_api`) with a round trip of 100 ms and a flood
rule without burst. CPU is that of the sending process alone; on a busy machine it means more than the speed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from bot import interpreter
from digests.domain.delivery import Outcome, Parcel, Result
from digests.ports import SystemClock
from digests.services.delivering import Delivering
from digests.storage import models
from digests.storage.database import Database
from digests.storage.portions import Portion, pending_portions
from tests.benchmarks.bot_api import running
from tests.benchmarks.broadcasts import fill
from tests.benchmarks.other_senders import TOKEN, bare
from tests.support.databases import postgres_database, postgres_template, sqlite_template

ROUND_TRIP = 0.1
FREE, PAID = 29.0, 970.0
AT_ONCE = {"free": 8, "paid": 146}  # as `bot.roles.senders` says for these rates
FREE_LIMIT, PAID_LIMIT = 30, 1000
OTHERS_IN_FLIGHT = 128
_WORKERS = 3  # of the queue's four one is never busy with them
_BATCH = 500


@contextlib.contextmanager
def store(kind: str) -> Iterator[str]:
    """The address of a database with the present schema."""
    if kind == "postgresql":
        with postgres_database(postgres_template()) as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), Path(folder) / 'delivery.db')}"


class Instant:
    """A messenger whose messages have always arrived: what is left is the bookkeeping."""

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Say so."""
        return Outcome(Result.OK, (parcel.chat.id,))


async def portions(database: Database, count: int) -> list[Portion]:
    """What the jobs of the first `count` deliveries send."""
    async with database.read() as transaction:
        editions = list(await transaction.connection.scalars(select(models.Edition.id)))
        found = await pending_portions(transaction, editions, _BATCH)
    return [portion for portion in found if portion.first <= count]


async def deliver(delivering: Delivering, jobs: Iterable[Portion]) -> None:
    """Do these jobs, as many at a time as the queue has workers."""
    waiting = iter(jobs)

    async def work() -> None:
        for portion in waiting:
            await delivering.deliver(portion)

    async with asyncio.TaskGroup() as group:
        for _ in range(_WORKERS):
            group.create_task(work())


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    way: str  # delivering, bookkeeping, or another's
    tier: str  # free, paid, or none: as fast as it goes
    database: str = "sqlite"
    processes: int = 1

    @property
    def at_once(self) -> int:
        """Messages in flight."""
        return AT_ONCE.get(self.tier, OTHERS_IN_FLIGHT)

    @property
    def limit(self) -> int:
        """What the Bot API allows in any second; 0 anything."""
        return {"free": FREE_LIMIT, "paid": PAID_LIMIT}.get(self.tier, 0)


LINES = [
    Line("Depesche, free rate", "delivering", "free"),
    Line("Depesche, paid rate", "delivering", "paid"),
    Line("Depesche, paid rate, PostgreSQL", "delivering", "paid", "postgresql"),
    Line("Depesche, paid rate, PostgreSQL, 2 processes", "delivering", "paid", "postgresql", 2),
    Line("Depesche, paid rate, PostgreSQL, 4 processes", "delivering", "paid", "postgresql", 4),
    Line("its bookkeeping alone", "bookkeeping", "none"),
    Line("its bookkeeping, PostgreSQL", "bookkeeping", "none", "postgresql"),
    Line("its bookkeeping, 8 at once", "bookkeeping", "free"),
    Line("its way of sending alone", "raw", "none"),
    Line("its backend below send_message", "backend", "none"),
    Line("python-telegram-bot as it comes", "stock", "none"),
    Line("aiohttp, bare", "aiohttp", "none"),
    Line("aiohttp, bare, free rate", "aiohttp", "free"),
    Line("aiogram", "aiogram", "none"),
]


async def prepare(address: str, queued: int, each: int) -> None:
    """Let so many deliveries wait in a database."""
    database = Database(address)
    await fill(database, queued, each)
    await database.close()


async def whole(line: Line, url: str, address: str, count: int, share: int = 0) -> dict[str, float]:
    """Delivering with everything it does; of several processes, the one that has this share of the jobs."""
    from telegram import Bot

    from bot.telegram.backend import AiohttpRequest
    from bot.telegram.messenger import TelegramMessenger

    clock, request = SystemClock(), AiohttpRequest(line.at_once)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
    messenger: Any = Instant() if line.way == "bookkeeping" else TelegramMessenger(bot, clock, lambda slug, _: slug)
    rate = {"free": FREE, "paid": PAID}.get(line.tier, 1e6) if line.way == "delivering" else 1e6
    database = Database(address)
    jobs = (await portions(database, count))[share :: line.processes]
    delivering = Delivering(database, messenger, clock, "bench", rate, line.at_once, timedelta(hours=1))
    async with request:
        if line.way == "delivering":
            await bot.get_me()  # a bot at work has talked before, and its code is loaded
        interpreter.settle()
        began, cpu = time.perf_counter(), time.process_time()
        await deliver(delivering, jobs)
        spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    async with database.read() as transaction:
        sent = select(func.count()).where(models.Delivery.status == "sent")
        spent["sent"] = int(await transaction.connection.scalar(sent) or 0)
    await database.close()
    return spent


def run(line: Line, url: str, count: int, queued: int, each: int) -> dict[str, float]:
    """One line in this process."""
    quiet()
    if line.way in ("delivering", "bookkeeping"):
        with store(line.database) as address:
            asyncio.run(prepare(address, queued, each))
            if line.processes > 1:
                return together(line, url, address, count)
            spent = asyncio.run(whole(line, url, address, count))
    else:
        rate = FREE if line.tier == "free" else None
        spent = asyncio.run(bare(line.way, url, count, line.at_once, rate))
    return spent | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def together(line: Line, url: str, address: str, count: int) -> dict[str, float]:
    """One line in as many processes as it wants."""
    command = [sys.executable, "-m", "tests.benchmarks.delivery", "--line", str(LINES.index(line)), "--url", url]
    command += ["--paid", str(count), "--address", address]
    processes = [
        subprocess.Popen([*command, "--share", str(share)], stdout=subprocess.PIPE, text=True)
        for share in range(line.processes)
    ]
    found = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    whole_of: dict[str, Callable[[Iterable[float]], float]] = {"seconds": max, "cpu": sum, "sent": max, "memory": max}
    return {name: combine(each[name] for each in found) for name, combine in whole_of.items()}


def run_share(line: Line, given: argparse.Namespace) -> dict[str, float]:
    """This process's part of a line of several."""
    quiet()
    spent = asyncio.run(whole(line, given.url, given.address, given.paid, given.share))
    return spent | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def quiet() -> None:
    """Log nothing below errors."""
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--free", type=int, default=900, help="digests at the free rate; 20000 take twelve minutes, 0 leaves it out"
    )
    parser.add_argument("--paid", type=int, default=20_000, help="digests at the paid rate and for the bookkeeping")
    parser.add_argument("--queued", type=int, default=100_000, help="deliveries that wait in the database")
    parser.add_argument("--others", type=int, default=3_000, help="messages by the ways of others")
    parser.add_argument("--each", type=int, default=1_000_000, help="digests of one edition")
    parser.add_argument("--postgres", action="store_true", help="the lines on PostgreSQL too")
    parser.add_argument("--only", default="", help="lines whose name holds this")
    parser.add_argument("--line", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.line is not None:
        line = LINES[given.line]
        if given.share is not None:
            print(json.dumps(run_share(line, given)))
            return
        print(json.dumps(run(line, given.url, counted(line, given), given.queued, given.each)))
        return
    print("| | messages/s | busiest second | refused | CPU ms each | of a core | MB | in flight |")
    print("|---|---|---|---|---|---|---|---|")
    with running() as api:
        for number, line in enumerate(LINES):
            wanted = given.only in line.name and (given.postgres or line.database == "sqlite")
            if wanted and counted(line, given):
                api.reset(ROUND_TRIP, line.limit if line.way == "delivering" else 0)
                command = [sys.executable, "-m", "tests.benchmarks.delivery", "--line", str(number), "--url", api.url]
                command += ["--free", str(given.free), "--paid", str(given.paid), "--queued", str(given.queued)]
                command += ["--others", str(given.others), "--each", str(given.each)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"| {line.name} | {(done.stderr.strip().splitlines() or ['failed'])[-1]} |")
                    continue
                tell(line, json.loads(done.stdout.splitlines()[-1]), api.stats())


def counted(line: Line, given: argparse.Namespace) -> int:
    """How many messages a line sends."""
    if line.tier == "free" and line.way != "bookkeeping":
        return int(given.free)
    return int(given.paid if line.way in ("delivering", "bookkeeping") else given.others)


def tell(line: Line, spent: dict[str, float], seen: dict[str, Any]) -> None:
    """A line of the table."""
    if seen["messages"]:
        assert seen["twice"] == 0, "a reader got it twice"
        rate, busiest, refused, most = (
            f"{seen['per_second']:,.1f}",
            f"{seen['busiest_second']:,}",
            seen["refused"],
            seen["most_in_flight"],
        )
    else:
        rate, busiest, refused, most = f"{spent['sent'] / spent['seconds']:,.0f}", "", "", ""
    cells = [
        f"{spent['cpu'] / spent['sent'] * 1000:.2f}",
        f"{spent['cpu'] / spent['seconds']:.1%}",
        f"{spent['memory']:.0f}",
    ]
    print(f"| {line.name} | {rate} | {busiest} | {refused} | {' | '.join(cells)} | {most} |", flush=True)


if __name__ == "__main__":
    main()
