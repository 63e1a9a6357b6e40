"""Updates handled per second and what each costs, beside bare python-telegram-bot and aiogram; start and memory.

    python -m tests.benchmarks.updates [--updates N] [--starts N] [--only WORD]

Every line is a process of its own against one Bot API (`update_api`) that answers at once. An update is "answered" with
one message (/help), or "heard" without any answer (a remark in a group). Ours does all its work: readers are looked up
in the database, the webhook notes each update so that it is handled once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bot.app import load_catalogue
from bot.settings import Settings
from digests.domain.preferences import Preferences
from digests.storage.database import Database
from digests.storage.interning import store_topics
from tests.benchmarks.archives import readers
from tests.benchmarks.processes import FIRST_CHAT, bot, cpu, memory, message, started, wait_for
from tests.benchmarks.update_api import UpdateApi, running
from tests.support.databases import postgres_database, postgres_template, sqlite_template

WARM = 500
ROUND_TRIP = 0.1
_BACKGROUND = 2.5  # seconds after which a process that has started is at rest
_PUSH = "only-for-measuring-here"


@dataclass(frozen=True)
class Line:
    """One way to take updates in."""

    name: str
    way: str  # ours, ptb or aiogram
    webhook: bool


LINES = (
    Line("Depesche, polling", "ours", False),
    Line("python-telegram-bot, polling", "ptb", False),
    Line("aiogram, polling", "aiogram", False),
    Line("Depesche, webhook", "ours", True),
    Line("python-telegram-bot, webhook", "ptb", True),
    Line("aiogram, webhook", "aiogram", True),
)


def free_port() -> int:
    """A port that nobody serves."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def store(kind: str, chats: int) -> Iterator[str]:
    """The address of a database with topics and so many readers."""
    with contextlib.ExitStack() as stack:
        if kind == "postgresql":
            url = stack.enter_context(postgres_database(postgres_template()))
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), Path(folder) / 'updates.db')}"
        asyncio.run(_fill(url, chats))
        yield url


async def _fill(url: str, chats: int) -> None:
    database = Database(url)
    catalogue = load_catalogue(Settings())
    async with database.write() as transaction:
        await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue])
    await readers(database, [Preferences(topics=frozenset({"ukraine"}))], FIRST_CHAT, chats, datetime.now(UTC))
    await database.close()


@contextlib.contextmanager
def handling(line: Line, api: UpdateApi, chats: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a line, ready for updates."""
    with contextlib.ExitStack() as stack:
        if line.way == "ours":
            database = stack.enter_context(store("postgresql" if line.webhook else "sqlite", chats))
            settings = {"HTTP_PORT": free_port()} if line.webhook else {}
            process = stack.enter_context(bot("web" if line.webhook else "run", api, database, **settings))
        else:
            command = [sys.executable, "-m", "tests.benchmarks.bare_bots", line.way, api.url]
            process = stack.enter_context(started(command + ([str(free_port())] if line.webhook else [])))
        wait_for(lambda: api.outcome()["webhook" if line.webhook else "first_poll"], 30, f"{line.name}: no start")
        yield process


def handled(api: UpdateApi, updates: list[dict[str, Any]], *, webhook: bool) -> float:
    """Hand updates out all at once and wait until all are done; seconds it took. The last one must be answered."""
    api.feed([(0.0, update) for update in updates])
    last = updates[-1]["update_id"]
    wait_for(lambda: api.left(last, taken=webhook) == 0, 120, "updates not handled")
    rows = api.outcome()["updates"]
    return float(max(max(answered, taken) for _, _, answered, taken in rows) - min(handed for _, handed, *_ in rows))


def measure(line: Line, count: int) -> None:
    """Print a line of the table."""
    cells = [line.name]
    with running() as api:
        api.reset(0)
        with handling(line, api, count + WARM + 2) as process:
            first = 1
            for text, kind in (("/help", "private"), ("Guten Morgen", "group")):
                for part in (WARM, count):
                    updates = [
                        message(first + each, FIRST_CHAT + each if kind == "private" else -1 - each, text, kind)
                        for each in range(part)
                    ] + [message(first + part, FIRST_CHAT + part, "/help")]
                    first += part + 1
                    before = cpu(process)
                    seconds = handled(api, updates, webhook=line.webhook)
                    spent = cpu(process) - before
                cells += [f"{(count + 1) / seconds:,.0f}", f"{spent / (count + 1) * 1000:.2f}"]
            cells.append(f"{memory(process):.0f}")
    print(f"| {' | '.join(cells)} |", flush=True)


def first_poll(database: str, delay: float) -> float:
    """Seconds from the start of the process to its first call for updates."""
    with running() as api:
        api.reset(delay)
        began = time.monotonic()
        with bot("run", api, database):
            return float(wait_for(lambda: api.outcome()["first_poll"], 30, "no start") - began)


def at_rest(role: str, database: str) -> tuple[float, float]:
    """Megabytes of a process at rest; after it has stored an article and answered what readers ask."""
    with running() as api:
        api.reset(0)
        port = free_port()
        settings = {"HTTP_PORT": port, "PUSH_TOKEN": _PUSH}
        with bot(role, api, database, **settings) as process:
            wait_for(lambda: api.outcome()["webhook" if role == "web" else "first_poll"], 30, "no start")
            time.sleep(_BACKGROUND)
            rest = memory(process)
            _push(port)
            asked = ["/latest", "/topic ukraine", "/search Getreidekorridor", "/help", "/status"]
            updates = [message(each, FIRST_CHAT + each, text) for each, text in enumerate(asked, 1)]
            handled(api, updates, webhook=role == "web")
            return rest, memory(process)


def _push(port: int) -> None:
    """Have an article of HTML stored."""
    said = (
        "<p>Die Verhandlungen über den Getreidekorridor im Schwarzen Meer gehen nach Angaben beider Seiten weiter.</p>"
    )
    article = {"id": "1", "title": "Ukraine verhandelt über Getreide", "html": f"<article>{said * 12}</article>"}
    article |= {"published_at": datetime.now(UTC).isoformat()}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_PUSH}"}
    address = f"http://127.0.0.1:{port}/articles"
    with urlopen(Request(address, json.dumps(article).encode(), headers)) as answer:
        answer.read()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=5_000, help="updates of each kind")
    parser.add_argument("--starts", type=int, default=7, help="starts of which the median is told; 0 leaves them out")
    parser.add_argument("--only", default="", help="lines whose name holds this")
    given = parser.parse_args()
    print("| | answered/s | CPU ms each | heard/s | CPU ms each | MB |\n|---|---|---|---|---|---|")
    for line in LINES:
        if given.only in line.name:
            try:
                measure(line, given.updates)
            except TimeoutError as error:
                print(f"| {error}; is the extra `bench` installed? |", flush=True)
    if not given.starts:
        return
    with store("sqlite", 10) as database:
        for delay in (0.0, ROUND_TRIP):
            taken = [first_poll(database, delay) for _ in range(given.starts)]
            print(f"start to first poll, round trip {delay} s: median {statistics.median(taken):.2f} s of {taken}")
        print(
            "memory of `bot run` at rest, and after an article and five answers: {:.0f}, {:.0f} MB".format(
                *at_rest("run", database)
            )
        )
    with store("postgresql", 10) as database:
        print(
            "memory of `bot web` at rest, and after an article and five answers: {:.0f}, {:.0f} MB".format(
                *at_rest("web", database)
            )
        )


if __name__ == "__main__":
    main()
