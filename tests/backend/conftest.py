"""Both backends, and one that fails the test when its errors or logs hold the token."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
from telegram import Bot

from bot.log import _NOISY
from bot.telegram.backend import AiohttpRequest, HttpxRequest
from tests.support.worlds import TOKEN

SECRET = TOKEN.partition(":")[2]
Backend = AiohttpRequest | HttpxRequest
Connect = Callable[..., Awaitable[Bot]]


@pytest.fixture(params=["aiohttp", "httpx"])
def kind(request: pytest.FixtureRequest) -> type[Backend]:
    """Each backend in turn."""
    return AiohttpRequest if request.param == "aiohttp" else HttpxRequest


async def _connect(stack: AsyncExitStack, kind: type[Backend], url: str, **options: object) -> Bot:
    request = await stack.enter_async_context(kind(**options))  # type: ignore[arg-type]
    return Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)


@pytest.fixture
async def connect(kind: type[Backend]) -> AsyncIterator[Connect]:
    """A bot on the backend in question, by the address of its server."""
    async with AsyncExitStack() as stack:
        yield lambda url, **options: _connect(stack, kind, url, **options)


@pytest.fixture
async def connect_aiohttp() -> AsyncIterator[Connect]:
    """A bot on aiohttp, for what the other backend cannot do."""
    async with AsyncExitStack() as stack:
        yield lambda url, **options: _connect(stack, AiohttpRequest, url, **options)


async def failure(call: Awaitable[object]) -> Exception:
    """The error of a call, which never quotes the token: not in its words, its causes or what is reachable from it."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any: the caller looks
        await call
    error: BaseException | None = caught.value
    assert SECRET not in "".join(traceback.format_exception(error))
    while error is not None:
        assert SECRET not in repr(error) + str(error)
        error = error.__cause__ or error.__context__
    return caught.value


@pytest.fixture(autouse=True)
def _discreet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing logged at any level holds the token; but for the libraries that the bot's own logging keeps quiet."""
    caplog.set_level(logging.DEBUG)
    for name, level in _NOISY.items():
        caplog.set_level(level, name)
    yield
    assert SECRET not in caplog.text
