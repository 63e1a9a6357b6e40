"""How wide the labels of buttons are on a phone, and rows of buttons in which none of them is cut.

A server does not know a reader's font. The widths here are those of a rather wide one (DejaVu Sans) at the size of
Telegram's buttons, for a phone of 390 points: what fits by them fits on phones as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.telegram.html import clip

Cell = TypeVar("Cell")

ROW = 346.0
"""Points that a row of buttons has on a phone of 390 points."""
_GAP = 4.0  # between two buttons
_PADDING = 8.5  # of a button, left and right together
_SIZE = 13.44  # of a button's text
_OTHERS, _FULL = 0.7, 1.4
_WIDTHS = {
    sign: width
    for width, signs in (
        (0.28, "ijl'ії"),
        (0.32, "IJ .,’‘·ІЇ"),
        (0.36, "f:;|/"),
        (0.4, "t()[]-"),
        (0.44, "r!"),
        (0.52, '"„“”–?'),
        (0.56, "cszLгґєзс"),
        (0.6, "kvxyFвтухчь"),
        (0.64, "abdeghnopquEPSTY0123456789«»äöüßабеклоряГЕРТУ"),
        (0.68, "KийнпЗ"),
        (0.72, "ABCRVXZÄдцАБВЄКСХЧЬЯ"),
        (0.76, "HNUÜмИЙЛНП"),
        (0.8, "DGOQ&ÖДОЦ"),
        (0.84, "w✓✕+−=←→<>"),
        (0.88, "MфюМФ"),
        (0.94, "жш%щ"),
        (1.0, "mW—…@"),
        (1.1, "№ЖШЮЩ"),
    )
    for sign in signs
}


def width(text: str) -> float:
    """The width of a label in points; rather too much than too little."""
    return _SIZE * sum(map(_em, text))


def room(buttons: int) -> float:
    """Points that the label of one of so many buttons in a row may take."""
    return (ROW - _GAP * (buttons - 1)) / buttons - _PADDING


def fitting_rows(row: Sequence[Cell], label: Callable[[Cell], str]) -> list[Sequence[Cell]]:
    """The buttons of one row in as few rows, as long as each other, as leave each label whole.

    All buttons of a row are equally wide. A label that is too wide for a row of its own stays so.
    """
    widest = [width(label(cell)) for cell in row]
    for count in range(1, len(row) + 1):
        length = -(-len(row) // count)
        starts = range(0, len(row), length)
        if all(max(widest[at : at + length]) <= room(len(widest[at : at + length])) for at in starts):
            return [row[at : at + length] for at in starts]
    return [row[at : at + 1] for at in range(len(row))]


def clipped(text: str, buttons: int = 1) -> str:
    """A label that is not too wide for one of so many buttons in a row."""
    while width(text) > room(buttons):
        text = clip(text, len(text) - 2)
    return text


def _em(sign: str) -> float:
    """A sign's width in parts of the size of the text."""
    known = _WIDTHS.get(sign)
    if known is not None:
        return known
    if unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return 0.0
    wide = unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0xFFFF
    return _FULL if wide else _OTHERS
