"""A newsroom as a real one would be, made of the measuring data: pages, events told by several outlets, scraped pairs.

The data has articles of many years; here they come in within a week, pages in the order of their dates, the articles
of one event or pair within thirty hours of each other. Outlets are invented where the data names none. All of it goes
through the real chain with a clock that stands where an article comes in.
"""

from __future__ import annotations

import logging
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from digests.domain.articles import RawArticle
from digests.domain.digests import TITLE, Digest
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.services.ingesting import Ingesting, Report
from digests.services.reading import Reading
from digests.storage.database import Database
from digests.storage.interning import store_topics
from digests.text.markup import read_markup
from digests.text.repair import normal_form
from tests.benchmarks.data import Page, pages, rows
from tests.support.bureau import catalogue
from tests.support.clocks import ManualClock
from tests.support.databases import sqlite_template

START = datetime(2026, 8, 9, 22, 0, tzinfo=UTC)
"""The week's first midnight in Berlin."""
DAYS = 6
SEED = 7
"""Decides when things come in and which outlet brings them; not which readers there are."""
_TOGETHER = timedelta(hours=30)
_OUTLETS = {
    "de": ("Abendbote", "Hafenpost", "Ticker24", "Wochenblick", "Elbkurier", "Neue Rundschau", "Südblatt", "Tagwerk"),
    "en": ("Morning Ledger", "The Harbour", "Northern Wire", "City Dispatch", "The Observer Post", "Daybreak", "Relay"),
}


@dataclass
class SampleNewsroom:
    """The week is over: everything is stored, digests can be composed for any moment of it."""

    clock: ManualClock
    database: Database
    catalogue: Catalogue
    reading: Reading
    raws: Mapping[int, RawArticle]  # by the id of the article or entry
    refused: tuple[InputError, ...]

    def unsupported(self, digest: Digest) -> list[str]:
        """The shown sentences that do not stand in the raw text, teaser or title of the article they name."""
        shown = [sentence for item in digest.items for sentence in (*item.sentences, *item.details)]
        return [
            sentence.text
            for sentence in shown
            if normal_form(sentence.text) not in _everything(self.raws[sentence.article_id])
            and not (sentence.paragraph == TITLE and self.raws[sentence.article_id].title is None)
        ]


@asynccontextmanager
async def sample_newsroom() -> AsyncIterator[SampleNewsroom]:
    """Store the week in a database of its own. Raises MissingDataError."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    arrivals = sorted(_arrivals(), key=lambda arrival: (arrival.published_at or START, arrival.guid))
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(sqlite_template(), Path(folder) / "sample.db")
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            yield await _filled(database, arrivals)
        finally:
            await database.close()


async def _filled(database: Database, arrivals: list[RawArticle]) -> SampleNewsroom:
    topics, clock = catalogue(), ManualClock(START)
    async with database.write() as transaction:
        await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in topics])
    ingesting = Ingesting(database, topics, clock)
    raws: dict[int, RawArticle] = {}
    refused: list[InputError] = []
    for raw in arrivals:
        assert raw.published_at is not None, "every arrival has its time"
        clock.move(raw.published_at + timedelta(minutes=3))
        try:
            report = await ingesting.ingest(raw)
        except InputError as error:
            refused.append(error)
            continue
        raws |= dict.fromkeys(_ids(report), raw)
    clock.move(START + timedelta(days=DAYS))
    return SampleNewsroom(clock, database, topics, Reading(database, topics, clock), raws, tuple(refused))


def _ids(report: Report) -> list[int]:
    return [report.placement.article_id, *(entry.article_id for entry in report.entries)]


def _everything(raw: RawArticle) -> str:
    return normal_form("\n".join(filter(None, (raw.title, raw.teaser, raw.text))))


def _arrivals() -> Iterator[RawArticle]:
    chance = random.Random(SEED)
    yield from _pages()
    yield from _events(chance)
    yield from _pairs(chance)


def _pages() -> Iterator[RawArticle]:
    """German and English pages, spread evenly over the week in the order of their dates."""
    chosen = [page for page in pages() if page.german or page.country in ("uk", "us", "au", "ca", "za")]
    chosen.sort(key=lambda page: (page.date, page.id))
    for place, page in enumerate(chosen):
        yield _page(page, START + timedelta(days=DAYS) * place / len(chosen))


def _page(page: Page, at: datetime) -> RawArticle:
    """What fetching the page would hand over."""
    found = read_markup(page.html, url=page.url)
    return RawArticle(
        guid=page.id,
        text=found.text,
        origin=page.id,
        source_key=f"page:{page.publisher}",
        source_title=page.publisher,
        credit=found.site or page.publisher,
        url=page.url,
        title=found.title,
        teaser=found.teaser,
        language=found.language,
        published_at=at,
        headings=found.headings,
    )


def _events(chance: random.Random) -> Iterator[RawArticle]:
    """English articles with titles, every one of an event by another outlet."""
    begins: dict[str, datetime] = {}
    told: dict[str, list[str]] = {}
    for number, row in enumerate(rows("stories_en")):
        event = row["event"]
        first = begins.setdefault(event, START + timedelta(days=DAYS - 1) * chance.random())
        outlets = told.setdefault(event, chance.sample(_OUTLETS["en"], len(_OUTLETS["en"])))
        outlet = outlets.pop() if outlets else f"Gazette {number}"
        at = first + _TOGETHER * chance.random()
        yield replace(_plain(f"event {number}", row["text"], outlet, "en", at), title=row["title"])


def _pairs(chance: random.Random) -> Iterator[RawArticle]:
    """German texts as scraped, without titles: what belongs together comes within a day."""
    for row in rows("pairs"):
        if (row["language1"], row["language2"]) != ("de", "de"):
            continue
        first = START + timedelta(days=DAYS - 1) * chance.random()
        for side, outlet in zip((1, 2), chance.sample(_OUTLETS["de"], 2), strict=True):
            at = first + (_TOGETHER * chance.random() if side == 2 else timedelta())
            yield _plain(f"{row['id']} {side}", row[f"text{side}"], outlet, "de", at)


def _plain(guid: str, text: str, outlet: str, language: str, at: datetime) -> RawArticle:
    return RawArticle(
        guid=guid,
        text=text,
        origin=guid,
        source_key=f"sample:{outlet}",
        source_title=outlet,
        credit=outlet,
        language=language,
        published_at=at,
    )
