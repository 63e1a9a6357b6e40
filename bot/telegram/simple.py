"""The simple display, which screen readers speak well: no signs and marks, one thing a line.

What a reader sees in bold, in italics or behind signs is never all there is to know it by, so that these can go.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.i18n import Markup, Texts
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.messages import OutgoingMessage

_STEP = re.compile(r"^((?:<[^>]*>)*\d+/\d+) · ", re.MULTILINE)
_NUMBER = re.compile(r"^((?:<[^>]*>)*\d+) · ", re.MULTILINE)
_MARKED = re.compile(r"</b> · <i>(.*)</i>$", re.MULTILINE)
_HEADING = re.compile(r"<u>.*?</u>")
_DOT = re.compile(r" +· +")
_QUOTE = re.compile(r"\n?</?blockquote[^>]*>\n?")
_BOLD = re.compile(r"<b>(.*?)</b>", re.DOTALL)
_MARKS = re.compile(r"</?(?:i|b|u|s|em|strong|code|pre|tg-time)(?: unix=\"\d+\")?>")
_SIGNS = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u25a0-\u25ff"  # arrows, signs, shapes
    "\U0001f000-\U0001faff\U000e0020-\U000e007f\ufe0f\u200d\u20e3]+ ?"  # emoji, and what joins them
)
_CHOSEN = "✓ "


def simplified(html: str) -> Markup:
    """The same text (HTML) in short lines and without signs. Links stay, and so does the first words in bold.

    Those are the title; the buttons below a search read there what was searched for.
    """
    text = _QUOTE.sub("\n", _NUMBER.sub(r"\1. ", _STEP.sub(r"\1: ", html)))
    text = _MARKED.sub(lambda marks: f"</b> ({_in_a_row(marks[1])})", text)  # "neu" alone in a line says nothing
    text = _HEADING.sub(lambda heading: _in_a_row(heading[0]), text)
    text = _SIGNS.sub("", _DOT.sub("\n", text))
    title = _BOLD.search(text)
    if title is None:
        return Markup(_MARKS.sub("", text))
    before, after = text[: title.start()], text[title.end() :]
    named = _MARKS.sub("", title[1])
    lines = f"{_MARKS.sub('', before)}<b>{named}</b>{_MARKS.sub('', after)}".split("\n")
    return Markup("\n".join(line.strip() for line in lines).strip())


def simplified_message(message: OutgoingMessage, texts: Texts) -> OutgoingMessage:
    """The message with a text and buttons that are simple; what is chosen says so in a word."""
    keyboard = message.keyboard
    if keyboard is not None:
        keyboard = Keyboard(tuple(tuple(_simplified(button, texts) for button in row) for row in keyboard.rows))
    return replace(message, html=simplified(message.html), keyboard=keyboard)


def _simplified(button: Button, texts: Texts) -> Button:
    if button.text.startswith(_CHOSEN):
        return replace(button, text=texts("button.chosen", what=_SIGNS.sub("", button.text).strip()))
    return replace(button, text=_SIGNS.sub("", _in_a_row(button.text)).strip() or button.text)


def _in_a_row(text: str) -> str:
    """What belongs into one line, with commas for its dots."""
    return _DOT.sub(", ", text)
