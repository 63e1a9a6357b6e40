"""Sources: which are due, what they have shown before, how they are doing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Update, and_, bindparam, case, delete, exists, false, func, or_, select, true, update

from digests.domain.sources import Failure, FullText, Source, SourceKind, SourceState, Tally
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.dialects import insert_on
from digests.storage.interning import insert_new


@dataclass(frozen=True, slots=True)
class Doing:
    """A source with what it has brought of late."""

    source: Source
    tally: Tally
    articles: int  # stored now
    last_article_at: datetime | None  # UTC; when its newest one came


def failures_to_json(failures: Iterable[Failure]) -> list[dict[str, str]]:
    """Failures as a column holds them."""
    return [{"at": each.at.isoformat(), "reason": each.reason} for each in failures]


def entry_key(text: str) -> str:
    """A hash that tells entries of one source apart."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SourceStore:
    """The rows of sources."""

    transaction: Transaction

    async def add(self, source: Mapping[str, Any], now: datetime) -> int | None:
        """Store a new source, due at once; its id, None when there is one with this address."""
        values = {"labels": [], "failures": 0, "created_at": now, "next_poll_at": now, **source}
        statement = insert_new(self.transaction, models.Source).values(values).on_conflict_do_nothing()
        found = await self.transaction.connection.scalar(statement.returning(models.Source.id))
        return int(found) if found is not None else None

    async def set(self, source_id: int, values: Mapping[str, Any]) -> None:
        """Set columns of a source."""
        statement = _set(tuple(sorted(values)))
        await self.transaction.connection.execute(statement, {"its_id": source_id, **values})

    async def make_due(self, now: datetime) -> int:
        """Make all sources that are read by themselves due; how many."""
        source = models.Source
        read = (source.retired_at.is_(None), source.paused_at.is_(None), source.next_poll_at.is_not(None))
        statement = update(source).where(*read).values(next_poll_at=now)
        return (await self.transaction.connection.execute(statement)).rowcount

    async def remove(self, source_id: int) -> list[int]:
        """Delete a source with its articles; the stories that they stood in, to be counted anew."""
        article = models.Article
        touched = select(article.story_id).where(article.source_id == source_id).distinct()
        stories = list(await self.transaction.connection.scalars(touched))
        await self.transaction.connection.execute(delete(models.Source).where(models.Source.id == source_id))
        return stories

    async def all(self) -> list[Source]:
        """Every source, by title."""
        statement = select(models.Source.__table__).order_by(func.lower(models.Source.title), models.Source.id)
        return [_source(row) for row in (await self.transaction.connection.execute(statement)).all()]

    async def has(self, url: str) -> bool:
        """True when there is a source with this address."""
        return bool(await self.transaction.connection.scalar(select(exists().where(models.Source.url == url))))

    async def find(self, name: str) -> list[Source]:
        """Sources with this id or address; else those whose title or address has the words."""
        source = models.Source
        is_id = name.isascii() and name.isdigit() and len(name) < 10
        exact = or_(source.url == name, source.id == int(name) if is_id else false())
        for condition in (exact, func.lower(source.title) == name.lower(), _contains(name)):
            statement = select(source.__table__).where(condition).order_by(source.id)
            found = (await self.transaction.connection.execute(statement)).all()
            if found:
                return [_source(row) for row in found]
        return []

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Source]:
        """The sources that have been due longest; until the lease ends nobody else gets them."""
        bounds = {"now": now, "until": now + lease, "count": limit}
        taken = (await self.transaction.connection.execute(_claim(), bounds)).all()
        return sorted(map(_source, taken), key=lambda each: each.id)

    async def seen(self, source_id: int, keys: Collection[str]) -> dict[str, str]:
        """The hashes of what these entries said when they were last seen, by their keys."""
        entry = models.SeenEntry
        known: dict[str, str] = {}
        for some in _chunks(list(keys)):
            statement = select(entry.entry_key, entry.content_key).where(
                entry.source_id == source_id, entry.entry_key.in_(some)
            )
            rows = (await self.transaction.connection.execute(statement)).all()
            known |= {row.entry_key: row.content_key for row in rows}
        return known

    async def remember(self, source_id: int, entries: Mapping[str, str], now: datetime) -> None:
        """Keep in mind what these entries said, by their keys; written anew once a day, so that none is forgotten."""
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = [
            {"source_id": source_id, "entry_key": key, "content_key": content, "seen_at": day}
            for key, content in entries.items()
        ]
        if rows:
            await self.transaction.connection.execute(_remember(self.transaction.dialect), rows)

    async def forget_entries(self, before: datetime) -> int:
        """Drop entries that no source has shown since `before`; how many."""
        entry = models.SeenEntry
        return (await self.transaction.connection.execute(delete(entry).where(entry.seen_at < before))).rowcount

    async def count(self, source_id: int, now: datetime, tally: Tally) -> None:
        """Add to what a source has done today."""
        row = {"source_id": source_id, "day": now.astimezone(UTC).date(), **asdict(tally)}
        await self.transaction.connection.execute(_count(self.transaction.dialect), row)

    async def doing(self, since: datetime | None, source_ids: Collection[int] | None = None) -> list[Doing]:
        """How sources are doing since an instant, or ever, by title; all of them unless ids are given.

        Readings are counted by days (UTC), from the one after that of `since`.
        """
        day, article = models.SourceDay, models.Article
        sums = [func.coalesce(func.sum(getattr(day, each.name)), 0) for each in fields(Tally)]
        within = day.day > since.astimezone(UTC).date() if since else true()
        tallied = select(day.source_id, *sums).where(within).group_by(day.source_id)
        fresh = func.sum(case((article.fetched_at > since, 1), else_=0)) if since else func.count()
        counted = select(article.source_id, func.count(), func.max(article.fetched_at), fresh).where(
            article.parent_id.is_(None)
        )
        connection = self.transaction.connection
        tallies = {row[0]: Tally(*map(int, row[1:])) for row in (await connection.execute(tallied)).all()}
        counts = {row[0]: row for row in (await connection.execute(counted.group_by(article.source_id))).all()}
        wanted = [source for source in await self.all() if source_ids is None or source.id in source_ids]
        return [_doing(source, tallies.get(source.id), counts.get(source.id)) for source in wanted]

    async def days(self, source_id: int, since: date) -> dict[date, Tally]:
        """What a source did on each day (UTC) after `since`; days on which it did nothing are left out."""
        day = models.SourceDay
        columns = [getattr(day, each.name) for each in fields(Tally)]
        statement = select(day.day, *columns).where(day.source_id == source_id, day.day > since).order_by(day.day)
        return {row[0]: Tally(*row[1:]) for row in (await self.transaction.connection.execute(statement)).all()}


def _doing(source: Source, tally: Tally | None, counts: Row[Any] | None) -> Doing:
    """What files and pushes brought is counted by their articles: nobody reads them."""
    _, articles, last_at, fresh = tuple(counts) if counts is not None else (0, 0, None, 0)
    fed = Tally(added=int(fresh)) if source.state is SourceState.FED else None
    return Doing(source, fed or tally or Tally(), articles, last_at)


@cache
def _set(columns: tuple[str, ...]) -> Update:
    """Sets these columns of source `its_id`. Building it costs more than running it."""
    source = models.Source.__table__
    named = {name: bindparam(name, type_=source.c[name].type) for name in columns}
    return update(source).where(source.c.id == bindparam("its_id")).values(named)


@cache
def _claim() -> Any:  # noqa: ANN401 - a type of SQLAlchemy that depends on every column
    """Takes the `count` sources that have been due longest at `now`, until `until`."""
    source = models.Source
    moment = source.next_poll_at.type
    due = (
        select(source.id)
        .where(
            source.retired_at.is_(None),
            source.paused_at.is_(None),
            source.next_poll_at <= bindparam("now", type_=moment),
        )
        .order_by(source.next_poll_at)
        .limit(bindparam("count"))
        .with_for_update(skip_locked=True)
    )
    taken = update(source).where(source.id.in_(due)).values(next_poll_at=bindparam("until", type_=moment))
    return taken.returning(*source.__table__.columns)


@cache
def _remember(dialect: str) -> Any:  # noqa: ANN401 - two dialects, two types
    """Keeps an entry in mind, unless it is known to have said the same today."""
    entry = models.SeenEntry
    statement = insert_on(dialect, entry)
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["source_id", "entry_key"],
        set_={"content_key": said.content_key, "seen_at": said.seen_at},
        where=or_(entry.content_key != said.content_key, entry.seen_at < said.seen_at),
    )


@cache
def _count(dialect: str) -> Any:  # noqa: ANN401 - two dialects, two types
    """Adds a tally to the one of a source's day."""
    statement = insert_on(dialect, models.SourceDay)
    sums = {each.name: getattr(models.SourceDay, each.name) + statement.excluded[each.name] for each in fields(Tally)}
    return statement.on_conflict_do_update(index_elements=["source_id", "day"], set_=sums)


def _contains(text: str) -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    words = [word for word in text.lower().split() if word]
    named = func.lower(models.Source.title).concat(" ").concat(func.lower(models.Source.url))
    return and_(*(named.contains(word, autoescape=True) for word in words)) if words else false()


def _chunks(rows: Sequence[Any], size: int = 200) -> Iterable[Sequence[Any]]:
    """Parts of a list: databases bound how many values a statement may name."""
    return (rows[at : at + size] for at in range(0, len(rows), size))


def _source(row: Row[Any]) -> Source:
    return Source(
        id=row.id,
        kind=SourceKind(row.kind) if row.kind in set(SourceKind) else SourceKind.FILE,
        url=row.url,
        title=row.title,
        language=row.language,
        topics=tuple(row.topics),
        full_text=FullText(row.full_text),
        etag=row.etag,
        last_modified=row.last_modified,
        body_key=row.body_key,
        interval=timedelta(seconds=row.interval) if row.interval is not None else None,
        entry_dates=tuple(datetime.fromisoformat(each) for each in row.entry_dates),
        failures=row.failures,
        failing_since=row.failing_since,
        last_error=row.last_error,
        next_poll_at=row.next_poll_at,
        polled_at=row.polled_at,
        succeeded_at=row.succeeded_at,
        paused_at=row.paused_at,
        retired_at=row.retired_at,
        created_at=row.created_at,
        recent_failures=tuple(
            Failure(datetime.fromisoformat(each["at"]), each["reason"]) for each in row.recent_failures
        ),
    )
