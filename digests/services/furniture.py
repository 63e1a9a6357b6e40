"""What a source says in article after article, learnt from its last ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.text.furniture import learn_furniture

LEARN_FROM = 60
"""Furniture is learnt from so many of a source's last articles."""
REPEATED_IN = 3
"""A line that stands in so many of them is furniture."""
ANEW_AFTER = 0.1
"""It is learnt anew when this share of the articles it was learnt from has come since: reading sixty takes longer than
reading one."""


@dataclass
class _Learnt:
    lines: frozenset[str]
    articles: int  # that it was learnt from
    since: int = 0  # articles that have come since


@dataclass
class Furniture:
    """Remembers what was learnt; the tables hold what it is learnt from."""

    database: Database
    _learnt: dict[str, _Learnt] = field(default_factory=dict, init=False)

    async def of(self, source_key: str) -> frozenset[str]:
        """The forms of the lines that a source repeats, for the next article of it that is read."""
        learnt = self._learnt.get(source_key)
        if learnt is None or learnt.since > learnt.articles * ANEW_AFTER:
            learnt = self._learnt[source_key] = await self._learn(source_key)
        learnt.since += 1
        return learnt.lines

    async def _learn(self, source_key: str) -> _Learnt:
        async with self.database.read() as transaction:
            articles = await ArticleStore(transaction).recent_lines(source_key, LEARN_FROM)
        return _Learnt(learn_furniture(articles, REPEATED_IN), len(articles))
