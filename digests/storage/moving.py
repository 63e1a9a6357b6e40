"""All rows of one database into another, table by table; for the way from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, RowMapping, Select, Table, bindparam, func, insert, select, text, update

from digests.errors import BackupError
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.search import SearchStore

AT_ONCE = 1000
"""Rows of one statement."""
_NUMBER = "number_of_the_row"
INDEX = "article_search"
"""The search index has no model: its rows are the same stems on both databases, in each one's own form."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A table, and how many rows of it stand in the target."""

    table: str
    rows: int


def tables() -> Sequence[Table]:
    """The tables in an order in which each comes behind those it refers to."""
    return models.Base.metadata.sorted_tables


async def filled(target: Transaction) -> list[str]:
    """The tables of a database that hold rows already."""
    return [table.name for table in tables() if await _count(target, table)]


async def move(source: Transaction, target: Transaction) -> AsyncIterator[Moved]:
    """Copy every row from an SQLite database into an empty PostgreSQL one of the same schema.

    Raises BackupError when a table does not hold as many rows afterwards; whoever calls rolls back then.
    """
    for table in tables():
        await _copy(source, target, table)
        await _number_on(target, table)
        rows = await _count(target, table)
        if rows != (wanted := await _count(source, table)):
            raise BackupError(f"table {table.name} has {rows} rows instead of {wanted}; nothing was changed")
        yield Moved(table.name, rows)
    yield Moved(INDEX, await _copy_index(source, target))


async def _copy(source: Transaction, target: Transaction, table: Table) -> None:
    """Rows that refer to others of their own table get that reference once all are there."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    async for rows in _pages(source, select(table)):
        await target.connection.execute(insert(table), [_row(each, own) for each in rows])
    for column in own:
        await _refer(source, target, table, column)


async def _pages(source: Transaction, statement: Select[Any]) -> AsyncIterator[Sequence[RowMapping]]:
    """The rows of a table, some at a time, by SQLite's own number of each."""
    number = sa.literal_column("rowid", sa.Integer)
    statement = statement.add_columns(number.label(_NUMBER)).order_by(number).limit(AT_ONCE)
    last = -(2**63)
    while rows := (await source.connection.execute(statement.where(number > last))).mappings().all():
        yield rows
        last = rows[-1][_NUMBER]


def _row(values: Any, later: Sequence[Column[Any]]) -> dict[str, Any]:  # noqa: ANN401
    left_out = {column.name for column in later}
    return {str(name): None if name in left_out else value for name, value in values.items() if name != _NUMBER}


async def _refer(source: Transaction, target: Transaction, table: Table, column: Column[Any]) -> None:
    (key,) = table.primary_key.columns
    known = select(key.label("its_key"), column.label("its_value")).where(column.is_not(None))
    statement = update(table).where(key == bindparam("its_key")).values({column.name: bindparam("its_value")})
    async for rows in _pages(source, known):
        await target.connection.execute(statement, [_row(each, ()) for each in rows])


async def _number_on(target: Transaction, table: Table) -> None:
    """Let PostgreSQL number new rows behind those that were copied with their numbers."""
    for column in table.primary_key.columns:
        named = {"table": f'"{table.name}"', "column": column.name}
        sequence = await target.connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
        highest = await target.connection.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            await target.connection.execute(text("SELECT setval(:name, :value)"), {"name": sequence, "value": highest})


async def _copy_index(source: Transaction, target: Transaction) -> int:
    index, copied = SearchStore(target), 0
    entries = sa.table(INDEX, sa.column("title"), sa.column("body"))
    known = select(entries.c.title, entries.c.body).where(text("rowid IN (SELECT id FROM article)"))
    async for rows in _pages(source, known):
        for row in rows:
            await index.index(row[_NUMBER], row["title"].split(), row["body"].split())
        copied += len(rows)
    found = await target.connection.scalar(text("SELECT count(*) FROM article_search"))
    if found != copied:
        raise BackupError(f"the search index has {found} rows instead of {copied}; nothing was changed")
    return copied


async def _count(transaction: Transaction, table: Table) -> int:
    return int(await transaction.connection.scalar(select(func.count()).select_from(table)) or 0)
