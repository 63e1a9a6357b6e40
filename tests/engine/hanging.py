"""A process that begins one job and never ends it. Usage: python -m tests.engine.hanging DATABASE_URL"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from digests.engine.postgres import PostgresQueue
from digests.ports import Clockwork, Payload, SystemClock
from digests.storage.database import Database


async def hang(payload: Payload) -> None:
    """Say so and wait for the end of the world."""
    sys.stdout.write(f"begun {payload['n']}\n")
    await asyncio.Event().wait()


async def nothing(_: datetime) -> None:
    """No tick matters."""


async def main(address: str) -> None:
    """Work until killed."""
    queue = PostgresQueue(Database(address), SystemClock())
    await queue.run({"hang": hang}, Clockwork(nothing, nothing, nothing), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
