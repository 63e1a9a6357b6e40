"""One process at a time works on an SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engines import alone
from digests.errors import SettingsError
from digests.storage.database import Database
from tests.support.processes import program


def test_a_second_one_is_refused_and_the_next_one_is_not(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/depesche.db")
    for _ in range(2):
        with (
            alone(database),
            pytest.raises(SettingsError, match=r"process \d+ already runs the bot on depesche\.db;"),
            alone(database),
        ):
            pass


async def test_a_crash_releases_the_lock(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/depesche.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/depesche.db"
    async with program("tests.unit.bot.holding", url, folder=tmp_path) as holder:
        await holder.says("held")
        with pytest.raises(SettingsError, match=f"process {holder.process.pid} already"), alone(database):
            pass
        holder.process.kill()
        await holder.ends()
        with alone(database):
            pass


def test_a_database_in_memory_needs_no_lock() -> None:
    with alone(Database("sqlite+aiosqlite:///:memory:")):
        pass
