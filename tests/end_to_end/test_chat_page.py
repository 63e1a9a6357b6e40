"""The chat page in a real browser, with a small bot of python-telegram-bot behind it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect
from telegram import Bot
from yarl import URL

from bot.sandbox import Sandbox
from bot.sandbox.model import Member, User
from tests.sandbox.echo_bot import echo_bot
from tests.support.browser import needs_chromium, phone

pytestmark = needs_chromium

START = datetime(2026, 11, 23, 20, 14, tzinfo=UTC)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=lambda: START) as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with echo_bot(sandbox) as app:
        yield app.bot


@pytest.fixture
async def page(sandbox: Sandbox, bot: Bot) -> AsyncIterator[Page]:
    async with phone() as page:
        await page.goto(sandbox.url)
        yield page


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Nachricht", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def started(sandbox: Sandbox, page: Page) -> User:
    """The page's own reader, once he has started the bot."""
    await page.get_by_role("button", name="Starten").click()
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    (user,) = sandbox.world.users.values()
    return user


async def test_a_first_visit_starts_the_bot_and_talks_to_it(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Depesche <Probe>")).to_be_visible()
    await expect(page.get_by_text("Kurzer Nachrichtenüberblick")).to_be_visible()
    await page.get_by_role("button", name="Starten").click()
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    await say(page, "<img src=x onerror=alert(1)> & mehr")
    await expect(page.get_by_text("Echo: <img src=x onerror=alert(1)> & mehr")).to_be_visible()
    assert await page.locator("#list img").count() == 0


async def test_what_is_typed_before_the_page_knows_who_reads_is_sent_once_it_does(sandbox: Sandbox, bot: Bot) -> None:
    told = asyncio.Event()

    async def late(route: Route) -> None:
        await told.wait()
        await route.continue_()

    async with phone() as page:
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        await page.route("**/sandbox/readers", late)
        await page.goto(sandbox.url)
        await say(page, "schon da")
        told.set()
        await expect(page.get_by_text("Echo: schon da")).to_be_visible()
        await page.get_by_role("button", name="Leser").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert faults == []


async def test_a_pressed_button_edits_in_place_and_shows_toast_and_alert(page: Page) -> None:
    await say(page, "/start")
    await page.get_by_role("button", name="Gezählt · 0").click()
    await expect(page.locator("#toast")).to_have_text("Gezählt: 1")
    await expect(page.get_by_text("Stand 1")).to_be_visible()
    await expect(page.locator(".meta").last).to_contain_text("bearbeitet")
    await expect(page.get_by_role("button", name="Gezählt · 1")).to_be_focused()
    await page.get_by_role("button", name="Hinweis").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Bitte lesen")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("button", name="Hinweis")).not_to_have_attribute("aria-busy", "true")


async def test_a_button_waits_visibly_until_the_bot_answers(sandbox: Sandbox, page: Page) -> None:
    await say(page, "/start")
    held = sandbox.fail("answer", "answerCallbackQuery", status=400)
    await page.get_by_role("button", name="Hinweis").click()
    await expect(page.get_by_role("button", name="Hinweis")).to_have_attribute("aria-busy", "true")
    await sandbox.world.pulse.until(lambda: held.met, 5)


async def test_formatting_is_shown_and_the_quote_expands(page: Page) -> None:
    await say(page, "/story")
    message = page.locator(".message:not(.mine)").last
    await expect(message.locator("b")).to_have_text("1 · Delegationen <beraten> in Istanbul")
    await expect(message.locator("u")).to_have_text("Kontrolle")
    await expect(message.locator("code")).to_have_text("code")
    await expect(message.get_by_role("link", name="[1]")).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    fold = message.get_by_role("button", name="Zitat aufklappen")
    inner = message.locator(".inner")
    folded = await inner.bounding_box()
    await fold.click()
    opened = await inner.bounding_box()
    assert folded is not None
    assert opened is not None
    assert opened["height"] > folded["height"]
    hidden = message.get_by_role("button", name="Verdeckten Text zeigen")
    await hidden.click()
    await expect(hidden).to_have_count(0)
    await message.get_by_role("button", name="/help").click()
    await expect(page.get_by_text("Echo: /help")).to_be_visible()


async def test_commands_keyboards_and_files(page: Page, tmp_path: Path) -> None:
    await page.get_by_role("button", name="Befehle").click()
    await page.get_by_role("button", name="/story Eine Geschichte").click()
    await expect(page.get_by_text("Ausgang offen")).to_be_attached()
    await say(page, "/more")
    await page.get_by_role("button", name="Ja", exact=True).click()
    await expect(page.get_by_text("Echo: Ja")).to_be_visible()
    await page.get_by_role("button", name="Standort").click()
    await expect(page.get_by_text("Echo: 52.52")).to_be_visible()
    await say(page, "/more ask")
    await expect(page.get_by_text("Antwort auf: Wie spät?")).to_be_visible()
    await expect(page.get_by_placeholder("z. B. 6:45")).to_be_focused()
    await say(page, "/more file")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="daten.json").click()
    await (await download.value).save_as(tmp_path / "daten.json")
    assert (tmp_path / "daten.json").read_bytes() == b'{"a": 1}'


async def test_block_and_unblock(sandbox: Sandbox, page: Page) -> None:
    await say(page, "/start")
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    await page.get_by_role("button", name="Mehr").click()
    await page.get_by_role("button", name="Bot blockieren").click()
    await expect(page.locator("#status")).to_have_text("blockiert")
    await expect(page.get_by_label("Nachricht", exact=True)).to_be_hidden()
    (bot,) = sandbox.world.bots.values()
    assert next(iter(bot.chats.values())).blocked
    await page.get_by_role("button", name="Blockierung aufheben").click()
    await say(page, "wieder da")
    await expect(page.get_by_text("Echo: wieder da")).to_be_visible()


async def test_the_clock_moves_forward(sandbox: Sandbox, page: Page) -> None:
    await expect(page.locator("#now")).to_have_text("Mo., 23. Nov., 21:14")
    await page.get_by_role("button", name="+15 min").click()
    await expect(page.locator("#now")).to_have_text("Mo., 23. Nov., 21:29")
    await page.get_by_role("button", name="Bis zum nächsten Werktag").click()
    await expect(page.locator("#now")).to_have_text("Di., 24. Nov., 07:00")
    assert timedelta() <= sandbox.clock.now() - datetime(2026, 11, 24, 6, tzinfo=UTC) < timedelta(minutes=1)
    await page.get_by_role("button", name="Andere Zeit").click()
    await page.get_by_label("Datum und Uhrzeit in Europe/Berlin").fill("2026-11-25T12:30")
    await page.get_by_role("button", name="Vorstellen").click()
    await expect(page.locator("#now")).to_have_text("Mi., 25. Nov., 12:30")
    await page.get_by_role("button", name="Andere Zeit").click()
    await page.get_by_label("Datum und Uhrzeit in Europe/Berlin").fill("2026-11-27T07:00")
    await page.get_by_role("button", name="Vorstellen").click()
    await page.get_by_role("button", name="Bis zum nächsten Werktag").click()
    await expect(page.locator("#now")).to_have_text("Mo., 30. Nov., 07:00")  # from a Friday, over the weekend
    await page.get_by_role("button", name="Andere Zeit").click()
    await page.get_by_label("Datum und Uhrzeit in Europe/Berlin").fill("2026-11-20T12:30")
    await page.get_by_role("button", name="Vorstellen").click()
    await expect(page.locator("#toast")).to_have_text("Die Uhr geht nur vorwärts.")


async def test_a_second_reader_has_a_chat_and_menu_of_his_own(sandbox: Sandbox, page: Page) -> None:
    await say(page, "/start")
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    await page.get_by_role("button", name="Leser wechseln").click()
    await page.get_by_label("Vorname").fill("Олена")
    await page.get_by_label("Sprache der App").select_option("uk")
    await page.get_by_role("button", name="Hinzufügen").click()
    await expect(page.get_by_text("Hallo Ada!")).to_have_count(0)
    await page.get_by_role("button", name="Befehle").click()
    await expect(page.get_by_role("button", name="/more More keyboards")).to_be_visible()
    await say(page, "/start")
    await expect(page.get_by_text("Hallo Олена!")).to_be_visible()
    await page.get_by_role("button", name="Leser wechseln").click()
    await page.get_by_role("button", name="Ada").click()
    await expect(page.get_by_text("Hallo Ada!")).to_be_visible()
    assert len(sandbox.world.users) == 2


async def test_the_page_speaks_english_to_other_browsers(sandbox: Sandbox, bot: Bot) -> None:
    async with phone("en-GB") as page:
        await page.goto(sandbox.url)
        await expect(page.get_by_label("Message", exact=True)).to_be_visible()
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


async def test_a_long_message_is_read_from_its_beginning(sandbox: Sandbox, bot: Bot, page: Page) -> None:
    user = await started(sandbox, page)
    digest = "Dein Morgen\n" + "\n".join(f"{number} · Eine Geschichte" for number in range(80))
    await bot.send_message(user.id, digest)
    await expect(page.get_by_text("Dein Morgen")).to_be_in_viewport()
    await expect(page.locator(".message").last).to_be_in_viewport()


async def test_typing_and_drafts_are_shown_until_the_message_comes(sandbox: Sandbox, bot: Bot, page: Page) -> None:
    user = await started(sandbox, page)
    await bot.send_chat_action(user.id, "typing")
    await expect(page.locator("#status")).to_have_text("tippt …")
    await bot.send_message_draft(user.id, 1, "Ich su")
    await expect(page.locator("#draft")).to_have_text("Ich su")
    await bot.send_message(user.id, "Ich suche")
    await expect(page.locator("#draft")).to_be_hidden()
    await expect(page.locator("#status")).to_have_text("Bot")


async def test_a_group_is_another_chat(sandbox: Sandbox, page: Page) -> None:
    user = await started(sandbox, page)
    owner = sandbox.reader("Bo")
    group = sandbox.group(owner, "Redaktion")
    group.set_bot("member", next(iter(sandbox.world.bots.values())))
    group.chat.members[user.id] = Member(user)
    await page.reload()
    await page.get_by_role("button", name="Mehr").click()
    await page.get_by_role("button", name="Redaktion").click()
    await expect(page.get_by_role("heading", name="Redaktion")).to_be_visible()
    await say(page, "/start")
    await expect(page.locator(".message:not(.mine) .who")).to_have_text("Depesche <Probe>")
    await page.get_by_role("button", name="Mehr").click()
    await page.get_by_role("button", name="Privater Chat").click()
    await expect(page.get_by_role("heading", name="Depesche <Probe>")).to_be_visible()


async def test_a_deep_link_of_the_bot_stays_in_the_chat(sandbox: Sandbox, bot: Bot, page: Page) -> None:
    user = await started(sandbox, page)
    await bot.send_message(user.id, "https://t.me/sandbox_4242_bot?start=t_sport")
    await page.get_by_role("link", name="t_sport").click()
    await expect(page.get_by_text("Hallo Ada! t_sport")).to_be_visible()


async def test_the_page_finds_back_after_a_restart() -> None:
    async with phone(ignoring="Failed to load resource") as page:
        async with Sandbox() as sandbox, echo_bot(sandbox):
            await page.goto(sandbox.url)
            await started(sandbox, page)
            port = URL(sandbox.url).port
        await expect(page.locator("#status")).to_have_text("Verbindung verloren, neuer Versuch …")
        async with Sandbox(port or 0) as sandbox, echo_bot(sandbox):
            await started(sandbox, page)


async def test_no_line_ends_between_a_bracket_and_a_command(sandbox: Sandbox, page: Page, bot: Bot) -> None:
    user = await started(sandbox, page)
    for letters in range(24, 44):
        await bot.send_message(user.id, f"{'a' * (letters // 2)} {'b' * (letters - letters // 2)} (/loeschmich).")
    await expect(page.get_by_text("/loeschmich")).to_have_count(20)
    apart = await page.evaluate(
        """() => [...document.querySelectorAll(".text .command")].filter((command) => {
          const range = document.createRange(), before = command.previousSibling;
          if (!before?.data?.endsWith("(")) return false;
          range.setStart(before, before.length - 1);
          range.setEnd(before, before.length);
          return range.getClientRects()[0].bottom <= command.getClientRects()[0].top + 1;
        }).length"""
    )
    assert apart == 0
