"""Full-text search over stems made in Python, so that SQLite and PostgreSQL find the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from digests.domain.search_terms import EXACT, PREFIX_FROM, Term
from digests.storage.database import Transaction
from digests.storage.models.articles import PLACE
from digests.storage.types import UtcDateTime

_POSITIONS = 16_383
"""The highest position that a tsvector can hold."""
_OCCURRENCES = 256
"""So many places of one stem a tsvector keeps."""
_LONGEST = 100
"""Letters of a stem that count; a tsvector takes 2,046 bytes, and nothing so long is a word."""
_ROOM = 400_000
"""Bytes of stems per title and per body; a tsvector takes a megabyte. What comes after so many words is not found."""
_TERMS = 30
"""Words of a query that count."""
_ALTERNATIVES = 60
"""Alternatives of a word that count."""
_FIRST_LOOK = 2_000
"""So many articles, the last stored, are asked about first."""
_LOOKED_THROUGH = 20_000
"""Articles of a period that are looked at for the first and the last stored one of them."""
_DAYS = 40
"""A period of at most so many days is looked for by the days in PostgreSQL's index."""
_LOOKS = (timedelta(days=1), timedelta(days=6), timedelta(days=_DAYS - 1))
"""How far back PostgreSQL looks for the newest hits, one after the other."""
_DAY_SIGN = "§"
"""Begins the lexeme of a day; nobody can type one, since a stem has letters and digits only."""
DAY_LEXEME = (
    f"array_to_tsvector(ARRAY['{_DAY_SIGN}' || floor(extract(epoch FROM article.news_at) / 86400)::bigint::text])"
)
"""SQL: the day (UTC) of an article's news, counted from 1970, as a tsvector.

Else a word that stands in ten thousand articles of an archive has all of them read for the hundred of a day.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GAP = "\ue000"
"""Stands for a word of which PostgreSQL has no place; nobody can type it."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What else a hit must be; empty where anything will do. Times are UTC."""

    without: tuple[Term, ...] = ()  # nothing of these may stand in it
    since: datetime | None = None
    until: datetime | None = None  # before
    credits: frozenset[str] | None = None  # one of these
    topics: frozenset[str] | None = None  # all of these slugs
    languages: frozenset[str] = frozenset()  # one of these
    other_languages: frozenset[str] = frozenset()  # none of these

    @property
    def is_empty(self) -> bool:
        """True when any article will do that has the words."""
        return self == Narrowing()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that has all the terms, with what its rank is made of."""

    article_id: int
    story_id: int
    title: str
    language: str
    sources: int  # independent ones of its story
    news_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class _Span:
    """Articles by their numbers, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SearchStore:
    """Fills and asks the index `article_search`."""

    transaction: Transaction

    async def index(self, article_id: int, title: Sequence[str], body: Sequence[str]) -> None:
        """Put the stems of a stored article into the index, in place of what stood there."""
        title, body = _placed(_fitting(title), _fitting(body))
        if self.transaction.dialect == "sqlite":
            statement = "INSERT OR REPLACE INTO article_search (rowid, title, body) VALUES (:id, :title, :body)"
            await self._run(statement, id=article_id, title=" ".join(title), body=" ".join(body))
            return
        vector = " ".join([*_lexemes(title, "A", 1), *_lexemes(body, "D", len(title) + 1)])
        await self._run(
            f"INSERT INTO article_search (article_id, stems) SELECT id, cast(:vector AS tsvector) || {DAY_LEXEME} "  # noqa: S608
            "FROM article WHERE id = :id ON CONFLICT (article_id) DO UPDATE SET stems = excluded.stems",
            id=article_id,
            vector=vector,
        )

    async def remove_orphans(self) -> None:
        """Drop index rows of deleted articles; PostgreSQL does it by itself."""
        if self.transaction.dialect == "sqlite":
            await self._run("DELETE FROM article_search WHERE rowid NOT IN (SELECT id FROM article)")

    async def find(self, terms: Sequence[Term], limit: int, narrowing: Narrowing = Narrowing()) -> list[Hit]:
        """The newest articles that have every term, at most `limit`.

        Without terms, the newest that the narrowing leaves; nothing when that is empty, too.
        """
        terms = _usable(terms)
        conditions, values = _conditions(narrowing)
        if not terms:
            nothing = narrowing.is_empty or narrowing.without
            return [] if nothing else await self._newest("article", conditions, values, limit)
        values["query"] = self._query(terms, _usable(narrowing.without))
        if self.transaction.dialect == "sqlite":
            return await self._recent(conditions, values, limit)
        return await self._latest(conditions, values, limit, narrowing)

    async def _latest(
        self, conditions: Sequence[str], values: Mapping[str, Any], limit: int, narrowing: Narrowing
    ) -> list[Hit]:
        """The newest articles that PostgreSQL's index finds.

        Each hit has its rows read, and a common word has half a million. So the last days are looked through first,
        then more of them: when there are enough, no other hit is newer. PostgreSQL must not walk through all articles
        instead, be it by time (`OFFSET 0`), in the hope of soon meeting the words, or because there are many of these,
        as it leaves out what it costs to fetch each article's own: with a million either took seconds.
        """
        await self._run("SET LOCAL enable_seqscan = off")  # what else this transaction reads has indexes, too
        indexed = "SELECT article_id FROM article_search WHERE stems @@ cast(:query AS tsquery) OFFSET 0"
        source = f"({indexed}) AS found JOIN article ON article.id = found.article_id"
        for days in await self._looks(narrowing):
            found = await self._newest(source, conditions, {**values, "query": values["query"] + days}, limit)
            if len(found) >= limit:
                break
        return found

    async def _looks(self, narrowing: Narrowing) -> list[str]:
        """The last days of the period, ever more of them, as `_on_days` names them."""
        newest = text("SELECT max(news_at) FROM article").columns(UtcDateTime())
        until = narrowing.until or await self.transaction.connection.scalar(newest)
        since = [until - look for look in _LOOKS] if until else []
        if narrowing.since is not None:
            since = [*(each for each in since if each > narrowing.since), narrowing.since]
        return [_on_days(each, until) for each in since] + [""] * (narrowing.since is None)

    async def _recent(self, conditions: Sequence[str], values: Mapping[str, Any], limit: int) -> list[Hit]:
        """The newest articles that SQLite's index finds.

        The way from a hit to its article costs most, and a common word has half a million hits. But what was stored
        last is mostly the newest: so the index is asked for the last stored articles, then for more of them, until
        there are enough, and no article that was stored before is newer than they are.
        """
        source = f"article_search JOIN article INDEXED BY {PLACE} ON article.id = article_search.rowid"
        matches = "article_search MATCH :query AND article_search.rowid BETWEEN :first AND :last"
        until = values.get("until")
        span = await self._span(values.get("since"), until)
        wide, first = _FIRST_LOOK, span.last - _FIRST_LOOK + 1
        while True:
            first = max(first, span.first)
            bounds = {"first": first, "last": span.last}
            found = await self._newest(source, [matches, *conditions], {**values, **bounds}, limit)
            if first == span.first:
                return found
            if len(found) < limit:
                wide *= max(4, 2 * limit // len(found)) if found else 64
                first = span.last - wide + 1
                continue
            before = (await self._span(found[-1].news_at, until)).first
            if before >= first:
                return found
            first = before

    async def _span(self, since: datetime | None, until: datetime | None) -> _Span:
        """Between which numbers the articles of a period lie; all there are, where looking would take too long."""
        if since is not None:
            period = "news_at >= :since" + " AND news_at < :until" * (until is not None)
            numbers = f"SELECT id FROM article WHERE {period} LIMIT {_LOOKED_THROUGH}"  # noqa: S608
            span = _built(f"SELECT min(id), max(id), count(*) FROM ({numbers}) AS numbers")  # noqa: S608
            bound = [_bound("since", since)] + [_bound("until", until)] * (until is not None)
            first, last, count = (await self.transaction.connection.execute(span.bindparams(*bound))).one()
            if count < _LOOKED_THROUGH:
                return _Span(first or 0, last or 0)
        last = await self.transaction.connection.scalar(_built("SELECT max(id) FROM article"))
        return _Span(0, last or 0)

    async def _newest(self, source: str, conditions: Sequence[str], values: Mapping[str, Any], limit: int) -> list[Hit]:
        newest = "ORDER BY article.news_at DESC, article.id DESC"
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        hits = f"SELECT article.id FROM {source} {where} {newest} LIMIT :limit"  # noqa: S608
        statement = text(  # whole rows of those that are left only: most of a row is text
            "SELECT article.id, article.story_id, article.title, article.language, story.source_count, "  # noqa: S608
            f"article.news_at FROM ({hits}) AS hits JOIN article ON article.id = hits.id "
            f"JOIN story ON story.id = article.story_id {newest}"
        ).columns(news_at=UtcDateTime())
        bound = [_bound(name, value) for name, value in values.items()]
        rows = await self.transaction.connection.execute(statement.bindparams(*bound), {"limit": limit})
        return [Hit(*row) for row in rows.all()]

    def _query(self, terms: Sequence[Term], without: Sequence[Term]) -> str:
        if self.transaction.dialect == "sqlite":
            return " AND ".join(map(_fts5, terms)) + "".join(f" NOT {_fts5(term)}" for term in without)
        return " & ".join([*map(_tsquery, terms), *(f"!{_tsquery(term)}" for term in without)])

    async def _run(self, statement: str, **values: object) -> None:
        await self.transaction.connection.execute(_built(statement), values)


@cache
def _built(statement: str) -> TextClause:
    return text(statement)


def _conditions(narrowing: Narrowing) -> tuple[list[str], dict[str, Any]]:
    """What an article's own columns must say, and the values in it."""
    wanted: Mapping[str, tuple[str, object]] = {
        "since": ("article.news_at >= :since", narrowing.since),
        "until": ("article.news_at < :until", narrowing.until),
        "credits": ("article.credit IN :credits", narrowing.credits and sorted(narrowing.credits)),
        "languages": ("article.language IN :languages", sorted(narrowing.languages) or None),
        "others": ("article.language NOT IN :others", sorted(narrowing.other_languages) or None),
    }
    conditions = [condition for condition, value in wanted.values() if value is not None]
    values = {name: value for name, (_, value) in wanted.items() if value is not None}
    for number, slug in enumerate(sorted(narrowing.topics or ())):
        values[f"topic{number}"] = slug
        conditions.append(
            "EXISTS (SELECT 1 FROM article_topic JOIN topic ON topic.id = article_topic.topic_id "  # noqa: S608
            f"WHERE article_topic.article_id = article.id AND topic.slug = :topic{number})"
        )
    return conditions, values


def _on_days(since: datetime, until: datetime | None) -> str:
    """For PostgreSQL's index: on one of the days of a period; nothing for a long or an open one."""
    if until is None:
        return ""
    first, last = ((at - _EPOCH).days for at in (since, until))
    days = [f"'{_DAY_SIGN}{day}'" for day in range(first, last + 1)]
    return f" & ({' | '.join(days)})" if 0 < len(days) <= _DAYS else ""


def _bound(name: str, value: object) -> Any:  # noqa: ANN401 - a type of SQLAlchemy that depends on the value
    if isinstance(value, datetime):
        return bindparam(name, value, UtcDateTime())
    return bindparam(name, value, expanding=isinstance(value, list))


def _plain(stem: str) -> str:
    """A stem that no index cuts apart: letters and digits (folding turns a few letters into more than that)."""
    return (stem if stem.isalnum() else "".join(filter(str.isalnum, stem)))[:_LONGEST]


def _fitting(stems: Sequence[str]) -> list[str]:
    """As many of the first stems as the index takes, none of them empty."""
    plain = [kept for stem in stems if (kept := _plain(stem))]
    used = accumulate((len(stem.encode()) + 1 for stem in plain), initial=0)
    return [stem for stem, bytes_ in zip(plain, used, strict=False) if bytes_ < _ROOM]


def _placed(title: list[str], body: list[str]) -> tuple[list[str], list[str]]:
    """The stems without those of which PostgreSQL would forget the place, so that phrases are found alike."""
    seen: Counter[str] = Counter()
    kept: list[str] = []
    for stem in (*title, *body)[: _POSITIONS - 1]:
        seen[stem] += 1
        kept.append(stem if seen[stem] <= _OCCURRENCES else _GAP)
    return kept[: len(title)], kept[len(title) :]


def _lexemes(stems: Sequence[str], weight: str, start: int) -> list[str]:
    """Stems as tsvector input; they hold letters and digits only, so quoting is all they need."""
    return [f"'{stem}':{position}{weight}" for position, stem in enumerate(stems, start) if stem != _GAP]


def _usable(terms: Iterable[Term]) -> list[Term]:
    """The terms as the index has their stems; those without any are left out."""
    found = (frozenset(filter(None, map(_alternative, term))) for term in terms)
    return [frozenset(sorted(term)[:_ALTERNATIVES]) for term in found if term][:_TERMS]


def _alternative(written: str) -> str:
    run = " ".join(filter(None, map(_plain, written.split())))
    return EXACT + run if run and written.startswith(EXACT) and " " not in run else run


def _longer(alternative: str) -> bool:
    """True when longer words are found, too."""
    return " " not in alternative and not alternative.startswith(EXACT) and len(alternative) >= PREFIX_FROM


def _fts5(term: Term) -> str:
    def one(alternative: str) -> str:
        return f'"{alternative.removeprefix(EXACT)}"' + ("*" if _longer(alternative) else "")

    return "(" + " OR ".join(map(one, sorted(term))) + ")"


def _tsquery(term: Term) -> str:
    def one(alternative: str) -> str:
        stems = alternative.removeprefix(EXACT).split()
        if len(stems) == 1:
            return f"'{stems[0]}'" + (":*" if _longer(alternative) else "")
        in_title, in_body = (" <-> ".join(f"'{stem}':{weight}" for stem in stems) for weight in "AD")
        return f"({in_title}) | ({in_body})"  # a phrase stands in the one or in the other, as for FTS5

    return "(" + " | ".join(map(one, sorted(term))) + ")"
