"""What a button carries: `v1|verb|argument|...` in at most 64 bytes, so that it works after any restart.

A button of another version, or one that cannot be read, is `Outdated`: the reader is told and gets the fresh menu.
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


@dataclass(frozen=True, slots=True)
class Callback:
    """A pressed button: what to do (`verb`) and with what."""

    verb: str
    arguments: tuple[str, ...] = ()

    def text(self, index: int) -> str | None:
        """The argument at `index`, or None when the button has fewer."""
        return self.arguments[index] if index < len(self.arguments) else None

    def number(self, index: int) -> int | None:
        """The argument at `index` as a whole number, or None when it is not one."""
        text = self.text(index)
        return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text) else None


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
    version, *parts = data.split(_SEPARATOR)
    if version != VERSION or not parts or not _VERB.fullmatch(parts[0]):
        return Outdated(data)
    return Callback(parts[0], tuple(_unquote(part) for part in parts[1:]))


def mark(text: str) -> str:
    """A short sign for a name that may be too long for a button: whoever knows the names finds it again."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _quote(argument: str) -> str:
    return argument.replace("%", "%25").replace(_SEPARATOR, "%7C")


def _unquote(part: str) -> str:
    return part.replace("%7C", _SEPARATOR).replace("%25", "%")
