"""A bureau that reads sources from a newsstand on loopback, and feeds to lay out there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from ipaddress import ip_network
from xml.sax.saxutils import escape

from sqlalchemy import RowMapping

from digests.domain.sources import Source, SourceKind
from digests.services.polling import Polling
from digests.services.sources import Sources, Wishes
from digests.sources.courtesy import CourteousFetcher
from digests.sources.fetching import Limits, fetching
from digests.sources.guard import AddressGuard
from digests.sources.web import WebReader
from digests.storage import models
from tests.support.bureau import Bureau, catalogue
from tests.support.newsstand import Newsstand
from tests.support.reports import Report
from tests.support.rows import rows

LOOPBACK = AddressGuard([ip_network("127.0.0.0/8")])


@dataclass
class Feeding:
    """A bureau with its newsstand."""

    bureau: Bureau
    stand: Newsstand
    reader: WebReader
    polling: Polling
    sources: Sources


@asynccontextmanager
async def feeding(bureau: Bureau, stand: Newsstand, seconds: float = 3) -> AsyncIterator[Feeding]:
    """Services that read sources, over real HTTP, with so long for an answer; pauses move the bureau's clock."""
    async with fetching("Depesche-Test/1", LOOPBACK, bureau.clock, Limits(seconds=seconds)) as fetcher:
        reader = WebReader(CourteousFetcher(fetcher, bureau.clock, "Depesche"))
        polling = Polling(bureau.database, bureau.ingesting, reader, bureau.clock)
        sources = Sources(bureau.database, catalogue(), reader, polling, bureau.clock)
        yield Feeding(bureau, stand, reader, polling, sources)


def item(report: Report, at: datetime | None, path: str, guid: str | None = None, *, whole: bool = True) -> str:
    """A report as an entry of RSS: `whole` with its text, else with its first paragraph as a teaser."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in report.paragraphs) if whole else report.paragraphs[0]
    date = f"<pubDate>{format_datetime(at)}</pubDate>" if at else ""
    return (
        f"<item><guid>{guid or path}</guid><link>{path}</link><title>{escape(report.title)}</title>{date}"
        f"<description>{escape(body)}</description></item>"
    )


def rss(*items: str, title: str = "Abendbote", language: str = "de") -> str:
    """A feed of entries."""
    head = f"<title>{title}</title><language>{language}</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def page(report: Report, extra: str = "") -> str:
    """A report as a page of HTML, with a menu and a footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in report.paragraphs)
    menu = "<nav><a href='/'>Start</a> <a href='/sport'>Sport</a></nav>"
    return (
        f"<html lang='{report.language}'><head><title>{report.title}</title></head><body>{menu}<article>"
        f"<h1>{report.title}</h1>{body}{extra}</article><footer>Impressum Datenschutz</footer></body></html>"
    )


async def added(desk: Feeding, path: str = "/feed.xml", **wishes: object) -> Source:
    """Add the feed at a path of the newsstand."""
    found = await desk.sources.add(desk.stand.url(path), Wishes(kind=SourceKind.FEED, **wishes))  # type: ignore[arg-type]
    return found.source


async def only_source(desk: Feeding) -> RowMapping:
    """The row of the one source there is."""
    (row,) = await rows(desk.bureau.database, models.Source)
    return row


async def poll_next(desk: Feeding) -> int:
    """Move to when the next source is due, and read it."""
    due = min(row["next_poll_at"] for row in await rows(desk.bureau.database, models.Source))
    desk.bureau.clock.move(due)
    return await desk.polling.poll_due()


async def titles(desk: Feeding) -> list[str]:
    """The titles of all stored articles."""
    return [row["title"] for row in await rows(desk.bureau.database, models.Article)]
