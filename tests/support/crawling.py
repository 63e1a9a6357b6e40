"""Walks through the bot as a curious person would: writes every command, answers every question, presses every button.

The walk is breadth-first and bounded: of buttons that do the same to different things only the first few are pressed.
Whatever is wrong on the way is collected, so that one run shows all of it.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import count
from typing import Any

import structlog

from bot.i18n import LANGUAGES, catalogue
from bot.sandbox import people
from bot.sandbox.model import Message, Query
from bot.sandbox.pulse import Pulse
from bot.sandbox.readers import Conversation
from bot.telegram.widths import room, width
from tests.support.worlds import World

ROWS_AT_MOST = 9
"""Rows of buttons below one message; a phone shows about as many with a few lines of text above them."""
SAID_IN_A_WORD = tuple(catalogue(language).messages["button.chosen"].partition("}")[2] for language in LANGUAGES)
"""How ticks are told in the simple display, which takes room for words and is for being read aloud."""
PER_VERB = 14
"""Kinds of buttons with one verb that are pressed at each place."""
PATIENCE = 15.0
"""Seconds for one answer on a busy machine."""
PACE, PACE_ELSEWHERE = timedelta(seconds=11), timedelta(seconds=31)
"""How long a person waits between two acts in a private chat, and elsewhere, so that no brake answers."""
HARMLESS = ("message is not modified", "message to edit not found", "message to delete not found")
"""Refusals that come from pressing what is on its way out, not from what we send."""
EXPECTED = {"operators_only", "backup_failed"}
"""Warnings that say what a stranger tried, or that PostgreSQL's programs for copies are missing or too old here."""
AT_ONCE = ("undo",)
LATE = ("forget", "stop", "leave", "binding|part", "language", "start|language")
"""Buttons that change what all others lead to: they wait until nothing else is left."""
WAYS_BACK = (
    "button.back", "button.back_to_settings", "button.back_to_sources", "button.settings", "button.admin",
    "button.close", "button.cancel", "button.undo", "button.next", "button.time", "button.topics", "button.all_sources",
    "button.help", "button.fix_reports",
)  # fmt: skip
"""What a button says that leads away from a screen, or on from a step of the set-up."""
LAST_WORDS = ("forget.done",)
"""Answers after which there is nothing to go back to: a button would store the chat again."""
LISTS = ("found",)
"""Buttons that turn lists of stories, which stand there like a digest and are no menu."""

_DONE = {"update_handled", "telegram_asks_to_wait", "reader_blocked_the_bot", "update_failed"}
_WORD = re.compile(r"[a-z_]+")


class Listener(logging.Handler):
    """Hears what is logged, our own and that of libraries."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__(logging.WARNING)
        self.pulse = pulse
        self.handled: set[int] = set()
        self.troubles: list[str] = []

    def event(self, _logger: object, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """One line of our own."""
        name = event.pop("event")
        if name in _DONE and "update" in event:
            self.handled.add(event["update"])
            self.pulse.beat()
        if level in ("warning", "error", "critical", "exception") and name not in EXPECTED:
            error = event.pop("exc_info", None)
            cause = sys.exc_info() if error is True else error
            told = logging.Formatter().formatException(cause) if cause else ""
            self.troubles.append(f"{name} {dict(event)} {told}")
        raise structlog.DropEvent

    def emit(self, record: logging.LogRecord) -> None:
        """One line of a library."""
        self.troubles.append(self.format(record))


@contextmanager
def listening(pulse: Pulse) -> Iterator[Listener]:
    """Hear everything that is logged meanwhile."""
    listener = Listener(pulse)
    processors: list[Any] = structlog.get_config()["processors"]
    before, root = list(processors), logging.getLogger()
    processors[:] = [structlog.contextvars.merge_contextvars, listener.event]
    root.addHandler(listener)
    try:
        yield listener
    finally:
        root.removeHandler(listener)
        processors[:] = before


def shape(data: str) -> str:
    """What a button does, without what it does it to; with @ in front when it is about another chat."""
    head, verb, *arguments = data.split("|")
    first = [argument if _WORD.fullmatch(argument) else "*" for argument in arguments[:1]]
    rest = arguments[1:] if first == ["to"] else ["*" for _ in arguments[1:]]  # each step of the set-up is a screen
    return ("@" if "@" in head else "") + "|".join([verb, *first, *rest])


def leads_on(message: Message) -> bool:
    """Whether a screen has a way back."""
    buttons = [button for row in (message.markup or {}).get("inline_keyboard", []) for button in row]
    onward = any("|setup|to|" in button.get("callback_data", "") for button in buttons)
    last = any(message.text.endswith(words) for words in _texts(LAST_WORDS))
    return onward or last or any(button["text"] in _texts(WAYS_BACK) for button in buttons)


def off_screen(message: Message) -> Iterator[str]:
    """What a phone would not show of a message's buttons: labels that it cuts, rows that fill all of it."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    simple = any(button["text"].endswith(SAID_IN_A_WORD) for row in rows for button in row)
    if len(rows) > ROWS_AT_MOST and not simple:
        yield f"{len(rows)} rows of buttons:\n{message}"
    for row in rows:
        for button in row:
            if width(button["text"]) > room(len(row)):
                yield f"a phone cuts {button['text']!r} in a row of {len(row)}"


@cache
def _texts(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(catalogue(language).messages[key] for language in LANGUAGES for key in keys)


@dataclass(order=True)
class Act:
    """Something to do next: press a button, or answer a question."""

    rank: int
    number: int
    what: str = field(compare=False)
    message: Message = field(compare=False)
    pressed: bool = field(compare=False)


@dataclass(frozen=True)
class Before:
    """How things stood when an act began."""

    what: str
    text: str  # of the message whose button is pressed
    change: int
    update: int


@dataclass
class Crawler:
    """All walks of one test: `faults` is what was wrong, `reached` every button met, as `verb` and `verb|action`.

    `data` is what all of them carry.
    """

    world: World
    heard: Listener
    answers: tuple[str, ...] = ("Berlin", "6:45", "Getreide")
    """What is written in answer to each question."""
    reached: set[str] = field(default_factory=set)
    data: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    acts: int = 0
    tapped_twice: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=count)

    async def walk(
        self, place: str, who: Conversation, texts: Iterable[str], *, same: int = 1, most: int = 400
    ) -> None:
        """Write each of the texts in this chat, and follow everything that comes of it, in up to `most` acts.

        Of buttons that differ only in what they are about, `same` are pressed.
        """
        walk = _Walk(self, place, who, same)
        for text in texts:
            await walk.write(text)
        while walk.waiting and walk.done < most:
            await walk.go_on()


@dataclass
class _Walk:
    crawler: Crawler
    place: str
    who: Conversation
    same: int
    waiting: list[Act] = field(default_factory=list)
    done: int = 0
    _met: Counter[str] = field(default_factory=Counter)
    _verbs: Counter[str] = field(default_factory=Counter)
    _answered: set[str] = field(default_factory=set)

    async def write(self, text: str, reply_to: Message | None = None) -> None:
        before = self._before(f"wrote {text[:60]!r}")
        await self.who.send(text, reply_to)
        changed = await self._after(before)
        if self.who.chat.kind == "private" and not changed:
            self._fault(before, "nobody answered")

    async def go_on(self) -> None:
        act = heappop(self.waiting)
        if act.pressed:
            await self._press(act)
        else:
            await self.write(act.what, act.message)

    async def _press(self, act: Act) -> None:
        """Press a button, and the first of each kind once more, as thumbs do."""
        kind, twice = shape(act.what), self.crawler.tapped_twice
        for again in (False,) if kind in twice or kind.startswith("@forget") else (False, True):
            message = self._standing(act.message)
            if message is None:
                return
            label = "again " if again else ""
            before = self._before(f"pressed {label}{act.what!r} under {message.text[:60]!r}", message.text)
            query = people.press(self._sandbox, self.who.bot, self.who.user, message, act.what)
            self._judge(before, query, message, await self._after(before), again=again)
        twice.add(kind)

    def _judge(self, before: Before, query: Query, message: Message, changed: list[Message], *, again: bool) -> None:
        act_verb = query.data.split("|")[1]
        if query.answer is None:
            self._fault(before, "the button got no answer")
        elif not changed and not query.answer.text and not again and not message.deleted:
            self._fault(before, "nothing was to be seen of it")
        done = not message.markup and message.text == before.text  # a question that was answered with no
        if message in changed and not (message.deleted or done or leads_on(message) or act_verb in LISTS):
            self._fault(before, f"no way back:\n{message}")

    def _standing(self, message: Message) -> Message | None:
        """The message, or the newest one with buttons where it has been taken away."""
        with_buttons = (one for one in reversed(self.who.answers) if "inline_keyboard" in (one.markup or {}))
        return next(with_buttons, None) if message.deleted else message

    @property
    def _sandbox(self) -> Any:  # noqa: ANN401
        return self.crawler.world.sandbox.world

    def _before(self, what: str, text: str = "") -> Before:
        self.done += 1
        self.crawler.acts += 1
        self.crawler.world.clock.move(PACE if self.who.chat.kind == "private" else PACE_ELSEWHERE)
        self._sandbox.refusals.clear()
        self.crawler.heard.troubles.clear()
        return Before(what, text, self._sandbox.change(), self.who.bot.updates.next_id)

    async def _after(self, before: Before) -> list[Message]:
        """Wait until the bot has done its work; the messages that are new or changed."""
        wanted = set(range(before.update, self.who.bot.updates.next_id))
        try:
            await self._sandbox.pulse.until(lambda: wanted <= self.crawler.heard.handled, PATIENCE)
        except TimeoutError:
            self._fault(before, "it was never handled")
        for method, reason in self._sandbox.refusals:
            if not any(part in reason for part in HARMLESS):
                self._fault(before, f"Telegram refused {method}: {reason}")
        for trouble in self.crawler.heard.troubles:
            self._fault(before, f"was logged: {trouble}")
        chats = [*self.who.bot.chats.values(), *self._sandbox.groups.values()]
        messages = (one for chat in chats for one in chat.messages.values())
        changed = [one for one in messages if one.from_bot and one.change > before.change]
        for message in changed:
            if message.chat is self.who.chat and not message.deleted:
                self._look(message)
                for fault in off_screen(message):
                    self._fault(before, fault)
        return changed

    def _look(self, message: Message) -> None:
        """Note everything that can be done with a message."""
        markup = message.markup or {}
        for row in markup.get("inline_keyboard", []):
            for button in row:
                if "callback_data" in button:
                    self._note(button["callback_data"], message)
        question = message.text[-30:]
        if markup.get("force_reply") and question not in self._answered:
            self._answered.add(question)
            for text in self.crawler.answers:
                heappush(self.waiting, Act(1, next(self.crawler.numbers), text, message, pressed=False))

    def _note(self, data: str, message: Message) -> None:
        kind = shape(data)
        verb, *arguments = data.split("|")[1:]
        self.crawler.data.add(data)
        self.crawler.reached |= {verb, "|".join([verb, *arguments[:1]])}
        first = not self._met[kind]
        if self._met[kind] >= self.same or (first and self._verbs[verb] >= PER_VERB):
            return
        self._verbs[verb] += first
        self._met[kind] += 1
        plain = kind.removeprefix("@")
        known = 2 if kind in self.crawler.tapped_twice else 1  # what nobody has pressed yet comes first
        rank = 0 if plain.startswith(AT_ONCE) else 3 if plain.startswith(LATE) else known
        heappush(self.waiting, Act(rank, next(self.crawler.numbers), data, message, pressed=True))

    def _fault(self, before: Before, what: str) -> None:
        self.crawler.faults.append(f"{self.place}: {before.what}: {what}")
