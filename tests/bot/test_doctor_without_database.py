"""`bot doctor` where there is no database to look at: none yet, or none that answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor import database as database_checks
from bot.doctor import examine
from bot.doctor.findings import Grade
from bot.sandbox.server import Sandbox
from digests.ports import SystemClock
from tests.bot.test_doctor import check, patient
from tests.bot.test_doctor import sandbox as sandbox_fixture

sandbox = sandbox_fixture


async def test_what_is_in_a_database_that_does_not_answer_is_not_told(sandbox: Sandbox, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/nowhere/world.db"
    asked = patient(sandbox, tmp_path, database_url=url).settings
    results = {each.check: each.finding for each in await examine(asked, SystemClock())}
    assert "does not exist" in results["database"].found
    for name in ("migrations", "writable", "integrity", "sources", "answers"):
        check(results[name], Grade.SKIPPED, "the database does not answer")
    check(results["disk"], Grade.SKIPPED, "the database cannot be at")


async def test_a_folder_that_takes_no_file_is_told_before_the_first_start(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    looked_at = patient(sandbox, tmp_path)
    async with looked_at.stack:
        check(await database_checks.reachable(looked_at), Grade.OK, "none yet")
        check(await database_checks.writable(looked_at), Grade.OK, "can be written")
        monkeypatch.setattr("bot.doctor.database.TemporaryFile", refuse)
        check(await database_checks.writable(looked_at), Grade.FAILURE, str(tmp_path), "Permission denied", "user")


async def test_backups_need_a_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    check(await database_checks.copies(patient(sandbox, tmp_path)), Grade.OK, "beside")
    chosen = patient(sandbox, tmp_path, backup_folder=tmp_path / "copies")
    check(await database_checks.copies(chosen), Grade.WARNING, "BACKUP_FOLDER", "make it")
    (tmp_path / "copies").mkdir()
    check(await database_checks.copies(chosen), Grade.OK, "copies")
