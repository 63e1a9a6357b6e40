"""Datelines: the place and agency before a report's first words, "Berlin (dpa) - "."""

from __future__ import annotations

import re

from digests.text.words import words

_CAPITAL = "A-ZÄÖÜА-ЯІЇЄҐ"
_AGENCY = (
    r"(?:dpa|AFP|AP|APA|CNN|EFE|ANSA|Reuters|REUTERS|epd|KNA|SID|sid|sda|ots|TASS|Укрінформ|УНІАН|Інтерфакс-Україна)"
)
_MARKED = rf"\({_AGENCY}(?:[-/, ][^)]{{0,30}})?\)\s*[-–—:]*\s*"
_CITY = rf"[{_CAPITAL}][a-zäöüßа-яіїєґ'’]+"
_DATELINE = re.compile(
    rf"^(?:[{_CAPITAL}][^.!?:„“”\"«»()]{{1,60}}\s)?{_MARKED}"  # Berlin (dpa) -
    rf"|^[{_CAPITAL}]{{4,}}(?:[ /.,]+[{_CAPITAL}][\w.]*){{0,4}}(?:\s+[-–—]+\s+|:\s+)"  # ODESSA, Ukraine - ; AMMAN:
    rf"|^{_CITY}(?:/{_CITY}){{0,2}}\s[-–—]\s"  # London/Teheran -
)
_FEWEST_WORDS = 5


def without_dateline(sentence: str) -> str:
    """The first sentence of a report from its first word on; as it stands when it has no dateline.

    Nothing goes when what stays would be no sentence: fewer than five words, or a small first letter.
    """
    match = _DATELINE.match(sentence)
    if match is None:
        return sentence
    rest = sentence[match.end() :]
    start = rest.lstrip("„“”«»\"'")[:1]
    return rest if len(words(rest)) >= _FEWEST_WORDS and (start.isupper() or start.isdigit()) else sentence
