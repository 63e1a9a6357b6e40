"""Updates that Telegram posts, over real HTTP: from readers, from strangers, and in every kind of trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from structlog.testing import capture_logs

from bot import web
from bot.app import opened
from bot.desk import reading_sources
from bot.roles import conversing
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from bot.telegram import application as telegram
from bot.telegram.backend import Way
from bot.telegram.routing import Router
from bot.telegram.webhook import BODY_LIMIT, PATIENCE, SECRET_HEADER, Webhook, address, announce
from digests.services.pulse import Tallies
from digests.services.receiving import HANDLING_TAKES, Receiving
from digests.services.traffic import Traffic
from digests.storage.updates import Standing
from tests.support.clocks import ManualClock
from tests.support.worlds import TOKEN, settings

SECRET = "a-long_enough-secret"  # noqa: S105


@dataclass
class Site:
    """A served webhook, the sandbox behind the bot, and a client in front of it."""

    url: str
    session: aiohttp.ClientSession
    sandbox: Sandbox
    router: Router
    webhook: Webhook
    receiving: Receiving
    clock: ManualClock
    application: telegram.TelegramApplication

    async def post(self, body: object, secret: str | None = SECRET) -> int:
        """Post a body; the status."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        async with self.session.post(self.url, data=data, headers=headers) as answer:
            assert answer.status == 500 or not await answer.read()
            if answer.status == 503:
                assert answer.headers["Retry-After"] == "1"
            return answer.status


def update(number: int, text: str = "/help", chat: int = 7_000_001) -> dict[str, Any]:
    """A private message as Telegram posts it."""
    person = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "de"}
    where = {"id": chat, "type": "private", "first_name": "Ada"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    message = {"message_id": number, "date": 1_790_000_000, "chat": where, "from": person, "text": text}
    return {"update_id": number, "message": message | {"entities": entities}}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = ManualClock()
    async with (
        Sandbox(clock=clock.now, flood=NO_FLOOD) as sandbox,
        opened(settings(sandbox.url, tmp_path), clock) as app,
        reading_sources(app) as desk,
    ):
        application, router = telegram.build(conversing(app, desk, Tallies()), Way(TOKEN, sandbox.url), Traffic())
        receiving = Receiving(app.database, clock)
        webhook = Webhook(application, router, receiving, SECRET, at_once=3)
        served = web.application(app.ingesting, "")
        served.router.add_post("/telegram", webhook.take)
        async with (
            telegram.connected(application, router),
            web.serving(served, "127.0.0.1", 0) as port,
            aiohttp.ClientSession() as session,
        ):
            url = f"http://127.0.0.1:{port}/telegram"
            yield Site(url, session, sandbox, router, webhook, receiving, clock, application)


class Handling:
    """Stands where the router stands, and notes what comes."""

    def __init__(self, failures: int = 0) -> None:
        self.seen: list[str] = []
        self.apologies = 0
        self.failures = failures
        self.release = asyncio.Event()
        self.release.set()
        self.begun = asyncio.Semaphore(0)

    async def handle(self, update: Any, _bot: object) -> None:  # noqa: ANN401
        self.begun.release()
        await self.release.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no")
        self.seen.append(update.message.text)

    async def apologise(self, _update: object, _bot: object) -> None:
        self.apologies += 1


def handling(site: Site, failures: int = 0) -> Handling:
    made = Handling(failures)
    site.webhook._router = made  # type: ignore[assignment]
    return made


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
async def test_strangers_learn_nothing_and_are_not_heard(site: Site, secret: str | None) -> None:
    seen = handling(site).seen
    assert await site.post(update(1), secret) == 401
    assert seen == []
    async with site.session.get(site.url) as answer:
        assert answer.status == 405
    async with site.session.post(site.url.replace("telegram", "other"), data=b"{}") as answer:
        assert answer.status == 404
    async with site.session.post(site.url.replace("telegram", "articles"), data=b"{}") as answer:
        assert answer.status == 404  # nobody may push


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"update_id": "1"}', b'{"update_id": true}', b'{"update_id": -1}', b"\xff" * 99]
)
async def test_what_is_no_update_is_refused(site: Site, body: bytes) -> None:
    assert await site.post(body) == 400


async def test_a_body_too_large_is_refused_whether_it_says_so_or_not(site: Site) -> None:
    assert await site.post(b" " * (BODY_LIMIT + 1)) == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    async with site.session.post(site.url, data=endless(), headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == 413


async def test_the_answer_comes_after_the_update_was_handled_and_a_repeat_does_nothing(site: Site) -> None:
    handler = handling(site)
    handler.release.clear()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(site.post(update(1)))
        await handler.begun.acquire()
        assert not posting.done()
        assert await site.post(update(1)) == 503  # repeated while it is being handled
        handler.release.set()
    assert posting.result() == 200
    assert await site.post(update(1)) == 200
    assert handler.seen == ["/help"]


async def test_what_fails_is_repeated_and_given_up_with_an_apology(site: Site) -> None:
    handler = handling(site, failures=PATIENCE + 1)
    with capture_logs() as logs:
        statuses = [await site.post(update(1)) for _ in range(PATIENCE)]
    assert statuses == [500] * (PATIENCE - 1) + [200]
    assert handler.apologies == 1
    assert [line["event"] for line in logs].count("update_not_handled") == PATIENCE
    assert [await site.post(update(2)) for _ in range(2)] == [500, 200]
    assert (handler.seen, handler.apologies) == (["/help"], 1)


async def test_an_update_that_nobody_can_read_blocks_nothing(site: Site) -> None:
    with capture_logs() as logs:
        assert await site.post({"update_id": 5, "message": {"message_id": "x", "chat": 1}}) == 200
    assert "update_unreadable" in {line["event"] for line in logs}


async def test_too_many_at_a_time_are_asked_to_come_back(site: Site) -> None:
    handler = handling(site)
    handler.release.clear()
    async with asyncio.TaskGroup() as group:
        posting = [group.create_task(site.post(update(number, chat=number))) for number in (1, 2, 3)]
        for _ in posting:
            await handler.begun.acquire()
        assert await site.post(update(4, chat=4)) == 503
        handler.release.set()
    assert {task.result() for task in posting} == {200}
    assert await site.post(update(4, chat=4)) == 200


async def test_an_update_of_a_dead_process_is_handled_by_another(site: Site) -> None:
    handler = handling(site)
    assert await site.receiving.begin(9) is Standing.NEW
    assert await site.post(update(9)) == 503
    site.clock.move(HANDLING_TAKES + timedelta(seconds=1))
    assert await site.post(update(9)) == 200
    assert handler.seen == ["/help"]


async def test_a_reader_talks_through_the_webhook_in_order(site: Site) -> None:
    bot = site.application.bot
    told, path = address(site.url, TOKEN, SECRET)
    assert path == "/telegram"
    assert SECRET not in told
    assert await announce(bot, told, SECRET)
    assert not await announce(bot, told, SECRET)  # it has it already
    other, _ = address(site.url, TOKEN, SECRET[::-1])
    assert other != told  # a new secret is told
    seen = handling(site).seen
    ada = site.sandbox.reader("Ada")
    for text in ("/start", "eins", "zwei", "drei"):
        await ada.send(text)
    (state,) = site.sandbox.world.bots.values()
    await site.sandbox.world.pulse.until(lambda: not len(state.updates), 10)
    assert seen == ["/start", "eins", "zwei", "drei"]
    site.webhook._router = site.router
    asked = await ada.send("/help")
    await ada.wait_for(lambda message: "/neu" in message.text, 10)
    ada.edit(asked, "/privacy")
    await ada.wait_for(lambda message: "Datenschutz" in message.text, 10)


def test_an_address_without_a_path_gets_one() -> None:
    told, path = address("https://bot.example.org", TOKEN, SECRET)
    assert path == "/telegram"
    assert told.startswith("https://bot.example.org/telegram?key=")
