"""Copies of the database: whole, checked, private, and never in the place of another file."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from digests.errors import BackupError
from digests.storage import schema
from digests.storage.copies import copy_file, faults_of, look_through, put_in_place
from digests.storage.database import Database
from tests.support.clocks import START
from tests.support.databases import sqlite_template
from tests.support.rows import add_subscriber


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template(), tmp_path / "origin.db"))


async def test_what_is_not_yet_in_the_file_is_copied_too(sqlite: Database, tmp_path: Path) -> None:
    """The write-ahead log holds the newest rows; a copy of the file alone would lack them."""
    async with sqlite.write() as transaction:
        for _ in range(3):
            await add_subscriber(transaction)
    origin, target = Path(sqlite.url.database or ""), tmp_path / "copy.db"
    assert origin.with_name(f"{origin.name}-wal").stat().st_size > 0
    found = copy_file(origin, target)
    assert (found.revision, found.rows["subscriber"]) == (schema.head(), 3)
    assert look_through(target) == found
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith("copy")} == {"copy.db"}  # noqa: ASYNC240


async def test_writing_goes_on_while_a_copy_is_made(sqlite: Database, tmp_path: Path) -> None:
    """Somebody is in the middle of a write; the copy has what was there before it."""
    async with sqlite.write() as transaction:
        await add_subscriber(transaction)
        found = copy_file(Path(sqlite.url.database or ""), tmp_path / "copy.db")
        assert found.rows["subscriber"] == 0


def test_a_file_that_is_there_stays(origin: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        copy_file(origin, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_nothing_is_left_of_a_copy_that_fails(origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BackupError, match="make room there, or name another place"):
        copy_file(origin, tmp_path / "nowhere" / "copy.db")
    other = Path(shutil.copy(origin, tmp_path / "other.db"))
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    monkeypatch.setattr("digests.storage.copies.look_through", lambda _: look_through(origin))
    with pytest.raises(BackupError, match="is not what the original is"):
        copy_file(other, tmp_path / "copy.db")
    assert {path.name for path in tmp_path.iterdir()} == {"origin.db", "other.db"}


def test_what_is_broken_or_another_program_s_is_no_copy(origin: Path, tmp_path: Path) -> None:
    assert faults_of(origin) == []
    with pytest.raises(BackupError, match="no such file"):
        look_through(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(BackupError, match="is broken"):
        look_through(tmp_path / "text.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    with pytest.raises(BackupError, match="no database of Depesche"):
        look_through(tmp_path / "other.db")
    with closing(sqlite3.connect(origin)) as connection, connection:
        connection.execute("INSERT INTO profile_topic (profile_id, topic_id) VALUES (77, 88)")
    assert "profile_topic" in faults_of(origin)[0]
    copy_file(origin, tmp_path / "copy.db")  # the row is no reason to be without a copy
    content = bytearray(origin.read_bytes())
    content[8192:40960] = b"\xff" * 32768
    origin.write_bytes(content)
    with pytest.raises(BackupError, match="is broken"):
        look_through(origin)
    with pytest.raises(BackupError, match=r"origin\.db"):
        copy_file(origin, tmp_path / "broken.db")
    assert not (tmp_path / "broken.db").exists()


async def test_a_migration_makes_such_a_copy_first(sqlite: Database) -> None:
    path = schema.back_up(sqlite, "0001", START)
    assert path is not None
    assert path.name == "depesche.db.0001.20260813T040000Z.backup"
    assert look_through(path).revision == schema.head()


def mark(path: Path, word: str) -> None:
    """Write a word into a database, which stays in its write-ahead log until somebody folds it in."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS mark (word TEXT)")
        connection.execute("INSERT INTO mark VALUES (?)", [word])


def marks(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT word FROM mark")]


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from digests.storage.copies import put_in_place

left, events = int(sys.argv[1]), {"os.rename", "os.link", "os.remove", "sqlite3.connect", "sqlite3.connect/handle"}

def hook(event, arguments):
    global left
    if event in events:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
put_in_place(Path("new.db"), Path("depesche.db"), "former.db")
"""
"""Puts a file in place and is killed before its n-th step that changes or opens a file."""


def test_killed_at_any_step_there_is_a_whole_database_and_the_former_is_not_lost(tmp_path: Path) -> None:
    step, seen = 0, set[str]()
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        mark(folder / "depesche.db", "former")
        with closing(sqlite3.connect(folder / "depesche.db", isolation_level=None)) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("INSERT INTO mark VALUES ('ahead')")
            for suffix in ("", "-wal", "-shm"):  # as a process leaves them that is killed
                shutil.copy(folder / f"depesche.db{suffix}", folder / f"crashed{suffix}")
        for suffix in ("", "-wal", "-shm"):
            (folder / f"crashed{suffix}").rename(folder / f"depesche.db{suffix}")
        mark(folder / "new.db", "new")
        ended = subprocess.run([sys.executable, "-c", KILLED_AT, str(step)], cwd=folder, check=False)
        assert (folder / "depesche.db").exists(), step
        found = marks(folder / "depesche.db")
        assert found in (["former", "ahead"], ["new"]), step
        if found == ["new"]:
            assert marks(folder / "former.db") == ["former", "ahead"], step
        seen.add(found[0])
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
    assert seen == {"former", "new"}
    assert step > 3


def test_nothing_is_put_in_the_place_of_a_file_that_another_program_has_open(tmp_path: Path) -> None:
    mark(tmp_path / "depesche.db", "former")
    mark(tmp_path / "new.db", "new")
    with closing(sqlite3.connect(tmp_path / "depesche.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO mark VALUES ('ahead')")
        with pytest.raises(BackupError, match="another program has"):
            put_in_place(tmp_path / "new.db", tmp_path / "depesche.db", "former.db")
    assert marks(tmp_path / "depesche.db") == ["former", "ahead"]
    assert not (tmp_path / "former.db").exists()


def test_where_the_disk_knows_no_second_names_the_former_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    mark(tmp_path / "depesche.db", "former")
    mark(tmp_path / "new.db", "new")
    assert put_in_place(tmp_path / "new.db", tmp_path / "depesche.db", "former.db") == tmp_path / "former.db"
    assert (marks(tmp_path / "depesche.db"), marks(tmp_path / "former.db")) == (["new"], ["former"])
