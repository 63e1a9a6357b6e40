"""What a button carries: `v1|verb|argument|...` in at most 64 bytes, so that it works after any restart.

A button of another version, or one that cannot be read, is `Outdated`: the reader is told and gets the fresh menu.
`v1@3f|verb|...` is about another chat than the one it stands in: the subscriber (in base 36) that its manager changes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

VERSION = "v1"
LIMIT = 64
"""Bytes Telegram allows for `callback_data`."""

_VERB = re.compile(r"[a-z][a-z_]*")
_SEPARATOR = "|"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile("[0-9a-z]{1,12}")


@dataclass(frozen=True, slots=True)
class Callback:
    """A pressed button: what to do (`verb`) and with what."""

    verb: str
    arguments: tuple[str, ...] = ()
    binding: int | None = None  # the subscriber it is about, when it is not that of the chat it stands in

    def text(self, index: int) -> str | None:
        """The argument at `index`, or None when the button has fewer."""
        return self.arguments[index] if index < len(self.arguments) else None

    def number(self, index: int) -> int | None:
        """The argument at `index` as a whole number, or None when it is not one."""
        text = self.text(index)
        return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text) else None


RETRY = Callback("retry")
"""A button of messages that are replies: does what the message replied to asks for."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Data of a button that this version did not make."""

    data: str


def encode(verb: str, *arguments: str | int) -> str:
    """The data of a button.

    Raises `ValueError` for a verb that is not lower-case letters and for data over 64 bytes: a list of free words has
    to put their positions, not their texts, into its buttons.
    """
    if not _VERB.fullmatch(verb):
        raise ValueError(f"a verb is lower-case letters and underscores, not {verb!r}")
    data = _SEPARATOR.join([VERSION, verb, *(_quote(str(argument)) for argument in arguments)])
    if len(data.encode()) > LIMIT:
        raise ValueError(f"callback data has {len(data.encode())} bytes, at most {LIMIT} fit: {data!r}")
    return data


def decode(data: str) -> Callback | Outdated:
    """What `encode` put in, or `Outdated`; never raises, because anyone can send any data."""
    head, *parts = data.split(_SEPARATOR)
    version, at, number = head.partition("@")
    binding = parse_number(number) if at else None
    if version != VERSION or not parts or not _VERB.fullmatch(parts[0]) or (at and binding is None):
        return Outdated(data)
    return Callback(parts[0], tuple(_unquote(part) for part in parts[1:]), binding)


def bound(data: str, binding: int) -> str | None:
    """The same button about another subscriber; None where that leaves too little room."""
    version, separator, rest = data.partition(_SEPARATOR)
    longer = f"{version}@{short_number(binding)}{separator}{rest}"
    return longer if len(longer.encode()) <= LIMIT else None


def short_number(number: int) -> str:
    """A number from 0 on in base 36."""
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


def parse_number(text: str) -> int | None:
    """What `short_number` wrote; None for anything else."""
    return int(text, 36) if _NUMBER.fullmatch(text) else None


def mark(text: str) -> str:
    """A short sign for a name that may be too long for a button: whoever knows the names finds it again."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _quote(argument: str) -> str:
    return argument.replace("%", "%25").replace(_SEPARATOR, "%7C")


def _unquote(part: str) -> str:
    return part.replace("%7C", _SEPARATOR).replace("%25", "%")
