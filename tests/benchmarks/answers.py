"""How soon readers are answered while a broadcast runs, with 10,000 to a million articles of 90 days stored.

    python -m tests.benchmarks.answers [--sizes N,N] [--ways sqlite,postgresql,webhook] [--each N] [--folder FOLDER]

The bot runs as an operator runs it, against a Bot API with a round trip of 100 ms (`update_api`), and sends digests at
its usual rate all the while. Readers of their own ask at random moments, four a second. Told is the time from the
update handed out to the answer received, both as the Bot API sees them; the round trip of the answer is not part of it.
With --folder the SQLite files are kept there and used again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Any

from bot.app import load_catalogue
from bot.settings import Settings
from bot.telegram.callbacks import encode
from digests.domain.preferences import Preferences
from digests.storage.database import Database
from digests.storage.interning import store_topics
from tests.benchmarks.archives import Grown, readers
from tests.benchmarks.broadcasts import fill as broadcast
from tests.benchmarks.filling import COMMON, RARE
from tests.benchmarks.processes import FIRST_CHAT, bot, message, press, wait_for
from tests.benchmarks.update_api import UpdateApi, running
from tests.benchmarks.updates import free_port
from tests.support.databases import postgres_database, postgres_template, sqlite_template

SIZES = (10_000, 100_000, 1_000_000)
WAYS = ("sqlite", "postgresql", "webhook")
"""`bot run` on each database; `bot web` beside `bot work`."""
ROUND_TRIP = 0.1
PER_SECOND = 4.0
LIMIT = 30  # messages that the Bot API takes in any second
_SETTLES = 3.0  # seconds until the first digests go out
_THREE = frozenset({"ukraine", "politics", "science"})
WISHES = [Preferences(topics=_THREE), Preferences()]
ASKED = {
    "/latest, three topics": (0, "/latest"),
    "/latest, no topics": (1, "/latest"),
    "/topic": (0, "/topic ukraine"),
    "/topic with a free word": (0, f"/topic {RARE}"),
    "/search, a rare word": (0, f"/search {RARE}"),
    "/search, a word of every second article": (0, f"/search {COMMON}"),
    "button: a story": (0, None),
    "button: all topics": (0, encode("topics")),
}
"""What is asked: the reader's wishes, and the words or the button."""


def kind_of(way: str) -> str:
    """The database of a way."""
    return "sqlite" if way == "sqlite" else "postgresql"


@contextlib.contextmanager
def archive(kind: str, count: int, folder: Path | None) -> Iterator[str]:
    """The address of a database with so many articles."""
    with contextlib.ExitStack() as stack:
        kept = folder / f"answers-{count}.db" if folder else None
        if kind == "postgresql":
            url = stack.enter_context(postgres_database(postgres_template()))
        else:
            path = kept or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "answers.db"
            if not path.exists():
                shutil.copy(sqlite_template(), path)
            url = f"sqlite+aiosqlite:///{path}"
        asyncio.run(_fill(url, count))
        yield url


async def _fill(url: str, count: int) -> None:
    database, now = Database(url), datetime.now(UTC)
    catalogue = load_catalogue(Settings())
    async with database.write() as transaction:
        await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue])
        stored = await transaction.connection.exec_driver_sql("SELECT count(*) FROM source")
        empty = not stored.scalar_one()
    if empty:
        began = time.perf_counter()
        await Grown(count, now).fill(database)
        print(f"{count:,} articles stored in {time.perf_counter() - began:.0f} s", flush=True)
    await database.close()


async def invite(url: str, digests: int, asked: int) -> None:
    """Digests that wait to be sent, and readers who have not asked for anything yet."""
    database = Database(url)
    async with database.write() as transaction:
        for table in ("delivery", "digest", "edition", "change_log", "subscriber"):  # of an earlier run
            await transaction.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    await broadcast(database, digests)
    await readers(database, WISHES, FIRST_CHAT, asked, datetime.now(UTC))
    await database.close()


def questions(count: int, each: int) -> tuple[list[tuple[float, dict[str, Any]]], list[str]]:
    """Updates with the second at which each is handed out, and the kind of each; readers never ask twice."""
    chance = random.Random(7)
    kinds = [kind for kind in ASKED for _ in range(each)]
    chance.shuffle(kinds)
    at, free, updates = 0.0, [0, 1], []
    for number, kind in enumerate(kinds, 1):
        wish, said = ASKED[kind]
        chat, free[wish] = FIRST_CHAT + free[wish], free[wish] + len(WISHES)
        at += chance.expovariate(PER_SECOND)
        if said is None:
            said = encode("story", chance.randint(1, count * 2 // 5))
        make = press if kind.startswith("button") else message
        updates.append((at, make(number, chat, said)))
    return updates, kinds


def answered(way: str, api: UpdateApi, url: str, count: int, each: int, **others: object) -> dict[str, list[float]]:
    """Milliseconds of every answer, by kind. `others` are settings of the bot."""
    settings: dict[str, object] = {"RETENTION_DAYS": 400, "LOG_LEVEL": "info"} | others
    with contextlib.ExitStack() as stack:
        if way == "webhook":
            stack.enter_context(bot("work", api, url, **settings))
            stack.enter_context(bot("web", api, url, HTTP_PORT=free_port(), **settings))
        else:
            stack.enter_context(bot("run", api, url, **settings))
        wait_for(lambda: api.outcome()["webhook" if way == "webhook" else "first_poll"], 60, "no start")
        time.sleep(_SETTLES)
        for warm in (True, False):  # caches are cold for the first of each kind
            updates, kinds = questions(count, 2 if warm else each)
            if not warm:
                updates = [(at, _renumbered(update)) for at, update in updates]
            before = api.stats()["messages"]
            api.feed(updates)
            end = updates[-1][0] + 60
            wait_for(lambda: all(row[2] for row in api.outcome()["updates"]), end, "questions not answered")
            digests = api.stats()["messages"] - before
        rows = api.outcome()["updates"]
        print(f"{way}, {count:,}: {digests / updates[-1][0]:.1f} digests/s beside {PER_SECOND} questions/s", flush=True)
    spent: dict[str, list[float]] = defaultdict(list)
    for kind, (_, handed, answer, _) in zip(kinds, rows, strict=True):
        spent[kind].append((answer - handed) * 1000)
        spent["all"].append(spent[kind][-1])
    return spent


def _renumbered(update: dict[str, Any]) -> dict[str, Any]:
    """The same with a number of its own."""
    return update | {"update_id": update["update_id"] + 1_000}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of cost over size, both as logarithms: 0 is flat, 1 grows with what is stored."""
    xs, ys = [log(size) for size, _ in points], [log(cost) for _, cost in points]
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle) ** 2 for x in xs)
    return sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True)) / spread


def main() -> None:
    """Print a table for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="articles stored")
    parser.add_argument("--ways", default=",".join(WAYS), help="which")
    parser.add_argument("--each", type=int, default=60, help="questions of each kind")
    parser.add_argument("--folder", type=Path, help="where the SQLite files are kept")
    given = parser.parse_args()
    sizes, asked = [int(size) for size in given.sizes.split(",")], (given.each + 2) * len(ASKED) * len(WISHES)
    digests = int(60 * LIMIT + given.each * len(ASKED) / PER_SECOND * LIMIT)
    ways = given.ways.split(",")
    spent: dict[tuple[str, int], dict[str, list[float]]] = {}
    for kind in dict.fromkeys(kind_of(way) for way in ways):
        for size in sizes:
            with archive(kind, size, given.folder) as url:
                for way in (each for each in ways if kind_of(each) == kind):
                    asyncio.run(invite(url, digests, asked))
                    with running() as api:
                        api.reset(ROUND_TRIP, LIMIT)
                        spent[way, size] = answered(way, api, url, size, given.each)
    for way in ways:
        print(f"\n| {way}: p50 / p99 ms | {' | '.join(f'{size:,} stored' for size in sizes)} | exponent of p50 |")
        print("|---" * (len(sizes) + 2) + "|")
        for name in [*ASKED, "all"]:
            medians = [percentile(spent[way, size][name], 0.5) for size in sizes]
            tails = [percentile(spent[way, size][name], 0.99) for size in sizes]
            cells = [f"{middle:.0f} / {tail:.0f}" for middle, tail in zip(medians, tails, strict=True)]
            slope = f"{exponent(list(zip(sizes, medians, strict=True))):+.2f}" if len(sizes) > 1 else ""
            print(f"| {name} | {' | '.join(cells)} | {slope} |", flush=True)


if __name__ == "__main__":
    main()
