"""What the Bot API says, over real HTTP on both backends: results, refusals in every form, files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.sandbox.flood import FloodRules
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.telegram.backend import AiohttpRequest, NotSentError, UncertainError
from tests.backend.conftest import Connect, failure
from tests.support.wire import Wire, answer
from tests.support.worlds import TOKEN

PAGE = "<html><body>The requested URL /bot" + TOKEN + "/sendMessage was not found</body></html>"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox, connect: Connect) -> Bot:
    bot = await connect(sandbox.url)
    await bot.get_me()
    return bot


@pytest.fixture
async def ada(sandbox: Sandbox, bot: Bot) -> Reader:
    reader = sandbox.reader()
    await reader.send("/start")
    return reader


async def test_a_message_with_everything_arrives_as_it_was_given(sandbox: Sandbox, bot: Bot, ada: Reader) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Größer 🕊", callback_data="v1:ä")]])
    text = "<b>Є & 'ß'</b>\n" + "ї" * 3000
    sent = await bot.send_message(
        ada.chat.id, text.replace("&", "&amp;"), parse_mode="HTML", reply_markup=keyboard, disable_notification=True
    )
    (message,) = sandbox.ledger
    assert sent.message_id == message.id
    assert message.text == text.replace("<b>", "").replace("</b>", "")
    assert [entity["type"] for entity in message.entities] == ["bold"]
    assert sent.reply_markup == keyboard


async def test_files_go_up_and_come_down(sandbox: Sandbox, bot: Bot, ada: Reader, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    path = tmp_path / "Bericht ä.bin"
    path.write_bytes(content)
    with path.open("rb") as opened:
        sent = await bot.send_document(ada.chat.id, opened, caption="Ein <i>Bericht</i>", parse_mode="HTML")
    again = await bot.send_document(ada.chat.id, InputFile(b"zwei", filename="zwei.txt", attach=True))
    assert [bytes(message.file.content) for message in sandbox.ledger if message.file] == [content, b"zwei"]
    assert [message.file.name for message in sandbox.ledger if message.file] == ["Bericht ä.bin", "zwei.txt"]
    assert sandbox.ledger[0].text == "Ein Bericht"
    assert sent.document is not None
    assert again.document is not None
    for document, expected in ((sent.document, content), (again.document, b"zwei")):
        assert bytes(await (await document.get_file()).download_as_bytearray()) == expected


async def test_several_files_in_one_call_keep_their_names(connect: Connect) -> None:
    async with Wire(answer(body='{"ok":true,"result":[]}')) as wire:
        bot = await connect(wire.url)
        await bot.send_media_group(7, [InputMediaPhoto(b"\x89PNG eins"), InputMediaPhoto(b"\x89PNG zwei")])
    (call,) = wire.calls
    assert call.headers["content-type"].startswith("multipart/form-data")
    assert call.body.count(b"attach://") == 2
    assert b"\x89PNG eins" in call.body
    assert b"\x89PNG zwei" in call.body


async def test_without_files_the_body_is_json(connect_aiohttp: Connect) -> None:
    async with Wire(answer()) as wire:
        bot = await connect_aiohttp(wire.url)
        await bot.do_api_request("sendmessage", api_kwargs={"chat_id": 7, "text": "ї", "no": None, "h": "\ud83d"})
    (call,) = wire.calls
    assert call.headers["content-type"] == "application/json"
    assert b'"chat_id": 7' in call.body  # half a surrogate pair goes the slow way


async def test_a_call_without_parameters_and_a_false_result(connect: Connect) -> None:
    async with Wire(answer(body='{"ok":true,"result":false}')) as wire:
        bot = await connect(wire.url)
        assert await bot.log_out() is False


REFUSED = {
    "chat not found": (400, BadRequest),
    "message is too long": (400, BadRequest),
    "can't parse entities: Unsupported start tag": (400, BadRequest),
    "BUTTON_DATA_INVALID": (400, BadRequest),
    "message is not modified: specified new message content": (400, BadRequest),
    "message thread not found": (400, BadRequest),
    "TOPIC_CLOSED": (400, BadRequest),
    "bot was blocked by the user": (403, Forbidden),
    "user is deactivated": (403, Forbidden),
    "bot was kicked from the supergroup chat": (403, Forbidden),
    "bot can't initiate conversation with a user": (403, Forbidden),
    "Unauthorized": (401, InvalidToken),
    "Not Found": (404, InvalidToken),
    "terminated by other getUpdates request": (409, Conflict),
}


@pytest.mark.parametrize("words", REFUSED)
async def test_refusals_keep_their_words(connect: Connect, words: str) -> None:
    status, kind = REFUSED[words]
    body = orjson.dumps({"ok": False, "error_code": status, "description": f"Xy: {words}"})
    async with Wire(answer(status, body)) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is kind
    assert words.lower() in str(error).lower()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 301, 302, 307, 304, 100 + 500])
async def test_what_is_not_in_telegrams_form_is_nobodys_refusal(connect: Connect, status: int) -> None:
    async with Wire(answer(status, PAGE, Location="http://127.0.0.1:1/elsewhere")) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is UncertainError
    assert len(wire.calls) == 1  # and no redirect is followed


@pytest.mark.parametrize("body", [PAGE, '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}'])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_of_the_server_is_uncertain(connect: Connect, status: int, body: str) -> None:
    async with Wire(answer(status, body)) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is UncertainError
    assert len(wire.calls) == 1


async def test_too_large_is_told_by_its_number(connect: Connect) -> None:
    for body in (PAGE, '{"ok":false,"error_code":413,"description":"Request Entity Too Large"}'):
        async with Wire(answer(413, body)) as wire:
            error = await failure((await connect(wire.url)).send_message(7, "x"))
        assert type(error) is NetworkError
        assert "(413)" in str(error)


async def test_a_flood_wait_is_kept_also_where_it_names_no_time(connect: Connect) -> None:
    telling = '{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":35}}'
    for body, seconds in ((telling, 35), ('{"ok":false,"error_code":429,"description":"x"}', 5), (PAGE, 5)):
        async with Wire(answer(429, body)) as wire:
            error = await failure((await connect(wire.url)).send_message(7, "x"))
        assert isinstance(error, RetryAfter)
        assert error._retry_after == timedelta(seconds=seconds)


async def test_a_flood_wait_may_stand_in_the_header(connect_aiohttp: Connect) -> None:
    async with Wire(answer(429, PAGE, Retry_After="17")) as wire:
        error = await failure((await connect_aiohttp(wire.url)).send_message(7, "x"))
    assert isinstance(error, RetryAfter)
    assert error._retry_after == timedelta(seconds=17)


async def test_the_sandbox_refuses_as_telegram_does(sandbox: Sandbox, bot: Bot, ada: Reader) -> None:
    group = sandbox.group(ada, "News", kind="group")
    group.set_bot("member")
    old = group.chat.id
    group.migrate()
    error = await failure(bot.send_message(old, "x"))
    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == group.chat.id
    forum = sandbox.group(ada, "Forum", is_forum=True)
    forum.set_bot("member")
    topic = forum.open_topic("One")
    topic.closed = True
    closed = await failure(bot.send_message(forum.chat.id, "x", message_thread_id=topic.id))
    assert isinstance(closed, BadRequest)
    assert "topic_closed" in str(closed).lower()
    ada.block()
    assert isinstance(await failure(bot.send_message(ada.chat.id, "x")), Forbidden)
    assert isinstance(await failure(bot.send_message(987, "x")), BadRequest)


async def test_the_sandboxs_flood_brake_is_a_flood_wait(connect: Connect) -> None:
    async with Sandbox(flood=FloodRules(per_chat_second=1.0, chat_burst=1)) as sandbox:
        bot = await connect(sandbox.url)
        await bot.get_me()
        ada = sandbox.reader()
        await ada.send("/start")
        await bot.send_message(ada.chat.id, "x")
        assert isinstance(await failure(bot.send_message(ada.chat.id, "y")), RetryAfter)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"7", b"Welcome to this hotel", b'{"ok":true}', b'{"ok":true,"result":', b"[" * 10**6]
)
async def test_a_200_that_is_no_answer_is_uncertain(connect: Connect, body: bytes) -> None:
    async with Wire(answer(200, body)) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is UncertainError


async def test_broken_letters_in_an_answer_do_not_lose_it(connect: Connect) -> None:
    message = b'{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"text":"%s"}}'
    for text in (b"\\ud83d", b"\xff\xfe"):
        async with Wire(answer(200, message % text)) as wire:
            assert (await (await connect(wire.url)).send_message(7, "x")).message_id == 5


async def test_an_answer_without_end_is_given_up(connect_aiohttp: Connect) -> None:
    async with Wire(answer(200, b" " * 300_000)) as wire:
        bot = await connect_aiohttp(wire.url, largest_answer=200_000)
        error = await failure(bot.send_message(7, "x"))
        assert (type(error), str(error)) == (UncertainError, "the answer is too large")
        wire.answers = [answer()]
        assert await bot.log_out() is True


async def test_a_proxy_that_asks_who_we_are_has_sent_nothing(connect: Connect) -> None:
    async with Wire(answer(407, PAGE)) as wire:
        error = await failure((await connect(wire.url)).send_message(7, "x"))
    assert type(error) is NotSentError


def test_neither_repr_nor_settings_of_a_backend_show_secrets() -> None:
    async def made() -> AiohttpRequest:
        return AiohttpRequest(proxy="http://name:secret@127.0.0.1:1")

    assert "secret" not in repr(asyncio.run(made()))
