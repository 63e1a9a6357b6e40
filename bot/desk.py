"""What reads sources, has summaries written and sees what breaks, put together with the operator's settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import __version__
from bot.app import App
from bot.settings import Settings
from digests.ports import Clock, JobQueue
from digests.services.breaking import Breaking
from digests.services.polling import Polling
from digests.services.recognising import Recognising
from digests.services.sources import Sources
from digests.services.spotting import Spotting
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import fetching
from digests.sources.guard import AddressGuard, read_networks
from digests.sources.parsing import IsolatedParser
from digests.sources.web import WebReader

if TYPE_CHECKING:
    from digests.services.writing import Writing


@dataclass(frozen=True, slots=True)
class Desk:
    """What reads sources."""

    polling: Polling
    sources: Sources


@asynccontextmanager
async def reading_sources(app: App) -> AsyncIterator[Desk]:
    """The services that read sources, with one pool of connections."""
    async with web_reader(app.settings, app.clock) as reader:
        polling = Polling(app.database, app.ingesting, reader, app.clock)
        yield Desk(polling, Sources(app.database, app.catalogue, reader, polling, app.clock))


@asynccontextmanager
async def web_reader(settings: Settings, clock: Clock) -> AsyncIterator[WebReader]:
    """What fetches and parses sources; it stores nothing."""
    guard = AddressGuard(read_networks(settings.sources_allow))
    contact = f"; +{settings.contact_url}" if settings.contact_url else ""
    agent = f"Depesche/{__version__} (news digests{contact})"
    async with fetching(agent, guard, clock) as fetcher, IsolatedParser() as parser:
        yield WebReader(CourteousFetcher(fetcher, clock, "Depesche"), parser)


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


def breaking_news(app: App, queue: JobQueue) -> Breaking | None:
    """What looks for stories that break, every minute and as articles are stored; None where nobody may want them."""
    rules = app.settings.breaking_rules
    if rules is None:
        return None
    spot_breaking_news(app, queue)
    written = app.settings.writer_url is not None and app.settings.writer_model is not None
    recognising = Recognising(app.ingesting.embedder)
    return Breaking(app.database, app.catalogue, queue, app.clock, rules, written, recognising)


def spot_breaking_news(app: App, queue: JobQueue) -> None:
    """Have stories checked as soon as articles stored by this process may make them breaking news."""
    if (rules := app.settings.breaking_rules) is not None:
        app.ingesting.spotting = Spotting(queue, app.clock, rules)
