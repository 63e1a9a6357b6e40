"""What reads sources, put together with the operator's settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot import __version__
from bot.app import App
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
    settings = app.settings
    guard = AddressGuard(read_networks(settings.sources_allow))
    contact = f"; +{settings.contact_url}" if settings.contact_url else ""
    agent = f"Depesche/{__version__} (news digests{contact})"
    async with fetching(agent, guard, app.clock) as fetcher, IsolatedParser() as parser:
        reader = WebReader(CourteousFetcher(fetcher, app.clock, "Depesche"), parser)
        polling = Polling(app.database, app.ingesting, reader, app.clock)
        yield Desk(polling, Sources(app.database, app.catalogue, reader, polling, app.clock))
