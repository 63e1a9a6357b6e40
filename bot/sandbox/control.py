"""The control routes under `/sandbox/`: what the chat page and tests in other processes steer the sandbox with."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import timedelta

import orjson
from aiohttp import web

from bot.sandbox import people, views
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.model import Chat, Json, Member, Message, User
from bot.sandbox.people import UnableError
from bot.sandbox.world import Bot, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LONGEST_WAIT = 60.0


def answer(content: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")


async def body_of(request: web.Request) -> Json:
    """The JSON object of a request. Raises UnableError when it is none."""
    try:
        content = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError as error:
        raise UnableError("the body is no JSON") from error
    if not isinstance(content, dict):
        raise UnableError("the body is no JSON object")
    return content


def told(handler: Handler) -> Handler:
    """Turn what cannot be done into a 400 with its reason."""

    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (UnableError, ValueError, TypeError, KeyError) as error:
            reason = f"missing: {error}" if isinstance(error, KeyError) else str(error)
            return answer({"error": reason}, status=400)

    return wrapped


def whole(value: object, name: str) -> int:
    """A whole number from a request. Raises UnableError."""
    try:
        return int(str(value))
    except ValueError as error:
        raise UnableError(f"{name} must be a whole number") from error


class Places:
    """Finds the persons, bots and chats that a control request names."""

    def __init__(self, world: World) -> None:
        self._world = world

    def user(self, value: object) -> User:
        """A person by number."""
        user = self._world.users.get(whole(value, "the reader"))
        if user is None:
            raise UnableError("there is no such reader")
        return user

    def bot(self, value: object) -> Bot:
        """A bot by number; nothing means the first one."""
        bots = self._world.bots
        found = bots.get(whole(value, "the bot")) if value else next(iter(bots.values()), None)
        if found is None:
            raise UnableError("no bot has come to the sandbox yet")
        return found

    def chat(self, bot: Bot, user: User, value: object) -> Chat:
        """A group by number; nothing or the person's own number means the private chat."""
        number = whole(value, "the chat") if value else user.id
        if number == user.id:
            return self._world.dialogue(bot, user)
        chat = self._world.groups.get(number)
        if chat is None or user.id not in chat.members:
            raise UnableError("this reader is not in that chat")
        return chat

    def message(self, chat: Chat, value: object) -> Message:
        """A message that still stands."""
        message = chat.messages.get(whole(value, "message_id"))
        if message is None or message.deleted:
            raise UnableError("there is no such message")
        return message


class Control:
    """Readers, groups, clock, ledger and faults over HTTP."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._places = Places(world)

    def routes(self) -> list[web.RouteDef]:
        """The routes of this part."""
        return [
            web.get("/sandbox/clock", told(self.read_clock)),
            web.post("/sandbox/clock", told(self.move_clock)),
            web.get("/sandbox/ledger", told(self.read_ledger)),
            web.get("/sandbox/bots", told(self.list_bots)),
            web.get("/sandbox/readers", told(self.list_readers)),
            web.post("/sandbox/readers", told(self.add_reader)),
            web.get("/sandbox/readers/{reader}/messages", told(self.read_messages)),
            web.post("/sandbox/readers/{reader}/{act}", told(self.act)),
            web.post("/sandbox/groups", told(self.add_group)),
            web.post("/sandbox/groups/{group}/{act}", told(self.act_in_group)),
            web.post("/sandbox/faults", told(self.add_fault)),
            web.post("/sandbox/faults/{act}", told(self.end_faults)),
            web.post("/sandbox/updates/repeat", told(self.repeat_update)),
            web.post("/sandbox/updates/interrupt", told(self.interrupt_poll)),
        ]

    async def read_clock(self, _: web.Request) -> web.Response:
        """The sandbox's time."""
        return answer(views.clock_view(self._world))

    async def move_clock(self, request: web.Request) -> web.Response:
        """`{"advance": seconds}` or `{"set": "ISO time with zone"}`."""
        wanted = await body_of(request)
        if "set" in wanted:
            await self._world.clock.set(people.parse_moment(str(wanted["set"])))
        else:
            await self._world.clock.advance(timedelta(seconds=float(wanted["advance"])))
        return answer(views.clock_view(self._world))

    async def read_ledger(self, request: web.Request) -> web.Response:
        """Every message bots sent, in order; `?chat_id=` narrows it."""
        chat_id = request.query.get("chat_id")
        kept = [one for one in self._world.ledger if chat_id is None or str(one.chat.id) == chat_id]
        return answer({"messages": [views.ledger_view(one) for one in kept]})

    async def list_bots(self, request: web.Request) -> web.Response:
        """The bots that came so far; `?wait=seconds` waits for the first."""
        if wait := float(request.query.get("wait", 0)):
            try:
                await self._world.pulse.until(lambda: bool(self._world.bots), min(wait, LONGEST_WAIT))
            except TimeoutError:
                return answer({"bots": []})
        return answer({"bots": [views.bot_view(bot) for bot in self._world.bots.values()]})

    async def list_readers(self, _: web.Request) -> web.Response:
        """All people."""
        return answer({"readers": [user.to_api() for user in self._world.users.values()]})

    async def add_reader(self, request: web.Request) -> web.Response:
        """`{"first_name": "Ada", "language_code": "de"}`."""
        wanted = await body_of(request)
        name = str(wanted.get("first_name", "")).strip()
        if not 1 <= len(name) <= 64:
            raise UnableError("a first name has 1 to 64 characters")
        user = self._world.add_user(name, str(wanted.get("language_code", "")), str(wanted.get("username", "")))
        return answer(user.to_api(), status=201)

    async def read_messages(self, request: web.Request) -> web.Response:
        """A chat as its reader sees it. `?text=...&after=CHANGE&wait=seconds` waits for a bot's message with a text."""
        user = self._places.user(request.match_info["reader"])
        bot = self._places.bot(request.query.get("bot"))
        chat = self._places.chat(bot, user, request.query.get("chat_id"))
        part, after = request.query.get("text", ""), whole(request.query.get("after", 0), "after")

        def arrived() -> bool:
            return any(one.from_bot and one.change > after and part in one.text for one in chat.visible())

        wait = min(float(request.query.get("wait", 0)), LONGEST_WAIT)
        status = 200
        if wait > 0:
            try:
                await self._world.pulse.until(arrived, wait)
            except TimeoutError:
                status = 408
        toasts = [views.toast_view(toast) for toast in chat.toasts if toast.user_id == user.id]
        return answer({"messages": [views.message_view(one) for one in chat.visible()], "toasts": toasts}, status)

    async def act(self, request: web.Request) -> web.Response:
        """What a reader does: send, press, location, react, block, unblock, deactivate."""
        wanted = await body_of(request)
        user = self._places.user(request.match_info["reader"])
        bot = self._places.bot(wanted.get("bot"))
        chat = self._places.chat(bot, user, wanted.get("chat_id"))
        return answer(self._do(request.match_info["act"], bot, user, chat, wanted))

    def _do(self, act: str, bot: Bot, user: User, chat: Chat, wanted: Json) -> Json:
        if act == "send":
            reply_to = self._places.message(chat, wanted["reply_to"]) if wanted.get("reply_to") else None
            message = people.say(self._world, bot, chat, user, str(wanted["text"]), reply_to, wanted.get("thread_id"))
            return views.message_view(message)
        if act == "press":
            message = self._places.message(chat, wanted["message_id"])
            query = people.press(self._world, bot, user, message, str(wanted["data"]))
            return {"query_id": query.id, "change": message.change}
        if act == "location":
            place = (float(wanted["latitude"]), float(wanted["longitude"]))
            return views.message_view(people.share_location(self._world, bot, chat, user, place))
        if act == "react":
            message = self._places.message(chat, wanted["message_id"])
            people.react(self._world, bot, user, message, str(wanted.get("emoji", "")))
        elif act in {"block", "unblock"}:
            people.set_blocked(self._world, bot, user, act == "block")
        elif act == "deactivate":
            people.deactivate(self._world, user)
        else:
            raise UnableError(f"a reader cannot {act!r}")
        return {"done": act}

    async def add_group(self, request: web.Request) -> web.Response:
        """`{"owner": reader, "title": "...", "type": "supergroup", "is_forum": false}`; add the bot with `add`."""
        wanted = await body_of(request)
        kind = wanted.get("type", "supergroup")
        if kind not in {"group", "supergroup", "channel"}:
            raise UnableError("type is group, supergroup or channel")
        owner = self._places.user(wanted["owner"])
        forum = bool(wanted.get("is_forum"))
        chat = people.found_group(
            self._world, owner, str(wanted["title"]), kind, str(wanted.get("username", "")), forum
        )
        return answer(chat.to_api(), status=201)

    async def act_in_group(self, request: web.Request) -> web.Response:
        """What an owner does: add, promote, remove, kick, join, migrate, open_topic, close_topic."""
        wanted = await body_of(request)
        chat = self._world.groups.get(whole(request.match_info["group"], "the group"))
        if chat is None:
            raise UnableError("there is no such group")
        owner = next(one.user for one in chat.members.values() if one.status == "creator")
        act = request.match_info["act"]
        statuses = {"add": "member", "promote": "administrator", "remove": "left", "kick": "kicked"}
        if act in statuses:
            people.set_bot_status(self._world, self._places.bot(wanted.get("bot")), chat, owner, statuses[act])
        elif act == "join":
            user = self._places.user(wanted["reader"])
            chat.members.setdefault(user.id, Member(user))
        elif act == "migrate":
            chat = people.upgrade_group(self._world, chat, owner)
        elif act == "open_topic":
            return answer({"message_thread_id": people.open_topic(self._world, chat, str(wanted["name"])).id})
        elif act == "close_topic":
            chat.topics[whole(wanted["message_thread_id"], "message_thread_id")].closed = True
        else:
            raise UnableError(f"an owner cannot {act!r}")
        return answer(chat.to_api())

    async def add_fault(self, request: web.Request) -> web.Response:
        """The fields of `Fault`, for example `{"kind": "answer", "method": "sendMessage", "status": 502}`."""
        wanted = await body_of(request)
        known = {one.name for one in fields(Fault)} - {"met", "released"}
        if unknown := set(wanted) - known:
            raise UnableError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        if wanted.get("kind") not in {"answer", "close", "truncate", "delay"}:
            raise UnableError("kind is answer, close, truncate or delay")
        self._faults.add(Fault(**wanted))
        return answer({"faults": len(list(self._faults))}, status=201)

    async def end_faults(self, request: web.Request) -> web.Response:
        """`release` lets held answers go; `clear` also forgets the rest."""
        act = request.match_info["act"]
        if act not in {"release", "clear"}:
            raise UnableError("use release or clear")
        self._faults.release() if act == "release" else self._faults.clear()
        return answer({"done": act})

    async def repeat_update(self, request: web.Request) -> web.Response:
        """Hand the bot its latest update once more."""
        return answer({"repeated": self._places.bot((await body_of(request)).get("bot")).updates.repeat_last()})

    async def interrupt_poll(self, request: web.Request) -> web.Response:
        """Act as a second poller."""
        return answer({"interrupted": self._places.bot((await body_of(request)).get("bot")).updates.interrupt()})
