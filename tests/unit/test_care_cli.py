"""`bot export-readers`, `import-readers`, `health` and `replay` as an operator uses them."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digests.ports import SystemClock
from digests.services.pulse import Pulse
from digests.storage import models
from digests.storage.database import Database
from tests.support.rows import add_deliveries, rows
from tests.unit.test_cli import Run, refused
from tests.unit.test_cli import run as run_fixture

run = run_fixture
OTHER = "sqlite+aiosqlite:///other.db"


def filled(run: Run, folder: Path) -> str:
    """A database with two readers who got a digest."""
    assert run("preview").exit_code == 0
    url = f"sqlite+aiosqlite:///{folder / 'depesche.db'}"

    async def fill() -> None:
        database = Database(url)
        await add_deliveries(database, 2)
        await database.close()

    asyncio.run(fill())
    return url


def test_readers_go_out_and_come_in_again(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    out = run("export-readers", "readers.jsonl")
    assert out.exit_code == 0
    assert "2 readers written" in out.stdout
    file = tmp_path / "readers.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("export-readers").stdout.splitlines()[1:] == file.read_text().splitlines()[1:]
    refused(run("export-readers", "readers.jsonl"), "readers.jsonl: exists already")
    refused(run("export-readers", "nowhere/readers.jsonl"), "cannot be written")
    first = run("import-readers", "readers.jsonl", DATABASE_URL=OTHER)
    assert first.exit_code == 0, first.output
    assert "2 added, 0 unchanged, 0 kept, 0 replaced, 0 bad lines.\n" in first.stdout
    again = run("import-readers", "-", text=file.read_text(), DATABASE_URL=OTHER)
    assert "0 added, 2 unchanged, 0 kept, 0 replaced, 0 bad lines.\n" in again.stdout


def test_bad_lines_end_with_1_and_another_file_with_2(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    assert run("export-readers", "readers.jsonl").exit_code == 0
    lines = (tmp_path / "readers.jsonl").read_text().splitlines()
    longer = json.dumps(json.loads(lines[2]) | {"length": "long", "topics": ["chess"]})
    text = "\n".join([lines[0], "{", lines[1], longer])
    result = run("import-readers", "-", text=text)
    assert result.exit_code == 1
    assert result.stderr.startswith("✗ line 2: this is no JSON")
    assert "0 added, 1 unchanged, 1 kept, 0 replaced, 1 bad line.\n" in result.stdout
    assert "--replace takes those of the file" in result.stdout
    assert "does not have them: chess" in result.stdout
    assert "1 replaced" in run("import-readers", "--replace", "-", text="\n".join([lines[0], longer])).stdout
    for text in ("{}\n", "", "no readers"):
        refused(run("import-readers", "-", text=text), "-: line 1: expected the line that `export-readers` begins with")
    refused(run("import-readers", "none.jsonl"), "none.jsonl: cannot be read")


def test_health_of_this_host(run: Run, tmp_path: Path) -> None:
    url = filled(run, tmp_path)
    ill = run("health")
    assert ill.exit_code == 1
    assert ill.stdout.startswith("failed: no process has given a sign of life")

    async def beat() -> None:
        database = Database(url)
        async with database.write() as transaction:
            await transaction.connection.execute(models.Delivery.__table__.delete())
            await transaction.connection.execute(models.Schedule.__table__.update().values(next_slot_at=later))
        await Pulse(database, SystemClock(), "run").beat()
        await database.close()

    later = datetime(2099, 1, 1, tzinfo=UTC)
    asyncio.run(beat())
    assert run("health", "--role", "run").stdout == "ok\n"
    assert json.loads(run("health", "--json").stdout) == {"state": "ok", "reasons": []}
    assert run("health", "--role", "work").exit_code == 1
    refused(run("health", DATABASE_URL="sqlite+aiosqlite:///nowhere/x.db"), "DATABASE_URL: the folder")


def test_replay_tells_what_differs_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    url = filled(run, tmp_path)

    async def digests() -> list[dict[str, object]]:
        database = Database(url)
        found = [dict(row) for row in await rows(database, models.Digest)]
        await database.close()
        return found

    before = asyncio.run(digests())
    told = run("replay", "--since", "2026-08-01")
    assert told.exit_code == 0
    assert told.stdout == "1 digest: 1 the same, 0 differ, 0 fail.\n"
    assert asyncio.run(digests()) == before
    assert "kept for 30 days (RETENTION_DAYS)" in run("replay", "--since", "2030-01-01T07:00").stdout
    assert run("replay", "--since", "yesterday").exit_code == 2


def test_replay_names_stories_when_asked(run: Run, tmp_path: Path) -> None:
    url = filled(run, tmp_path)
    item = {
        "story": 1, "storyline": 1, "headline": "Gab es damals", "state": "new", "sentences": [["Satz.", 1, 0, 0]],
        "details": [], "sources": [], "language": "de", "first_at": "2026-08-13T04:00:00+00:00",
        "last_at": "2026-08-13T04:00:00+00:00", "topics": [], "score": 1.0,
    }  # fmt: skip

    async def change() -> None:
        database = Database(url)
        (row,) = await rows(database, models.Digest)
        group = {"storyline": 1, "items": [item], "topics": [], "heading": None}
        async with database.write() as transaction:
            statement = models.Digest.__table__.update().values(body=row["body"] | {"groups": [group]})
            await transaction.connection.execute(statement)
        await database.close()

    asyncio.run(change())
    told = run("replay", "--since", "2026-08-01", "--details").stdout
    assert "2026-08-13 05:00 UTC, digest 1, profile 1: +0 -1 ~0\n    - Gab es damals\n" in told
    assert "1 digest: 0 the same, 1 differ" in told
    assert told.endswith("+ comes in, - goes, ~ is told otherwise.\n")
    assert "otherwise; --details names the stories." in run("replay", "--since", "2026-08-01").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("export-readers",),
        ("replay", "--since", "2026-08-01"),
        ("health",),
        ("db", "check"),
        ("stories", "list"),
        ("move", "postgresql+psycopg://news@127.0.0.1:1/news"),
    ],
    ids=" ".join,
)
def test_who_only_looks_makes_no_database(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    refused(run(*command), f"DATABASE_URL: there is no database {tmp_path / 'depesche.db'} yet")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_of_the_output_may_go_away(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    program = (sys.executable, "-m", "bot", "export-readers")
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait()
    assert "rror" not in said, said
