"""One article's words, indexed once; topics and free words both read it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import sqrt
from sys import intern

from digests.text.words import REMEMBERED, WORD, fold, stem

TITLE, LEAD, BODY = 2.0, 1.4, 1.0
"""What a word counts for standing in the title, among the first words of the text, or after them."""
_LEAD = 40  # words
_USUAL_LENGTH = 200  # words; longer texts need more evidence
_BREAK = re.compile(r"[.!?…][^\w\s]*\s|\n")
_GAP = 10  # added to positions between sentences, so that nothing is "near" across one


@dataclass(frozen=True, slots=True)
class Form:
    """What a word is compared by."""

    folded: str
    stem: str
    capital: bool
    upper: bool  # an acronym, or a word of a shouted line


@lru_cache(maxsize=REMEMBERED)
def form_of(surface: str, language: str) -> Form:
    """The forms of one word as it stands in a text of `language`."""
    return Form(fold(surface), stem(surface, language), surface[:1].isupper(), len(surface) > 1 and surface.isupper())


class TextIndex:
    """The words of one article, ready to be looked up; title first, then the text."""

    def __init__(self, title: str, text: str, language: str) -> None:
        self.language = language
        self._source = unicodedata.normalize("NFC", f"{title}\n{text}")
        self.tokens: list[str] = WORD.findall(self._source)
        self.title_length = len(WORD.findall(unicodedata.normalize("NFC", title)))
        self.by_surface: dict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            self.by_surface[token].append(index)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """What its words are compared by."""
        return {surface: form_of(surface, self.language) for surface in self.by_surface}

    @property
    def positions(self) -> list[int]:
        """Where its words stand: like indices, with a gap after each sentence."""
        return self._layout[0]

    @cached_property
    def _layout(self) -> tuple[list[int], list[int]]:
        """The positions of the words, and where each starts in the source. A single word is found without."""
        positions, starts = list[int](), list[int]()
        position = end = 0
        for found in WORD.finditer(self._source):
            start = found.start()
            if start - end == 1:
                position += _GAP * (self._source[end] == "\n")  # mostly a space
            elif _BREAK.search(self._source, end, start):
                position += _GAP
            positions.append(position)
            starts.append(start)
            position += 1
            end = found.end()
        return positions, starts

    def shown(self, at: int, length: int = 1) -> str:
        """`length` words from `at` on as they stand in the text, with what stands between them."""
        if length == 1:
            return self.tokens[at]
        last, starts = at + length - 1, self._layout[1]
        return self._source[starts[at] : starts[last] + len(self.tokens[last])]

    def place(self, index: int) -> float:
        """How much the word at `index` counts for where it stands."""
        if index < self.title_length:
            return TITLE
        return LEAD if index < self.title_length + _LEAD else BODY

    def stem_at(self, index: int) -> str:
        """The stem of the word at `index`, empty behind the end."""
        return self.forms[self.tokens[index]].stem if index < len(self.tokens) else ""

    @property
    def stretch(self) -> float:
        """By how much a long text must say more than a usual one."""
        return sqrt(max(1.0, (len(self.tokens) - self.title_length) / _USUAL_LENGTH))

    def runs(self, at: int, length: int) -> bool:
        """True when `length` words from `at` on stand in one sentence."""
        end = at + length - 1
        return end < len(self.tokens) and self.positions[end] == self.positions[at] + length - 1


def surfaces(title: str, text: str) -> tuple[str, ...]:
    """The different words of an article as they stand there, each once in memory however many articles have it."""
    return tuple(map(intern, set(WORD.findall(unicodedata.normalize("NFC", f"{title}\n{text}")))))
