"""Planning and delivery over real HTTP against the sandbox, one step at a time and without the conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import RowMapping, select
from telegram import Bot

from bot.app import App, opened
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.telegram.backend import AiohttpRequest
from bot.telegram.messenger import TelegramMessenger
from digests.domain.articles import RawArticle
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat, Subscriber
from digests.engine import jobs
from digests.services.amending import Amending
from digests.services.delivering import Delivering
from digests.services.editing import Editing
from digests.services.planning import Planning
from digests.services.upkeep import Upkeep
from digests.storage import models
from tests.support.bureau import HandQueue
from tests.support.clocks import START, ManualClock
from tests.support.reports import Report
from tests.support.worlds import TOKEN, settings

MORNING = Schedule("Europe/Berlin", (7 * 60,))
SLOT = datetime.fromisoformat("2026-08-13T05:00:00+00:00")
"""07:00 in Berlin, an hour after a post office opens."""


@dataclass
class PostOffice:
    """Readers, articles and slots on one side, Telegram on the other."""

    sandbox: Sandbox
    app: App
    clock: ManualClock
    queue: HandQueue
    planning: Planning
    delivering: Delivering
    amending: Amending
    editing: Editing

    async def article(self, report: Report, guid: str = "") -> None:
        """Publish an article a moment later: what comes at the very instant of a slot is in its window."""
        self.clock.move(timedelta(seconds=1))
        await self.app.ingesting.ingest(
            RawArticle(
                guid=guid or report.title,
                text="\n".join(report.paragraphs),
                origin="test",
                source_key="test",
                source_title="Abendbote",
                credit="Abendbote",
                title=report.title,
                language=report.language,
                published_at=self.clock.now(),
            )
        )

    async def reader(self, name: str = "Ada", schedule: Schedule = MORNING) -> Reader:
        """A person who gets all news at seven every morning, unless told otherwise."""
        reader = self.sandbox.reader(name)
        await reader.send("/start")
        await self.subscribe(Chat(reader.chat.id), schedule)
        return reader

    async def subscribe(self, chat: Chat, schedule: Schedule = MORNING) -> Subscriber:
        """Have digests sent to a chat."""
        subscriptions = self.app.subscriptions
        await subscriptions.open(chat, "de")
        await subscriptions.set_schedule(chat, schedule)
        return await subscriptions.reach_step(chat, SETUP_DONE)

    async def subscriber(self, reader: Reader) -> Subscriber:
        """What is stored of a reader."""
        found = await self.app.subscriptions.find(Chat(reader.chat.id))
        assert found is not None
        return found

    async def plan(self, at: datetime = SLOT) -> None:
        """The minute's tick at `at`; what it orders waits."""
        await self.planning.plan_due(self.clock.move(at))

    async def work(self) -> None:
        """Do what waits, and nothing else."""
        upkeep = Upkeep(self.app.database, self.app.settings.retention)
        crew = jobs.Crew(self.planning, self.delivering, upkeep=upkeep, amending=self.amending, editing=self.editing)
        await self.queue.run(jobs.handlers(crew), jobs.clockwork(crew), asyncio.Event())

    async def serve(self, at: datetime = SLOT) -> None:
        """A whole slot."""
        await self.plan(at)
        await self.work()

    async def sweep(self, later: timedelta = timedelta()) -> None:
        """The five minutes' tick, and what it finds."""
        now = self.clock.move(later)
        await self.planning.sweep(now)
        await self.amending.sweep(now)
        await self.work()

    async def correct(self, later: timedelta = timedelta(minutes=1)) -> None:
        """The minute's tick looks for what was put right, and what it finds is edited."""
        self.clock.move(later)
        await self.amending.look()
        await self.work()

    async def rows(self) -> list[RowMapping]:
        """All deliveries with their chats, oldest slot first."""
        delivery, subscriber, edition = models.Delivery, models.Subscriber, models.Edition
        statement = (
            select(delivery.__table__, subscriber.chat_id, subscriber.thread_id, edition.slot_at)
            .join(subscriber, subscriber.id == delivery.subscriber_id)
            .join(edition, edition.id == delivery.edition_id)
            .order_by(edition.slot_at, delivery.subscriber_id)
        )
        async with self.app.database.read() as transaction:
            return list((await transaction.connection.execute(statement)).mappings())

    async def row(self) -> RowMapping:
        """The only delivery."""
        (row,) = await self.rows()
        return row

    def sent(self, reader: Reader | None = None) -> list[Message]:
        """What Telegram has stored of the bot's messages, all or those to one reader."""
        return [message for message in self.sandbox.ledger if reader is None or message.chat is reader.chat]


@asynccontextmanager
async def post_office(
    folder: Path, read_timeout: float = 20.0, start: datetime = START, database_url: str | None = None, **others: object
) -> AsyncIterator[PostOffice]:
    """A post office at 06:00 in Berlin, without readers and articles. `others` are settings."""
    clock, queue = ManualClock(start), HandQueue()
    async with Sandbox(clock=clock.now, flood=NO_FLOOD) as sandbox:
        request = AiohttpRequest(8, read_timeout=read_timeout)
        async with (
            opened(settings(sandbox.url, folder, database_url, **others), clock) as app,
            Bot(TOKEN, base_url=sandbox.base_url, request=request) as bot,
        ):
            messenger = TelegramMessenger(bot, clock, lambda slug, _: slug)
            late = app.settings.late_after
            yield PostOffice(
                sandbox=sandbox,
                app=app,
                clock=clock,
                queue=queue,
                planning=Planning(app.database, app.catalogue, queue, clock, app.settings.grace),
                delivering=Delivering(
                    database=app.database,
                    messenger=messenger,
                    clock=clock,
                    bot="test",
                    rate=25.0,
                    at_once=8,
                    late_after=late,
                ),
                amending=Amending(app.database, queue, clock),
                editing=Editing(app.database, messenger, clock, "test", 25.0, at_once=8, late_after=late),
            )
