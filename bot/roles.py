"""What a process does: all in one, polling (`bot run`), only HTTP (`bot web`), or only jobs (`bot work`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import structlog
from telegram import Bot

from bot.app import App, opened
from bot.desk import Desk, reading_sources
from bot.engines import engine_of
from bot.settings import Settings
from bot.stopping import stop_signal
from bot.telegram import application as telegram
from bot.telegram import menu
from bot.telegram.backend import Way
from bot.telegram.bindings import TelegramManagers
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.operators import TelegramOperators
from bot.telegram.routing import Router
from bot.telegram.visit import Services
from digests.domain.paying import Paying
from digests.engine import jobs
from digests.errors import SettingsError
from digests.ports import Clock, JobQueue
from digests.services.amending import Amending
from digests.services.big_slots import BigSlots
from digests.services.bindings import Bindings, Reminding
from digests.services.credits import Credits
from digests.services.delivering import Delivering
from digests.services.editing import Editing
from digests.services.keeping import Keeping
from digests.services.overview import Overview
from digests.services.personal import PersonalData
from digests.services.planning import Planning
from digests.services.receiving import Receiving
from digests.services.rehearsing import Rehearsing
from digests.services.reporting import Reporting
from digests.services.responses import Responses
from digests.services.traffic import Traffic
from digests.services.upkeep import Upkeep
from digests.services.watching import Watching
from digests.storage.editions import next_slot

if TYPE_CHECKING:
    from bot.telegram.webhook import Webhook
    from digests.services.writing import Writing

log = structlog.get_logger(__name__)

Connect = Callable[[telegram.TelegramApplication, Router], AbstractAsyncContextManager[str]]
"""Opens the way to Telegram; gives the bot's @name."""
FEWEST_AT_ONCE = 8
"""Digests under way at the same time, for a free bot."""
ROUND_TRIP = 0.15
"""Seconds from the claim of a digest to its written outcome, half as much again as Telegram's answer takes."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work."""

    username: str
    planning: Planning
    queue: JobQueue
    watching: Watching
    reminding: Reminding

    async def tick(self, now: datetime) -> None:
        """Plan what is due at `now` (UTC) at once, without waiting for the minute."""
        await self.planning.plan_due(now)


@asynccontextmanager
async def bot_at_work(app: App) -> AsyncIterator[Running]:
    """The whole bot in this process: polling, conversations, planning, deliveries.

    Leaving it finishes the messages in flight and stops; what waits is found again by the next start.
    """
    async with _at_work(app, telegram.running) as running:
        yield running


@asynccontextmanager
async def jobs_at_work(app: App) -> AsyncIterator[Running]:
    """Planning, deliveries, sources and summaries, but no conversations; any number of processes at a time."""
    async with _at_work(app, telegram.connected) as running:
        yield running


@asynccontextmanager
async def _at_work(app: App, connect: Connect) -> AsyncIterator[Running]:
    traffic = Traffic()
    async with reading_sources(app) as desk:
        services = conversing(app, desk)
        application, router = telegram.build(services, _way(app), traffic)
        async with (
            engine_of(app) as queue,
            connect(application, router) as username,
            _jobs_at_work(app, desk, queue, application.bot, services, traffic) as (planning, watching, reminding),
        ):
            yield Running(username, planning, queue, watching, reminding)


def _way(app: App) -> Way:
    settings = app.settings
    return Way(settings.token, settings.api_url, settings.telegram_backend, settings.proxy)


def conversing(app: App, desk: Desk) -> Services:
    """What conversations share."""
    return Services(
        subscriptions=app.subscriptions,
        reading=app.reading,
        catalogue=app.catalogue,
        clock=app.clock,
        default_language=app.settings.default_language,
        retention_days=app.settings.retention_days,
        sources=desk.sources,
        overview=Overview(app.database),
        bindings=Bindings(app.database, app.clock),
        inline=app.settings.inline == "on",
        big_slots=big_slots(app),
        keeping=Keeping(app.database, app.clock),
        responses=Responses(app.database, app.clock),
        personal=PersonalData(app.database, app.clock),
        privacy_url=app.settings.privacy_url,
        rehearsing=Rehearsing(app.database, app.catalogue, app.clock),
        credits=Credits(app.database, app.clock),
        operators=app.settings.operators,
    )


def big_slots(app: App) -> BigSlots:
    """What decides about slots that take long."""
    settings = app.settings
    paying = Paying(settings.paid_broadcast)
    return BigSlots(app.database, app.clock, settings.send_rate, settings.grace, paying, settings.paid_rate)


@asynccontextmanager
async def _jobs_at_work(
    app: App, desk: Desk, queue: JobQueue, bot: Bot, services: Services, traffic: Traffic
) -> AsyncIterator[tuple[Planning, Watching, Reminding]]:
    settings, clock = app.settings, app.clock
    paying = Paying(settings.paid_broadcast)
    at_once, paid_at_once = senders(settings.send_rate), 0 if paying is Paying.OFF else senders(settings.paid_rate)
    sender = telegram.sender(_way(app), at_once + paid_at_once)
    writing = summaries(app, queue)
    planning = Planning(
        database=app.database,
        catalogue=app.catalogue,
        queue=queue,
        clock=clock,
        late_after=settings.grace,
        written=writing is not None,
        big_slots=services.big_slots,
    )
    messenger = TelegramMessenger(sender, clock, services.topic_name, bot.username)
    delivering = Delivering(
        database=app.database,
        messenger=messenger,
        clock=clock,
        bot=settings.bot_id,
        rate=settings.send_rate,
        at_once=at_once,
        late_after=settings.late_after,
        traffic=traffic,
        paying=paying,
        paid_rate=settings.paid_rate,
        paid_at_once=paid_at_once,
    )
    amending = Amending(app.database, queue, clock)
    editing = Editing(
        database=app.database,
        editor=messenger,
        clock=clock,
        bot=settings.bot_id,
        rate=settings.send_rate,
        at_once=at_once,
        late_after=settings.late_after,
        traffic=traffic,
    )
    operators = TelegramOperators(bot, services)
    watching = Watching(app.database, operators)
    reminding = Reminding(app.database, TelegramManagers(bot, services))
    upkeep = Upkeep(app.database, settings.retention)
    stop = asyncio.Event()
    if app.database.is_sqlite:  # elsewhere others may be sending right now; the sweep sees who does not
        await delivering.recover(clock.now())
    async with sender.request, asyncio.TaskGroup() as group:
        handlers = jobs.handlers(planning, delivering, writing, desk.polling, amending, editing)
        clockwork = jobs.clockwork(planning, upkeep, writing, queue, watching, reminding, amending)
        group.create_task(queue.run(handlers, clockwork, stop))
        guard = group.create_task(watching.guard(clock))
        await queue.enqueue(jobs.READ_SOURCES)
        await planning.sweep(clock.now())
        await amending.sweep(clock.now())
        await planning.plan_due(clock.now())
        try:
            yield planning, watching, reminding
        finally:
            delivering.stop()
            editing.stop()
            desk.polling.stop()
            if writing is not None:
                writing.stop()
            guard.cancel()
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
async def http_served(app: App, webhook: Webhook | None = None, path: str = "") -> AsyncIterator[None]:
    """Serve HTTP where the operator wants articles pushed, figures told, or Telegram's updates posted to `path`.

    Raises SettingsError when it cannot be served.
    """
    token, figures = app.settings.token_of_pushers, _figures(app)
    if not token and figures is None and webhook is None:
        yield
        return
    from bot import web

    host, port = app.settings.http_host, app.settings.http_port
    application = web.application(app.ingesting, token, figures)
    if webhook is not None:
        application.router.add_post(path, webhook.take)
    async with AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(web.serving(application, host, port))
        except OSError as error:
            raise SettingsError(f"HTTP_PORT: {host}:{port} cannot be served ({error.strerror})") from error
        log.info("http_served", host=host, port=taken)
        yield


def _figures(app: App) -> Callable[[str], Awaitable[tuple[bytes, str]]] | None:
    """What Prometheus gets; None, and nothing loaded, where the operator wants none."""
    if app.settings.metrics == "off":
        return None
    from bot.metrics import exposition

    return partial(exposition, Overview(app.database), app.clock)


@asynccontextmanager
async def web_at_work(app: App) -> AsyncIterator[None]:
    """HTTP alone: updates that Telegram posts, articles that programs push. Any number of processes at a time."""
    settings = app.settings
    if settings.webhook_url is None:
        if not settings.token_of_pushers and settings.metrics == "off":
            raise SettingsError(
                "WEBHOOK_URL, PUSH_TOKEN: not set, and METRICS is off; without one of them `bot web` has nothing to do"
            )
        async with http_served(app):
            yield
        return
    from bot.telegram import webhook

    _needs_postgres(app, "WEBHOOK_URL: `bot web` takes updates")
    secret = settings.secret_of_webhook
    address, path = webhook.address(settings.webhook_url, settings.token, secret)
    async with reading_sources(app) as desk:
        services = conversing(app, desk)
        traffic = Traffic()
        application, router = telegram.build(services, _way(app), traffic)
        hook = webhook.Webhook(application, router, Receiving(app.database, app.clock), secret)
        async with (
            engine_of(app),  # for its check: jobs are the others' work
            telegram.connected(application, router) as username,
            http_served(app, hook, path),
            Reporting(app.database, app.clock, settings.bot_id, settings.send_rate, traffic).running(),
        ):
            with telegram.explained(application.bot):
                await menu.register(application.bot, await telegram.languages_of_operators(services))
                await webhook.announce(application.bot, address, secret, telegram.updates(services))
            log.info("web_started", bot=f"@{username}")
            yield


def _needs_postgres(app: App, what: str) -> None:
    if app.database.is_sqlite:
        raise SettingsError(
            f"{what} on PostgreSQL only, where other processes work on the jobs; set DATABASE_URL to "
            "postgresql+psycopg://USER@HOST/NAME, or use `python -m bot run`, which needs no other"
        )


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
            _needs_postgres(app, "DATABASE_URL: `bot work` runs")
            async with jobs_at_work(app) as running:
                log.info("work_started", bot=f"@{running.username}")
                await stopped.wait()
                log.info("work_stopping")


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
