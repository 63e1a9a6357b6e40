"""Repairs that change no word: Unicode form, invisible characters, odd spaces, text decoded with the wrong table."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc\x00-\x08\x0e-\x1f\x7f]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_MOJIBAKE = re.compile("[ÂÃÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|â„|â‚")


def repair_text(text: str) -> str:
    """`text` in NFC with plain spaces and line breaks, without soft hyphens, zero-width and control characters.

    Mojibake ("prÃ¤sident", "â€œ") is undone line by line, and only where the whole line then reads as valid UTF-8.
    """
    broken = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    if _MOJIBAKE.search(broken):
        broken = "\n".join(_undo_mojibake(line) for line in broken.split("\n"))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _INVISIBLE.sub("", broken)))


def normal_form(text: str) -> str:
    """What two texts have in common when only the repairs differ: straight quotes, single spaces, NFC."""
    return " ".join(re.sub("[„“”«»]", '"', repair_text(text)).split())


def _undo_mojibake(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    raw = bytearray()
    for character in line:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return line  # a character no single-byte table has: this line was never decoded wrongly
            raw.append(ord(character))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return line
