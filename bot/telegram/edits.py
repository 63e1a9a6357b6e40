"""Which edits of messages are answered: somebody has mended what he just wrote, and wants the answer to that.

Telegram also tells of edits that nobody made (a link's preview has loaded), and of each step of a live location.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta

from telegram import Message

WITHIN = timedelta(minutes=10)
"""After which an edit may just tidy up: it is not answered like a new message."""
REMEMBERED = 2_000
"""Texts of which is known whether an edit changes them; of older ones an edit is believed to."""
_LATE = 0
"""What every late edit of a message says, whatever its words."""


class Edits:
    """Knows the texts that came last, by their hashes: what people write is kept nowhere."""

    def __init__(self) -> None:
        """Nothing has been heard yet."""
        self._heard: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()

    def hear(self, update: int, message: Message) -> bool:
        """Remember a text, new or edited; False when an earlier update said the same of this message."""
        place, text = (message.chat.id, message.message_id), hash(message.text)
        said = _LATE if is_late(message) else text
        known = self._heard.pop(place, None)
        news = known is None or known[0] not in (said, text) or known[1] == update
        self._heard[place] = (said, update) if news or known is None else known
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return news

    def asks(self, update: int, edited: Message) -> bool:
        """Whether an edited message is to be answered; also when its update comes again.

        Late edits are answered in private chats only, and one of each message.
        """
        if not edited.text or edited.edit_date is None:
            return False
        if edited.chat.type != "private" and (is_late(edited) or not edited.text.startswith("/")):
            return False
        return self.hear(update, edited)


def is_late(message: Message) -> bool:
    """True for a message that was edited long after it was written."""
    return message.edit_date is not None and message.edit_date - message.date > WITHIN
