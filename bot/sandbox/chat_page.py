"""The chat page: its files, and the stream of events that keeps it up to date."""

import asyncio
import re
from pathlib import Path
from urllib.parse import quote

import orjson
from aiohttp import web

from bot.sandbox import views
from bot.sandbox.control import Places, answer, told
from bot.sandbox.model import Chat, Json, User
from bot.sandbox.world import Bot, World

FILES = Path(__file__).with_name("page")
SCRIPTS = ("menus.js", "page.js", "render.js", "state.js", "words.js")
TYPES = {"index.html": "text/html", "page.css": "text/css", **dict.fromkeys(SCRIPTS, "text/javascript")}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
KEEP_ALIVE_SECONDS = 20.0


class ChatPage:
    """Serves the page and streams what happens in the chat it shows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places = Places(world)
        self._streams: set[asyncio.Queue[Json | None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """The routes of this part."""
        return [
            web.get("/", self.file),
            web.get("/page/{name}", self.file),
            web.get("/sandbox/stream", told(self.stream)),
            web.get("/sandbox/files/{file}", told(self.download)),
        ]

    def close(self) -> None:
        """End all streams."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def file(self, request: web.Request) -> web.Response:
        """One of the page's files."""
        name = request.match_info.get("name", "index.html")
        if name not in TYPES:
            raise web.HTTPNotFound
        text = await asyncio.to_thread((FILES / name).read_text, "utf-8")
        return web.Response(text=text, content_type=TYPES[name], charset="utf-8", headers=HEADERS)

    async def download(self, request: web.Request) -> web.Response:
        """An uploaded file; never shown as a page."""
        kept = self._world.files.get(request.match_info["file"])
        if kept is None:
            return answer({"error": "there is no such file"}, status=404)
        picture = bool(kept.width) and re.fullmatch(r"image/(png|jpeg|gif)", kept.mime_type)
        headers = {**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name)}"}
        content_type = kept.mime_type if picture else "application/octet-stream"
        return web.Response(body=kept.content, content_type=content_type, headers=headers)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events of one chat: first all of it, then every change."""
        user = self._places.user(request.query.get("reader"))
        bot = self._places.bot(request.query.get("bot"))
        chat = self._places.chat(bot, user, request.query.get("chat_id"))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        events: asyncio.Queue[Json | None] = asyncio.Queue()
        self._streams.add(events)
        chat.watchers.append(events.put_nowait)
        try:
            await self._pass_on(response, events, bot, chat, user)
        except ConnectionError:
            pass  # the page was closed
        finally:
            chat.watchers.remove(events.put_nowait)
            self._streams.discard(events)
        return response

    async def _pass_on(
        self, response: web.StreamResponse, events: asyncio.Queue[Json | None], bot: Bot, chat: Chat, user: User
    ) -> None:
        state = views.chat_view(self._world, bot, chat, user)
        messages = [views.message_view(one) for one in chat.visible()]
        await _write(response, {"type": "all", "state": state, "messages": messages})
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    event = await events.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is None:
                return
            if shown := self._shown(event, bot, chat, user):
                await _write(response, shown)

    def _shown(self, event: Json, bot: Bot, chat: Chat, user: User) -> Json | None:
        """An event as the page gets it; None when it is for somebody else."""
        if event["type"] == "message":
            return {"type": "message", "message": views.message_view(event["message"])}
        if event["type"] == "answer":
            return {"type": "answer", **views.toast_view(event["toast"])} if event["toast"].user_id == user.id else None
        if event["type"] == "state":
            return {"type": "state", "state": views.chat_view(self._world, bot, chat, user)}
        return event


async def _write(response: web.StreamResponse, event: Json) -> None:
    await response.write(b"data: " + orjson.dumps(event) + b"\n\n")
