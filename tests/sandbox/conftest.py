"""A running sandbox and a bot that calls it over plain HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.readers import Reader

TOKEN = "123456:" + "A" * 35


@dataclass
class RawBot:
    """A bot without a library: parameters go out as JSON, answers come back as they are."""

    session: aiohttp.ClientSession
    sandbox: Sandbox
    token: str = TOKEN

    async def answer(self, method: str, **parameters: object) -> tuple[int, dict[str, Any]]:
        """Status and body of a call."""
        async with self.session.post(f"{self.sandbox.base_url}{self.token}/{method}", json=parameters) as answer:
            return answer.status, await answer.json()

    async def __call__(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """The result of a call that must work."""
        status, body = await self.answer(method, **parameters)
        assert status == 200, body
        assert body["ok"] is True
        return body["result"]

    async def refused(self, method: str, **parameters: object) -> str:
        """The description of a call that must be refused."""
        status, body = await self.answer(method, **parameters)
        assert body["ok"] is False, body
        assert body["error_code"] == status
        return str(body["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(webhook_wait=0.01) as sandbox:
        yield sandbox


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bot(sandbox: Sandbox, session: aiohttp.ClientSession) -> RawBot:
    raw = RawBot(session, sandbox)
    await raw("getMe")
    return raw


@pytest.fixture
async def ada(sandbox: Sandbox, bot: RawBot) -> Reader:
    """A reader who has started the bot; the update is confirmed."""
    reader = sandbox.reader("Ada", "de")
    await reader.send("/start")
    (update,) = await bot("getUpdates")
    await bot("getUpdates", offset=update["update_id"] + 1)
    return reader
