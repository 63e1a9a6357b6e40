"""What is served over HTTP: `POST /articles` takes articles in, `GET /metrics` and `GET /statistics` tell figures.

Articles come as one JSON object, a list of them, or JSON Lines, with the token as `Authorization: Bearer`. The answer
is 202 once everything that can be stored is stored, with a result for each article; sending them again changes nothing.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.openapi import DESCRIPTION
from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.services.ingesting import Ingesting, Outcome, Report
from digests.sources.records import record_article

log = structlog.get_logger(__name__)

BODY_LIMIT = 10_000_000
"""Bytes of one request."""
AT_ONCE = 500
"""Articles of one request."""
LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines")
DEFAULT_SOURCE = "push"
Figures = Callable[[str], Awaitable[tuple[bytes, str]]]
"""From an `Accept` header to a body and its content type."""
Page = Callable[[], Awaitable[tuple[str, str]]]
"""A page in HTML, and its Content-Security-Policy."""


class Routes(Protocol):
    """Further addresses to be served."""

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Serve them."""
        ...


def application(
    ingesting: Ingesting, token: str, figures: Figures | None = None, further: Iterable[Routes] = ()
) -> web.Application:
    """The HTTP application, served by `bot web` or by `bot run`.

    `token` is what those who push must show; empty: nobody may. `figures` are for Prometheus.
    """
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_answer_errors])
    if token:
        app.router.add_post("/articles", _Door(ingesting, token.encode()).take)
        app.router.add_get("/openapi.json", _describe)
    if figures is not None:
        app.router.add_get("/metrics", _metrics(figures))
    for routes in further:
        routes.add_to(app.router)
    return app


def _metrics(figures: Figures) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        body, content_type = await figures(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    return answer


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """A page for the operator's browser; with `local` only one on this machine gets it."""

    page: Page
    local: bool

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Serve it."""
        router.add_get("/statistics", self.show)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page as it is now."""
        if self.local and not _from_here(request):
            raise _RefusedError(403, "shown on the bot's own machine only, and through no proxy; see STATISTICS")
        text, policy = await self.page()
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", **_CAREFUL}
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)


_CAREFUL = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
_BY_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def _from_here(request: web.Request) -> bool:
    """Whether a browser on this machine asks. Its name for us counts too: a foreign one may be made to lead here."""
    name = request.url.host or ""
    return (
        _is_loopback(request.remote or "")
        and (name == "localhost" or _is_loopback(name))
        and not any(header in request.headers for header in _BY_PROXIES)
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve until left; the port that was taken. Raises OSError when it is not free."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


class _RefusedError(Exception):
    """A request that is answered with a problem instead of results."""

    def __init__(self, status: int, problem: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem)
        self.answer = _json({"problem": problem}, status, headers)


class _Door:
    """Takes articles in."""

    def __init__(self, ingesting: Ingesting, token: bytes) -> None:
        self._ingesting = ingesting
        self._token = token

    async def take(self, request: web.Request) -> web.Response:
        """Store what comes, in its order; each article gets its own result."""
        self._admit(request)
        records = list(_records(await _body(request), request.content_type))
        if len(records) > AT_ONCE:
            raise _RefusedError(413, f"{len(records)} articles; at most {AT_ONCE} at once")
        results = await self._store([_article(number, record) for number, record in enumerate(records)])
        stored = sum(result["status"] != "refused" for result in results)
        log.info("articles_pushed", stored=stored, refused=len(results) - stored)
        return _json({"stored": stored, "results": results}, 202 if stored or not results else 422)

    def _admit(self, request: web.Request) -> None:
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode("utf-8", "replace"), self._token):
            raise _RefusedError(401, "show the token as `Authorization: Bearer ...`", _CHALLENGE)

    async def _store(self, articles: Sequence[RawArticle | InputError]) -> list[dict[str, Any]]:
        """The results, in order. Raises what we have failed at, once all that can be stored is stored."""
        outcomes = iter(await self._ingesting.ingest_all(each for each in articles if isinstance(each, RawArticle)))
        told = [next(outcomes) if isinstance(each, RawArticle) else each for each in articles]
        return [_result(number, outcome) for number, outcome in enumerate(told)]


def _article(number: int, record: object) -> RawArticle | InputError:
    place = f"article {number}"
    if isinstance(record, InputError):
        return record
    if not isinstance(record, dict):
        return InputError(place, "expected a JSON object with the fields of one article")
    try:
        return record_article(record, place, "push", DEFAULT_SOURCE)
    except InputError as error:
        return error


def _result(number: int, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Report):
        placement = outcome.placement
        return {
            "index": number,
            "status": outcome.action.value,
            "article": placement.article_id,
            "story": placement.story_id,
            "title": placement.title,
        }
    if isinstance(outcome, InputError):
        return {"index": number, "status": "refused", "problem": outcome.problem}
    raise outcome


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="articles"'}


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        message = f"the request is larger than {BODY_LIMIT // 1_000_000} MB; send fewer articles at once"
        raise _RefusedError(413, message) from None


def _records(body: bytes, content_type: str) -> Iterator[object]:
    """The records of a body; a line that is no JSON is given as the error that says so."""
    if content_type in LINES:
        for number, line in enumerate(filter(None, map(bytes.strip, body.split(b"\n")))):
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield InputError(f"article {number}", f"the line is no JSON ({error.msg} at character {error.pos})")
        return
    if content_type != "application/json":
        expected = "application/json or application/x-ndjson"
        raise _RefusedError(415, f"the content type is {content_type}; expected {expected}")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _RefusedError(400, f"the body is no JSON ({error.msg} at character {error.pos})") from None
    yield from value if isinstance(value, list) else [value]


async def _describe(_request: web.Request) -> web.Response:
    return _json(DESCRIPTION, 200)


@web.middleware
async def _answer_errors(request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's own type
    """Every fault is JSON too; what went wrong with us is logged and not told."""
    try:
        response: web.StreamResponse = await handler(request)
        return response
    except _RefusedError as error:
        return error.answer
    except web.HTTPException as error:
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return _json({"problem": error.reason}, error.status, headers)
    except Exception:
        log.exception("request_failed", path=request.path)
        return _json({"problem": "that did not work, our fault; try again"}, 500)


def _json(value: object, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", headers=headers)
