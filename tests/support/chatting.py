"""Shortcuts for tests of conversations: readers who are set up, articles that are news now, odd messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from bot.sandbox import people
from bot.sandbox.model import Message, Query
from bot.sandbox.readers import Conversation, Reader
from digests.domain.articles import RawArticle
from digests.domain.preferences import Preferences
from digests.domain.schedule import EVERY_DAY, Schedule
from digests.domain.subscribers import SETUP_DONE, Chat, Status, Subscriber
from tests.support.reports import Report
from tests.support.worlds import World

SEVEN = 7 * 60
"""07:00 in minutes after midnight."""


async def subscribed(  # one keyword for each thing a test may be about
    world: World,
    topics: Iterable[str] = (),
    *,
    words: Iterable[str] = (),
    language: str = "de",
    minutes: tuple[int, ...] = (SEVEN,),
    weekdays: int = EVERY_DAY,
) -> Reader:
    """A reader whose set-up is finished, with digests at 07:00 in Berlin unless said otherwise."""
    reader = world.reader(language_code=language)
    await ask(reader, "/privacy")  # nobody gets messages who has never written
    chat, services = Chat(reader.chat.id), world.app.subscriptions
    await services.open(chat, language)
    wish = Preferences(topics=frozenset(topics), words=frozenset(words))
    await services.set_preferences(chat, lambda _: wish)
    await services.set_schedule(chat, Schedule("Europe/Berlin", minutes, weekdays) if minutes else None)
    await services.reach_step(chat, SETUP_DONE)
    return reader


async def ask(reader: Conversation, text: str, wanted: str = "") -> Message:
    """Write, and wait for an answer that holds `wanted`."""
    await reader.send(text)
    return await reader.wait_for(wanted)


async def press(reader: Conversation, label: str, wanted: str = "", message: Message | None = None) -> Message:
    """Press a button, and wait for what it shows."""
    await reader.press(label, message)
    return await reader.wait_for(wanted)


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that leaves no trace in a chat."""
    async with asyncio.timeout(5):
        while not await check():  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.01)


async def standing(world: World, chat: Chat, status: Status) -> Subscriber:
    """What is stored of a chat, once it has this status."""

    async def there() -> bool:
        found = await world.app.subscriptions.find(chat)
        return found is not None and found.status is status

    await eventually(there)
    found = await world.app.subscriptions.find(chat)
    assert found is not None
    return found


async def set_up(speaker: Conversation) -> None:
    """Go from the topics of a set-up to its end: all topics, the usual time."""
    for label, wanted in (("Alle", "1/3"), ("Weiter", "2/3"), ("Weiter", "3/3"), ("Passt so ✓", "Fertig")):
        await speaker.press(label)
        await speaker.wait_for(wanted)


async def press_data(world: World, reader: Conversation, message: Message, data: str) -> Query:
    """Press a button that carries any data, as old clients and forgers do."""
    return people.press(world.sandbox.world, reader.bot, reader.user, message, data)


async def publish(world: World, *reports: Report, topics: tuple[str, ...] = (), credit: str = "Abendbote") -> None:
    """Make reports news of this moment."""
    for report in reports:
        raw = RawArticle(
            guid=report.title,
            text="\n".join(report.paragraphs),
            origin="test",
            source_key=credit,
            source_title=credit,
            credit=credit,
            title=report.title,
            language=report.language,
            published_at=world.clock.now(),
            topics=topics,
        )
        await world.app.ingesting.ingest(raw)


def bold(message: Message) -> list[str]:
    """The words in bold, in their order; a message counts in UTF-16 units."""
    raw = message.text.encode("utf-16-le")
    return [
        raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
        for entity in message.entities
        if entity["type"] == "bold"
    ]
