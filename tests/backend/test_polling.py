"""Asking for updates through outages, on both backends."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.telegram.application import backends
from bot.telegram.backend import BackendName, Way
from tests.backend.conftest import failure
from tests.support.wire import Wire, answer
from tests.support.worlds import TOKEN


@pytest.mark.parametrize("name", ["aiohttp", "httpx"])
async def test_polling_survives_a_forgotten_token_and_an_update_that_nobody_can_read(name: BackendName) -> None:
    unknown = '{"ok":false,"error_code":%d,"description":"Unauthorized"}'
    updates = '{"ok":true,"result":[{"update_id":4,"message":{"message_id":1}},{"update_id":5}]}'
    answers = [answer(401, unknown % 401), answer(404, unknown % 404), answer(404, "<html>"), answer(body=updates)]
    async with Wire(*answers) as wire:
        answering, polling = backends(Way(TOKEN, wire.url, name))
        bot = Bot(TOKEN, base_url=f"{wire.url}/bot", request=answering, get_updates_request=polling)
        async with answering, polling:
            for _ in range(3):  # an InvalidToken would end polling for ever
                error = await failure(bot.get_updates())
                assert isinstance(error, NetworkError)
            with pytest.raises(KeyError):  # polling logs it and asks for the same updates again
                await bot.get_updates(offset=4, timeout=1)
            assert [update.update_id for update in await bot.get_updates(offset=4, timeout=1)] == [4, 5]
