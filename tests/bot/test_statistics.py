"""The operator's page of figures: what it counts, who gets it, and how it looks in a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal
from xml.etree import ElementTree

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import web
from bot.statistics.page import number, page, policy, span
from bot.statistics.plots import rounded_up, short
from digests.domain.delivery import DeliveryStatus
from digests.services.statistics import DAYS, Statistics
from digests.storage.database import Database
from tests.support.browser import needs_chromium, phone
from tests.support.bureau import Bureau
from tests.support.clocks import ManualClock
from tests.support.figures import HOSTILE, NOW, fill
from tests.support.rows import DAY, SLOT, add_deliveries


@asynccontextmanager
async def served(database: Database, *, local: bool = True) -> AsyncIterator[str]:
    """The page over real HTTP; gives its address."""
    bureau = Bureau(database)
    bureau.clock.move(NOW)
    statistics = Statistics(database, bureau.clock)

    async def made() -> tuple[str, str]:
        return page(await statistics.figures()), policy()

    app = web.application(bureau.ingesting, "", further=[web.StatisticsPage(made, local)])
    async with web.serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/statistics"


async def test_days_slots_and_sources_are_counted(database: Database) -> None:
    await fill(database)
    figures = await Statistics(database, ManualClock(NOW)).figures()
    assert [day.readers for day in figures.days[-3:]] == [10, 11, 11]  # one came each day, the last one yesterday
    assert len(figures.days) == DAYS
    today = figures.days[-1]
    assert today.day == NOW.date()
    assert today.outcomes == {
        DeliveryStatus.SENT: 7,
        DeliveryStatus.SKIPPED: 1,
        DeliveryStatus.UNCERTAIN: 1,
        DeliveryStatus.SENDING: 1,
    }
    assert sum(figures.days[0].outcomes.values()) == 0
    last = figures.slots[-1]
    assert (last.at, last.digests, last.waiting, last.took) == (SLOT, 10, 1, timedelta(minutes=2))
    assert [slot.at for slot in figures.slots] == [SLOT - DAY, SLOT]
    first, second, *_ = figures.sources
    assert (first.source.title, first.total.failures) == (HOSTILE, 12 * 18)
    assert (second.source.title, second.added[-2:], second.total.copies) == ("Abendbote", [30, 0], 36)
    assert figures.overdue == timedelta(minutes=30)  # the schedule of these rows was never moved on


async def test_an_empty_service_has_a_page_too(sqlite: Database) -> None:
    text = page(await Statistics(sqlite, ManualClock(NOW)).figures())
    assert "No source yet" in text
    assert "nobody yet" in text
    assert "NaN" not in text


async def test_whoever_reloads_gets_what_was_counted_for_half_a_minute(sqlite: Database) -> None:
    clock = ManualClock(NOW)
    statistics = Statistics(sqlite, clock)
    before = await statistics.figures()
    await add_deliveries(sqlite, 2)
    clock.move(timedelta(seconds=29))
    assert await statistics.figures() is before
    clock.move(timedelta(seconds=2))
    assert (await statistics.figures()).standing.readers
    later = await statistics.figures()
    clock.move(timedelta(hours=-2))  # a clock that is set back
    assert await statistics.figures() is not later


async def test_the_page_is_valid_and_escapes_what_sources_are_called(sqlite: Database) -> None:
    await fill(sqlite)
    text = page(await Statistics(sqlite, ManualClock(NOW)).figures())
    assert "<script" not in text
    assert "the server answered 503 &lt;b&gt;" in text
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert " style=" not in text
    assert not re.search(r"(src|href)=\"(?!data:,)", text)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8082"}, 200),
        ({"Host": "[::1]:8082"}, 200),
        ({"Host": "evil.example"}, 403),  # a name of somebody else's that was made to lead here
        ({"Host": "bot.example.org"}, 403),  # a proxy on this machine
        ({"X-Forwarded-For": "203.0.113.9"}, 403),
        ({"Forwarded": "for=203.0.113.9"}, 403),
    ],
)
async def test_local_means_a_browser_on_this_machine(sqlite: Database, headers: dict[str, str], status: int) -> None:
    async with served(sqlite) as address, aiohttp.ClientSession() as session:
        answer = await session.get(address, headers=headers)
        assert answer.status == status
        if status == 200:
            said = answer.headers["Content-Security-Policy"]
            assert said.startswith("default-src 'none'; style-src 'sha256-")
            assert "unsafe" not in said
            assert answer.headers["Cache-Control"] == "no-store"
        else:
            assert "STATISTICS" in (await answer.json())["problem"]


async def test_on_means_whoever_reaches_it(sqlite: Database) -> None:
    async with served(sqlite, local=False) as address, aiohttp.ClientSession() as session:
        answer = await session.get(address, headers={"Host": "bot.example.org", "X-Forwarded-For": "203.0.113.9"})
        assert answer.status == 200


async def test_off_means_that_there_is_none(sqlite: Database) -> None:
    app = web.application(Bureau(sqlite).ingesting, "")
    async with web.serving(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        assert (await session.get(f"http://127.0.0.1:{port}/statistics")).status == 404


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_all_of_it(sqlite: Database, scheme: Literal["light", "dark"]) -> None:
    await fill(sqlite)
    async with served(sqlite) as address, phone("en-GB", scheme) as shown:  # fails when the policy refuses anything
        loaded: list[str] = []
        shown.on("request", lambda request: loaded.append(request.url))
        await shown.goto(address)
        assert await shown.title() == "Depesche: figures"
        assert await shown.evaluate("document.documentElement.scrollWidth") == 390
        assert await shown.locator(".tile").count() == 6
        assert await shown.locator("svg.plot").count() == 4
        assert await shown.locator(".sources > li").count() == 4
        assert HOSTILE in await shown.locator(".sources > li.bad b").inner_text()
        ground, ink = await shown.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        assert (ground, ink) == {
            "light": ("rgb(238, 242, 246)", "rgb(20, 25, 31)"),
            "dark": ("rgb(14, 21, 28)", "rgb(238, 242, 246)"),
        }[scheme]
        tall = await shown.locator("rect.sent").first.evaluate("each => each.getBoundingClientRect().height")
        assert tall > 10  # the plots have something in them
        assert all(each == address or each.startswith("data:") for each in loaded)
        await shown.set_viewport_size({"width": 1280, "height": 900})
        assert await shown.evaluate("document.documentElement.scrollWidth") == 1280


@given(st.floats(0, 1e9))
def test_a_scale_ends_at_a_round_number_not_far_above(value: float) -> None:
    top = rounded_up(value)
    assert value <= top
    assert top <= max(2.0, value * 2.5)
    assert re.fullmatch(r"[1246]0*[kM]?|[1246]e\+\d+M?", short(top)), short(top)


def test_numbers_and_spans_read_well() -> None:
    assert number(1234567) == "1\u202f234\u202f567"
    lengths = (timedelta(), timedelta(seconds=59), timedelta(seconds=60), timedelta(hours=1), timedelta(hours=30))
    assert [span(each) for each in lengths] == ["0 s", "59 s", "1 min", "60 min", "30 h"]
    assert span(timedelta(days=3)) == "3 d"
