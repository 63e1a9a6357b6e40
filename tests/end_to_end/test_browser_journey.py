"""The chat page in a real browser, on a phone, in German: set-up, digest, a card, mute and taken back; reactions."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.demo import Demo, demonstration
from digests.domain.subscribers import Chat
from tests.support.browser import needs_chromium, phone

pytestmark = needs_chromium

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder for pictures of each step, for people; none are made without it."""


async def shoot(page: Page, name: str) -> None:
    """A picture of the page as it stands, when somebody wants one."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"journey-{name}.png")


async def tap(page: Page, name: str, wanted: str) -> None:
    """Tap the newest button of that name, and wait for what it brings."""
    await page.get_by_role("button", name=name, exact=True).last.click()
    await expect(page.get_by_text(wanted).last).to_be_visible()


async def test_from_the_first_tap_to_a_muted_word_and_back() -> None:
    async with demonstration(port=0) as demo, phone() as page:
        await page.goto(demo.sandbox.url)
        await tap(page, "Starten", "Hallo Ada!")
        await tap(page, "Los geht's", "1/3 · Welche Themen?")
        await tap(page, "Ukraine · 2", "1/3 · Welche Themen?")
        await tap(page, "Weiter (1 gewählt) →", "2/3 · Wann?")
        await tap(page, "Täglich", "2/3 · Wann?")
        await expect(page.get_by_role("button", name="✓ Täglich")).to_be_visible()
        await tap(page, "Weiter →", "3/3 · So sieht dein Digest aus")
        await tap(page, "Passt so ✓", "Fertig.")
        await page.locator("#morning").click()
        digest = page.locator(".message:not(.mine)", has_text="Dein Morgen").last
        await expect(digest).to_contain_text("Selenskyj")
        await shoot(page, "digest")

        await digest.get_by_role("button", name="1", exact=True).click()
        await expect(page.get_by_text("Verlauf:")).to_be_visible()
        await shoot(page, "card")
        await tap(page, "Warum sehe ich das?", "Thema Ukraine")
        reason = page.locator(".message:not(.mine)", has_text="Thema Ukraine").last
        await reason.get_by_role("button", name="stummschalten").click()
        await expect(page.get_by_text("ist ab jetzt stumm").last).to_be_visible()
        await shoot(page, "muted")

        (reader,) = demo.sandbox.world.users.values()
        chat = Chat(reader.id)
        stored = await demo.app.subscriptions.find(chat)
        assert stored is not None
        assert len(stored.preferences.mutes) == 1
        await tap(page, "Rückgängig", "Rückgängig gemacht.")
        stored = await demo.app.subscriptions.find(chat)
        assert stored is not None
        assert not stored.preferences.mutes
        await tap(page, "← Einstellungen", "Zeit: 07:00, täglich")
        await shoot(page, "settings")


async def test_reactions_are_tapped_told_and_taken_back() -> None:
    async with demonstration(port=0) as demo, phone() as page:
        await page.goto(demo.sandbox.url)
        await tap(page, "Starten", "Hallo Ada!")
        await tap(page, "Los geht's", "1/3 · Welche Themen?")
        await tap(page, "Ukraine · 2", "1/3 · Welche Themen?")
        await tap(page, "Weiter (1 gewählt) →", "2/3 · Wann?")
        await tap(page, "Weiter →", "3/3 · So sieht dein Digest aus")
        await tap(page, "Passt so ✓", "Fertig.")
        await say(page, "/neu", "2 Geschichten")
        digest = page.locator(".message:not(.mine)", has_text="2 Geschichten").first  # its card quotes it
        await digest.get_by_role("button", name="1", exact=True).click()
        await expect(page.get_by_text("Verlauf:")).to_be_visible()
        card = page.locator(".message:not(.mine)", has_text="Verlauf:").last
        (reader,) = demo.sandbox.world.users.values()
        chat = Chat(reader.id)

        await react(card, "👍")
        answer = page.locator(".message:not(.mine)", has_text="nimmst du sie zurück").last
        await expect(answer).to_contain_text("Ukraine zählt mehr: +1 von +3.")
        await expect(card.locator(".reaction")).to_have_text("👍")
        await expect(card.get_by_role("button", name="Reagieren mit 👍")).to_have_attribute("aria-pressed", "true")
        assert await weights(demo, chat) == {("topic:ukraine", 1)}
        await shoot(page, "reaction")

        await react(card, "👎")  # another one in its place
        await expect(answer).to_contain_text("Ukraine zählt weniger: −1 von −3.")
        assert await weights(demo, chat) == {("topic:ukraine", -1)}

        await react(card, "👎")  # the same once more takes it back
        undone = page.locator(".message:not(.mine)", has_text="Zurückgenommen. Ukraine steht wieder bei 0.")
        await expect(undone).to_be_visible()
        await expect(card.locator(".reaction")).to_have_count(0)
        assert await weights(demo, chat) == set()

        await react(digest, "❤")  # two stories: which one?
        await expect(page.get_by_text("Welche Geschichte meint deine Reaktion?")).to_be_visible()
        which = page.locator(".message:not(.mine)", has_text="Welche Geschichte meint deine Reaktion?").last
        await which.locator(".row button").first.click()
        await expect(page.get_by_text("Ukraine zählt mehr: +1 von +3.")).to_be_visible()
        assert await weights(demo, chat) == {("topic:ukraine", 1)}
        await shoot(page, "reaction-which")


async def say(page: Page, text: str, wanted: str) -> None:
    """Write something, and wait for what it brings."""
    await page.locator("#text").fill(text)
    await page.locator("#send").click()
    await expect(page.get_by_text(wanted).last).to_be_visible()


async def react(message: Locator, emoji: str) -> None:
    """Tap a reaction below a message, as a phone offers it."""
    await message.get_by_role("button", name=f"Reagieren mit {emoji}").click()


async def weights(demo: Demo, chat: Chat) -> set[tuple[str, int]]:
    """What counts more and less for the reader, as it is stored."""
    stored = await demo.app.subscriptions.find(chat)
    assert stored is not None
    return set(stored.preferences.weights)
