"""Posting updates to a bot's webhook: in order within a chat, different chats in parallel, again until 2xx."""

import asyncio
from typing import Any

import aiohttp

from bot.sandbox.background import Background
from bot.sandbox.updates import Update, kind_of
from bot.sandbox.world import Bot, Webhook, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LONGEST_WAIT = 60.0


def queue_of(update: Update) -> int:
    """The chat (or user) whose updates go one after another."""
    content: dict[str, Any] = update[kind_of(update)]
    holder = content.get("message") or content
    chat = holder.get("chat") or content.get("from") or {}
    return int(chat.get("id", 0))


class WebhookSender:
    """Delivers the queued updates of bots that set a webhook."""

    def __init__(self, world: World, background: Background, first_wait: float) -> None:
        self._world = world
        self._background = background
        self._first_wait = first_wait
        self._session: aiohttp.ClientSession | None = None
        self._lanes: set[tuple[int, int]] = set()

    def wake(self, bot: Bot) -> None:
        """Start delivering for every chat that has updates and no delivery under way."""
        if bot.webhook is None:
            return
        busy = sum(number == bot.user.id for number, _ in self._lanes)
        for update in bot.updates.pending():
            if busy >= bot.webhook.max_connections:
                return
            lane = (bot.user.id, queue_of(update))
            if lane not in self._lanes:
                self._lanes.add(lane)
                busy += 1
                self._background.start(self._serve(bot, lane))

    async def _serve(self, bot: Bot, lane: tuple[int, int]) -> None:
        try:
            while update := next((one for one in bot.updates.pending() if queue_of(one) == lane[1]), None):
                if not await self._deliver(bot, update):
                    return
                bot.updates.remove(update)
        finally:
            self._lanes.discard(lane)
            self.wake(bot)

    async def _deliver(self, bot: Bot, update: Update) -> bool:
        """Post one update until it is taken; False when the webhook is gone."""
        wait = self._first_wait
        while (hook := bot.webhook) is not None:
            asked = await self._post(hook, update)
            if asked is None:
                return True
            hook.last_error_at = self._world.clock.now()
            await asyncio.sleep(max(wait, asked))
            wait = min(wait * 2, LONGEST_WAIT)
        return False

    async def _post(self, hook: Webhook, update: Update) -> float | None:
        """None when the bot took the update, else the seconds it asked to wait."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with self._session.post(hook.url, json=update, headers=headers) as answer:
                if answer.ok:
                    return None
                hook.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                asked = answer.headers.get("Retry-After", "")
                return float(asked) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            hook.last_error = f"Connection failed: {error}"
            return 0.0

    async def close(self) -> None:
        """Close the connections; the deliveries end with the background tasks."""
        if self._session is not None:
            await self._session.close()
