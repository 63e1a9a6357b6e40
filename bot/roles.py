"""What a process does: all in one, polling (`bot run`), or only HTTP (`bot web`)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

import structlog

from bot.app import App, opened
from bot.desk import reading_sources
from bot.settings import Settings
from bot.telegram import application as telegram
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.visit import Services
from digests.engine import jobs
from digests.engine.embedded import EmbeddedQueue
from digests.errors import SettingsError
from digests.ports import Clock, JobQueue
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.services.traffic import Traffic
from digests.services.upkeep import Upkeep
from digests.storage.editions import next_slot

if TYPE_CHECKING:
    from digests.services.writing import Writing

log = structlog.get_logger(__name__)

FEWEST_AT_ONCE = 8
"""Digests under way at the same time, for a free bot."""
ROUND_TRIP = 0.15
"""Seconds from the claim of a digest to its written outcome, half as much again as Telegram's answer takes."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work."""

    username: str
    planning: Planning
    queue: EmbeddedQueue

    async def tick(self, now: datetime) -> None:
        """Plan what is due at `now` (UTC) at once, without waiting for the minute."""
        await self.planning.plan_due(now)


@asynccontextmanager
async def bot_at_work(app: App) -> AsyncIterator[Running]:
    """The whole bot in this process: polling, conversations, planning, deliveries.

    Leaving it finishes the messages in flight and stops; what waits is found again by the next start.
    """
    settings, clock = app.settings, app.clock
    services = Services(
        app.subscriptions, app.reading, app.catalogue, clock, settings.default_language, settings.retention_days
    )
    way, traffic = (settings.telegram_backend, settings.proxy), Traffic()
    application, router = telegram.build(settings.token, settings.api_url, services, traffic, *way)
    at_once = senders(settings.send_rate)
    sender = telegram.sender(settings.token, settings.api_url, *way, at_once)
    queue = EmbeddedQueue(clock)
    writing = summaries(app, queue)
    planning = Planning(app.database, app.catalogue, queue, clock, settings.grace, written=writing is not None)
    delivering = Delivering(
        database=app.database,
        messenger=TelegramMessenger(sender, clock, services.topic_name, settings.paid_broadcast),
        clock=clock,
        bot=settings.token.partition(":")[0],
        rate=settings.send_rate,
        at_once=at_once,
        late_after=settings.late_after,
        traffic=traffic,
    )
    upkeep = Upkeep(app.database, settings.retention)
    stop = asyncio.Event()
    await delivering.recover(clock.now())
    async with (
        reading_sources(app) as desk,
        sender.request,
        telegram.running(application, router) as username,
        asyncio.TaskGroup() as group,
    ):
        handlers = jobs.handlers(planning, delivering, writing, desk.polling)
        group.create_task(queue.run(handlers, jobs.clockwork(planning, upkeep, writing, queue), stop))
        await queue.enqueue(jobs.READ_SOURCES)
        await planning.sweep(clock.now())
        await planning.plan_due(clock.now())
        try:
            yield Running(username, planning, queue)
        finally:
            delivering.stop()
            desk.polling.stop()
            if writing is not None:
                writing.stop()
            stop.set()


def senders(rate: float) -> int:
    """How many digests are under way at the same time for so many messages a second."""
    return max(FEWEST_AT_ONCE, ceil(rate * ROUND_TRIP))


def summaries(app: App, queue: JobQueue) -> Writing | None:
    """What has summaries written; None, and nothing loaded, where the operator has set up no writer."""
    settings = app.settings
    if settings.writer_url is None or settings.writer_model is None:
        return None
    from digests.services.writing import Writing
    from digests.writers.openai import OpenAIWriter

    writer = OpenAIWriter(
        settings.writer_url, settings.writer_model, settings.key_of_writer, settings.writer_timeout_seconds
    )
    sources = 2 if settings.writer_stories == "several" else 1
    return Writing(app.database, queue, app.clock, writer, sources, settings.writer_parallel)


@asynccontextmanager
async def http_served(app: App, *, required: bool = False) -> AsyncIterator[None]:
    """Serve HTTP where the operator lets programs push articles. Raises SettingsError when it cannot be served."""
    token = app.settings.token_of_pushers
    if not token:
        if required:
            raise SettingsError("PUSH_TOKEN: not set; without it `bot web` would have nothing to do")
        yield
        return
    from bot import web

    host, port = app.settings.http_host, app.settings.http_port
    async with AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(web.serving(web.application(app.ingesting, token), host, port))
        except OSError as error:
            raise SettingsError(f"HTTP_PORT: {host}:{port} cannot be served ({error.strerror})") from error
        log.info("http_served", host=host, port=taken)
        yield


async def serve_web(settings: Settings, clock: Clock) -> None:
    """`bot web`: take articles in over HTTP until SIGTERM or SIGINT."""
    with stop_signal() as stopped:
        async with opened(settings, clock) as app, http_served(app, required=True):
            await stopped.wait()
            log.info("web_stopping")


async def run(settings: Settings, clock: Clock) -> None:
    """`bot run`: work until SIGTERM or SIGINT."""
    with stop_signal() as stopped:
        async with opened(settings, clock) as app, http_served(app), bot_at_work(app) as running:
            async with app.database.read() as transaction:
                upcoming = await next_slot(transaction)
            slot = upcoming.isoformat() if upcoming else "none (no readers yet)"
            log.info(
                "bot_started", bot=f"@{running.username}", database=app.database.url.get_backend_name(), next_slot=slot
            )
            await stopped.wait()
            log.info("bot_stopping")


@contextmanager
def stop_signal() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
