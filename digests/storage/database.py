"""Connections and transactions. Reading and writing are told apart because SQLite must know it at the beginning."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import orjson
import sqlalchemy
from sqlalchemy import URL, Engine, create_engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import await_only, greenlet_spawn

from digests.domain.memory import Memory
from digests.errors import SettingsError
from digests.storage import sqlite_driver
from digests.storage.connections import Connection, connected
from digests.text.document import Paragraph

CONNECTIONS = 15
"""At most so many, opened when they are needed and kept: opening one costs more than most transactions do."""
BODIES = 3_000
"""So many texts of articles are remembered, ten to twenty megabytes: most readers are told of the same ones."""
Bodies = Memory[tuple[Any, ...], tuple[Paragraph, ...]]
"""By what `statements.BODY_KEY` says of the article."""
WATCHFUL = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
WATCHFUL |= {"tcp_user_timeout": 40_000}
"""How libpq finds out that a server answers no more, not even with an error, within fifty seconds: a firewall or a lost
machine would keep a connection waiting for hours. Seconds, and milliseconds for what was sent and never confirmed."""
_PRAGMAS = ("synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON")
_DRIVERS = {"sqlite+aiosqlite": "sqlite+aiosqlite", "postgresql+psycopg": "postgresql+psycopg_async"}
"""What SQLAlchemy calls the asyncio half of the drivers that an address may name."""
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_MODE_TRIES, _MODE_PAUSE = 250, 0.02  # seconds; a file's first change to WAL does not wait for others by itself


@dataclass
class Transaction:
    """One transaction. Callbacks given to `after_commit` run only when it has been committed."""

    connection: Connection
    bodies: Bodies
    _after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def dialect(self) -> str:
        """The database's name: "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` once this transaction is committed; a rollback forgets it."""
        self._after_commit.append(callback)

    async def alone(self, name: str) -> bool:
        """Hold `name` until this transaction ends; False when others held it and had to be waited for.

        SQLite has one writer anyway: whoever has executed something.
        """
        if self.dialect != "postgresql":
            await self.connection.exec_driver_sql("SELECT 1")
            return True
        key = crc32(name.encode())
        if await self.connection.scalar(select(func.pg_try_advisory_xact_lock(key))):
            return True
        await self.connection.execute(select(func.pg_advisory_xact_lock(key)))
        return False

    async def share(self, name: str) -> None:
        """Hold `name` beside others who share it, until this transaction ends; wait for who wants it alone."""
        if self.dialect == "postgresql":
            await self.connection.execute(select(func.pg_advisory_xact_lock_shared(crc32(name.encode()))))


class Database:
    """The one door to the tables, on SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """`url` is an SQLAlchemy URL with an async driver: sqlite+aiosqlite or postgresql+psycopg."""
        self.url = make_url(url)
        if self.url.drivername not in _DRIVERS:
            message = (
                f"DATABASE_URL: {self.url.drivername} is not supported; "
                "use sqlite+aiosqlite:///file.db or postgresql+psycopg://user@host/name"
            )
            raise SettingsError(message)
        in_memory = self.is_sqlite and self.url.database in (None, "", ":memory:")  # it has one connection, and no pool
        pool = {} if in_memory else {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True}  # the warm one
        self.engine: Engine = create_engine(  # errors must not quote what somebody wrote
            self.url.set(drivername=_DRIVERS[self.url.drivername]),
            **pool,
            pool_pre_ping=not self.is_sqlite,
            connect_args={}
            if self.is_sqlite
            else {"client_encoding": "utf8"} | watchful(self.url),  # not PGCLIENTENCODING
            hide_parameters=True,
            json_deserializer=_from_json,
        )
        self._bodies: Bodies = Memory(BODIES)
        self._writer = self.engine.execution_options(immediate=True) if self.is_sqlite else self.engine
        self.no_room = asyncio.Event()  # set whenever a write fails because the disk is full
        self._writing = asyncio.Lock()  # SQLite has one writer; waiting here is fair, waiting in the driver is not
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", _choose_driver)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _check_encoding, insert=True)

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction that sees one state of the database and changes nothing."""
        async with connected(self.engine) as connection:
            if not self.is_sqlite:  # where the default shows every statement another state
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield Transaction(connection, self._bodies)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that may change rows; commits at the end, rolls back on an exception."""
        if not self.is_sqlite:
            async with self._transaction() as transaction:
                yield transaction
            return
        async with self._writing, self._transaction() as transaction:
            yield transaction

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        try:
            async with connected(self._writer) as connection:
                transaction = Transaction(connection, self._bodies)
                async with connection.begin():
                    yield transaction
        except DBAPIError as error:
            if _is_lack_of_room(error.orig):
                self.no_room.set()
            raise
        for callback in transaction._after_commit:
            callback()

    async def close(self) -> None:
        """Close all connections."""
        await greenlet_spawn(self.engine.dispose)


def watchful(url: URL) -> dict[str, int]:
    """What a connection to PostgreSQL is watched by; the address itself goes before."""
    return {name: value for name, value in WATCHFUL.items() if name not in url.query}


def _check_encoding(connection: DBAPIConnection, _record: object) -> None:
    """Refuse a database that cannot hold every letter, before anything is read from it: the server says so unasked."""
    encoding = connection.driver_connection.info.parameter_status("server_encoding")
    if encoding == "UTF8":
        return
    connection.close()
    raise SettingsError(
        f"DATABASE_URL: the database has encoding {encoding}, and would lose letters; make another one: "
        "`createdb --encoding=UTF8 --template=template0 NAME`, and move what this one holds with pg_dump and pg_restore"
    )


def _is_lack_of_room(fault: BaseException | None) -> bool:
    """True when the disk of the database is full: SQLite's own word for it, or PostgreSQL's (disk_full)."""
    code = getattr(fault, "sqlite_errorcode", None)
    return code in _NO_ROOM if code is not None else getattr(fault, "sqlstate", None) == "53100"


def _from_json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever was stored
    """By the quick reader, as one digest reads hundreds of bodies; Python's own takes even half a character."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _choose_driver(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    options["async_creator_fn"] = sqlite_driver.connect


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Take transactions into our own hands: the driver's default opens none for a SELECT and so loses updates."""
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()
    except Exception:
        connection.close()  # nobody else would end the driver's thread
        raise


def _write_ahead(cursor: DBAPICursor) -> None:
    """Let readers read while somebody writes. Another connection may be changing the file's mode at this moment."""
    for attempt in range(_MODE_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt + 1 == _MODE_TRIES:
                raise
            await_only(asyncio.sleep(_MODE_PAUSE))
        else:
            return


def _begin_sqlite(connection: sqlalchemy.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    driver: Any = connection.connection.driver_connection
    driver.begin("BEGIN IMMEDIATE" if immediate else "BEGIN")
