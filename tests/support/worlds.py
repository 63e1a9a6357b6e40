"""The whole bot against the sandbox, in one process, over real HTTP, with a clock that tests move."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App, opened
from bot.roles import Running, bot_at_work
from bot.sandbox.flood import FloodRules
from bot.sandbox.model import Json
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Bot
from bot.settings import Settings, seeds_folder, settings_of
from digests.domain.subscribers import Chat, Subscriber
from digests.errors import InputError
from digests.sources.files import read_files
from tests.support.clocks import START, ManualClock
from tests.support.databases import sqlite_template

FILE = "world.db"
TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105


def settings(url: str, folder: Path, database_url: str | None = None, **others: object) -> Settings:
    """Settings for tests, whatever the environment says; the database is a file of the folder unless one is given."""
    address = database_url or f"sqlite+aiosqlite:///{folder / FILE}"
    return settings_of(bot_token=TOKEN, api_url=url, database_url=address, **others)


@dataclass
class World:
    """Everything a test of conversations needs."""

    sandbox: Sandbox
    app: App
    bot: Running
    clock: ManualClock

    def reader(self, first_name: str = "Ada", language_code: str = "de") -> Reader:
        """A new person on a phone in this language."""
        return self.sandbox.reader(first_name, language_code)

    async def subscriber(self, reader: Reader) -> Subscriber:
        """What is stored of a reader."""
        found = await self.app.subscriptions.find(Chat(reader.chat.id))
        assert found is not None
        return found

    async def move(self, to: datetime | timedelta) -> None:
        """Move the clock, and let the bot notice."""
        await self.bot.tick(self.clock.move(to))


async def import_seeds(app: App) -> None:
    """Store the two seed articles."""
    for raw in read_files([seeds_folder()]):
        assert not isinstance(raw, InputError), raw
        await app.ingesting.ingest(raw)


_seeded: list[Path] = []


async def _template() -> Path:
    """An SQLite file with the catalogue and the two seed articles at 06:00 in Berlin, made once; worlds copy it."""
    if not _seeded:
        with TemporaryDirectory() as name:
            made = shutil.copy(sqlite_template(), Path(name) / FILE)
            async with opened(settings("http://127.0.0.1:1", Path(name)), ManualClock(START)) as app:
                await import_seeds(app)
            _seeded.append(Path(shutil.copy(made, sqlite_template().with_name("seeded.db"))))
    return _seeded[0]


_menus: dict[tuple[str, str], list[Json]] = {}
_texts: dict[tuple[str, str], str] = {}
"""What the first bot has set and all others find: so many calls would take a fifth of the time of a start."""


@asynccontextmanager
async def _described(bot: Bot, app: App) -> AsyncIterator[Running]:
    """The bot at work, which finds the menus and texts of a former start; those of single chats are its own."""
    bot.commands |= _menus
    bot.texts |= _texts
    async with bot_at_work(app) as running:
        _menus.update({key: menu for key, menu in bot.commands.items() if not key[0].startswith("chat")})
        _texts.update(bot.texts)
        yield running


def _is_new(folder: Path, database_url: str | None) -> bool:
    return database_url is None and not (folder / FILE).exists()


@asynccontextmanager
async def world_of(
    folder: Path, flood: FloodRules | None = None, database_url: str | None = None, **others: object
) -> AsyncIterator[World]:
    """A world at 06:00 in Berlin with the two seed articles; nobody has subscribed. `others` are settings."""
    clock = ManualClock(START)
    copied = _is_new(folder, database_url)
    if copied:
        shutil.copy(await _template(), folder / FILE)
    async with (
        Sandbox(clock=clock.now, flood=flood, bot_name="Depesche") as sandbox,
        opened(settings(sandbox.url, folder, database_url, **others), clock) as app,
    ):
        if not copied:
            await import_seeds(app)
        async with _described(sandbox.world.authorise(TOKEN), app) as running:
            yield World(sandbox, app, running, clock)
