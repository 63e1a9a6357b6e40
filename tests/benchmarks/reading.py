"""How long /latest, /topic and /search take with many articles stored; start-up time and memory of `bot run`.

Usage: python -m tests.benchmarks.reading [ARTICLES] [FOLDER]

The articles are made of words of the seeds, a month of them up to now, five articles to two stories. With FOLDER the
database is kept there and used again. Prints medians and the worst of 30 calls in milliseconds.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bot.app import App, opened
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.settings import Settings, seeds_folder
from digests.domain.preferences import Preferences
from digests.ports import SystemClock
from digests.storage import models
from digests.storage.database import Transaction
from digests.text.words import stems
from tests.support.worlds import TOKEN

CALLS = 30
SPAN = timedelta(days=30)
CHUNK = 2_000
random.seed(7)


def _vocabulary() -> list[str]:
    seeds = "\n".join(path.read_text(encoding="utf-8") for path in sorted(seeds_folder().glob("*.txt")))
    common = sorted(set(re.findall(r"[^\W\d_]{3,}", seeds)))
    return common + [f"{random.choice(common)}{random.choice(common).lower()}" for _ in range(20_000)]


def _sentence(vocabulary: list[str]) -> str:
    return " ".join(random.choices(vocabulary, k=16)).capitalize() + "."


async def fill(app: App, count: int) -> None:
    """Store `count` articles with stories, topics and search index, by the rows that ingesting would write."""
    vocabulary, now = _vocabulary(), datetime.now(UTC)
    topics = [topic.slug for topic in app.catalogue]
    async with app.database.write() as transaction:
        source = {"url": "file:benchmark", "kind": "file", "title": "b", "labels": [], "failures": 0, "created_at": now}
        await transaction.connection.execute(insert(models.Source), [source])
        ids: dict[str, int] = dict((await transaction.connection.execute(text("SELECT slug, id FROM topic"))).all())
    for start in range(1, count + 1, CHUNK):
        async with app.database.write() as transaction:
            await _chunk(transaction, range(start, min(start + CHUNK, count + 1)), count, vocabulary, now)
            links = [
                {
                    "topic_id": ids[slug],
                    "article_id": number,
                    "news_at": _at(number, count, now),
                    "score": 0.5,
                    "words": [],
                }
                for number in range(start, min(start + CHUNK, count + 1))
                for slug in random.sample(topics, 3)
            ]
            await transaction.connection.execute(insert(models.ArticleTopic), links)


def _at(number: int, count: int, now: datetime) -> datetime:
    return now - SPAN * (1 - number / count)


async def _chunk(transaction: Transaction, numbers: range, count: int, vocabulary: list[str], now: datetime) -> None:
    stories: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    index: list[dict[str, Any]] = []
    for number in numbers:
        at, story = _at(number, count, now), (number * 2) // 5 + 1
        if not articles or articles[-1]["story_id"] != story:
            stories.append(
                {"id": story, "storyline_id": story, "first_at": at, "last_at": at, "lead_article_id": number}
                | {"article_count": 1, "source_count": 1}
            )
        sentences = [_sentence(vocabulary) for _ in range(12)]
        title = " ".join(random.choices(vocabulary, k=8))
        articles.append(
            {"id": number, "source_id": 1, "guid": str(number), "url_key": str(number), "content_key": str(number)}
            | {"credit": f"Blatt {number % 40}", "title": title, "title_derived": False, "language": "de"}
            | {"body": [["body", sentences[:6]], ["body", sentences[6:]]], "published_at": at, "dated": True}
            | {"fetched_at": at, "news_at": at, "labels": [], "dropped": [], "fingerprint": [], "story_id": story}
        )
        body = " ".join(stems(" ".join(sentences), "de"))
        index.append({"id": number, "title": " ".join(stems(title, "de")), "body": body})
    lines = [{"id": one["id"], "first_at": one["first_at"], "last_at": one["last_at"]} for one in stories]
    connection = transaction.connection
    known = await connection.scalar(text("SELECT coalesce(max(id), 0) FROM story"))
    await connection.execute(insert(models.Storyline), [line for line in lines if line["id"] > known])
    await connection.execute(insert(models.Story), [story for story in stories if story["id"] > known])
    await connection.execute(insert(models.Article), articles)
    statement = "INSERT INTO article_search (rowid, title, body) VALUES (:id, :title, :body)"
    await connection.execute(text(statement), index)


async def timed(name: str, call: Callable[[], Awaitable[object]]) -> None:
    """Print the median and the worst of some calls, in milliseconds."""
    spent = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - began) * 1000)
    print(f"{name:42} median {statistics.median(spent):7.1f} ms   worst {max(spent):7.1f} ms")


async def reading(app: App) -> None:
    """Time the services behind the commands."""
    three = Preferences(topics=frozenset({"ukraine", "politics", "science"}))
    everything = Preferences(topics=frozenset(topic.slug for topic in app.catalogue))
    await timed("/latest 5, three topics", lambda: app.reading.latest(three, 5))
    await timed(f"/latest 10, all {len(app.catalogue)} topics", lambda: app.reading.latest(everything, 10))
    await timed("/latest 5, no topics", lambda: app.reading.latest(Preferences(), 5))
    await timed("/topic ukraine", lambda: app.reading.topic("ukraine", Preferences(), 5))
    await timed("/topic with a free word (Beitritt)", lambda: app.reading.word("Beitritt", Preferences(), 5))
    await timed("/search NATO Beitritt", lambda: app.reading.search("NATO Beitritt"))
    await timed("/search Ukraine (a common word)", lambda: app.reading.search("Ukraine"))
    await timed("stories per day of each topic", app.reading.stories_per_day)


async def whole_bot(database_url: str) -> None:
    """Start `bot run` against the sandbox: time until it calls Telegram, memory at rest, one command's answer."""
    async with Sandbox() as sandbox:
        environment = os.environ | {"BOT_TOKEN": TOKEN, "API_URL": sandbox.url, "DATABASE_URL": database_url}
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment | {"LOG_LEVEL": "warning"}
        )
        reader = sandbox.reader()
        await reader.bot_is_there(60)
        print(f"{'start of `bot run` until it calls Telegram':42} {time.perf_counter() - began:7.2f} s")
        await asyncio.sleep(2)
        print(f"{'memory at rest (VmRSS)':42} {_memory(process.pid):7.1f} MB")
        await timed("/help through HTTP, polling and the sandbox", lambda: _ask(reader, "/help"))
        process.terminate()
        await process.wait()


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def _ask(reader: Reader, command: str) -> None:
    await reader.send(command)
    await reader.wait_for(lambda _: True, 20)


async def main(count: int, folder: Path) -> None:
    """Fill once, then measure."""
    path = folder / f"reading-{count}.db"
    fresh = not path.exists()
    settings = Settings(database_url=f"sqlite+aiosqlite:///{path}")
    async with opened(settings, SystemClock()) as app:
        if fresh:
            began = time.perf_counter()
            await fill(app, count)
            print(f"{count} articles stored in {time.perf_counter() - began:.0f} s, {path.stat().st_size >> 20} MB")
        await reading(app)
    await whole_bot(settings.database_url)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        asyncio.run(main(number, Path(sys.argv[2])))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            asyncio.run(main(number, Path(temporary)))
