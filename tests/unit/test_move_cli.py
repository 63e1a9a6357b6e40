"""`bot move`: a whole SQLite database into PostgreSQL, where the bot goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from bot.engines import alone
from bot.settings import seeds_folder
from digests.domain.preferences import Preferences
from digests.storage import models, moving
from digests.storage.database import Database
from digests.storage.moving import tables
from digests.storage.search import SearchStore
from digests.text.words import query_stems
from tests.support.databases import postgres_database
from tests.support.rows import add_article, add_rare_rows, add_subscriber
from tests.unit.test_cli import Run, refused
from tests.unit.test_cli import run as run_fixture

run = run_fixture


async def fill(url: str) -> None:
    """Articles that refer to later ones, readers with rare rows, and a row in what else the seeds leave empty."""
    database = Database(url)
    async with database.write() as transaction:
        subscriber = await add_subscriber(transaction, preferences=Preferences(topics=frozenset({"sport"})))
        await add_rare_rows(transaction, subscriber, 7)
        first, _ = await add_article(transaction, topics=("sport",), title="Erster")
        second, _ = await add_article(transaction, title="Zweiter")
        await transaction.connection.execute(
            models.Article.__table__.update().where(models.Article.id == first).values(duplicate_of=second)
        )
    await database.close()


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    database = Database(url)
    async with database.read() as transaction:
        found = {
            table.name: [
                tuple(row)
                for row in await transaction.connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables()
        }
    await database.close()
    return found


async def hits(url: str, word: str) -> list[int]:
    database = Database(url)
    async with database.read() as transaction:
        found = [hit.article_id for hit in await SearchStore(transaction).find([query_stems(word)], 50)]
    await database.close()
    return found


@pytest.fixture
def source(run: Run, tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'depesche.db'}"
    assert run("import", str(seeds_folder())).exit_code == 0
    asyncio.run(fill(url))
    return url


def test_everything_comes_along_and_the_bot_goes_on(run: Run, source: str) -> None:
    before = asyncio.run(everything(source))
    with postgres_database() as url:
        moved = run("move", url)
        assert moved.exit_code == 0, moved.output
        assert asyncio.run(everything(url)) == asyncio.run(everything(source)) == before
        counts = {line.split()[0]: int(line.split()[1]) for line in moved.stdout.splitlines() if line.startswith("  ")}
        assert counts == {name: len(rows) for name, rows in before.items()} | {moving.INDEX: counts[moving.INDEX]}
        assert counts["article"] > 2 < counts["topic"]
        assert f"{sum(counts.values()):,} rows of {len(counts)} tables" in moved.stdout
        for word in ("Ukraine", "Rente", "NATO", "Präsident"):
            assert asyncio.run(hits(url, word)) == asyncio.run(hits(source, word))
        assert asyncio.run(hits(url, "Ukraine")) != []
        assert "as it should" in run("db", "check", DATABASE_URL=url).stdout
        line = '{"title": "Rat baut Brücke", "text": "Der Rat hat am Montag eine neue Brücke beschlossen."}\n'
        assert "1 added" in run("import", "-", text=line, DATABASE_URL=url).stdout  # numbers go on behind the old ones
        refused(run("move", url), "the target holds rows already")


def test_what_does_not_fit_is_refused(run: Run, source: str, tmp_path: Path) -> None:
    refused(run("move", "sqlite+aiosqlite:///other.db"), "ADDRESS: expected postgresql+psycopg://")
    refused(run("move", "nonsense"), "ADDRESS: expected postgresql+psycopg://")
    address = "postgresql+psycopg://news:geheim@127.0.0.1:1/news"
    result = run("move", address)
    refused(result, "ADDRESS: postgresql+psycopg://news:***@", "start it")
    assert "geheim" not in result.output
    refused(run("move", address, DATABASE_URL=address), "DATABASE_URL: is no SQLite file")
    with alone(Database(source)):
        refused(run("move", address), "already runs the bot")


def test_half_a_move_leaves_nothing(run: Run, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row is lost on the way: the counts tell, and the target stays empty."""
    real = moving._copy

    async def lossy(origin: Any, target: Any, table: Any) -> None:  # noqa: ANN401
        await real(origin, target, table)
        if table.name == "subscriber":
            await target.connection.execute(table.delete())

    monkeypatch.setattr(moving, "_copy", lossy)
    with postgres_database() as url:
        refused(run("move", url), "table subscriber has 0 rows instead of 1; nothing was changed")
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT count(*) FROM article").fetchone()
            assert row == (0,)
