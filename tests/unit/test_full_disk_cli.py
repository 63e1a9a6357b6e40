"""A disk that is full while a command writes: one line that says what to do, exit code 2, and no half file."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit import test_backup_cli
from tests.unit.test_backup_cli import articles, count
from tests.unit.test_care_cli import filled as with_readers
from tests.unit.test_cli import Run, refused
from tests.unit.test_cli import run as run_fixture

run, filled, server = run_fixture, test_backup_cli.filled, test_backup_cli.server
MANY = "\n".join(
    json.dumps({"title": f"Rat beschließt Nummer {number}", "text": f"Der Rat hat Nummer {number} beschlossen. " * 40})
    for number in range(40)
)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, of this process and those that it starts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # Python would keep what it could not write whole
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir() if not each.name.endswith(("-wal", "-shm", ".lock"))}


def test_no_half_copy_is_left(run: Run, filled: Path, tmp_path: Path) -> None:
    with room_for(filled.stat().st_size // 2):
        refused(run("backup", "copy.db"), "cannot be copied to copy.db", "make room there, or name another place")
    assert files(tmp_path) == {"depesche.db"}
    assert run("backup", "copy.db").exit_code == 0
    before = articles(filled)
    with room_for(filled.stat().st_size // 2):
        refused(run("restore", "copy.db", "--force"), "cannot be copied to", "make room there")
    assert files(tmp_path) == {"depesche.db", "copy.db"}
    assert articles(filled) == before > 0


def test_no_half_dump_is_left(run: Run, server: str, tmp_path: Path) -> None:
    with room_for(4096):
        refused(run("backup", "copy.dump", DATABASE_URL=server), "pg_dump failed: File size limit exceeded")
    assert files(tmp_path) == set()
    assert count(server) > 0


def test_no_half_file_of_readers_is_left(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_readers(run, tmp_path)
    real = Path.open

    def full(path: Path, mode: str = "r", **options: str) -> object:
        return real(Path("/dev/full") if "w" in mode else path, mode, **options)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        refused(run("export-readers", "readers.jsonl"), "readers.jsonl: cannot be written (No space left on device)")
    assert files(tmp_path) == {"depesche.db"}
    assert run("export-readers", "readers.jsonl").exit_code == 0


def test_an_import_that_runs_out_of_room_keeps_what_it_has_told(run: Run, filled: Path) -> None:
    before = articles(filled)
    with room_for(200_000):  # for what SQLite writes ahead of the file
        stopped = run("import", "-", text=MANY)
    assert stopped.exit_code == 2
    assert "DATABASE_URL" in stopped.stderr.splitlines()[-1]
    assert "look at its disk" in stopped.stderr or "make room on its disk" in stopped.stderr
    told = stopped.stdout.count(": added")
    assert told <= articles(filled) - before < 40  # on a slow machine a batch takes several transactions
    assert run("import", "-", text=MANY).exit_code == 0
    assert articles(filled) == before + 40
