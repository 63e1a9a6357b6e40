"""Formatted text: from Telegram's HTML to plain text with entities, counted in UTF-16 units.

The grammar and the wording of the errors follow the Bot API's page on formatting options and its server's answers.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request

Entity = dict[str, Any]

MAX_ENTITIES = 100
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler",
    "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji", "tg-time": "date_time", "a": "text_link",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
ENTITY_TYPES = {*TAGS.values(), "expandable_blockquote", "text_mention"} | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
}  # fmt: skip
STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*(=?)\s*")
_TOKEN = re.compile(r"[0-9A-Za-z.\-]*")
_MOMENT_FORMAT = re.compile("r|w?[dD]?[tT]?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SCHEMES = {"http", "https", "tg", "ton", "mailto", "tel"}
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{2,31})(?!\w)"
    r"|(?<![\w#])(?P<hashtag>#[^\W\d]\w{0,255})"
)


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of `text` that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def _refuse(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")


def _reference(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    valid = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if valid else match[0]


class _HtmlReader:
    """One pass over a text in Telegram's HTML."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.parts: list[str] = []
        self.characters = 0
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            bracket = self.source.find("<", self.position)
            end = len(self.source) if bracket < 0 else bracket
            self._add_text(_REFERENCE.sub(_reference, self.source[self.position : end]))
            self.position = end
            if bracket >= 0:
                self._end_tag() if self.source.startswith("</", bracket) else self._start_tag()
        if self.open:
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.parts), self.entities

    def _add_text(self, text: str) -> None:
        self.parts.append(text)
        self.characters += len(text)
        self.offset += units(text)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self.position
        name = _TAG_NAME.match(self.source, begin + 1)
        end = name.end() if name else begin + 1
        tag = self.source[begin + 1 : end].lower()
        if end == len(self.source):
            raise _refuse(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in TAGS:
            raise _refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        self.position = end
        opened = _Open(tag, self.offset, self.characters, self._attributes(tag, begin))
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        if tag == "tg-emoji" and not opened.attributes.get("emoji-id", "").isdigit():
            raise _refuse("Invalid custom emoji identifier specified")
        self.open.append(opened)

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        unclosed = f"Unclosed start tag at byte offset {self._bytes(begin)}"
        while True:
            match = _ATTRIBUTE.match(self.source, self.position)
            if match is None or match.end() >= len(self.source):
                raise _refuse(unclosed)
            if not match[1] and not match[2]:
                self.position = match.end() + 1  # past the ">"
                return found
            if not match[1]:
                raise _refuse(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
            self.position = match.end()
            value = self._value() if match[2] else ""
            if self.position >= len(self.source):
                raise _refuse(unclosed)
            found[match[1].lower()] = value

    def _value(self) -> str:
        quote = self.source[self.position]
        if quote in "'\"":
            end = self.source.find(quote, self.position + 1)
            value = self.source[self.position + 1 : end if end >= 0 else len(self.source)]
            self.position = end + 1 if end >= 0 else len(self.source)
            return _REFERENCE.sub(_reference, value)
        token = _TOKEN.match(self.source, self.position)
        begin, self.position = self.position, token.end() if token else self.position
        if self.position < len(self.source) and self.source[self.position] not in " \t\n\r>":
            raise _refuse(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return self.source[begin : self.position].lower()

    def _end_tag(self) -> None:
        begin = self.position
        name = _TAG_NAME.match(self.source, begin + 2)
        end = name.end() if name else begin + 2
        tag = self.source[begin + 2 : end].lower()
        if not self.open:
            raise _refuse(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        rest = self.source[end:].lstrip()
        if not rest.startswith(">"):
            raise _refuse(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        expected = self.open[-1].tag
        if tag and tag != expected:
            raise _refuse(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{expected}>", found "</{tag}>"'
            )
        self.position = len(self.source) - len(rest) + 1
        self._close(self.open.pop())

    def _close(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        entity: Entity = {"offset": opened.offset, "length": length, "type": TAGS[opened.tag]}
        attributes = opened.attributes
        if opened.tag == "a":
            inner = "".join(self.parts)[opened.start :]
            entity = _link(entity, attributes.get("href") or inner)
        elif opened.tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes["emoji-id"]
        elif opened.tag == "tg-time":
            entity |= _moment(attributes)
        elif opened.tag == "code" and attributes.get("class", "").startswith("language-"):
            entity["language"] = attributes["class"].removeprefix("language-")
        if length and entity:
            self._keep(entity)

    def _keep(self, entity: Entity) -> None:
        """Add an entity; `<pre><code class="language-x">` is one block with a language."""
        last = self.entities[-1] if self.entities else None
        span = (entity["offset"], entity["length"])
        if entity["type"] == "pre" and last and last["type"] == "code" and (last["offset"], last["length"]) == span:
            last["type"] = "pre"
        else:
            self.entities.append(entity)


def _link(entity: Entity, address: str) -> Entity:
    """A link or the mention of a user; empty when the address is none, for Telegram drops such links silently."""
    if match := re.fullmatch(r"tg://user\?id=(\d{1,15})", address):
        return {**entity, "type": "text_mention", "user": {"id": int(match[1]), "is_bot": False, "first_name": "User"}}
    checked = checked_url(address)
    return {**entity, "url": checked} if checked else {}


def checked_url(address: str) -> str:
    """A link that Telegram would accept, with its scheme; empty when it would not."""
    address = address.strip()
    try:
        parts = urlsplit(address if re.match(r"[a-zA-Z][\w+.\-]*:", address) else f"http://{address}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    if not address or re.search(r"\s", address) or parts.scheme.lower() not in _SCHEMES:
        return ""
    if parts.scheme.lower() in {"http", "https"} and "." not in host and host != "localhost":
        return ""
    return parts.geturl()


def _moment(attributes: dict[str, str]) -> Entity:
    if not re.fullmatch(r"\d{1,12}", attributes.get("unix", "")):
        raise _refuse("Invalid unix time specified")
    if not _MOMENT_FORMAT.fullmatch(attributes.get("format", "")):
        raise _refuse("Invalid date-time format specified")
    return {"unix_time": int(attributes["unix"]), "date_time_format": attributes.get("format", "")}


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities. Raises ApiError (400, "can't parse entities: ...") as Telegram does."""
    text, entities = _HtmlReader(source).read()
    return tidy(text, entities)


def tidy(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trim the text, clip the entities to it, resolve forbidden nesting, sort, and keep the first hundred."""
    text, entities = _without_returns(_CONTROL.sub(" ", text), entities)
    start = units(text) - units(text.lstrip())
    text = text.strip()
    total = units(text)
    clipped = []
    for entity in entities:
        first = max(entity["offset"] - start, 0)
        last = min(entity["offset"] - start + entity["length"], total)
        if last > first:
            clipped.append({**entity, "offset": first, "length": last - first})
    return text, sorted(_untangle(clipped), key=lambda one: (one["offset"], -one["length"]))[:MAX_ENTITIES]


def _without_returns(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop carriage returns, and move the entities along."""
    if "\r" not in text:
        return text, entities
    moved = []
    for entity in entities:
        first = entity["offset"] - cut(text, 0, entity["offset"]).count("\r")
        inside = cut(text, entity["offset"], entity["length"]).count("\r")
        moved.append({**entity, "offset": first, "length": entity["length"] - inside})
    return text.replace("\r", ""), moved


def _untangle(entities: list[Entity]) -> list[Entity]:
    """Code stands alone; quotes do not nest."""
    blocks = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in {"code", "pre"}]
    quotes = [one for one in entities if "blockquote" in one["type"]]
    kept: list[Entity] = []
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] in {"code", "pre"}:
            inside = any(a <= first and last <= b and (a, b) != (first, last) for a, b in blocks)
            kept += [] if inside else [entity]
        elif entity["type"] in STYLES:
            kept += _around(entity, blocks)
        elif "blockquote" in entity["type"]:
            inner = any(_holds(quote, entity) for quote in quotes if quote is not entity)
            kept += [] if inner else [entity]
        elif not any(a <= first and last <= b for a, b in blocks):
            kept.append(entity)
    return kept


def _holds(outer: Entity, inner: Entity) -> bool:
    return bool(
        outer["offset"] <= inner["offset"]
        and inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
        and outer["length"] > inner["length"]
    )


def _around(entity: Entity, blocks: list[tuple[int, int]]) -> list[Entity]:
    """The pieces of a style that lie outside of code."""
    first, last = entity["offset"], entity["offset"] + entity["length"]
    pieces = []
    for begin, end in sorted(blocks):
        if begin < last and end > first:
            if begin > first:
                pieces.append({**entity, "offset": first, "length": begin - first})
            first = max(first, end)
    if first < last:
        pieces.append({**entity, "offset": first, "length": last - first})
    return pieces


def detect(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram finds by itself: links, commands, mentions and hashtags outside of links and code."""
    taken = [
        (one["offset"], one["offset"] + one["length"])
        for one in entities
        if one["type"] in {"text_link", "text_mention", "code", "pre"}
    ]
    found = list(entities)
    for match in _DETECTED.finditer(text):
        begin, length = units(text[: match.start()]), units(match[0])
        if match.lastgroup and not any(a < begin + length and begin < b for a, b in taken):
            found.append({"offset": begin, "length": length, "type": match.lastgroup})
    return sorted(found, key=lambda one: (one["offset"], -one["length"]))[:MAX_ENTITIES]
