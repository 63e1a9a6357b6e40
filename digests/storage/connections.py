"""Connections of SQLAlchemy for coroutines, over its Core alone.

`sqlalchemy.ext.asyncio` gives the same, and loads all of the object mapper with it, which nothing here needs: seven
megabytes and a twentieth of every start.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, TypeVarTuple, overload

import sqlalchemy
from sqlalchemy import CursorResult, Dialect, Engine, Executable, ScalarResult
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.util import greenlet_spawn

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
"""The values of a statement by name; those of many of its kind, one after the other."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection whose calls give way to other coroutines while they wait for the database.

    Each call runs in a greenlet, which an asyncio driver leaves whenever it has to wait. What the methods take, give
    and raise is what `sqlalchemy.Connection` says of its own; only one of them may be called at a time.
    """

    sync: sqlalchemy.Connection

    @property
    def dialect(self) -> Dialect:
        """Which database this is."""
        return self.sync.dialect

    @overload
    async def execute(self, statement: TypedReturnsRows[*_Ts], parameters: Values = None) -> CursorResult[*_Ts]: ...
    @overload
    async def execute(self, statement: Executable, parameters: Values = None) -> CursorResult[*tuple[Any, ...]]: ...
    async def execute(self, statement: Executable, parameters: Values = None) -> CursorResult[Any]:
        """The rows of a statement, all of them read."""
        return await greenlet_spawn(self.sync.execute, statement, parameters)

    @overload
    async def scalar(self, statement: TypedReturnsRows[_T], parameters: Values = None) -> _T | None: ...
    @overload
    async def scalar(self, statement: Executable, parameters: Values = None) -> Any: ...  # noqa: ANN401
    async def scalar(self, statement: Executable, parameters: Values = None) -> Any:
        """The first value of the first row; None without rows."""
        return (await self.execute(statement, parameters)).scalar()

    @overload
    async def scalars(self, statement: TypedReturnsRows[_T], parameters: Values = None) -> ScalarResult[_T]: ...
    @overload
    async def scalars(self, statement: Executable, parameters: Values = None) -> ScalarResult[Any]: ...
    async def scalars(self, statement: Executable, parameters: Values = None) -> ScalarResult[Any]:
        """The first value of each row."""
        return (await self.execute(statement, parameters)).scalars()

    async def exec_driver_sql(
        self, statement: str, parameters: tuple[Any, ...] | Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """The rows of a statement in the words of the database."""
        return await greenlet_spawn(self.sync.exec_driver_sql, statement, parameters)

    async def run_sync(self, call: Callable[[sqlalchemy.Connection], _T]) -> _T:
        """What `call` makes of the connection itself, for code that knows nothing of coroutines."""
        return await greenlet_spawn(call, self.sync)

    async def execution_options(self, **options: str | bool) -> None:
        """Set options of this connection, such as its isolation level."""
        await greenlet_spawn(partial(self.sync.execution_options, **options))

    async def get_raw_connection(self) -> PoolProxiedConnection:
        """The driver's own connection: `driver_connection` of what this gives."""
        return await greenlet_spawn(getattr, self.sync, "connection")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        """A transaction: committed at the end, rolled back on an exception."""
        async with _ended(await greenlet_spawn(self.sync.begin)):
            yield

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        """A savepoint: an exception takes back what has happened since, and nothing that came before."""
        async with _ended(await greenlet_spawn(self.sync.begin_nested)):
            yield


@asynccontextmanager
async def connected(engine: Engine) -> AsyncIterator[Connection]:
    """A connection from the pool of an engine with an asyncio driver, given back at the end."""
    sync = await greenlet_spawn(engine.connect)
    try:
        yield Connection(sync)
    finally:
        await _to_the_end(greenlet_spawn(sync.close))


@asynccontextmanager
async def _ended(transaction: sqlalchemy.Transaction) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        await greenlet_spawn(transaction.__exit__, *sys.exc_info())
        raise
    await greenlet_spawn(transaction.__exit__, None, None, None)


async def _to_the_end(closing: Coroutine[Any, Any, None]) -> None:
    """Wait until it is closed even if the caller is cancelled meanwhile, and only then pass that on.

    Else the connection would come back into a pool that has been closed since.
    """
    task, cancelled = asyncio.ensure_future(closing), None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
