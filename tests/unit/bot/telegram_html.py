"""What Telegram accepts as HTML, written down apart from our renderer: it parses a text and counts it."""

from __future__ import annotations

import re

ALLOWED = frozenset({"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-time"})
_TOKEN = re.compile(
    r"<(/?)([a-z]+(?:-[a-z]+)?)((?: [a-z]+(?:=\"[^\"<>]*\")?)*)>|&(lt|gt|amp|quot);|([^<>&])", re.DOTALL
)
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class InvalidHtmlError(AssertionError):
    """Telegram would answer "can't parse entities"."""


def parse(html: str) -> str:
    """The visible text of `html`. Raises `InvalidHtmlError` for anything Telegram would not take as we mean it."""
    position, open_tags, visible = 0, list[str](), list[str]()
    while position < len(html):
        token = _TOKEN.match(html, position)
        if token is None:
            raise InvalidHtmlError(f"bare character at {position}: {html[position : position + 40]!r}")
        closing, tag, attributes, entity, character = token.groups()
        if tag:
            _tag(tag, bool(closing), attributes, open_tags)
        visible.append(_ENTITIES[entity] if entity else character or "")
        position = token.end()
    if open_tags:
        raise InvalidHtmlError(f"unclosed {open_tags}")
    return "".join(visible)


def _tag(tag: str, closing: bool, attributes: str, open_tags: list[str]) -> None:
    if tag not in ALLOWED:
        raise InvalidHtmlError(f"tag {tag}")
    attribute = {"a": r' href="https?://[^"]+"', "blockquote": r"( expandable)?", "tg-time": r' unix="\d{1,10}"'}
    expected = attribute.get(tag, "")
    if not closing:
        if not re.fullmatch(expected, attributes):
            raise InvalidHtmlError(f"attributes of {tag}: {attributes!r}")
        if tag == "blockquote" and "blockquote" in open_tags:
            raise InvalidHtmlError("nested quotes")
        open_tags.append(tag)
    elif not open_tags or open_tags.pop() != tag or attributes:
        raise InvalidHtmlError(f"</{tag}> closes nothing")


def utf16_length(text: str) -> int:
    """The length that Telegram's limits mean."""
    return len(text.encode("utf-16-le")) // 2


def assert_sendable(html: str) -> str:
    """Check what Telegram checks before it takes a message, and return the visible text."""
    visible = parse(html)
    assert utf16_length(visible.strip()) > 0
    assert utf16_length(visible) <= 4096
    assert len(html) < 9000
    return visible
