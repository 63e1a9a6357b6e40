"""How fast digests go out, and what each costs: the whole of Delivering beside the ways of others to send a message.

    python -m tests.benchmarks.delivery [--free N] [--paid N] [--queued N] [--others N] [--postgres] [--only WORD]

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
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select

from bot import memory
from digests.domain.delivery import Outcome, Parcel, Result
from digests.domain.digest_json import digest_to_json
from digests.domain.preferences import Preferences
from digests.domain.schedule import Schedule
from digests.ports import SystemClock
from digests.services.delivering import Delivering
from digests.storage import models
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore
from digests.storage.editions import EditionStore, NewEdition
from digests.storage.interning import InterningStore
from tests.benchmarks.bot_api import running
from tests.support.databases import postgres_database, postgres_template, sqlite_template
from tests.unit.bot.examples import digest, item, note

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
ROUND_TRIP = 0.1
FREE, PAID = 29.0, 970.0
AT_ONCE = {"free": 8, "paid": 146}  # as `bot.roles.senders` says for these rates
FREE_LIMIT, PAID_LIMIT = 30, 1000
OTHERS_IN_FLIGHT = 128
DIGESTS = 20
"""Different digests of the edition; readers with equal wishes share one."""
_WORKERS = 4
_CHUNK = 5_000
_BATCH = 500

SENTENCE = "Die Verhandlungen über den Getreidekorridor im Schwarzen Meer gehen nach Angaben beider Seiten weiter. "


def body(number: int) -> dict[str, Any]:
    """A digest of six stories, about 2,100 characters."""
    stories = tuple(
        item(6 * number + story, f"Meldung {number}.{story}", (SENTENCE * 2, 1), sources=(note(1, "Abendbote"),))
        for story in range(6)
    )
    return digest_to_json(digest(stories))


async def fill(database: Database, count: int) -> int:
    """An edition of this minute with so many deliveries waiting; its id."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    plan = Schedule("Europe/Berlin", (7 * 60,))
    async with database.write() as transaction:
        profile = await InterningStore(transaction).profile(Preferences())
        schedule = await InterningStore(transaction).schedule(plan, now)
        new = NewEdition(schedule, now, now - timedelta(days=1), now + timedelta(hours=12))
        edition = (await EditionStore(transaction).open([new]))[0].id
        since = [now - timedelta(minutes=minute) for minute in range(DIGESTS)]
        await EditionStore(transaction).add_digests(
            [
                {"slot_at": now, "profile_id": profile, "since": at, "body": body(number), "item_count": 6}
                for number, at in enumerate(since)
            ]
        )
        digests = list(await transaction.connection.scalars(select(models.Digest.id)))
    reader = {
        "thread_id": 0, "kind": "private", "language": "de", "time_zone": "Europe/Berlin", "zone_confirmed": True,
        "setup_step": 4, "status": "active", "nothing_new": "silent", "silent": False, "profile_id": profile,
        "schedule_id": schedule, "scheduled_at": now, "created_at": now,
    }  # fmt: skip
    waiting = {"edition_id": edition, "status": "pending", "attempts": 0, "plain": False, "message_ids": []}
    for start in range(1, count + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, count + 1))
        async with database.write() as transaction:
            await transaction.connection.execute(
                insert(models.Subscriber), [reader | {"id": each, "chat_id": 10_000_000 + each} for each in numbers]
            )
            await transaction.connection.execute(
                insert(models.Delivery),
                [waiting | {"subscriber_id": each, "digest_id": digests[each % DIGESTS]} for each in numbers],
            )
    async with database.write() as transaction:
        await EditionStore(transaction).set_status(edition, "planned")
    return edition


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


async def deliver(delivering: Delivering, edition: int, count: int) -> None:
    """The jobs of the first `count` deliveries, as many at a time as the queue has workers."""
    async with delivering.database.read() as transaction:
        ranges = iter(await DeliveryStore(transaction).pending_ranges(edition, _BATCH))

    async def work() -> None:
        for first, last in ranges:
            if first > count:
                return
            await delivering.deliver(edition, first, min(last, count))

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
    Line("its bookkeeping alone", "bookkeeping", "none"),
    Line("its bookkeeping, PostgreSQL", "bookkeeping", "none", "postgresql"),
    Line("its bookkeeping, 8 at once", "bookkeeping", "free"),
    Line("its way of sending alone", "raw", "none"),
    Line("its backend below send_message", "backend", "none"),
    Line("python-telegram-bot as it comes", "stock", "none"),
    Line("aiohttp, bare", "aiohttp", "none"),
    Line("aiogram", "aiogram", "none"),
]


async def whole(line: Line, url: str, address: str, count: int, queued: int) -> dict[str, float]:
    """Delivering with everything it does."""
    from telegram import Bot

    from bot.telegram.backend import AiohttpRequest
    from bot.telegram.messenger import TelegramMessenger

    clock, request = SystemClock(), AiohttpRequest(line.at_once)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
    messenger: Any = Instant() if line.way == "bookkeeping" else TelegramMessenger(bot, clock, lambda slug, _: slug)
    rate = {"free": FREE, "paid": PAID}.get(line.tier, 1e6) if line.way == "delivering" else 1e6
    database = Database(address)
    edition = await fill(database, queued)
    delivering = Delivering(database, messenger, clock, "bench", rate, line.at_once, timedelta(hours=1))
    async with request:
        if line.way == "delivering":
            await bot.get_me()  # a bot at work has talked before, and its code is loaded
        memory.settle()
        began, cpu = time.perf_counter(), time.process_time()
        await deliver(delivering, edition, count)
        spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    async with database.read() as transaction:
        spent["sent"] = (await DeliveryStore(transaction).counts(edition)).get("sent", 0)
    await database.close()
    return spent


async def bare(line: Line, url: str, count: int) -> dict[str, float]:
    """So many messages by another way, from as many workers."""
    async with sending(line, url) as send:
        numbers = iter(range(count))

        async def work() -> None:
            for number in numbers:
                await send(10_000_000 + number)

        began, cpu = time.perf_counter(), time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(line.at_once):
                group.create_task(work())
        return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "sent": count}


@contextlib.asynccontextmanager
async def sending(line: Line, url: str) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    """A way to send one digest to a chat."""
    text = ("<b>Meldung</b> " + SENTENCE * 3) * 6
    buttons = [[{"text": f"Geschichte {number}", "callback_data": f"story:{number}"} for number in range(3)]] * 2
    if line.way == "aiohttp":
        import aiohttp
        import orjson

        connector = aiohttp.TCPConnector(limit=line.at_once)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def post(chat: int) -> object:
                call = {
                    "chat_id": chat,
                    "text": text,
                    "parse_mode": "HTML",
                    "reply_markup": {"inline_keyboard": buttons},
                }
                headers = {"Content-Type": "application/json"}
                address = f"{url}/bot{TOKEN}/sendMessage"
                async with session.post(address, data=orjson.dumps(call), headers=headers) as answer:
                    return orjson.loads(await answer.read())["result"]["message_id"]

            yield post
    elif line.way == "aiogram":
        from aiogram import Bot as Gram
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer
        from aiogram.types import InlineKeyboardMarkup as GramKeyboard

        gram = Gram(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=line.at_once))
        keys = GramKeyboard.model_validate({"inline_keyboard": buttons})
        yield lambda chat: gram.send_message(chat, text, parse_mode="HTML", reply_markup=keys)
        await gram.session.close()
    else:
        from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
        from telegram.request import HTTPXRequest

        from bot.telegram.backend import AiohttpRequest

        timeouts: dict[str, Any] = {"read_timeout": 60.0, "pool_timeout": 600.0, "connect_timeout": 60.0}
        request: Any = (
            HTTPXRequest(line.at_once, **timeouts) if line.way == "stock" else AiohttpRequest(line.at_once, **timeouts)
        )
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        board = InlineKeyboardMarkup([[InlineKeyboardButton(**button) for button in row] for row in buttons])  # type: ignore[arg-type]
        async with request:
            if line.way == "raw":
                call = {"text": text, "parse_mode": "HTML", "reply_markup": board}
                yield lambda chat: bot.do_api_request("sendmessage", api_kwargs={"chat_id": chat} | call)
            else:
                yield lambda chat: bot.send_message(chat, text, parse_mode="HTML", reply_markup=board)


def run(line: Line, url: str, count: int, queued: int) -> dict[str, float]:
    """One line in this process."""
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if line.way in ("delivering", "bookkeeping"):
        with store(line.database) as address:
            spent = asyncio.run(whole(line, url, address, count, queued))
    else:
        spent = asyncio.run(bare(line, url, count))
    return spent | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--free", type=int, default=900, help="digests at the free rate; 20000 take twelve minutes")
    parser.add_argument("--paid", type=int, default=20_000, help="digests at the paid rate and for the bookkeeping")
    parser.add_argument("--queued", type=int, default=100_000, help="deliveries that wait in the database")
    parser.add_argument("--others", type=int, default=3_000, help="messages by the ways of others")
    parser.add_argument("--postgres", action="store_true", help="the lines on PostgreSQL too")
    parser.add_argument("--only", default="", help="lines whose name holds this")
    parser.add_argument("--line", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.line is not None:
        line = LINES[given.line]
        print(json.dumps(run(line, given.url, counted(line, given), given.queued)))
        return
    print("| | messages/s | busiest second | refused | CPU ms each | of a core | MB | in flight |")
    print("|---|---|---|---|---|---|---|---|")
    with running() as api:
        for number, line in enumerate(LINES):
            if given.only in line.name and (given.postgres or line.database == "sqlite"):
                api.reset(ROUND_TRIP, line.limit if line.way == "delivering" else 0)
                command = [sys.executable, "-m", "tests.benchmarks.delivery", "--line", str(number), "--url", api.url]
                command += ["--free", str(given.free), "--paid", str(given.paid), "--queued", str(given.queued)]
                command += ["--others", str(given.others)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"| {line.name} | {(done.stderr.strip().splitlines() or ['failed'])[-1]} |")
                    continue
                tell(line, json.loads(done.stdout.splitlines()[-1]), api.stats())


def counted(line: Line, given: argparse.Namespace) -> int:
    """How many messages a line sends."""
    if line.way in ("delivering", "bookkeeping"):
        return int(given.free if line.way == "delivering" and line.tier == "free" else given.paid)
    return int(given.others)


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
