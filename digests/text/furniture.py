"""Furniture learnt from a source itself: lines that stand in many of its articles, also with other numbers in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from digests.text.words import WORD, fold

_NUMBER = re.compile(r"\d+")
_MONTH = re.compile(
    r"(?<=0)\.?\s(?:jan|feb|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|"
    r"лис|гру)[^\W\d_]*"
)
_QUOTED = re.compile('[„“”"«»].+[„“”"«»]')
_SENTENCE = re.compile(r"[.!?…][\"“”»«)]*$")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_WORDS = 3
_TEXT_WORDS = 9  # a line of so many may be a sentence of the article
_QUOTE_WORDS = 4
_FEWEST_FOR_TEXT = 5  # articles


@lru_cache(maxsize=20_000)
def line_form(line: str) -> str:
    """What a line has in common with its likes: "Stand: 12. März 2026, 08:14 Uhr" -> "stand: 0 0, 0:0 uhr".

    A sentence keeps its numbers, since they are what it tells: "Das Spiel endete 2:1."
    """
    folded = fold(" ".join(line.split()))
    if _SENTENCE.search(folded) and len(_LETTERS.findall(folded)) >= _SENTENCE_WORDS:
        return folded
    return _MONTH.sub("", _NUMBER.sub("0", folded))


def learn_furniture(articles: Sequence[Collection[str]], at_least: int) -> frozenset[str]:
    """The forms of the lines that stand in `at_least` of a source's `articles` (each the lines of one).

    A whole sentence or a quotation is said again in follow-up reports too. It counts as furniture only when it stands
    in half of the articles, and in five: the house says its own words everywhere.
    """
    counts: Counter[str] = Counter()
    texts: set[str] = set()
    for lines in articles:
        forms = {line_form(line): line for line in lines}
        counts.update(forms.keys())
        texts.update(form for form, line in forms.items() if _may_be_text(line))
    for_text = max(_FEWEST_FOR_TEXT, at_least, (len(articles) + 1) // 2)
    return frozenset(form for form, count in counts.items() if count >= (for_text if form in texts else at_least))


@lru_cache(maxsize=20_000)
def _may_be_text(line: str) -> bool:
    words = len(WORD.findall(line))
    return words >= _TEXT_WORDS or (words >= _QUOTE_WORDS and bool(_QUOTED.search(line)))
