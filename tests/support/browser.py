"""A headless Chromium for tests of the chat page: Playwright drives the one that the system has."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from playwright.async_api import Page, async_playwright

PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The path of the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


needs_chromium = pytest.mark.skipif(chromium() is None, reason="no chromium on this machine (apt-get install chromium)")


@asynccontextmanager
async def phone(
    locale: str = "de-DE", color_scheme: Literal["light", "dark"] = "light", ignoring: str = ""
) -> AsyncIterator[Page]:
    """A page the size of a phone; fails at the end when a script failed or the page logged an error.

    Errors that contain `ignoring` are expected.
    """
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            context = await browser.new_context(viewport=PHONE, locale=locale, color_scheme=color_scheme)  # type: ignore[arg-type]
            page = await context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
            yield page
        finally:
            await browser.close()
    troubles = [one for one in troubles if not (ignoring and ignoring in one)]
    assert not troubles, troubles
