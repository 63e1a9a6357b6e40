"""Which question of ours a message answers. The question's own text tells, so nothing is stored."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from string import Formatter

from telegram import Message

from bot.i18n import LANGUAGES, catalogue
from bot.telegram.html import to_plain
from bot.telegram.managed import binding_of
from bot.telegram.registry import Handler, Registry


def question_of(message: Message, registry: Registry) -> tuple[Handler | None, dict[str, str]]:
    """Who takes the answer, and the values that stand in the question; None for what answers no question."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or not asked.from_user.is_bot or not asked.text:
        return None, {}
    said = asked.text if binding_of(message) is None else asked.text.partition("\n\n")[2]
    for key, handler in registry.questions.items():
        for language, group in product(LANGUAGES, (False, True)):
            if found := _pattern(key, language, group=group).fullmatch(said):
                return handler, found.groupdict()
    return None, {}


@cache
def _pattern(key: str, language: str, *, group: bool) -> re.Pattern[str]:
    """What a question looks like once its placeholders are filled in."""
    parts = Formatter().parse(to_plain(catalogue(language, group=group).messages[key]))
    return re.compile("".join(re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, _, _ in parts))
