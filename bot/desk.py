"""What reads sources, put together with the operator's settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot import __version__
from bot.app import App
from bot.settings import Settings
from digests.ports import Clock
from digests.services.polling import Polling
from digests.services.sources import Sources
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import fetching
from digests.sources.guard import AddressGuard, read_networks
from digests.sources.parsing import IsolatedParser
from digests.sources.web import WebReader


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
