"""HTTP in a process: updates of Telegram, pushed articles, figures, health, the operator's page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from errno import EADDRINUSE
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.app import App
from digests.errors import SettingsError
from digests.services.health import Healthcare
from digests.services.overview import Overview
from digests.services.pulse import Pulse
from digests.services.statistics import Statistics

if TYPE_CHECKING:
    from aiohttp.web import Application

    from bot.health import Checks
    from bot.telegram.webhook import Webhook

log = structlog.get_logger(__name__)


@asynccontextmanager
async def http_served(app: App, pulse: Pulse, webhook: Webhook | None = None, path: str = "") -> AsyncIterator[None]:
    """Serve HTTP where the operator wants articles pushed, figures told, or Telegram's updates posted to `path`.

    `pulse` is that of this process. Raises SettingsError when it cannot be served.
    """
    apart = app.settings.health_port is not None  # figures are told there, and not where everybody may come
    token, figures, page = app.settings.token_of_pushers, None if apart else _figures(app), _page(app)
    if not token and figures is None and page is None and webhook is None:
        yield
        return
    from bot import web

    further: list[web.Routes] = [_checks(app, pulse)]
    if page is not None:
        further.append(web.StatisticsPage(page, local=app.settings.statistics == "local"))
    application = web.application(app.ingesting, token, figures, further)
    if webhook is not None:
        application.router.add_post(path, webhook.take)
    async with _serving(application, "HTTP", app.settings.http_host, app.settings.http_port) as taken:
        log.info("http_served", host=app.settings.http_host, port=taken)
        yield


@asynccontextmanager
async def health_served(app: App, pulse: Pulse) -> AsyncIterator[None]:
    """Serve health, and figures where they are wanted, on a port of its own if there is one: every role may.

    Raises SettingsError when it cannot be served.
    """
    host, port = app.settings.health_host, app.settings.health_port
    if port is None:
        yield
        return
    from bot import web

    application = web.application(app.ingesting, "", _figures(app), [_checks(app, pulse)])
    async with _serving(application, "HEALTH", host, port) as taken:
        log.info("health_served", host=host, port=taken)
        yield


def _checks(app: App, pulse: Pulse) -> Checks:
    from bot.health import Checks

    return Checks(Healthcare(app.database, app.clock), lambda: pulse.turns)


@asynccontextmanager
async def _serving(application: Application, name: str, host: str, port: int) -> AsyncIterator[int]:
    """Serve until left, as the settings NAME_HOST and NAME_PORT want it; the port. Raises SettingsError."""
    from bot import web

    async with AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(web.serving(application, host, port))
        except OSError as error:
            fault = "another program has it" if error.errno == EADDRINUSE else error.strerror or error
            message = (
                f"{name}_PORT: {host}:{port} cannot be served ({fault}); choose another port (each process here "
                f"needs its own), or 0 for a free one, and an address of this machine as {name}_HOST"
            )
            raise SettingsError(message) from error
        yield taken


def _figures(app: App) -> Callable[[str], Awaitable[tuple[bytes, str]]] | None:
    """What Prometheus gets; None, and nothing loaded, where the operator wants none."""
    if app.settings.metrics == "off":
        return None
    from bot.metrics import exposition

    return partial(exposition, Overview(app.database), app.clock)


def _page(app: App) -> Callable[[], Awaitable[tuple[str, str]]] | None:
    """The operator's page of figures; None, and nothing loaded, where none is wanted."""
    if app.settings.statistics == "off":
        return None
    from bot.statistics.page import page, policy

    counted = Statistics(app.database, app.clock)

    async def made() -> tuple[str, str]:
        return page(await counted.figures()), policy()

    return made
