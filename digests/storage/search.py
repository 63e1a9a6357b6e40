"""Full-text search over stems made in Python, so that SQLite and PostgreSQL find the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate

from sqlalchemy import TextClause, bindparam, text

from digests.storage.database import Transaction
from digests.storage.models.articles import PLACE
from digests.storage.types import UtcDateTime

Term = frozenset[str]
"""Alternatives of one typed word: its stems in every language it may belong to."""
_PREFIX_FROM = 4
"""A stem of so many letters also finds longer words, so Rente finds Rentenzahlungen."""
_POSITIONS = 16_383
"""The highest position that a tsvector can hold."""
_LONGEST = 100
"""Letters of a stem that count; a tsvector takes 2,046 bytes, and nothing so long is a word."""
_ROOM = 400_000
"""Bytes of stems per title and per body; a tsvector takes a megabyte. What comes after so many words is not found."""
_TERMS = 30
"""Words of a query that count."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that has all the terms."""

    article_id: int
    story_id: int
    in_title: bool  # all terms stand in the title
    news_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class SearchStore:
    """Fills and asks the index `article_search`."""

    transaction: Transaction

    async def index(self, article_id: int, title: Sequence[str], body: Sequence[str]) -> None:
        """Put the stems of an article into the index, in place of what stood there."""
        title, body = _fitting(title), _fitting(body)
        if self.transaction.dialect == "sqlite":
            statement = "INSERT OR REPLACE INTO article_search (rowid, title, body) VALUES (:id, :title, :body)"
            await self._run(statement, id=article_id, title=" ".join(title), body=" ".join(body))
            return
        vector = " ".join([*_lexemes(title, "A", 1), *_lexemes(body, "D", len(title) + 1)])
        await self._run(
            "INSERT INTO article_search (article_id, stems) VALUES (:id, cast(:vector AS tsvector)) "
            "ON CONFLICT (article_id) DO UPDATE SET stems = excluded.stems",
            id=article_id,
            vector=vector,
        )

    async def remove_orphans(self) -> None:
        """Drop index rows of deleted articles; PostgreSQL does it by itself."""
        if self.transaction.dialect == "sqlite":
            await self._run("DELETE FROM article_search WHERE rowid NOT IN (SELECT id FROM article)")

    async def find(self, terms: Sequence[Term], since: datetime | None, limit: int) -> list[Hit]:
        """The newest articles that have every term, at most `limit`."""
        terms = [term for each in terms[:_TERMS] if (term := frozenset(map(_plain, each)) - {""})]
        if not terms:
            return []
        if self.transaction.dialect == "sqlite":
            source = f"article_search JOIN article INDEXED BY {PLACE} ON article.id = article_search.rowid"
            where = "article_search MATCH :query"
            title = "article_search.rowid IN (SELECT rowid FROM article_search WHERE article_search MATCH :title)"
            query, in_title = _fts5(terms), "{title} : (" + _fts5(terms) + ")"
        else:
            source = "article_search JOIN article ON article.id = article_search.article_id"
            where, title = "stems @@ cast(:query AS tsquery)", "stems @@ cast(:title AS tsquery)"
            query, in_title = _tsquery(terms, ""), _tsquery(terms, "A")
        window = "AND article.news_at > :since" if since else ""
        statement = text(
            f"SELECT article.id, article.story_id, {title} AS in_title, article.news_at FROM {source} "  # noqa: S608
            f"WHERE {where} {window} ORDER BY article.news_at DESC, article.id DESC LIMIT :limit"
        ).columns(news_at=UtcDateTime())
        parameters = {"query": query, "title": in_title, "limit": limit}
        if since:
            statement = statement.bindparams(bindparam("since", since, UtcDateTime()))
        rows = await self.transaction.connection.execute(statement, parameters)
        return [Hit(row.id, row.story_id, bool(row.in_title), row.news_at) for row in rows.all()]

    async def _run(self, statement: str, **values: object) -> None:
        await self.transaction.connection.execute(_built(statement), values)


@cache
def _built(statement: str) -> TextClause:
    return text(statement)


def _plain(stem: str) -> str:
    """A stem that no index cuts apart: letters and digits (folding turns a few letters into more than that)."""
    return (stem if stem.isalnum() else "".join(filter(str.isalnum, stem)))[:_LONGEST]


def _fitting(stems: Sequence[str]) -> list[str]:
    """As many of the first stems as the index takes, none of them empty."""
    plain = [kept for stem in stems if (kept := _plain(stem))]
    used = accumulate((len(stem.encode()) + 1 for stem in plain), initial=0)
    return [stem for stem, bytes_ in zip(plain, used, strict=False) if bytes_ < _ROOM]


def _lexemes(stems: Sequence[str], weight: str, start: int) -> list[str]:
    """Stems as tsvector input; they hold letters and digits only, so quoting is all they need."""
    return [f"'{stem}':{min(position, _POSITIONS)}{weight}" for position, stem in enumerate(stems, start)]


def _fts5(terms: Sequence[Term]) -> str:
    def one(stem: str) -> str:
        return f'"{stem}"*' if len(stem) >= _PREFIX_FROM else f'"{stem}"'

    return " AND ".join("(" + " OR ".join(one(stem) for stem in sorted(term)) + ")" for term in terms)


def _tsquery(terms: Sequence[Term], weight: str) -> str:
    def one(stem: str) -> str:
        mark = ("*" if len(stem) >= _PREFIX_FROM else "") + weight
        return f"'{stem}'" + (f":{mark}" if mark else "")

    return " & ".join("(" + " | ".join(one(stem) for stem in sorted(term)) + ")" for term in terms)
