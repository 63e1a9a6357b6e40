"""Readers whose slot has just come, written into a database before a bot starts on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.app import App, opened
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from digests.domain.articles import RawArticle
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat
from digests.storage import models
from tests.support.clocks import ManualClock
from tests.support.reports import GRAIN
from tests.support.worlds import TOKEN, settings


@asynccontextmanager
async def before_the_slot(url: str, folder: Path, database_url: str | None = None) -> AsyncIterator[App]:
    """The product's services on the same file, or on the database at that address, two hours ago."""
    async with opened(settings(url, folder, database_url), ManualClock(datetime.now(UTC) - timedelta(hours=2))) as app:
        yield app


async def publish(app: App) -> None:
    """One article that is in everybody's digest."""
    text = "\n".join(GRAIN.paragraphs)
    await app.ingesting.ingest(
        RawArticle("grain", text, "test", "test", "Abendbote", "Abendbote", title=GRAIN.title, language="de")
    )


def newcomers(sandbox: Sandbox, count: int) -> list[Reader]:
    """People who have written to the bot once."""
    bot = sandbox.world.authorise(TOKEN)
    readers = [sandbox.reader(f"Leserin {number}", bot=bot) for number in range(count)]
    for reader in readers:
        reader.chat.started = True
    return readers


async def subscribe(app: App, readers: Sequence[Reader], minutes_ago: int) -> datetime:
    """Have digests sent to them at a time of day that was so many minutes ago; that slot in UTC."""
    slot = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).replace(second=0, microsecond=0)
    schedule = Schedule("UTC", (slot.hour * 60 + slot.minute,))
    for reader in readers:
        chat = Chat(reader.chat.id)
        await app.subscriptions.open(chat, "de")
        await app.subscriptions.set_schedule(chat, schedule)
        await app.subscriptions.reach_step(chat, SETUP_DONE)
    return slot


async def statuses(url: str, folder: Path) -> dict[str, int]:
    """How many deliveries stand where."""
    delivery = models.Delivery
    async with before_the_slot(url, folder) as app, app.database.read() as transaction:
        statement = select(delivery.status, func.count()).group_by(delivery.status)
        return {str(status): int(count) for status, count in await transaction.connection.execute(statement)}
