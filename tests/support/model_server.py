"""A server with OpenAI's chat completions on this machine, that answers as a test wants: well, with lies, or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]
Said = tuple[str, list[int]]


def completion(content: object, finish_reason: str = "stop") -> web.Response:
    """A chat completion with this content."""
    message = {"role": "assistant", "content": content}
    return web.json_response({"choices": [{"index": 0, "message": message, "finish_reason": finish_reason}]})


def as_json(sentences: Sequence[Said]) -> str:
    """What a model is asked for."""
    return json.dumps({"sentences": [{"text": text, "sources": numbers} for text, numbers in sentences]})


def saying(*answers: Sequence[Said]) -> Answer:
    """Says the first answer when it is asked first, and so on; the last one for ever."""
    left = list(answers)

    async def answer(_body: dict[str, Any]) -> web.StreamResponse:
        return completion(as_json(left.pop(0) if len(left) > 1 else left[0]))

    return answer


def failing(status: int, **headers: str) -> Answer:
    """Answers with this status."""

    async def answer(_body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": "no"}}, status=status, headers=headers)

    return answer


def plainly(content: object, finish_reason: str = "stop") -> Answer:
    """Answers with this content, whatever is asked."""

    async def answer(_body: dict[str, Any]) -> web.StreamResponse:
        return completion(content, finish_reason)

    return answer


class ModelServer:
    """Listens on the loopback while it is entered; keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        """`answer` may be changed at any time."""
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.reached, self.released = asyncio.Event(), asyncio.Event()  # for answers that stall

    async def __aenter__(self) -> ModelServer:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("Authorization"))
        return await self.answer(body)

    async def stall(self, _body: dict[str, Any]) -> web.StreamResponse:
        """An answer that comes only at the end."""
        self.reached.set()
        await self.released.wait()
        return completion(as_json([]))
