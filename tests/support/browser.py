"""A headless Chromium for tests of the chat page: Playwright drives the one that the system has."""

import asyncio
import atexit
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, async_playwright

PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--hide-scrollbars",
    "--mute-audio",
    "--password-store=basic",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
]
STARTS_WITHIN = 60
"""Seconds for the start of the browser on a machine that is busy with much else."""


def chromium() -> str | None:
    """The path of the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


needs_chromium = pytest.mark.skipif(chromium() is None, reason="no chromium on this machine (apt-get install chromium)")


@cache
def _running() -> str:
    """The address of a Chromium that runs until the tests end: a start takes longer than most tests of the page."""
    path = chromium()
    assert path is not None
    profile = Path(tempfile.mkdtemp(prefix="depesche-chromium-"))
    command = [path, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end() -> None:
        process.terminate()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)

    atexit.register(end)
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + STARTS_WITHIN
    while not (told.exists() and len(lines := told.read_text().splitlines()) == 2):
        assert process.poll() is None, "chromium has ended"
        assert time.monotonic() < until, f"chromium did not start within {STARTS_WITHIN} seconds"
        time.sleep(0.05)
    port, place = lines
    return f"ws://127.0.0.1:{port}{place}"


@asynccontextmanager
async def phone(
    locale: str = "de-DE", color_scheme: Literal["light", "dark"] = "light", ignoring: str = ""
) -> AsyncIterator[Page]:
    """A page the size of a phone; fails at the end when a script failed or the page logged an error.

    Errors that contain `ignoring` are expected.
    """
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(await asyncio.to_thread(_running))
        context = await browser.new_context(viewport=PHONE, locale=locale, color_scheme=color_scheme)  # type: ignore[arg-type]
        try:
            page = await context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
            yield page
        finally:
            await context.close()
    troubles = [one for one in troubles if not (ignoring and ignoring in one)]
    assert not troubles, troubles
