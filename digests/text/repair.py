"""Repairs that change no word: Unicode form, invisible characters, odd spaces, text decoded with the wrong table."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc\x00-\x08\x0e-\x1f\x7f]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ODD_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = re.compile(f"[{_ODD_SPACE}][ {_ODD_SPACE}]*| [ {_ODD_SPACE}]+")  # a lone plain space is no match
_WIDE_SPACE = re.compile("([。！？][」』”）]?) (?=\\S)")
_WIDEST = 120
_SLACK = 2  # characters
_ENDS = '.!?:;…"“”»«)'
_BULLET = re.compile(r"[-–—•*]\s|\d{1,2}[.)]\s")
_LINK_NOTE = re.compile(
    r" ?(?:\((?:öffnet (?:im|in einem) neuen (?:fenster|tab)|opens in (?:a )?new (?:window|tab))\)|, opens new tab\b|"
    r"link wird in einem neuen tab geöffnet|\bopens in (?:a )?new (?:window|tab)\b)"
    r"(?: (?=[,.;:!?]))?",
    re.IGNORECASE,
)  # what screen readers are told behind a link
_LOOSE = re.compile(r"""(?<=["’'‘])\s+(?=[,.;:!?](?:\s|$))""")
_MOJIBAKE = re.compile("[ÂÃÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â[\u0080-\u009f]|â€|â„|â‚")


def repair_text(text: str) -> str:
    """`text` in NFC with plain spaces and line breaks, without soft hyphens, zero-width and control characters.

    What screen readers are told behind a link ("(opens in new tab)") goes too.
    Mojibake ("prÃ¤sident", "â€œ") is undone line by line, and only where the whole line then reads as valid UTF-8.
    """
    broken = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    if _MOJIBAKE.search(broken):
        broken = "\n".join(_undo_mojibake(line) for line in broken.split("\n"))
    return unicodedata.normalize(
        "NFC", _WIDE_SPACE.sub(r"\1", _SPACES.sub(" ", _without_link_notes(_INVISIBLE.sub("", broken))))
    )


def repair_name(text: str) -> str:
    """The name of an outlet, a feed or a person in one line, repaired as texts are; as it is when nothing is left."""
    return " ".join(repair_text(text).split()) or text


def _without_link_notes(text: str) -> str:
    lowered = text.lower()
    return _LINK_NOTE.sub("", text) if "opens " in lowered or "öffnet" in lowered else text


def unwrap(text: str) -> str:
    """`text` with the lines of hard-wrapped paragraphs joined; any other text as it is.

    A text is wrapped when no line is longer than 120 characters, at least two lines break inside a sentence (no
    punctuation before, a small letter behind), and at nine of ten breaks that end no sentence the next word would not
    have fitted within the longest line. Where most of these breaks stand behind a comma the lines are verses; else a
    line goes on in the next one where that word would not have fitted.
    """
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines))
    pairs = [(one, two) for one, two in pairwise(lines) if one and two and one[-1] not in _ENDS]
    torn = sum(two[0].islower() for _, two in pairs)
    full = sum(_is_full(one, two, width) for one, two in pairs)
    verses = sum(one.endswith(",") for one, _ in pairs)
    if width > _WIDEST or torn < 2 or full < 0.9 * len(pairs) or 2 * verses > len(pairs):
        return text
    joined = lines[:1]
    for one, two in pairwise(lines):
        if one and two and _is_full(one, two, width) and not _BULLET.match(two):
            joined[-1] += f" {two}"
        else:
            joined.append(two)
    return "\n".join(joined)


def _is_full(line: str, following: str, width: int) -> bool:
    """True when the first word of `following` would not have fitted into `line` (with some slack for ragged edges)."""
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width - _SLACK


def normal_form(text: str) -> str:
    """What two texts have in common when only the repairs differ: straight quotes with no space behind them before a
    comma, single spaces, NFC."""
    return " ".join(_LOOSE.sub("", re.sub("[„“”«»]", '"', repair_text(text))).split())


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
