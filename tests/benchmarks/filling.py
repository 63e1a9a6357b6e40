"""Databases with very many articles, by prepared rows in bulk: what ingesting would have written, without its work.

The words are invented, their frequencies as in a language (Zipf), and each article is a draw of its own, so nothing is
a copy. Articles come at a steady rate up to now: more stored articles are a longer archive, not a busier newsroom.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from digests.services.newsroom import COPIES_FOR
from digests.storage import models
from digests.storage.database import Database, Transaction
from digests.storage.search import DAY_LEXEME
from digests.text.fingerprints import fingerprint
from digests.text.words import stems

PER_DAY = 100_000 / 30
"""Articles a day: about what a hundred and fifty sources bring."""
RARE, COMMON = "Seltenheim", "Alltagswort"
"""Words to search for: one in a hundred articles has the first, every second one the other."""
_CHUNK = 2_000
_SENTENCES, _WORDS, _TITLE = 12, 16, 8
_VOCABULARY = 30_000
_SKIPPED = 50  # the commonest words of a language are no terms
_TOPICS_EACH = 3
_ONSETS = ("b", "br", "d", "f", "fl", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr")
_NUCLEI = ("a", "e", "i", "o", "u", "au", "ei")
_CODAS = ("", "n", "r", "l", "s", "nd", "rt", "ng")
_SEARCH = {
    "sqlite": "INSERT INTO article_search (rowid, title, body) VALUES (:id, :title, :body)",
    "postgresql": "INSERT INTO article_search (article_id, stems) SELECT id, "  # noqa: S608
    f"setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector('simple', :body), 'D') || {DAY_LEXEME} "
    "FROM article WHERE id = :id",
}


def vocabulary(size: int = _VOCABULARY) -> list[str]:
    """Pronounceable invented words, a third of them with a capital, the same every time."""
    chance, found = random.Random(1), dict[str, None]()
    while len(found) < size:
        parts = (chance.choice(_ONSETS) + chance.choice(_NUCLEI) + chance.choice(_CODAS) for _ in range(3))
        word = "".join(parts)
        found[word.capitalize() if len(found) % 3 == 0 else word] = None
    return list(found)


@dataclass
class Archive:
    """`count` articles, the last of them published at `now`, `per_day` a day; five articles to two stories."""

    count: int
    now: datetime
    per_day: float = PER_DAY
    _words: list[str] = field(default_factory=vocabulary)

    def __post_init__(self) -> None:
        share = 1 / np.arange(_SKIPPED, len(self._words) + _SKIPPED)
        self._weights = share / share.sum()
        self._chance = np.random.default_rng(7)
        self._stems = [stems(word, "de")[0] for word in self._words]
        self._rare, self._common = stems(RARE, "de")[0], stems(COMMON, "de")[0]

    async def fill(self, database: Database) -> None:
        """Store all of it in a database that has its topics and nothing else."""
        async with database.write() as transaction:
            source = {"url": "file:benchmark", "kind": "file", "title": "b", "labels": [], "failures": 0}
            await transaction.connection.execute(insert(models.Source), [source | {"created_at": self.now}])
            topics = (await transaction.connection.scalars(text("SELECT id FROM topic ORDER BY id"))).all()
        stored = 0  # stories
        for start in range(1, self.count + 1, _CHUNK):
            async with database.write() as transaction:
                stored = await self._chunk(transaction, range(start, min(start + _CHUNK, self.count + 1)), stored)
                links = self._links(range(start, min(start + _CHUNK, self.count + 1)), topics)
                await transaction.connection.execute(insert(models.ArticleTopic), links)
        async with database.write() as transaction:
            await count_on(transaction)

    def _at(self, number: int) -> datetime:
        return self.now - timedelta(days=(self.count - number) / self.per_day)

    def _links(self, numbers: range, topics: Sequence[int]) -> list[dict[str, Any]]:
        return [
            {"topic_id": topic, "article_id": number, "news_at": self._at(number), "score": 0.5, "words": []}
            for number in numbers
            for topic in self._chance.choice(topics, size=_TOPICS_EACH, replace=False).tolist()
        ]

    async def _chunk(self, transaction: Transaction, numbers: range, stored: int) -> int:
        """Store some articles with their stories and index; the last story's id."""
        stories: dict[int, dict[str, Any]] = {}
        articles: list[dict[str, Any]] = []
        index: list[dict[str, Any]] = []
        size = (len(numbers), _TITLE + _SENTENCES * _WORDS)
        for number, drawn in zip(
            numbers, self._chance.choice(len(self._words), p=self._weights, size=size).tolist(), strict=True
        ):
            story = (number * 2) // 5 + 1
            if story > stored:
                stories.setdefault(story, self._story(story, number))
            articles.append(self._article(number, story, [self._words[each] for each in drawn]))
            spoken = [self._stems[each] for each in drawn]
            extra = [self._common] * (number % 2) + [self._rare] * (number % 100 == 0)
            body = [*spoken[_TITLE:], *extra]
            index.append({"id": number, "title": " ".join(spoken[:_TITLE]), "body": " ".join(body)})
        lines = [{name: row[name] for name in ("id", "first_at", "last_at")} for row in stories.values()]
        connection = transaction.connection
        await connection.execute(insert(models.Storyline), lines)
        await connection.execute(insert(models.Story), list(stories.values()))
        await connection.execute(insert(models.Article), articles)
        await connection.execute(text(_SEARCH[transaction.dialect]), index)
        return max(stories)

    def _story(self, story: int, number: int) -> dict[str, Any]:
        times = {"first_at": self._at(number), "last_at": self._at(number)}
        return times | {"id": story, "storyline_id": story, "lead_article_id": number} | _COUNTS

    def _article(self, number: int, story: int, drawn: Sequence[str]) -> dict[str, Any]:
        body, at = drawn[_TITLE:], self._at(number)
        sentences = [" ".join(body[place : place + _WORDS]).capitalize() + "." for place in range(0, len(body), _WORDS)]
        sentences += [f"Auch {COMMON} kommt vor."] * (number % 2) + [f"Nach {RARE} geht es auch."] * (number % 100 == 0)
        prints = fingerprint(" ".join(sentences)) if at > self.now - COPIES_FOR else ()  # older ones are never read
        return (
            {"id": number, "source_id": 1, "guid": str(number), "url_key": str(number), "content_key": str(number)}
            | {"credit": f"Blatt {number % 40}", "title": " ".join(drawn[:_TITLE]), "title_derived": False}
            | {"body": [["body", sentences[:6]], ["body", sentences[6:]]], "published_at": at, "dated": True}
            | {"fetched_at": at, "news_at": at, "labels": [], "dropped": [], "fingerprint": list(prints)}
            | {"story_id": story, "language": "de"}
        )


_COUNTS = {"article_count": 1, "source_count": 1}


async def count_on(transaction: Transaction) -> None:
    """Let the database number new rows after the stored ones, and know what there is, as a running one does."""
    if transaction.dialect == "postgresql":
        for table in ("storyline", "story", "article", "subscriber"):
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            await transaction.connection.execute(text(last))
    await transaction.connection.execute(text("ANALYZE"))
