"""The Bot API's own routes: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import logging

import orjson
from aiohttp import web

from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.methods import METHODS, Call
from bot.sandbox.parameters import Parameters, read_parameters
from bot.sandbox.world import World

log = logging.getLogger(__name__)


class BotApi:
    """Carries out the calls of bots, through whatever faults were ordered."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The routes of this part."""
        return [
            web.get("/bot{token}/{method}", self.call),
            web.post("/bot{token}/{method}", self.call),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One method call."""
        name = request.match_info["method"].lower()
        try:
            parameters = await read_parameters(request)
        except ApiError as error:
            return _answer(error)
        fault = self._faults.meet(name, parameters.text("chat_id"))
        if fault is None:
            return _answer(await self._carry_out(request.match_info["token"], name, parameters))
        return await self._disturb(request, fault, name, parameters)

    async def _carry_out(self, token: str, name: str, parameters: Parameters) -> object:
        """The method's result or the ApiError it was refused with."""
        try:
            bot = self._world.authorise(token)
            work = METHODS.get(name)
            if work is None:
                raise ApiError(404, "Not Found")
            return await work(Call(self._world, bot, parameters))
        except ApiError as error:
            self._world.refusals.append((name, error.description))
            return error
        except Exception:
            log.exception("The sandbox failed at %s", name)
            return ApiError(500, "Internal Server Error")

    async def _disturb(
        self, request: web.Request, fault: Fault, name: str, parameters: Parameters
    ) -> web.StreamResponse:
        outcome: object = None
        if fault.stored or fault.kind in {"truncate", "delay"}:
            outcome = await self._carry_out(request.match_info["token"], name, parameters)
        if fault.kind == "delay":
            await fault.hold()
            return _answer(outcome)
        if fault.kind == "answer":
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return web.Response(
                status=fault.status, text=fault.answer_body(), content_type=fault.content_type, headers=headers
            )
        if fault.kind == "truncate":
            whole = _answer(outcome)
            if isinstance(whole.body, bytes):
                whole.body = whole.body[: len(whole.body) // 2]
            return whole
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def download(self, request: web.Request) -> web.Response:
        """The content of a file, by the path that `getFile` gave."""
        try:
            self._world.authorise(request.match_info["token"])
        except ApiError as error:
            return _answer(error)
        path = request.match_info["path"]
        kept = next((one for one in self._world.files.values() if one.path == path), None)
        if kept is None:
            return _answer(ApiError(404, "Not Found"))
        return web.Response(body=kept.content, content_type="application/octet-stream")


def _answer(outcome: object) -> web.Response:
    if isinstance(outcome, ApiError):
        retry_after = outcome.parameters.get("retry_after")
        return web.Response(
            status=outcome.status,
            body=orjson.dumps(outcome.body()),
            content_type="application/json",
            headers={} if retry_after is None else {"Retry-After": str(retry_after)},
        )
    return web.Response(body=orjson.dumps({"ok": True, "result": outcome}), content_type="application/json")
