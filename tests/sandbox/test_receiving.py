"""How updates reach a bot: polling, confirmation, conflicts, webhooks, pressed buttons."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.model import Query
from bot.sandbox.readers import Reader
from bot.sandbox.world import QUERY_SECONDS
from tests.sandbox.conftest import TOKEN, RawBot


async def waits(sandbox: Sandbox) -> None:
    """Until the bot's poll waits."""
    (bot,) = sandbox.world.bots.values()
    await sandbox.world.pulse.until(lambda: bot.updates.waiting, 5)


async def test_tokens(bot: RawBot, sandbox: Sandbox) -> None:
    me = await bot("getMe")
    assert (me["id"], me["is_bot"], me["username"]) == (123456, True, "sandbox_123456_bot")
    malformed = RawBot(bot.session, sandbox, "123:short")
    assert await malformed.answer("getMe") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    other_secret = RawBot(bot.session, sandbox, "123456:" + "B" * 35)
    assert (await other_secret.answer("getMe"))[1]["description"] == "Unauthorized"
    assert (await bot.answer("sendTelepathy"))[0] == 404


async def test_updates_stay_until_a_higher_offset_confirms_them(bot: RawBot, sandbox: Sandbox) -> None:
    ada = sandbox.reader("Ada", "de")
    for text in ("/start t_ukraine", "b", "c"):
        await ada.send(text)
    first, second, third = await bot("getUpdates")
    assert first["message"]["text"] == "/start t_ukraine"
    assert first["message"]["from"]["language_code"] == "de"
    assert first["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert second["update_id"] == first["update_id"] + 1
    assert await bot("getUpdates", limit=1) == [first]
    assert await bot("getUpdates", offset=second["update_id"]) == [second, third]
    assert await bot("getUpdates", offset=-1) == [third]
    assert await bot("getUpdates", offset=third["update_id"] + 1) == []
    assert await bot("getUpdates") == []


async def test_a_long_poll_ends_with_the_next_update(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot("getUpdates", timeout=50))
        await waits(sandbox)
        await ada.send("Hallo")
    assert poll.result()[0]["message"]["text"] == "Hallo"


async def test_a_second_poller_ends_the_older_poll(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        older = group.create_task(bot.answer("getUpdates", timeout=50))
        await waits(sandbox)
        assert await bot("getUpdates") == []
    status, body = older.result()
    assert status == 409
    assert body["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_allowed_updates(bot: RawBot, ada: Reader) -> None:
    await bot("getUpdates", allowed_updates=["message"])
    ada.block()
    ada.unblock()
    await ada.send("x")
    assert [set(one) - {"update_id"} for one in await bot("getUpdates")] == [{"message"}]


async def test_blocking_is_told(bot: RawBot, ada: Reader) -> None:
    ada.block()
    ada.unblock()
    blocked, unblocked = (one["my_chat_member"] for one in await bot("getUpdates"))
    assert blocked["new_chat_member"]["status"] == "kicked"
    assert blocked["new_chat_member"]["user"]["id"] == 123456
    assert unblocked["new_chat_member"]["status"] == "member"


async def test_a_repeated_update_keeps_its_number(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    await ada.send("x")
    (update,) = await bot("getUpdates")
    assert await bot("getUpdates", offset=update["update_id"] + 1) == []
    (state,) = sandbox.world.bots.values()
    assert state.updates.repeat_last()
    assert await bot("getUpdates", offset=update["update_id"] + 1) == [update]
    assert await bot("getUpdates", offset=update["update_id"] + 1) == []


async def ask(bot: RawBot, ada: Reader) -> Query:
    """A pressed button that waits for its answer."""
    markup = {"inline_keyboard": [[{"text": "Weiter", "callback_data": "v1|next"}]]}
    await bot("sendMessage", chat_id=ada.user.id, text="Frage", reply_markup=markup)
    query = await ada.press("Weit", answered=False)
    assert isinstance(query, Query)
    return query


async def test_a_pressed_button_is_answered_once(bot: RawBot, ada: Reader) -> None:
    query = await ask(bot, ada)
    (update,) = await bot("getUpdates")
    asked = update["callback_query"]
    assert (asked["data"], asked["id"], asked["message"]["text"]) == ("v1|next", query.id, "Frage")
    too_long = await bot.refused("answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    await bot("answerCallbackQuery", callback_query_id=query.id, text="ja", show_alert=True)
    assert ada.toasts == ["ja"]
    assert ada.chat.toasts[0].alert
    for number in (query.id, "777"):
        reason = await bot.refused("answerCallbackQuery", callback_query_id=number)
        assert reason == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_query_grows_old(session: aiohttp.ClientSession) -> None:
    now = [100.0]
    async with Sandbox(monotonic=lambda: now[0]) as sandbox:
        bot = RawBot(session, sandbox)
        await bot("getMe")
        ada = sandbox.reader()
        await ada.send("/start")
        query = await ask(bot, ada)
        now[0] += QUERY_SECONDS + 1
        assert "query is too old" in await bot.refused("answerCallbackQuery", callback_query_id=query.id)


Taker = Callable[[web.Request, dict[str, Any]], Awaitable[web.Response]]


@asynccontextmanager
async def webhook(take: Taker) -> AsyncIterator[str]:
    """A bot's own server."""

    async def handle(request: web.Request) -> web.Response:
        return await take(request, await request.json())

    app = web.Application()
    app.router.add_post("/hook", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_its_secret_until_it_takes_them(
    bot: RawBot, ada: Reader, sandbox: Sandbox
) -> None:
    taken: list[str] = []
    refused: list[str] = []
    secrets: set[str | None] = set()

    async def take(request: web.Request, update: dict[str, Any]) -> web.Response:
        secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        text = update["message"]["text"]
        if text == "b" and len(refused) < 2:
            refused.append(text)
            return web.Response(status=503)
        taken.append(text)
        return web.Response()

    await ada.send("a")
    async with webhook(take) as url:
        await bot("setWebhook", url=url, secret_token="ge_heim-1")  # noqa: S106
        for text in "bcd":
            await ada.send(text)
        (state,) = sandbox.world.bots.values()
        await sandbox.world.pulse.until(lambda: not len(state.updates), 5)
        assert taken == ["a", "b", "c", "d"]
        assert refused == ["b", "b"]
        assert secrets == {"ge_heim-1"}
        info = await bot("getWebhookInfo")
        assert info["url"] == url
        assert info["pending_update_count"] == 0
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        status, body = await bot.answer("getUpdates")
        assert (status, body["description"]) == (
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
        await bot("deleteWebhook")
    assert await bot("getUpdates") == []


async def test_a_slow_chat_does_not_hold_up_the_others(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    bo = sandbox.reader("Bo")
    done: list[str] = []
    bo_came = asyncio.Event()

    async def take(request: web.Request, update: dict[str, Any]) -> web.Response:
        name = update["message"]["from"]["first_name"]
        if name == "Ada":
            await asyncio.wait_for(bo_came.wait(), 5)
        bo_came.set()
        done.append(name)
        return web.Response()

    async with webhook(take) as url:
        await bot("setWebhook", url=url)
        await ada.send("a")
        await bo.send("b")
        (state,) = sandbox.world.bots.values()
        await sandbox.world.pulse.until(lambda: not len(state.updates), 5)
        assert done == ["Bo", "Ada"]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"url": "nonsense"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "http://example.org/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.org:444/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://example.org/x"}, "bad webhook: the sandbox reaches loopback addresses only"),
        ({"url": "http://127.0.0.1:9/x", "secret_token": "ä"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:9/x", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_bad_webhooks(bot: RawBot, parameters: dict[str, str], reason: str) -> None:
    assert await bot.refused("setWebhook", **parameters) == f"Bad Request: {reason}"
    assert (await bot("getWebhookInfo"))["url"] == ""


async def test_the_server_closes_while_a_poll_waits(session: aiohttp.ClientSession) -> None:
    async with Sandbox() as sandbox, asyncio.TaskGroup() as group:
        bot = RawBot(session, sandbox, TOKEN)
        await bot("getMe")
        poll = group.create_task(bot("getUpdates", timeout=50))
        await waits(sandbox)
        await sandbox.close()
    assert poll.result() == []
