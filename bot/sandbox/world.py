"""The sandbox's whole state, and the ways a bot finds its chats in it."""

import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.sandbox.clock import VirtualClock
from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.flood import Flood, FloodRules
from bot.sandbox.model import Chat, ChatKind, File, InlineMessage, InlineQuery, Json, Member, Message, Query, User
from bot.sandbox.pulse import Pulse
from bot.sandbox.updates import UpdateQueue

TOKEN = re.compile(r"(\d{1,15}):[\w-]{30,}", re.ASCII)
QUERY_SECONDS = 60.0
"""How long a pressed button waits for its answer; Telegram names no number."""
REFUSALS_KEPT = 1000


@dataclass(slots=True)
class Webhook:
    """Where a bot's updates are posted to."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: datetime | None = None


@dataclass(slots=True)
class Bot:
    """A bot: its account, its dialogues, its update queue, and what it registered about itself."""

    token: str
    user: User
    updates: UpdateQueue
    flood: Flood
    chats: dict[int, Chat] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    inline_messages: dict[str, InlineMessage] = field(default_factory=dict)
    inline_feedback: bool = True  # as /setinlinefeedback at @BotFather: it is told which results are chosen
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    webhook: Webhook | None = None

    def menu(self, chat: Chat, user: User) -> list[Json]:
        """The commands that this user sees in this chat: the narrowest scope first, then the language."""
        wide = {"private": "all_private_chats", "channel": ""}.get(chat.kind, "all_group_chats")
        member = chat.members.get(user.id)
        admin = member is not None and member.status in {"creator", "administrator"}
        scopes = [f"chat_member:{chat.id}:{user.id}", *([f"chat_administrators:{chat.id}"] if admin else [])]
        scopes += [f"chat:{chat.id}", *(["all_chat_administrators"] if admin else []), wide, "default"]
        keys = [(scope, language) for scope in scopes for language in (user.language_code[:2], "")]
        return next((self.commands[key] for key in keys if self.commands.get(key)), [])

    def text_for(self, kind: str, language: str) -> str:
        """A profile text (name, description, short_description) in a language, else the general one."""
        return self.texts.get((kind, language)) or self.texts.get((kind, "")) or ""


class World:
    """Bots, people, chats, files and time."""

    def __init__(
        self,
        clock: VirtualClock,
        rules: FloodRules,
        bot_name: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.pulse = Pulse()
        self.rules = rules
        self.bot_name = bot_name
        self.monotonic = monotonic
        self.bots: dict[int, Bot] = {}
        self.users: dict[int, User] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.ledger: list[Message] = []
        self.refusals: deque[tuple[str, str]] = deque(maxlen=REFUSALS_KEPT)  # (method, reason) of calls not carried out
        self.on_webhook: Callable[[Bot], None] = lambda _: None
        self._user_ids = count(100_001)
        self._group_ids = count(1_000_001)
        self._changes = count(1)
        self._queries = count(7_000_001)

    def change(self) -> int:
        """The number of the next change; messages carry the number of their latest one."""
        return next(self._changes)

    def authorise(self, token: str) -> Bot:
        """The bot of a token; a well-formed token that is new makes a new bot.

        Raises ApiError: 404 for a malformed token, 401 for another secret of a known bot.
        """
        match = TOKEN.fullmatch(token)
        if match is None:
            raise ApiError(404, "Not Found")
        number = int(match[1])
        bot = self.bots.get(number)
        if bot is None:
            user = User(number, self.bot_name, is_bot=True, username=f"sandbox_{number}_bot")
            queue = UpdateQueue(900_000 + number % 1000, self.pulse.beat)
            bot = self.bots[number] = Bot(token, user, queue, Flood(self.rules, self.monotonic))
            self.pulse.beat()
        if not secrets.compare_digest(bot.token.encode(), token.encode()):
            raise ApiError(401, "Unauthorized")
        return bot

    def add_user(self, first_name: str, language_code: str = "", username: str = "") -> User:
        """A new person, who has not spoken to any bot yet."""
        user = User(next(self._user_ids), first_name, username=username, language_code=language_code)
        self.users[user.id] = user
        return user

    def dialogue(self, bot: Bot, user: User) -> Chat:
        """The private chat of a bot and a person."""
        return bot.chats.setdefault(user.id, Chat(user.id, "private", user=user))

    def add_group(self, kind: ChatKind, title: str, username: str = "", is_forum: bool = False) -> Chat:
        """A new group, supergroup or channel without members."""
        number = next(self._group_ids)
        chat_id = -number if kind == "group" else -1_000_000_000_000 - number
        chat = Chat(chat_id, kind, title=title, username=username, is_forum=is_forum)
        self.groups[chat_id] = chat
        return chat

    def add_file(self, name: str, mime_type: str, content: bytes, size: tuple[int, int] = (0, 0)) -> File:
        """Keep an upload."""
        folder = "photos" if size[0] else "documents"
        number = len(self.files)
        kept = File(
            f"BQACAgIAAxkBAAI{secrets.token_urlsafe(24)}",
            f"AgAD{secrets.token_hex(6)}",
            f"{folder}/file_{number}{_extension(name)}",
            name,
            mime_type,
            content,
            *size,
        )
        self.files[kept.id] = kept
        return kept

    def find_chat(self, bot: Bot, reference: str) -> Chat:
        """A chat the bot may know, by number or @username. Raises ApiError 400 when there is none."""
        if not reference:
            raise bad_request("chat_id is empty")
        if reference.startswith("@"):
            named = (chat for chat in self.groups.values() if chat.username.lower() == reference[1:].lower())
            if (found := next(named, None)) is None:
                raise bad_request("chat not found")
            return found
        number = int(reference) if re.fullmatch(r"-?\d{1,16}", reference) else 0
        if number in self.groups:
            return self.groups[number]
        if number in self.users:
            return self.dialogue(bot, self.users[number])
        raise bad_request("chat not found")

    def chat_to_send(self, bot: Bot, reference: str) -> Chat:
        """A chat the bot may write to. Raises ApiError with Telegram's reason when it may not."""
        chat = self.find_chat(bot, reference)
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.user is not None:
            if chat.user.deactivated:
                raise forbidden("user is deactivated")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            return chat
        self._check_membership(bot, chat)
        return chat

    def _check_membership(self, bot: Bot, chat: Chat) -> None:
        member = chat.members.get(bot.user.id)
        if member is not None and member.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if member is None or not member.present:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        if chat.kind == "channel" and (member.status != "administrator" or "can_post_messages" in member.lacks):
            raise bad_request("need administrator rights in the channel chat")
        if member.status == "restricted":
            raise bad_request("not enough rights to send text messages to the chat")

    def store(self, message: Message) -> Message:
        """Add a new message to its chat and tell everyone."""
        message.change = self.change()
        message.chat.messages[message.id] = message
        message.chat.activity = None
        if message.from_bot:
            self.ledger.append(message)
        message.chat.tell({"type": "message", "message": message})
        self.pulse.beat()
        return message

    def new_message(self, chat: Chat, sender: User | None) -> Message:
        """An empty message with the chat's next number; `store` makes it known."""
        chat.last_id += 1
        return Message(chat, chat.last_id, sender, self.clock.now().replace(microsecond=0))

    def touch(self, message: Message) -> None:
        """An existing message was changed or deleted."""
        message.change = self.change()
        message.chat.tell({"type": "message", "message": message})
        self.pulse.beat()

    def give(self, bot: Bot, kind: str, content: Json) -> None:
        """Queue an update for a bot and wake its webhook."""
        if bot.updates.put(kind, content) is not None and bot.webhook is not None:
            self.on_webhook(bot)
        self.pulse.beat()

    async def tell_time(self, _: datetime) -> None:
        """Every open chat page learns that the clock was moved."""
        chats = [chat for bot in self.bots.values() for chat in bot.chats.values()]
        for chat in (*chats, *self.groups.values()):
            chat.tell({"type": "state"})

    def bots_in(self, chat: Chat) -> Iterator[tuple[Bot, Member]]:
        """The bots that are present in a group or channel."""
        for bot in self.bots.values():
            member = chat.members.get(bot.user.id)
            if member is not None and member.present:
                yield bot, member

    def new_query(self, user: User, message: Message, data: str) -> Query:
        """A pressed button."""
        return Query(str(next(self._queries)), user, message, data, self.monotonic())

    def new_inline_query(self, bot: Bot, user: User, text: str) -> InlineQuery:
        """An inline query that waits for its results."""
        query = InlineQuery(str(next(self._queries)), user, text, self.monotonic())
        bot.inline_queries[query.id] = query
        return query

    def new_inline_message(self, bot: Bot, text: str, markup: Json | None) -> InlineMessage:
        """A result in a chat."""
        message = InlineMessage(f"AAAA{next(self._queries)}", bot.user.id, text, markup)
        bot.inline_messages[message.id] = message
        return message

    def open_query(self, bot: Bot, query_id: str) -> Query:
        """A query that may still be answered. Raises ApiError 400 when it is too old, answered or unknown."""
        query = bot.queries.get(query_id)
        if query is None or query.answer is not None or self.monotonic() - query.asked > QUERY_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return query

    def within(self, message: Message, age: timedelta) -> bool:
        """Whether a message is younger than `age`."""
        return self.clock.now() - message.date < age


def _extension(name: str) -> str:
    match = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return match[0] if match else ""
