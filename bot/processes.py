"""A process from its start to the signal that ends it: `bot run`, `bot web`, `bot work`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot import interpreter
from bot.app import App, opened
from bot.roles import Running, bot_at_work, jobs_at_work, needs_postgres, web_at_work
from bot.serving import health_served, http_served
from bot.settings import Settings
from bot.stopping import stop_signal
from digests.engine.periods import unless
from digests.ports import Clock, JobQueue
from digests.services.pulse import Pulse
from digests.storage.editions import next_slot

log = structlog.get_logger(__name__)


async def serve_web(settings: Settings, clock: Clock) -> None:
    """`bot web`: take in updates and articles over HTTP until SIGTERM or SIGINT."""
    with stop_signal() as stopped:
        async with opened(settings, clock) as app, web_at_work(app):
            await stopped.wait()
            log.info("web_stopping")


async def work(settings: Settings, clock: Clock) -> None:
    """`bot work`: work on jobs until SIGTERM or SIGINT."""
    with stop_signal() as stopped:
        async with opened(settings, clock) as app:
            needs_postgres(app, "DATABASE_URL: `bot work` runs")
            pulse = Pulse(app.database, app.clock, "work")
            async with health_served(app, pulse), jobs_at_work(app, pulse) as running:
                interpreter.settle()
                if await unless(stopped, _ready(running.queue)):
                    log.info("work_started", bot=f"@{running.username}")
                    await stopped.wait()
                log.info("work_stopping")


async def _ready(queue: JobQueue) -> bool:
    """True once the queue takes jobs."""
    await queue.ready()
    return True


@asynccontextmanager
async def _run_served(settings: Settings, clock: Clock) -> AsyncIterator[tuple[App, Running]]:
    async with opened(settings, clock) as app:
        pulse = Pulse(app.database, app.clock, "run")
        async with http_served(app, pulse), health_served(app, pulse), bot_at_work(app, pulse) as running:
            yield app, running


async def run(settings: Settings, clock: Clock) -> None:
    """`bot run`: work until SIGTERM or SIGINT."""
    with stop_signal() as stopped:
        async with _run_served(settings, clock) as (app, running):
            if settings.webhook_url is not None:
                log.warning(
                    "webhook_url_left_out", reason="`run` polls; `web` takes what Telegram posts to WEBHOOK_URL"
                )
            if not await unless(stopped, _ready(running.queue)):
                return
            async with app.database.read() as transaction:
                upcoming = await next_slot(transaction)
            slot = upcoming.isoformat() if upcoming else "none (no readers yet)"
            interpreter.settle()
            log.info(
                "bot_started", bot=f"@{running.username}", database=app.database.url.get_backend_name(), next_slot=slot
            )
            await stopped.wait()
            log.info("bot_stopping")
