"""`bot demo`: the whole product offline. The sandbox plays Telegram; the bot reaches it only by its address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.app import App, opened
from bot.importing import import_articles
from bot.roles import Running, bot_at_work
from bot.sandbox.server import Sandbox
from bot.setting_values import Secret
from bot.settings import Settings, seeds_folder
from bot.stopping import stop_signal
from digests.errors import SettingsError

TOKEN = "110201543:AAdemo-token-for-the-sandbox-only-0000"  # noqa: S105  # good for nothing but the sandbox
_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class SandboxClock:
    """The sandbox's time, so that moving it forward moves the bot too; waiting takes real seconds."""

    sandbox: Sandbox

    def now(self) -> datetime:
        """The sandbox's present in UTC."""
        return self.sandbox.clock.now()

    async def sleep(self, seconds: float) -> None:
        """Come back after so many real seconds."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything at work together."""

    sandbox: Sandbox
    app: App
    bot: Running


@asynccontextmanager
async def demonstration(port: int) -> AsyncIterator[Demo]:
    """The sandbox, the bot and the seed articles in a database that is gone afterwards.

    Raises SettingsError when the port is taken.
    """
    with TemporaryDirectory(prefix="depesche-demo-") as folder:
        sandbox = Sandbox(port, bot_name="Depesche")
        try:
            await sandbox.start()
        except OSError as error:
            message = f"port {port} is taken by another program; choose one with --port, or --port 0 for any free one"
            raise SettingsError(message) from error
        try:
            settings = _settings(sandbox.url, Path(folder))
            async with opened(settings, SandboxClock(sandbox)) as app:
                await import_articles(app.ingesting, [seeds_folder()])
                async with bot_at_work(app) as running:
                    sandbox.clock.listeners.append(running.tick)
                    yield Demo(sandbox, app, running)
                    sandbox.clock.listeners.remove(running.tick)
        finally:
            await sandbox.close()


def _settings(url: str, folder: Path) -> Settings:
    """Nothing of the operator's environment: a demo is the same everywhere. A clock moved forward is no outage."""
    return Settings(
        bot_token=Secret(TOKEN),
        api_url=url,
        database_url=f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        grace_minutes=_A_DAY,
        late_minutes=_A_DAY,
        retention_days=3650,
    )


async def serve(port: int) -> None:
    """Run until somebody stops it."""
    click.echo("Reading the seed articles …")
    with stop_signal() as stopped:
        async with demonstration(port) as demo:
            click.echo()
            click.secho(f"Depesche is running. Open {demo.sandbox.url} in a browser.", bold=True)
            click.echo("Type /start there; the clock on the page moves to the time of the first digest. Ctrl+C stops.")
            await stopped.wait()
    click.echo("Stopped.")
