"""Figures for Prometheus over real HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot import web
from bot.metrics import exposition
from digests.domain.preferences import Preferences
from digests.domain.sources import Tally
from digests.services.overview import Overview
from digests.storage.database import Database
from digests.storage.sources import SourceStore
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN


async def scrape(bureau: Bureau, path: str = "/metrics", accept: str = "text/plain") -> tuple[int, str, str]:
    figures = partial(exposition, Overview(bureau.database), bureau.clock)
    app = web.application(bureau.ingesting, "", figures)
    async with web.serving(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
        return answer.status, answer.headers["Content-Type"], await answer.text()


def values(text: str) -> dict[tuple[str, ...], float]:
    """Every figure by its name and the values of its labels, in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_sources_and_topics_are_told(sqlite: Database) -> None:
    bureau = await Bureau(sqlite).open()
    await bureau.subscribe(Preferences(topics=frozenset({"sport"})))
    await bureau.publish(GRAIN, topics=("sport",))
    now = bureau.clock.now()
    async with sqlite.write() as transaction:
        store = SourceStore(transaction)
        source = await store.add(
            {"kind": "feed", "url": "https://b.example/", "title": 'Der "Bote"', "interval": 600, "succeeded_at": now},
            now,
        )
        assert source is not None
        await store.count(source, now - timedelta(days=40), Tally(polls=5, unchanged=2, failures=1, added=7, copies=1))
        await store.count(source, now, Tally(polls=1, added=2, lines=10, dropped=4))
    bureau.clock.move(timedelta(minutes=2))
    status, kind, text = await scrape(bureau)
    assert status == 200
    assert kind.startswith("text/plain")
    found, labels = values(text), (str(source), 'Der "Bote"')
    assert found["feed_polls_total", "changed", *labels] == 3
    assert found["feed_polls_total", "unchanged", *labels] == 2
    assert found["feed_polls_total", "failed", *labels] == 1
    assert found["articles_total", "added", *labels] == 9
    assert found["articles_total", "copy", *labels] == 1
    assert found["feed_furniture_ratio", *labels] == 0.4
    assert found["feed_age_seconds", *labels] == 120
    assert found["feed_interval_seconds", *labels] == 600
    assert found["topic_articles", "sport"] == 1
    assert found["topic_age_seconds", "sport"] == 120
    assert found["sources", "ok"] == 1
    assert found["subscribers", "active"] == 1
    assert found["articles_stored",] == 1
    assert found["slots_missed",] == found["stories_broken_last_day",] == found["breaking_sent_last_day",] == 0


async def test_the_handbook_tells_every_metric_and_no_other(sqlite: Database) -> None:
    _, _, text = await scrape(await Bureau(sqlite).open())
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    table = page.partition("| metric | labels | meaning |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    told = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(re.findall(r"^# HELP (\w+)", text, re.MULTILINE))


async def test_openmetrics_is_spoken_to_who_asks_for_it(sqlite: Database) -> None:
    bureau = await Bureau(sqlite).open()
    status, kind, text = await scrape(bureau, accept="application/openmetrics-text; version=1.0.0")
    assert (status, text.endswith("# EOF\n")) == (200, True)
    assert kind.startswith("application/openmetrics-text")


async def test_without_a_token_nobody_may_push(sqlite: Database) -> None:
    bureau = await Bureau(sqlite).open()
    assert (await scrape(bureau, "/articles"))[0] == 404
