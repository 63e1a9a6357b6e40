"""The real demo in a real browser: a German reader sets up in four taps, asks, and the scheduled digest comes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo import Demo, demonstration
from tests.support.browser import needs_chromium, phone

pytestmark = needs_chromium

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder for pictures of each step, for people and for the README; none are made without it."""


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with demonstration(port=0) as demo:
        yield demo


@pytest.fixture
async def page(demo: Demo) -> AsyncIterator[Page]:
    async with phone() as page:
        await page.goto(demo.sandbox.url)
        yield page


async def shoot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def test_four_taps_to_a_digest(demo: Demo, page: Page) -> None:
    await page.get_by_role("button", name="Starten").click()
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    await shoot(page, "1-start")
    await page.get_by_role("button", name="Los geht's").click()
    await expect(page.get_by_text("1/3 · Welche Themen?")).to_be_visible()
    await page.get_by_role("button", name="Ukraine · 2").click()
    await expect(page.get_by_role("button", name="✓ Ukraine · 2")).to_be_visible()
    await shoot(page, "2-topics")
    await page.get_by_role("button", name="Weiter (1 gewählt) →").click()
    await expect(page.get_by_text("2/3 · Wann?")).to_be_visible()
    await shoot(page, "3-time")
    await page.get_by_role("button", name="Weiter →").click()
    await expect(page.get_by_text("3/3 · So sieht dein Digest aus")).to_be_visible()
    await shoot(page, "4-preview")
    await page.get_by_role("button", name="Passt so").click()
    await expect(page.get_by_text("Fertig.")).to_be_visible()
    await shoot(page, "5-done")

    (reader,) = demo.sandbox.world.users.values()
    slots = [message for message in demo.sandbox.ledger if "Dein Morgen" in message.text]
    assert not slots
    await page.get_by_role("button", name="07:00").last.click()
    digest = page.locator(".message:not(.mine)", has_text="Dein Morgen").last
    await expect(digest).to_be_visible()
    await expect(digest).to_contain_text("Ukraine · NATO (1–2)")
    await expect(digest).to_contain_text(
        "Selenskyj will noch vor dem Ende von Bidens Präsidentschaft der NATO beitreten"
    )
    await expect(digest).not_to_contain_text("Rentenzahlungen")
    await shoot(page, "6-digest")
    await digest.get_by_role("button", name="2", exact=True).click()
    await expect(page.get_by_text("Warum sehe ich das?")).to_be_visible()
    await shoot(page, "7-story")
    arrived = [message for message in demo.sandbox.ledger if "Dein Morgen" in message.text]
    assert [message.chat.id for message in arrived] == [reader.id]
