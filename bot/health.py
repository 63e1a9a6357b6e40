"""Health over HTTP: `/healthz` is about this process, `/readyz` about the whole service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from aiohttp import web

from digests.domain.health import Health, Reason, State, Trouble
from digests.services.health import Healthcare


@dataclass(frozen=True, slots=True)
class Checks:
    """Answers whoever watches over the processes. 200 is well enough, 503 is not."""

    healthcare: Healthcare
    turns: Callable[[], bool]  # False when this process hangs

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Serve both addresses."""
        router.add_get("/healthz", self.alive)
        router.add_get("/readyz", self.ready)

    async def alive(self, _: web.Request) -> web.Response:
        """Whether a restart of this process would help. A database that is away is no reason for one."""
        if not self.turns():
            return _answer(Health(State.FAILED, (Reason(Trouble.HANGS, "this process hangs"),)))
        return _answer(Health(State.OK))

    async def ready(self, _: web.Request) -> web.Response:
        """How the whole service is, with the reasons."""
        return _answer(await self.healthcare.look())


def to_json(health: Health) -> dict[str, object]:
    """As it is told to programs."""
    return {"state": health.state.value, "reasons": list(map(str, health.reasons))}


def _answer(health: Health) -> web.Response:
    status = 503 if health.state is State.FAILED else 200
    return web.Response(body=orjson.dumps(to_json(health)), status=status, content_type="application/json")
