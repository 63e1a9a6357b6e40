"""python-telegram-bot against the sandbox, as a real bot uses it."""

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.sandbox import Sandbox
from tests.sandbox.echo_bot import TOKEN, echo_bot


async def test_a_bot_of_the_library_talks_to_a_reader(sandbox: Sandbox) -> None:
    async with echo_bot(sandbox):
        ada = sandbox.reader("Ada", "de")
        await ada.open_link("t_ukraine")
        greeting = await ada.wait_for("Hallo Ada! t_ukraine")
        await ada.press("Gezählt")
        assert (await ada.wait_for("Stand 1")).id == greeting.id
        await ada.press("v1|alert")
        assert ada.toasts == ["Gezählt: 1", "Bitte lesen"]
        await ada.send("/more")
        await ada.wait_for("Tasten")
        await ada.press("Ja")
        await ada.wait_for("Echo: Ja")
        await ada.share_location(52.5, 13.4)
        await ada.wait_for("Echo: 52.5")
        await ada.send("/more file")
        document = (await ada.wait_for("Deine Daten")).file
        assert document is not None
        assert (document.name, document.content) == ("daten.json", b'{"a": 1}')


async def test_errors_become_the_librarys_exceptions(sandbox: Sandbox) -> None:
    async with Bot(TOKEN, base_url=sandbox.base_url, base_file_url=sandbox.base_file_url) as bot:
        ada = sandbox.reader()
        await ada.send("/start")
        chat_id = ada.user.id
        assert (await bot.get_chat(chat_id)).first_name == "Ada"
        with pytest.raises(BadRequest, match=r"(?i)can't find end tag"):
            await bot.send_message(chat_id, "<b>x", parse_mode="HTML")
        sandbox.fail("answer", "sendMessage", status=429, retry_after=3)
        with pytest.raises(RetryAfter, match="in 3 seconds"), pytest.warns(DeprecationWarning, match="timedelta"):
            await bot.send_message(chat_id, "x")
        ada.block()
        with pytest.raises(Forbidden, match="blocked"):
            await bot.send_message(chat_id, "x")
        group = sandbox.group(ada, "Gruppe", kind="group")
        group.set_bot("member")
        old = group.chat.id
        group.migrate()
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old, "x")
        assert moved.value.new_chat_id == group.chat.id
        await bot.set_webhook(f"{sandbox.url}/nirgends")
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
    with pytest.raises(InvalidToken):
        async with Bot("4242:" + "y" * 35, base_url=sandbox.base_url):
            pass
