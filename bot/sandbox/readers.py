"""People for tests and scripted demos: what the chat page does by hand, as a few awaitable calls."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.sandbox import groups, inline, people
from bot.sandbox.model import Chat, ChatKind, InlineMessage, InlineQuery, Json, Member, Message, Query, Topic, User
from bot.sandbox.people import UnableError
from bot.sandbox.world import Bot, World

Found = TypeVar("Found")

TIMEOUT = 5.0
Wanted = str | Callable[[Message], bool]


class Conversation:
    """One person in one chat, as seen on that person's phone."""

    def __init__(self, world: World, user: User, chat: Chat | None, bot: Bot | None, thread_id: int | None) -> None:
        self._world = world
        self._chat = chat
        self._bot = bot
        self._thread_id = thread_id
        self._mark = 0
        self.user = user

    @property
    def bot(self) -> Bot:
        """The partner: the bot given, else the first one that came. Raises UnableError when none came yet."""
        if self._bot is None:
            if not self._world.bots:
                raise UnableError("no bot has come to the sandbox yet")
            self._bot = next(iter(self._world.bots.values()))
        return self._bot

    @property
    def chat(self) -> Chat:
        """The chat of this conversation."""
        if self._chat is None:
            self._chat = self._world.dialogue(self.bot, self.user)
        return self._chat

    @property
    def messages(self) -> list[Message]:
        """What stands in the chat (and topic) now, oldest first."""
        shown = self.chat.visible()
        return [one for one in shown if self._thread_id is None or one.thread_id == self._thread_id]

    @property
    def answers(self) -> list[Message]:
        """The messages that bots wrote."""
        return [message for message in self.messages if message.from_bot]

    @property
    def toasts(self) -> list[str]:
        """The texts of all toasts and alerts this person saw."""
        return [toast.text for toast in self.chat.toasts if toast.user_id == self.user.id]

    async def bot_is_there(self, timeout: float = TIMEOUT) -> Bot:  # noqa: ASYNC109
        """Wait until a bot has called the sandbox at least once."""
        await self._world.pulse.until(lambda: self._bot is not None or bool(self._world.bots), timeout)
        return self.bot

    async def send(self, text: str, reply_to: Message | None = None) -> Message:
        """Write a text or command; waits for the first bot to appear. Raises UnableError, TimeoutError."""
        await self.bot_is_there()
        self._mark = self._world.change()
        return people.say(self._world, self._bot, self.chat, self.user, text, reply_to, self._thread_id)

    def edit(self, message: Message, text: str) -> None:
        """Change what one has written. Raises UnableError."""
        self._mark = self._world.change()
        people.edit(self._world, self._bot, message, text)

    async def open_link(self, payload: str) -> Message:
        """Follow the bot's deep link `?start=payload`."""
        return await self.send(f"/start {payload}")

    async def share_location(self, latitude: float, longitude: float) -> Message:
        """Send a place, in degrees."""
        await self.bot_is_there()
        self._mark = self._world.change()
        return people.share_location(self._world, self._bot, self.chat, self.user, (latitude, longitude))

    async def send_document(self, name: str, content: bytes, mime_type: str = "application/octet-stream") -> Message:
        """Send a file."""
        await self.bot_is_there()
        self._mark = self._world.change()
        return people.send_document(self._world, self._bot, self.chat, self.user, name, content, mime_type)

    async def press(
        self,
        label: str,
        message: Message | None = None,
        answered: bool = True,
        timeout: float = TIMEOUT,  # noqa: ASYNC109
    ) -> Query | Message:
        """Press a button by its text (exact, else a part of it) or its callback data, the newest message first.

        Waits for the bot's answer to the query unless `answered` is False. A button of a reply keyboard sends its
        text. Raises UnableError when there is no such button, TimeoutError when the bot does not answer in time.
        """
        found = self._find_button(label, message)
        if found is None:
            raise UnableError(f"there is no button {label!r} in:\n{self.transcript()}")
        holder, button = found
        if "callback_data" not in button:
            if holder.markup and "keyboard" in holder.markup:
                return await self.send(button["text"])
            raise UnableError(f"the button {label!r} opens something outside of the chat")
        self._mark = self._world.change()
        query = people.press(self._world, self.bot, self.user, holder, button["callback_data"])
        if answered:
            await self._wait(lambda: query.answer, timeout, f"the answer to the button {label!r}")
        return query

    def _find_button(self, label: str, message: Message | None) -> tuple[Message, dict[str, str]] | None:
        holders = [message] if message is not None else list(reversed(self.messages))
        for exact in (True, False):
            for holder in holders:
                markup = holder.markup or {}
                rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
                for button in (button for row in rows for button in row):
                    same = label in {button["text"], button.get("callback_data")}
                    if same or (not exact and label.casefold() in button["text"].casefold()):
                        return holder, button
        return None

    async def wait_for(self, wanted: Wanted, timeout: float = TIMEOUT, since_start: bool = False) -> Message:  # noqa: ASYNC109
        """The first message of a bot, new or edited since this person's last act, that holds a text or fits a test.

        With `since_start` older ones count too. Raises TimeoutError with the transcript.
        """
        mark = 0 if since_start else self._mark
        fits = (lambda message: wanted in message.text) if isinstance(wanted, str) else wanted

        def look() -> Message | None:
            return next((one for one in self.answers if one.change > mark and fits(one)), None)

        return await self._wait(look, timeout, repr(wanted))

    async def wait_for_toast(self, part: str, timeout: float = TIMEOUT) -> str:  # noqa: ASYNC109
        """The first toast or alert that holds a text."""
        return await self._wait(lambda: next((one for one in self.toasts if part in one), None), timeout, repr(part))

    async def _wait(self, look: Callable[[], Found | None], timeout: float, what: str) -> Found:  # noqa: ASYNC109
        try:
            return await self._world.pulse.until(look, timeout)
        except TimeoutError:
            raise TimeoutError(f"{what} did not come within {timeout} s; the chat:\n{self.transcript()}") from None

    def transcript(self) -> str:
        """The whole chat as text."""
        return "\n".join(map(str, self.messages)) or "(nothing)"


class Reader(Conversation):
    """A person in the private chat with a bot."""

    def inside(self, group: "Group", topic: Topic | None = None) -> Conversation:
        """The same person in a group or channel, perhaps in one of its topics."""
        group.join(self)
        return Conversation(self._world, self.user, group.chat, self._bot, topic.id if topic else None)

    async def share_chat(self, group: "Group") -> Message:
        """Press the newest button that asks for a chat, and choose this one."""
        self._mark = self._world.change()
        return groups.share_chat(self._world, self.bot, self.user, self.chat, group.chat)

    async def forward(self, post: Message) -> Message:
        """Forward a post of a channel to the bot."""
        self._mark = self._world.change()
        return groups.forward(self._world, self.bot, self.user, self.chat, post)

    async def ask_inline(self, text: str, timeout: float = TIMEOUT) -> list[Json]:  # noqa: ASYNC109
        """Type `@bot text` in any chat; the results that the bot offers. Raises TimeoutError without an answer."""
        await self.bot_is_there()
        asked: InlineQuery = inline.ask(self._world, self.bot, self.user, text)
        return await self._wait(lambda: asked.answer, timeout, f"the answer to the inline query {text!r}")

    def choose_inline(self, text: str, result: Json) -> InlineMessage:
        """Put a result of the query `text` into some chat."""
        asked = next(one for one in reversed(self.bot.inline_queries.values()) if one.text == text)
        return inline.choose(self._world, self.bot, self.user, asked, result)

    def block(self) -> None:
        """Block the bot."""
        people.set_blocked(self._world, self.bot, self.user, True)

    def unblock(self) -> None:
        """Unblock the bot."""
        people.set_blocked(self._world, self.bot, self.user, False)

    def deactivate(self) -> None:
        """Delete the account."""
        people.deactivate(self._world, self.user)

    def react(self, message: Message, emoji: str) -> None:
        """Put a reaction on a message, or take it away with an empty one."""
        self._mark = self._world.change()
        people.react(self._world, self.bot, self.user, message, emoji)


class Group:
    """A group, supergroup, forum or channel, run by its owner."""

    def __init__(self, world: World, owner: Reader, title: str, kind: ChatKind, username: str, is_forum: bool) -> None:
        self._world = world
        self._owner = owner
        self.chat = people.found_group(world, owner.user, title, kind, username, is_forum)

    @property
    def messages(self) -> list[Message]:
        """What stands in the chat now."""
        return self.chat.visible()

    def join(self, reader: Conversation) -> None:
        """Let a person in."""
        self.chat.members.setdefault(reader.user.id, Member(reader.user))

    def set_bot(self, status: str, bot: Bot | None = None) -> None:
        """Make the bot a `member`, an `administrator` or `restricted`, or have it `left` or `kicked`."""
        people.set_bot_status(self._world, bot or self._owner.bot, self.chat, self._owner.user, status)

    def set_rights(self, *, lacking: Iterable[str] = (), bot: Bot | None = None) -> None:
        """Leave the bot, an administrator, without these rights; it hears of the change."""
        groups.set_rights(self._world, bot or self._owner.bot, self.chat, self._owner.user, frozenset(lacking))

    def dismiss(self, reader: Conversation) -> None:
        """Make an administrator a member again."""
        self.chat.members[reader.user.id] = Member(reader.user)

    def post(self, text: str) -> Message:
        """The owner writes in the group or channel."""
        return people.say(self._world, None, self.chat, self._owner.user, text)

    def migrate(self) -> None:
        """Turn the basic group into a supergroup; `chat` is the new one afterwards."""
        self.chat = people.upgrade_group(self._world, self.chat, self._owner.user)

    def open_topic(self, name: str) -> Topic:
        """A new topic of the forum."""
        return people.open_topic(self._world, self.chat, name)
