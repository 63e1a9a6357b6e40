"""Which edits of messages are answered: somebody has mended what he just wrote, and wants the answer to that.

Telegram also tells of edits that nobody made (a link's preview has loaded), and of each step of a live location.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta

from telegram import Message

WITHIN = timedelta(minutes=10)
"""After which an edit tidies up a conversation and asks for nothing."""
REMEMBERED = 2_000
"""Texts of which is known whether an edit changes them; of older ones an edit is believed to."""


class Edits:
    """Knows the texts that came last, by their hashes: what people write is kept nowhere."""

    def __init__(self) -> None:
        """Nothing has been heard yet."""
        self._heard: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()

    def hear(self, update: int, message: Message) -> bool:
        """Remember a text, new or edited; False when an earlier update said the same of this message."""
        place, said = (message.chat.id, message.message_id), hash(message.text)
        known = self._heard.pop(place, None)
        news = known is None or known[0] != said or known[1] == update
        self._heard[place] = (said, update) if news or known is None else known
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return news

    def asks(self, update: int, edited: Message) -> bool:
        """Whether an edited message is to be answered like a new one; also when its update comes again."""
        if not edited.text or edited.edit_date is None:
            return False
        if edited.chat.type != "private" and not edited.text.startswith("/"):
            return False
        return self.hear(update, edited) and edited.edit_date - edited.date <= WITHIN
