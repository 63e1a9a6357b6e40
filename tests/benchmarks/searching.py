"""What /search finds of what is meant, and how long it takes with many articles, on SQLite and PostgreSQL.

Usage: python -m tests.benchmarks.searching [ARTICLES] [sqlite | postgresql]

The judged set is written by hand: reports of our tests and a few more, and for each query those that somebody who typed
it would want. Beside it: the same queries with stems and prefixes alone, as the index has them. `0` articles leaves the
times out; a database leaves the judging and the other database out.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from digests.domain.arguments import ArgumentError
from digests.domain.transliteration import sound_key
from digests.domain.vocabulary import ToldWord
from digests.services.reading import Reading
from digests.services.selecting import telling_words
from digests.storage.database import Database
from digests.storage.interning import store_topics
from digests.storage.search import SearchStore
from digests.storage.vocabulary import VocabularyStore
from digests.text.words import query_stems, stem
from tests.benchmarks import filling
from tests.benchmarks.judged_searches import JUDGED, REPORTS
from tests.benchmarks.tables import table
from tests.support.bureau import Bureau, catalogue
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template, sqlite_template

CALLS = 40
HIT = 1_000


@dataclass
class Judgement:
    """What was wanted, found and both, over all queries of a kind."""

    wanted: int = 0
    found: int = 0
    both: int = 0

    def add(self, wanted: set[int], found: set[int]) -> None:
        """Count one query."""
        self.wanted += len(wanted)
        self.found += len(found)
        self.both += len(wanted & found)

    def cells(self) -> list[str]:
        """Recall and precision."""
        return [f"{self.both / max(1, self.wanted):.3f}", f"{self.both / max(1, self.found):.3f}"]


@asynccontextmanager
async def _databases() -> AsyncIterator[dict[str, Database]]:
    with tempfile.TemporaryDirectory() as folder, postgres_database(postgres_template()) as url:
        file = shutil.copy(sqlite_template(), Path(folder) / "search.db")
        found = {"sqlite": Database(f"sqlite+aiosqlite:///{file}"), "postgresql": Database(url)}
        yield found
        for each in found.values():
            await each.close()


async def judge(database: Database) -> tuple[dict[str, tuple[Judgement, Judgement]], list[str]]:
    """Recall and precision by kind of query, ours and with stems alone, and what goes wrong."""
    bureau = await Bureau(database).open()
    stories: list[int] = []
    for report in REPORTS:
        stories.append((await bureau.publish(report)).placement.story_id)
        bureau.clock.move(timedelta(days=1))
    told = dict(zip(stories, (report.title for report in REPORTS), strict=True))
    scores: dict[str, tuple[Judgement, Judgement]] = {}
    wrong: list[str] = []
    for kind, query, wanted in JUDGED:
        ours, stems = scores.setdefault(kind, (Judgement(), Judgement()))
        expected = {stories[number] for number in wanted}
        found = await _ours(bureau, query)
        ours.add(expected, found)
        stems.add(expected, await _stems(database, query))
        if found != expected:
            missed, false = ([told[story] for story in some] for some in (expected - found, found - expected))
            wrong.append(f"{query}: missed {missed}, wrong {false}")
    return scores, wrong


def _sum(parts: Sequence[Judgement]) -> Judgement:
    return Judgement(sum(p.wanted for p in parts), sum(p.found for p in parts), sum(p.both for p in parts))


async def _ours(bureau: Bureau, query: str) -> set[int]:
    found: set[int] = set()
    try:
        first = await bureau.reading.search(query)
        for page in range(first.pages):
            found |= {item.story_id for item in (await bureau.reading.search(query, page)).digest.items}
    except ArgumentError:
        return set()
    return found


async def _stems(database: Database, query: str) -> set[int]:
    terms = [query_stems(word) for word in telling_words(query)]
    async with database.read() as transaction:
        return {hit.story_id for hit in await SearchStore(transaction).find(terms, 300)}


async def time_all(database: Database, count: int) -> list[list[str]]:
    """Milliseconds of searches with `count` articles stored."""
    now = datetime.now(UTC).replace(microsecond=0)
    async with database.write() as transaction:
        await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in catalogue()])
    await filling.Archive(count, now).fill(database)
    await _fill_words(database, now)
    reading = Reading(database, catalogue(), ManualClock(now + timedelta(minutes=1)))
    words = [word for word in filling.vocabulary() if len(word) > 6]
    rare = words[15_000::41]
    calls: dict[str, Sequence[str]] = {
        "a rare word": [filling.RARE] * CALLS,
        "a word of every second article": [filling.COMMON] * CALLS,
        "two words": [f"{words[40 + n]} {words[90 + n]}" for n in range(CALLS)],
        "two words, 7 days, one source": [f"{words[40 + n]} {words[90 + n]} 7d quelle:Blatt" for n in range(CALLS)],
        "a phrase": [f'"{words[40 + n]} {words[90 + n]}"' for n in range(CALLS)],
        "a mistyped word, corrected": [_mistyped(rare[n]) for n in range(CALLS)],
        "three words that nothing has together": [" ".join(rare[3 * n : 3 * n + 3]) for n in range(CALLS)],
    }
    rows = [await _timed(name, reading, queries) for name, queries in calls.items()]
    return [*rows, *await _parts(database, rare)]


async def _fill_words(database: Database, now: datetime) -> None:
    """As many words as 100,000 German articles have: those of the texts, and compounds of two of them."""
    known = [*filling.vocabulary(), filling.RARE, filling.COMMON]
    compounds = (f"{one}{known[(7 * n + 13) % 30_000].lower()}" for n, one in enumerate(known * 10))
    spelt = [word.capitalize() for word in (*known, *compounds)]
    made = {stem(word, "de"): ToldWord(stem(word, "de"), word, sound_key(word)) for word in spelt}
    words = list(made.values())
    for start in range(0, len(words), 5_000):
        async with database.write() as transaction:
            await VocabularyStore(transaction).add(words[start : start + 5_000], "de", now.date())
    async with database.write() as transaction:
        await transaction.connection.execute(text("ANALYZE"))


def _mistyped(word: str) -> str:
    return word[:3] + word[4] + word[3] + word[5:]


async def _timed(name: str, reading: Reading, queries: Sequence[str]) -> list[str]:
    spent: list[float] = []
    with_hits = with_offers = 0
    for query in queries:
        began = time.perf_counter()
        result = await reading.search(query)
        spent.append((time.perf_counter() - began) * HIT)
        with_hits += bool(result.digest.items)
        with_offers += bool(result.offers)
    return [f"/search, {name}", *_quantiles(spent), f"{with_hits} with hits, {with_offers} with offers"]


async def _parts(database: Database, words: Sequence[str]) -> list[list[str]]:
    """What asking the words of the archive takes alone."""
    spent: list[float] = []
    async with database.read() as transaction:
        store = VocabularyStore(transaction)
        for word in words[:CALLS]:
            shortest = min(query_stems(word), key=len)
            began = time.perf_counter()
            half = len(shortest) // 2 - 1
            await store.like(shortest[:half], shortest[-half:], (len(shortest) - 2, len(shortest) + 2), 4_000)
            spent.append((time.perf_counter() - began) * HIT)
    return [["words spelt nearly so, from the table", *_quantiles(spent), ""]]


def _quantiles(spent: Sequence[float]) -> list[str]:
    return [f"{statistics.median(spent):.1f}", f"{statistics.quantiles(spent, n=100)[98]:.1f}"]


async def main(count: int, only: str = "") -> None:
    """Print both tables."""
    if not only:
        await judge_both()
    if count:
        async with _databases() as databases:
            for name, database in databases.items():
                if only in ("", name):
                    lines = await time_all(database, count)
                    print("\n" + table(lines, head=(f"{name}, {count:,} articles", "p50 ms", "p99 ms", "")), flush=True)


async def judge_both() -> None:
    """Print what is found of what is meant, and what is not."""
    async with _databases() as databases:
        scores, wrong = await judge(databases["sqlite"])
        again, _ = await judge(databases["postgresql"])
        same = "the same" if again == scores else "NOT the same"
        print(f"{len(REPORTS)} reports, {len(JUDGED)} judged queries; PostgreSQL finds {same}\n")
        lines = [[kind, *ours.cells(), *stems.cells()] for kind, (ours, stems) in scores.items()]
        ours, stems = ([pair[way] for pair in scores.values()] for way in (0, 1))
        lines.append(["all", *_sum(ours).cells(), *_sum(stems).cells()])
        print(table(lines, head=("kind of query", "recall", "precision", "recall, stems", "precision, stems")))
        print("\n" + "\n".join(wrong))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:3]))
