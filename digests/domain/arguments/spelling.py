"""How typed text is brought to one spelling before anybody tries to understand it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from digests.text.words import fold

Meaning = TypeVar("Meaning")

_APOSTROPHES = re.compile("['’ʼ`´]")
_DASHES = re.compile("[‐‑‒–—―−]")
_DIGRAPHS = re.compile("([aou])e")
DIGITS_AT_MOST = 9
"""Longer numbers mean nothing here, and int() is not for anything as long as a message."""


def plain(text: str) -> str:
    """One spelling for all: no case, accents, apostrophes or invisible characters; ä = ae = a; one kind of dash.

    Tables of words are brought to the same spelling, so it need not be a readable one ("Tuesday" is "tusday").
    """
    compatible = unicodedata.normalize("NFKC", text)
    visible = "".join(letter for letter in compatible if letter.isspace() or unicodedata.category(letter)[0] != "C")
    folded = _APOSTROPHES.sub("", fold(_DASHES.sub("-", visible)))
    return " ".join(_DIGRAPHS.sub(r"\1", folded).split())


def number(digits: str) -> int:
    """The value of a run of decimal digits; anything longer than nine digits is as good as a billion."""
    return int(digits) if len(digits) <= DIGITS_AT_MOST else 10**DIGITS_AT_MOST


def vocabulary(text: str) -> frozenset[str]:
    """The comma-separated words and phrases of `text` in the one spelling."""
    return frozenset(plain(phrase) for phrase in text.split(","))


def dictionary(meanings: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """From meaning -> "word, word" to word -> meaning, in the one spelling."""
    return {phrase: meaning for meaning, phrases in meanings.items() for phrase in vocabulary(phrases)}


def one_of(phrases: Iterable[str]) -> str:
    """A regular expression for any of `phrases`, the longest first, as whole words."""
    alternatives = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return rf"(?:{alternatives})(?!\w)"
