"""Folders and files that another user owns, as one without rights meets them: one line that names the way out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import ROOT
from tests.unit.test_cli import TOKEN, Run
from tests.unit.test_cli import run as run_fixture

run = run_fixture
NOBODY = 65534
COMMANDS = [["run"], ["db", "upgrade"], ["db", "check"], ["backup"], ["preview"]]
PROGRAM = """
import json, sys
from click.testing import CliRunner
from bot.cli import main
results = [CliRunner().invoke(main, arguments, env=settings) for arguments, settings in json.load(sys.stdin)]
json.dump([[each.exit_code, each.stdout, each.stderr, repr(each.exception)] for each in results], sys.stdout)
"""
Wish = tuple[list[str], dict[str, str]]

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users and rights as Unix has them")


@pytest.fixture
def ground(run: Run) -> Iterator[Path]:
    """A folder that everybody may enter and write, with a database of a user who has no rights but his own."""
    folder = Path(tempfile.mkdtemp(prefix="depesche-closed-"))
    folder.chmod(0o777)
    assert run("db", "upgrade", DATABASE_URL=url(folder / "mine.db")).exit_code == 0
    if os.geteuid() == 0:
        shutil.chown(folder / "mine.db", NOBODY)
    yield folder
    for each in sorted(folder.rglob("*")):
        each.chmod(0o700)
    shutil.rmtree(folder)


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def powerless(ground: Path, *wishes: Wish) -> list[tuple[int, str, str]]:
    """Exit code, standard output and standard error of commands with these settings, by a user without rights."""
    rights: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    common: dict[str, Any] = {"cwd": ground, "env": environment, "capture_output": True, "text": True}
    try:
        subprocess.run([sys.executable, "-c", "import bot.cli"], check=True, **common, **rights)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("others may not read this Python or the repository")
    given = json.dumps(wishes)
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=False, input=given, timeout=120, **common, **rights)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    for each in results:
        assert each[3] in ("None", "SystemExit(0)", "SystemExit(1)", "SystemExit(2)"), each
    return [(code, out, fault) for code, out, fault, _ in results]


def all_refused(ground: Path, *wishes: tuple[Wish, str]) -> None:
    """Each ends with code 2 and one line that holds what is expected."""
    results = powerless(ground, *(wish for wish, _ in wishes))
    for (code, out, fault), (wish, told) in zip(results, wishes, strict=True):
        assert (code, out) == (2, ""), (wish, out)
        (line,) = fault.strip().splitlines()
        assert line.startswith("Error: ")
        assert told in line, wish


def closed_to_all(path: Path, mode: int = 0o000) -> Path:
    """A folder, or a file where the name has a suffix."""
    path.touch() if path.suffix else path.mkdir()
    path.chmod(mode)
    return path


def test_places_of_the_database(ground: Path) -> None:
    closed, fixed = closed_to_all(ground / "closed"), closed_to_all(ground / "fixed", 0o555)
    foreign = closed_to_all(ground / "foreign.db")
    places = [
        (closed / "depesche.db", f"DATABASE_URL: this user may not enter the folder {closed}; let the user"),
        (closed / "deep" / "depesche.db", f"DATABASE_URL: this user may not enter the folder {closed}; let the user"),
        (fixed / "depesche.db", f"the folder {fixed} must be writable for this user; give it to the user"),
        (foreign, f"this user may not read and write {foreign}; give it to the user"),
        (ground / "no" / "depesche.db", f"the folder {ground}/no does not exist; make it"),
        (ground / "mine.db" / "depesche.db", f"{ground}/mine.db is a file and no folder"),
        (ground, f"{ground} is a folder; name a file in it, such as {ground}/depesche.db"),
    ]
    all_refused(
        ground,
        *(
            ((command, {"BOT_TOKEN": TOKEN, "DATABASE_URL": url(path)}), told)
            for command in COMMANDS
            for path, told in places
        ),
    )


def test_doctor_tells_the_same_and_goes_on(ground: Path) -> None:
    closed = closed_to_all(ground / "closed")
    folders = {"DATABASE_URL": url(closed / "depesche.db"), "BACKUP_FOLDER": str(closed / "kept")}
    ((code, out, fault),) = powerless(ground, (["doctor", "--offline"], {"BOT_TOKEN": TOKEN, **folders}))
    assert (code, fault) == (2, "")
    assert f"✗ database    DATABASE_URL: this user may not enter the folder {closed}" in out
    assert f"! backups     BACKUP_FOLDER: this user may not enter the folder {closed}" in out
    assert "could not be checked" not in out


def test_places_of_a_backup(ground: Path) -> None:
    closed, fixed = closed_to_all(ground / "closed"), closed_to_all(ground / "fixed", 0o555)
    mine = {"DATABASE_URL": url(ground / "mine.db")}
    faults = [
        (closed, f"no backup can be made: this user may not enter the folder {closed}"),
        (closed / "deep", f"no backup can be made: this user may not enter the folder {closed}"),
        (fixed, f"no backup can be made: the folder {fixed} must be writable"),
        (ground / "no", f"no backup can be made: the folder {ground}/no does not exist; make it"),
        (ground / "mine.db", f"no backup can be made: {ground}/mine.db is a file and no folder"),
    ]
    all_refused(
        ground,
        *(((["backup", str(folder / "x.db")], mine), told) for folder, told in faults),
        *(((["backup"], {**mine, "BACKUP_FOLDER": str(folder)}), told) for folder, told in faults),
    )
    ((code, _, fault),) = powerless(ground, (["backup"], mine))
    assert (code, fault) == (0, "")


def test_a_database_without_tables_is_not_copied(ground: Path) -> None:
    (ground / "empty.db").touch()
    (ground / "empty.db").chmod(0o666)
    told = f"{ground}/empty.db holds no tables of Depesche; `python -m bot db upgrade`"
    all_refused(ground, ((["backup"], {"DATABASE_URL": url(ground / "empty.db")}), told))
    assert [each.name for each in ground.iterdir() if "backup" in each.name] == []
