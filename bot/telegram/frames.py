"""How a digest stands in a chat, as text: kept with digests that were asked for, for their correction."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace

from bot.telegram.cards import shared_card
from bot.telegram.keyboards import Button
from bot.telegram.managed import about, headed
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import Frame, render_digest
from digests.domain.digests import Digest


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands around the stories, and where: in the reader's chat, about another one, or as a card in any chat."""

    frame: Frame = field(default_factory=Frame)
    binding: int | None = None  # the group or channel that it is about
    chat_title: str = ""  # of that
    card: bool = False  # one story that somebody has put into some chat behind the bot's name

    def render(self, digest: Digest, view: View, username: str, original: Digest | None) -> list[OutgoingMessage]:
        """The messages as they were shown; with an `original`, which they showed, corrected."""
        if self.card:
            return [shared_card(item, view, username) for item in digest.items]
        messages = render_digest(digest, view, self.frame, original=original)
        return [self._about(each, self.binding, username) for each in messages] if self.binding else messages

    def _about(self, message: OutgoingMessage, binding: int, username: str) -> OutgoingMessage:
        html = headed(message.html, self.chat_title, binding, username)
        return replace(message, html=html, keyboard=about(message.keyboard, binding))


def layout_to_json(layout: Layout) -> str:
    """The layout as JSON: the frame, and what is not as usual."""
    values = asdict(layout)
    frame = values.pop("frame")
    unusual = {name: value for name, value in values.items() if value}
    return json.dumps(frame | unusual, ensure_ascii=False, separators=(",", ":"))


def layout_from_json(text: str) -> Layout:
    """What `layout_to_json` was given. Raises KeyError, TypeError or ValueError on anything it did not make."""
    values = json.loads(text)
    rows = tuple(tuple(Button(**button) for button in row) for row in values.pop("rows"))
    unusual = {name: values.pop(name) for name in ("binding", "chat_title", "card") if name in values}
    return Layout(Frame(**values, rows=rows), **unusual)
