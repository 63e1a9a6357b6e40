"""Measures where sentences end, on invented paragraphs cut by hand: `python -m tests.benchmarks.sentences`.

F1 of the boundaries between the sentences of a paragraph; the paragraphs are full of abbreviations, ordinals, quotes
and units, so that a plain rule fails. Beside it sentencex alone and a full stop before a capital.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sentencex

from digests.text.sentences import split_sentences
from tests.benchmarks.tables import table
from tests.support.paragraphs import LANGUAGES, paragraphs

_NAIVE = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][”“»«\"]))\s+(?=[„“«»\"]?[A-ZÄÖÜА-ЯЄІЇҐ])")
Splitter = Callable[[str, str], Sequence[str]]
WAYS: Mapping[str, Splitter] = {
    "naive": lambda text, _: _NAIVE.split(text),
    "sentencex": lambda text, language: list(sentencex.segment(language, text)),
    "this": split_sentences,
}


@dataclass(frozen=True)
class Row:
    """How well one way finds the boundaries of one language."""

    language: str
    way: str
    f1: float
    precision: float
    recall: float
    whole: float  # share of paragraphs cut without any error
    paragraphs: int
    per_second: float  # paragraphs, CPU


def measure() -> list[Row]:
    """All languages by all ways."""
    return [_row(language, way, split) for language in LANGUAGES for way, split in WAYS.items()]


def _row(language: str, way: str, split: Splitter) -> Row:
    hits = found = wanted = whole = 0
    gold = paragraphs(language)
    started = time.process_time()
    cuts = [split(" ".join(paragraph), language) for paragraph in gold]
    seconds = time.process_time() - started
    for paragraph, cut in zip(gold, cuts, strict=True):
        right, got = _boundaries(paragraph), _boundaries(cut)
        hits, found, wanted, whole = (
            hits + len(right & got),
            found + len(got),
            wanted + len(right),
            whole + (right == got),
        )
    f1 = 2 * hits / (found + wanted)
    return Row(language, way, f1, hits / found, hits / wanted, whole / len(gold), len(gold), len(gold) / seconds)


def _boundaries(sentences: Sequence[str]) -> frozenset[int]:
    """After how many letters (no spaces) a sentence ends and another follows."""
    ends: list[int] = []
    for sentence in sentences:
        ends.append((ends[-1] if ends else 0) + len("".join(sentence.split())))
    return frozenset(ends[:-1])


def main() -> None:
    """Print all figures."""
    lines = [
        (row.language, row.way, *(f"{value:.3f}" for value in (row.f1, row.precision, row.recall, row.whole)),
         str(row.paragraphs), f"{row.per_second:,.0f}")
        for row in measure()
    ]  # fmt: skip
    print(table(lines, head=("language", "way", "F1", "precision", "recall", "whole", "paragraphs", "per s")))


if __name__ == "__main__":
    main()
