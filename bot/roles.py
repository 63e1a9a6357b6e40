"""What a process does: all in one, polling (`bot run`), only HTTP (`bot web`), or only jobs (`bot work`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import structlog
from telegram import Bot

from bot import interpreter
from bot.app import App
from bot.desk import Desk, breaking_news, reading_sources, spot_breaking_news, summaries
from bot.engines import engine_of
from bot.serving import health_served, http_served
from bot.telegram import application as telegram
from bot.telegram import menu
from bot.telegram.announcer import TelegramAnnouncer
from bot.telegram.backend import Way
from bot.telegram.bindings import TelegramManagers
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.operators import TelegramOperators
from bot.telegram.routing import Router
from bot.telegram.visit import Services
from digests.domain.paying import Paying
from digests.engine import jobs
from digests.errors import SettingsError
from digests.ports import JobQueue
from digests.services.amending import Amending
from digests.services.announcing import Announcements, Announcing
from digests.services.asking import AskedDigests
from digests.services.bans import Bans
from digests.services.big_slots import BigSlots
from digests.services.bindings import Bindings, Reminding
from digests.services.credits import Credits
from digests.services.delivering import Delivering
from digests.services.editing import Editing
from digests.services.health import Healthcare
from digests.services.keeping import Keeping
from digests.services.outages import Outages
from digests.services.overview import Overview
from digests.services.personal import PersonalData
from digests.services.planning import Planning
from digests.services.pulse import Pulse, Tallies
from digests.services.reacting import Reactions
from digests.services.receiving import Receiving
from digests.services.rehearsing import Rehearsing
from digests.services.reporting import Reporting
from digests.services.responses import Responses
from digests.services.safekeeping import Safekeeping
from digests.services.statistics import Statistics
from digests.services.striking import Striking
from digests.services.traffic import Traffic
from digests.services.upkeep import Upkeep
from digests.services.watching import Watching

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
        """Plan what is due at `now` (UTC) at once, and what breaks, without waiting for the minute."""
        await self.planning.plan_due(now)
        if self.planning.breaking is not None:
            await self.planning.breaking.look(now)


@asynccontextmanager
async def bot_at_work(app: App, pulse: Pulse | None = None) -> AsyncIterator[Running]:
    """The whole bot in this process, which `pulse` tells of: polling, conversations, planning, deliveries.

    Leaving it finishes the messages in flight and stops; what waits is found again by the next start.
    """
    async with _at_work(app, telegram.running, pulse or Pulse(app.database, app.clock, "run")) as running:
        yield running


@asynccontextmanager
async def jobs_at_work(app: App, pulse: Pulse) -> AsyncIterator[Running]:
    """Planning, deliveries, sources and summaries, but no conversations; any number of processes at a time."""
    async with _at_work(app, telegram.connected, pulse) as running:
        yield running


@asynccontextmanager
async def _at_work(app: App, connect: Connect, pulse: Pulse) -> AsyncIterator[Running]:
    traffic = Traffic()
    async with reading_sources(app) as desk:
        services = conversing(app, desk, pulse.tallies)
        application, router = telegram.build(services, _way(app), traffic, pulse)
        async with (
            engine_of(app) as queue,
            connect(application, router) as username,
            _jobs_at_work(app, desk, queue, application.bot, services, traffic, pulse) as at_work,
            pulse.running(),
        ):
            planning, watching, reminding = at_work
            yield Running(username, planning, queue, watching, reminding)


def _way(app: App) -> Way:
    settings = app.settings
    return Way(settings.token, settings.api_url, settings.telegram_backend, settings.proxy)


def conversing(app: App, desk: Desk, tallies: Tallies) -> Services:
    """What conversations share."""
    return Services(
        subscriptions=app.subscriptions,
        reading=app.reading,
        catalogue=app.catalogue,
        clock=app.clock,
        default_language=app.settings.default_language,
        retention_days=app.settings.retention_days,
        late_after=app.settings.late_after,
        sources=desk.sources,
        overview=Overview(app.database),
        healthcare=Healthcare(app.database, app.clock),
        statistics=Statistics(app.database, app.clock),
        bindings=Bindings(app.database, app.clock),
        inline=app.settings.inline == "on",
        big_slots=big_slots(app),
        keeping=Keeping(app.database, app.clock),
        reactions=Reactions(app.database, app.clock),
        asked=AskedDigests(app.database),
        responses=Responses(app.database, app.clock),
        personal=PersonalData(app.database, app.clock),
        privacy_url=app.settings.privacy_url,
        rehearsing=Rehearsing(app.database, app.catalogue, app.clock),
        credits=Credits(app.database, app.clock),
        announcements=Announcements(app.database, app.clock),
        breaking=app.settings.breaking_rules,
        operators=app.settings.operators,
        safekeeping=Safekeeping(app.database, app.clock, app.settings.backup_folder),
        stories=app.stories,
        bans=Bans(app.database, app.clock),
        outages=Outages(app.database, app.clock),
        striking=Striking(app.database, app.clock, app.reading),
        tallies=tallies,
    )


def big_slots(app: App) -> BigSlots:
    """What decides about slots that take long."""
    settings = app.settings
    paying = Paying(settings.paid_broadcast)
    return BigSlots(app.database, app.clock, settings.send_rate, settings.grace, paying, settings.paid_rate)


@asynccontextmanager
async def _jobs_at_work(
    app: App, desk: Desk, queue: JobQueue, bot: Bot, services: Services, traffic: Traffic, pulse: Pulse
) -> AsyncIterator[tuple[Planning, Watching, Reminding]]:
    settings, clock = app.settings, app.clock
    paying = Paying(settings.paid_broadcast)
    at_once, paid_at_once = senders(settings.send_rate), 0 if paying is Paying.OFF else senders(settings.paid_rate)
    sender = telegram.sender(_way(app), at_once + paid_at_once)
    writing = summaries(app, queue)
    breaking = breaking_news(app, queue)
    planning = Planning(
        database=app.database,
        catalogue=app.catalogue,
        queue=queue,
        clock=clock,
        late_after=settings.grace,
        written=writing is not None,
        big_slots=services.big_slots,
        breaking=breaking,
    )
    messenger = TelegramMessenger(sender, clock, services.topic_name, services.outages, bot.username)
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
        tallies=pulse.tallies,
    )
    announcing = Announcing(
        app.database, TelegramAnnouncer(sender), clock, settings.bot_id, settings.send_rate, traffic
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
    stop = asyncio.Event()
    if app.database.is_sqlite:  # elsewhere others may be sending right now; the sweep sees who does not
        await delivering.recover(clock.now())
    async with sender.request, asyncio.TaskGroup() as group:
        crew = jobs.Crew(
            planning=planning,
            delivering=delivering,
            queue=queue,
            upkeep=Upkeep(app.database, settings.retention),
            polling=desk.polling,
            writing=writing,
            breaking=breaking,
            amending=amending,
            editing=editing,
            announcing=announcing,
            watching=watching,
            reminding=reminding,
            pulse=pulse,
        )
        group.create_task(queue.run(jobs.handlers(crew), jobs.clockwork(crew), stop))
        guard = group.create_task(watching.guard(clock))
        await queue.enqueue(jobs.READ_SOURCES)
        await planning.sweep(clock.now())
        await amending.sweep(clock.now())
        await planning.plan_due(clock.now())
        try:
            yield planning, watching, reminding
        finally:
            delivering.stop()
            announcing.stop()
            editing.stop()
            desk.polling.stop()
            if writing is not None:
                writing.stop()
            guard.cancel()
            stop.set()


def senders(rate: float) -> int:
    """How many digests are under way at the same time for so many messages a second."""
    return max(FEWEST_AT_ONCE, ceil(rate * ROUND_TRIP))


@asynccontextmanager
async def web_at_work(app: App) -> AsyncIterator[None]:
    """HTTP alone: updates that Telegram posts, articles that programs push. Any number of processes at a time."""
    settings = app.settings
    if settings.webhook_url is None:
        if not settings.token_of_pushers and settings.metrics == settings.statistics == "off":
            raise SettingsError(
                "WEBHOOK_URL, PUSH_TOKEN: not set, METRICS and STATISTICS are off; without one of them `bot web` has "
                "nothing to do"
            )
        pulse = Pulse(app.database, app.clock, "web")
        async with AsyncExitStack() as stack:
            if not app.database.is_sqlite:  # whose jobs are in the memory of another process
                spot_breaking_news(app, await stack.enter_async_context(engine_of(app)))
            async with http_served(app, pulse), health_served(app, pulse), pulse.running():
                yield
        return
    from bot.telegram import webhook

    needs_postgres(app, "WEBHOOK_URL: `bot web` takes updates")
    secret = settings.secret_of_webhook
    address, path = webhook.address(settings.webhook_url, settings.token, secret)
    async with reading_sources(app) as desk:
        pulse = Pulse(app.database, app.clock, "web")
        services = conversing(app, desk, pulse.tallies)
        traffic = Traffic()
        application, router = telegram.build(services, _way(app), traffic)
        hook = webhook.Webhook(application, router, Receiving(app.database, app.clock), secret)
        async with (
            engine_of(app) as queue,  # jobs are the others' work
            telegram.connected(application, router) as username,
            http_served(app, pulse, hook, path),
            health_served(app, pulse),
            pulse.running(),
            Reporting(app.database, app.clock, settings.bot_id, settings.send_rate, traffic).running(),
        ):
            spot_breaking_news(app, queue)
            with telegram.explained(application.bot):
                await menu.register(application.bot, await telegram.languages_of_operators(services))
                await webhook.announce(application.bot, address, secret, telegram.updates(services))
            interpreter.settle()
            log.info("web_started", bot=f"@{username}")
            yield


def needs_postgres(app: App, what: str) -> None:
    if app.database.is_sqlite:
        raise SettingsError(
            f"{what} on PostgreSQL only, where other processes work on the jobs; set DATABASE_URL to "
            "postgresql+psycopg://USER@HOST/NAME, or use `python -m bot run`, which needs no other"
        )
