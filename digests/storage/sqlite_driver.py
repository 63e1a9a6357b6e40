"""SQLite's driver with one trip to its thread per statement.

aiosqlite runs SQLite in a thread and goes there four times for a statement: to open a cursor, execute, fetch and close.
A trip costs more than most of our statements do, and an article took seventy of them. So all four happen in one, what
opens a transaction goes along with its first statement, and where nothing is open, commit and rollback make none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite

_ROWS_AT_ONCE = 64  # of aiosqlite's own cursors, which nobody opens here


async def connect(*arguments: Any, **options: Any) -> aiosqlite.Connection:  # noqa: ANN401 - passed on
    """A connection for SQLAlchemy; takes what `sqlite3.connect` takes."""
    connection = _Connection(partial(sqlite3.connect, *arguments, **options), _ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy has it: a connection left open does not keep the process alive
    return await connection


class _Connection(aiosqlite.Connection):
    """Hands out cursors that do their work in one trip."""

    _opening: str | None = None  # of a transaction in which nothing has been executed yet
    _is_idle = False  # the last trip has come back: nothing is left in the thread that could still open a transaction

    async def _execute(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        self._is_idle = False
        came_back = await super()._execute(*arguments, **options)  # type: ignore[no-untyped-call]
        self._is_idle = True
        return came_back

    def begin(self, statement: str) -> None:
        """Open a transaction by `statement` as soon as something is executed."""
        self._opening = statement

    def take_opening(self) -> str | None:
        """The statement that the next trip has to execute first, if one has: no other trip may."""
        opening, self._opening = self._opening, None
        return opening

    async def commit(self) -> None:
        """Keep what has been done, if anything has."""
        if self.take_opening() is None:
            await super().commit()

    async def rollback(self) -> None:
        """Undo what is open, if anything is or, after a cancelled trip, may still be."""
        self._opening = None
        if self.in_transaction or not self._is_idle:
            await super().rollback()

    def cursor(self) -> Any:  # noqa: ANN401 - aiosqlite's own cursor is another class
        return _Cursor(self)


class _Cursor:
    """The part of a cursor that SQLAlchemy uses: executes, and keeps all rows."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> _Cursor:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> _Cursor:
        """Run a statement and fetch what it gives."""
        await self._trip("execute", sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> _Cursor:
        """Run a statement once for each of the parameters."""
        await self._trip("executemany", sql, parameters)
        return self

    async def _trip(self, name: str, sql: str, parameters: Any) -> None:  # noqa: ANN401 - of one statement or many
        await self._connection._execute(self._run, name, sql, parameters, self._connection.take_opening())

    def _run(self, name: str, sql: str, parameters: Any, opening: str | None) -> None:  # noqa: ANN401
        """In the connection's thread."""
        cursor = self._connection._conn.cursor()
        try:
            if opening is not None:
                cursor.execute(opening)
            getattr(cursor, name)(sql, parameters)
            self._rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""
