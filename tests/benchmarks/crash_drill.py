"""A long crash drill: workers, and now and then the database, are killed while slot after slot goes out.

Usage: python -m tests.benchmarks.crash_drill [--minutes 5] [--workers 2] [--readers 200] [--rate 100] [--outages 1]

Starts a PostgreSQL of its own, the sandbox, and `bot work` processes. Every minute
has a slot; a worker is killed every 2 to 5 seconds. Prints one table; the columns that must be 0 are marked so.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat
from digests.engine import postgres
from digests.storage import schema
from digests.storage.database import Database
from tests.end_to_end.readers import before_the_slot, newcomers, publish
from tests.support.clocks import START
from tests.support.drills import Drill, PrivateServer, private_server


async def subscribe(app: App, sandbox: Sandbox, readers: int, minutes: int) -> int:
    """Spread readers over one slot a minute, from the next one on; how many slots."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    for number, reader in enumerate(newcomers(sandbox, readers)):
        slot = begin + timedelta(minutes=number % minutes)
        chat = Chat(reader.chat.id)
        await app.subscriptions.open(chat, "de")
        await app.subscriptions.set_schedule(chat, Schedule("UTC", (slot.hour * 60 + slot.minute,)))
        await app.subscriptions.reach_step(chat, SETUP_DONE)
    return min(minutes, readers)


async def trouble(drill: Drill, server: PrivateServer, seconds: float, outages: int) -> None:
    """Kill a worker every few seconds, and the database so many times."""
    end = time.monotonic() + seconds
    at = sorted(time.monotonic() + random.uniform(0.2, 0.9) * seconds for _ in range(outages))
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(2.0, 5.0))
        if at and time.monotonic() > at[0]:
            at.pop(0)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(random.uniform(0.5, 5.0))
            await asyncio.to_thread(server.start)
            await asyncio.sleep(2.0)  # workers connect again
        await drill.kill(random.choice(drill.workers))


async def main(options: argparse.Namespace) -> None:
    """Run the drill and print what became of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with private_server() as server, Sandbox(flood=NO_FLOOD) as sandbox:
            database = Database(server.url)
            await schema.upgrade(database, START)
            await postgres.upgrade(database)
            await database.close()
            async with before_the_slot(sandbox.url, folder, server.url) as app:
                await publish(app)
                slots = await subscribe(app, sandbox, options.readers, options.minutes)
            sandbox.fail("delay", "sendMessage", times=10**9, seconds=0.1)
            settings = {"SEND_RATE": str(options.rate), "LOG_LEVEL": "info"}
            async with Drill(sandbox, server.url, folder, settings) as drill:
                for _ in range(options.workers):
                    await drill.hire()
                await trouble(drill, server, 60.0 * options.minutes + 5, options.outages)
                await drill.settles()
                codes = await drill.stop()
                count = await drill.count()
    head = "kills | outages | slots | editions | doubled (0) | deliveries of | sent twice (0) | missing (0) | uncertain"
    print(head)
    row = (drill.kills, options.outages, slots, count.editions, count.slots_twice)
    print(*row, f"{count.deliveries} of {options.readers}", count.sent_twice, count.missing, count.uncertain, sep=" | ")
    print(f"by status: {dict(count.statuses)}; exit codes of the last workers: {codes}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=5, help="slots, one a minute")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--readers", type=int, default=200, help="spread evenly over the slots")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second, all workers together")
    parser.add_argument("--outages", type=int, default=1, help="times that the database is killed")
    asyncio.run(main(parser.parse_args()))
