"""What generated summaries cost a process that has them on: the look each minute, judging, /latest with them.

    python -m tests.benchmarks.summaries [ARTICLES]

The articles are made of words of the seeds as in the benchmark `reading`, those of a day; a writer on this machine
answers at once with sentences of the first excerpt. Prints medians in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import opened
from bot.settings import Settings
from digests.domain.preferences import Preferences
from digests.ports import SystemClock
from digests.services.reading import Reading
from digests.services.writing import Writing
from digests.writers.openai import OpenAIWriter
from tests.benchmarks import reading
from tests.support.bureau import HandQueue
from tests.support.model_server import ModelServer, as_json, completion

CALLS = 20


async def answer(body: dict[str, Any]) -> web.StreamResponse:
    """The first sentences of the first excerpt."""
    excerpt = json.dumps(body["messages"][1]["content"], ensure_ascii=False).split("\\n")[2:3]
    return completion(as_json([(f"{text.strip()}.", [1]) for text in excerpt[0].split(".")[:3]]))


async def timed(name: str, call: Callable[[], Awaitable[object]], times: int = CALLS) -> None:
    """Print the median of some calls."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - began) * 1000)
    print(f"{name:44} {statistics.median(spent):7.1f}  worst {max(spent):7.1f}")


async def main(count: int) -> None:
    """Measure with `count` articles of one day."""
    reading.SPAN = timedelta(days=1)
    clock, queue = SystemClock(), HandQueue()
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings(
            database_url=f"sqlite+aiosqlite:///{Path(folder) / 'benchmark.db'}",
        )
        async with opened(chosen, clock) as app, ModelServer(answer) as server:
            await reading.fill(app, count)
            writer = OpenAIWriter(server.url, "benchmark", "", 30.0)
            writing = Writing(app.database, queue, clock, writer, sources=1, at_once=1)
            await timed("look, 300 stories never asked about", lambda: writing.look(clock.now()), 1)
            await writing.write(queue.waiting.popleft().payload["story"])  # loads the models of languages
            stories = [job.payload["story"] for job in queue.waiting]
            await timed("write and judge one story", lambda: writing.write(stories.pop()), len(stories))
            await timed("look, nothing changed", lambda: writing.look(clock.now()))
            for wanted in (False, True):
                shown = Reading(app.database, app.catalogue, clock, written=wanted)
                await timed(f"/latest, generated summaries {wanted}", partial(shown.latest, Preferences(), 10))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
