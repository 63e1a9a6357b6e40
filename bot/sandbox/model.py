"""What the sandbox remembers: users, chats, messages, callback queries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.entities import Entity

Json = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup", "channel"]
Watcher = Callable[[Json], None]

PRESENT = {"creator", "administrator", "member", "restricted"}


@dataclass(slots=True, eq=False)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    is_bot: bool = False
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    deactivated: bool = False

    def to_api(self) -> Json:
        """The `User` object of the Bot API."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                shown[name] = value
        return shown


@dataclass(slots=True)
class File:
    """An uploaded file, kept in memory."""

    id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0

    def to_api(self) -> Json:
        """The fields that every kind of file shares."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


@dataclass(slots=True)
class Topic:
    """A topic of a forum."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Member:
    """A user's standing in a group or channel."""

    user: User
    status: str = "member"
    lacks: frozenset[str] = frozenset()  # rights that an administrator has not been given

    @property
    def present(self) -> bool:
        """Whether the user is in the chat at present."""
        return self.status in PRESENT


@dataclass(slots=True, eq=False, repr=False)
class Message:
    """A message as it stands now, with its former texts."""

    chat: "Chat"
    id: int
    sender: User | None
    date: datetime
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: Json | None = None
    thread_id: int | None = None
    reply_to: "Message | None" = None
    file: File | None = None
    is_photo: bool = False
    extras: Json = field(default_factory=dict)
    bot_id: int | None = None
    source: str = ""
    paid: bool = False
    former: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    deleted: bool = False
    change: int = 0
    reactions: dict[int, str] = field(default_factory=dict)  # by person

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return self.bot_id is not None

    @property
    def edited(self) -> bool:
        """Whether the text or caption was changed after sending."""
        return self.edited_at is not None

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the buttons under the message (or of the reply keyboard it brings), by row."""
        markup = self.markup or {}
        rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return [[button["text"] for button in row] for row in rows]

    def __str__(self) -> str:
        who = self.sender.first_name if self.sender else self.chat.title
        lines = [f"#{self.id} {who}: {self.text}"]
        lines += ["    " + " ".join(f"[{label}]" for label in row) for row in self.buttons]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<{self}>"

    def to_api(self, nested: bool = False) -> Json:
        """The `Message` object of the Bot API."""
        shown: Json = {"message_id": self.id, "date": int(self.date.timestamp()), "chat": self.chat.to_api()}
        if self.sender is not None:
            shown["from"] = self.sender.to_api()
        else:
            shown["sender_chat"] = self.chat.to_api()
        if self.thread_id is not None:
            shown |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.reply_to is not None and not nested and not self.reply_to.deleted:
            shown["reply_to_message"] = self.reply_to.to_api(nested=True)
        elif self.thread_id in self.chat.topics and not nested:  # what is said in a topic answers its beginning
            shown["reply_to_message"] = self._topic_created(self.chat.topics[self.thread_id])
        if self.edited_at is not None:
            shown["edit_date"] = int(self.edited_at.timestamp())
        shown |= self._content()
        if self.markup and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        return shown | self.extras

    def _topic_created(self, topic: Topic) -> Json:
        created = {"name": topic.name, "icon_color": 7322096}
        there = {"message_id": topic.id, "message_thread_id": topic.id, "is_topic_message": True}
        return {"chat": self.chat.to_api(), "date": int(self.date.timestamp()), "forum_topic_created": created} | there

    def _content(self) -> Json:
        text_name, entities_name = ("caption", "caption_entities") if self.file else ("text", "entities")
        shown: Json = {text_name: self.text} if self.text else {}
        if self.entities:
            shown[entities_name] = self.entities
        if self.file is not None and self.is_photo:
            shown["photo"] = [self.file.to_api() | {"width": self.file.width, "height": self.file.height}]
        elif self.file is not None:
            shown["document"] = self.file.to_api() | {"file_name": self.file.name, "mime_type": self.file.mime_type}
        return shown


@dataclass(slots=True)
class Toast:
    """What `answerCallbackQuery` showed to a reader."""

    user_id: int
    text: str
    alert: bool
    url: str
    query_id: str


@dataclass(slots=True, eq=False, repr=False)
class Chat:
    """A private dialogue of one bot with one user, or a group or channel that bots share."""

    id: int
    kind: ChatKind
    user: User | None = None
    title: str = ""
    username: str = ""
    is_forum: bool = False
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    last_id: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    activity: Json | None = None
    watchers: list[Watcher] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """A group or supergroup."""
        return self.kind in {"group", "supergroup"}

    def to_api(self) -> Json:
        """The `Chat` object of the Bot API."""
        shown: Json = {"id": self.id, "type": self.kind}
        if self.user is not None:
            shown |= {key: value for key, value in self.user.to_api().items() if key in _PERSON}
        else:
            shown["title"] = self.title
            if self.username:
                shown["username"] = self.username
        if self.is_forum:
            shown["is_forum"] = True
        return shown

    def visible(self) -> list[Message]:
        """The messages that are not deleted, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]

    def tell(self, event: Json) -> None:
        """Hand an event to everyone who looks at this chat."""
        for watcher in list(self.watchers):
            watcher(event)


_PERSON = {"first_name", "last_name", "username"}


@dataclass(slots=True, eq=False)
class InlineQuery:
    """What somebody typed behind the bot's name in another chat."""

    id: str
    user: User
    text: str
    asked: float
    answer: list[Json] | None = None


@dataclass(slots=True, eq=False)
class InlineMessage:
    """A result that somebody has put into a chat: its bot may edit it by its id, and sees nothing of the chat."""

    id: str
    bot_id: int
    text: str
    markup: Json | None
    former: list[str] = field(default_factory=list)  # what it said before edits, oldest first


@dataclass(slots=True, eq=False)
class Query:
    """A pressed button that waits for the bot's answer."""

    id: str
    user: User
    message: Message
    data: str
    asked: float
    answer: Toast | None = None
