"""Copies of an SQLite file: made while others read and write, and looked through before anybody relies on them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from digests.errors import BackupError

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND name NOT LIKE 'article\\_search\\_%' ESCAPE '\\' ORDER BY name"
)
COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside a database: what is written ahead of it, and the index of that."""
_PRIVATE = 0o600
"""A copy holds what readers chose: nobody else may read it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an SQLite file holds: the revision of its schema, and the rows of each table."""

    revision: str | None
    rows: Mapping[str, int]


def copy_file(origin: Path, target: Path) -> Contents:
    """Copy a consistent state of `origin` to `target`, check it, and only then give it its name.

    Raises BackupError when there is a file of this name, no room, or when the copy is not what the original is; nothing
    is left of it then.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; name another file, or move it away")
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=_PRIVATE)
        part.chmod(_PRIVATE)
        with closing(sqlite3.connect(_address(origin), uri=True, isolation_level=None)) as source:
            source.execute("BEGIN")  # what is counted is what is copied, whatever others write meanwhile
            wanted = _contents(source)
            if not _is_ours(wanted):
                raise BackupError(f"{origin} holds no tables of Depesche; `python -m bot db upgrade` makes them")
            with closing(sqlite3.connect(part, isolation_level=None)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it
        if faults := _broken(part):
            message = f"{origin} is broken ({faults[0]}); keep it, and bring back a copy: `python -m bot restore FILE`"
            raise BackupError(message)
        found = look_through(part)
        if found != wanted:
            raise BackupError(f"the copy of {origin} is not what the original is; try again, and look at the disk")
        _sync(part)
        part.rename(target)
    except (sqlite3.Error, OSError) as error:
        message = f"{origin} cannot be copied to {target} ({error}); make room there, or name another place"
        raise BackupError(message) from error
    finally:
        part.unlink(missing_ok=True)
    return found


def look_through(path: Path) -> Contents:
    """What a file holds. Raises BackupError unless it is whole and one of ours."""
    if not path.is_file():
        raise BackupError(f"{path}: there is no such file; name a copy that `python -m bot backup` has made")
    if faults := _broken(path):
        raise BackupError(f"{path} is broken ({faults[0]}); use another copy")
    with closing(sqlite3.connect(_address(path), uri=True)) as connection:
        found = _contents(connection)
    if not _is_ours(found):
        raise BackupError(f"{path} holds no database of Depesche; use a copy that `python -m bot backup` has made")
    return found


def _is_ours(found: Contents) -> bool:
    return found.revision is not None and "subscriber" in found.rows


def put_in_place(new: Path, path: Path, aside: str) -> Path | None:
    """Let `new`, a file of the same folder, be the database at `path` from now on; what was there is called `aside`.

    At every instant there is a whole database at `path`, the former or the new one, also when the process is killed or
    the power fails: the former gets its second name first, and one replacement decides. Returns where the former is,
    None when there was none. Raises BackupError when another program holds the former, and OSError.
    """
    former = path.with_name(aside)
    companions = [path.with_name(path.name + suffix) for suffix in COMPANIONS]
    if path.exists():
        _fold_in(path)
    kept = False
    for each in (path, *companions):
        if each.exists():
            _keep(each, former.with_name(former.name + each.name.removeprefix(path.name)))
            kept = True
    _sync(path.parent)
    for each in companions:  # else SQLite would take them for the new file's
        each.unlink(missing_ok=True)
    new.replace(path)
    _sync(path.parent)
    return former if kept else None


def _fold_in(path: Path) -> None:
    """Take what is written ahead of a file into it, so that the one file is the whole database.

    A broken file is left as it is, with its companions: SQLite might throw them away.
    """
    if _broken(path):
        return
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BackupError(f"another program has {path} open; end it first, then try again") from error


def _keep(path: Path, name: Path) -> None:
    """Give a file a second name; where the disk knows no such thing, copy it."""
    try:
        name.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        part = name.with_name(f"{name.name}.part")
        shutil.copy2(path, part)
        _sync(part)
        part.rename(name)


def faults_of(path: Path) -> list[str]:
    """What is wrong with an SQLite file: broken pages, and rows that refer to none; empty when all is well."""
    if faults := _broken(path):
        return faults
    with closing(sqlite3.connect(_address(path), uri=True)) as connection:
        rows = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [f"a row of {row[0]} refers to one of {row[2]} that is not there" for row in rows]


def _broken(path: Path) -> list[str]:
    """Broken pages. A row that refers to none is kept from nobody: such a file can still be copied and upgraded."""
    try:
        with closing(sqlite3.connect(_address(path), uri=True)) as connection:
            return [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    except sqlite3.Error as error:
        return [str(error)]


def _contents(connection: sqlite3.Connection) -> Contents:
    tables = [str(row[0]) for row in connection.execute(_TABLES)]
    revision = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        revision = str(row[0]) if row else None
    counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
    return Contents(revision, counts)


def _address(path: Path) -> str:
    """For reading only: nothing is made or changed by looking."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def _sync(path: Path) -> None:
    """Let a power cut lose nothing of a file, or of the names in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
