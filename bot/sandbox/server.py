"""The sandbox as a whole: one HTTP server on loopback, with the Bot API, the control routes and the chat page."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.api import BotApi
from bot.sandbox.background import Background
from bot.sandbox.chat_page import ChatPage
from bot.sandbox.clock import VirtualClock, utc_now
from bot.sandbox.control import Control
from bot.sandbox.faults import Fault, FaultKind, Faults
from bot.sandbox.flood import FloodRules
from bot.sandbox.guard import LOOPBACK_HOSTS, guard
from bot.sandbox.model import ChatKind, Message
from bot.sandbox.readers import Group, Reader
from bot.sandbox.webhooks import WebhookSender
from bot.sandbox.world import Bot, World

MAX_BODY = 50 * 1024 * 1024
"""Telegram takes uploads of up to 50 MB."""


class Sandbox:
    """A Bot API server with Telegram's rules for tests and demos.

    `async with Sandbox() as sandbox:` listens on a free loopback port; a bot uses `sandbox.base_url` and
    `sandbox.base_file_url`. `clock` is the time it starts from; `on_clock_change` hears every later move.
    """

    def __init__(  # noqa: PLR0913 - all optional, and by name
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        clock: Callable[[], datetime] = utc_now,
        on_clock_change: Callable[[datetime], Awaitable[None]] | None = None,
        flood: FloodRules | None = None,
        bot_name: str = "Sandbox Bot",
        webhook_wait: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a sandbox. Raises ValueError when `host` is not a loopback address.

        `flood` None means Telegram's brakes per token and group, without the one per private chat. `webhook_wait` is
        the first pause in seconds before an update is posted again.
        """
        if host not in LOOPBACK_HOSTS:
            raise ValueError(f"the sandbox listens on loopback only (127.0.0.1, ::1 or localhost), not on {host}")
        self._host = host
        self._port = port
        self.clock = VirtualClock(clock)
        self.world = World(self.clock, flood or FloodRules(), bot_name, monotonic)
        self.clock.listeners.append(self.world.tell_time)
        if on_clock_change is not None:
            self.clock.listeners.append(on_clock_change)
        self.faults = Faults()
        self._background = Background()
        self._webhooks = WebhookSender(self.world, self._background, webhook_wait)
        self.world.on_webhook = self._webhooks.wake
        self._page = ChatPage(self.world)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Begin to listen. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._wire, guard])
        app.add_routes(BotApi(self.world, self.faults).routes())
        app.add_routes(Control(self.world, self.faults).routes())
        app.add_routes(self._page.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self.plug_in()
        self._port = self._runner.addresses[0][1]

    async def unplug(self) -> None:
        """Cut the network: nobody can connect any more, and every connection breaks, whatever was under way on it."""
        assert self._runner is not None and self._site is not None, "only a sandbox that listens can be unplugged"  # noqa: PT018, S101
        await self._site.stop()
        self._site = None
        for connection in list(self._runner.server.connections if self._runner.server else ()):
            if connection.transport is not None:
                connection.transport.abort()

    @web.middleware
    async def _wire(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Break connections that came into being while the network was cut."""
        if self._site is None and request.transport is not None:
            request.transport.abort()
            return web.Response()
        return await handler(request)

    async def plug_in(self) -> None:
        """Listen, again on the same port after `unplug`. Raises OSError when the port is taken."""
        assert self._runner is not None, "the sandbox has not been started"  # noqa: S101
        self._site = web.TCPSite(self._runner, self._host, self._port)
        await self._site.start()

    async def close(self) -> None:
        """End polls, streams and deliveries, and stop listening."""
        self.faults.clear()
        self._page.close()
        for bot in self.world.bots.values():
            bot.updates.close()
        await self._background.close()
        await self._webhooks.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The address of the server and of its chat page, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as `base_file_url`."""
        return f"{self.url}/file/bot"

    def reader(
        self, first_name: str = "Ada", language_code: str = "de", username: str = "", bot: Bot | None = None
    ) -> Reader:
        """A new person, who speaks to `bot` or, without one, to the first bot that comes."""
        user = self.world.add_user(first_name, language_code, username)
        return Reader(self.world, user, None, bot, None)

    def group(
        self, owner: Reader, title: str, kind: ChatKind = "supergroup", username: str = "", is_forum: bool = False
    ) -> Group:
        """A new group, forum or channel without the bot; `set_bot("member")` adds it."""
        return Group(self.world, owner, title, kind, username, is_forum)

    @property
    def ledger(self) -> list[Message]:
        """Every message that bots sent and the sandbox stored, in order, deleted ones too."""
        return self.world.ledger

    def fail(self, kind: FaultKind = "answer", method: str = "", **what: object) -> Fault:
        """Order a trouble; see `Fault` for the fields."""
        return self.faults.add(Fault(kind, method, **what))  # type: ignore[arg-type]

    async def advance(self, by: timedelta) -> datetime:
        """Move the sandbox's clock forward."""
        return await self.clock.advance(by)
