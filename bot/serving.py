"""HTTP in a process: updates of Telegram, pushed articles, figures, health, the operator's page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
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
    from bot.telegram.webhook import Webhook

log = structlog.get_logger(__name__)


@asynccontextmanager
async def http_served(
    app: App, webhook: Webhook | None = None, path: str = "", pulse: Pulse | None = None
) -> AsyncIterator[None]:
    """Serve HTTP where the operator wants articles pushed, figures told, or Telegram's updates posted to `path`.

    Raises SettingsError when it cannot be served.
    """
    token, figures, page = app.settings.token_of_pushers, _figures(app), _page(app)
    if not token and figures is None and page is None and webhook is None:
        yield
        return
    from bot import health, web

    host, port = app.settings.http_host, app.settings.http_port
    turns = None if pulse is None else lambda: pulse.turns
    further: list[web.Routes] = [health.Checks(Healthcare(app.database, app.clock), turns)]
    if page is not None:
        further.append(web.StatisticsPage(page, local=app.settings.statistics == "local"))
    application = web.application(app.ingesting, token, figures, further)
    if webhook is not None:
        application.router.add_post(path, webhook.take)
    async with AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(web.serving(application, host, port))
        except OSError as error:
            message = (
                f"HTTP_PORT: {host}:{port} cannot be served ({error.strerror}); choose another port, or 0 for a free "
                "one, and an address of this machine as HTTP_HOST"
            )
            raise SettingsError(message) from error
        log.info("http_served", host=host, port=taken)
        yield


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
