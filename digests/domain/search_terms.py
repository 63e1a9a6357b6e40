"""What a typed word may stand for in the search index: stems in every language, spellings, runs of words.

A term is the set of its alternatives. An alternative is a stem, or stems that follow one another with a blank between
them. A single stem of four letters or more also finds longer words, unless it is marked with EXACT.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from digests.domain.topics import Catalogue
from digests.text.words import LANGUAGES, query_stems, stem, words

Term = frozenset[str]
"""Alternatives of one typed word: its stems in every language it may belong to."""
EXACT = "="
"""Begins an alternative that finds no longer words."""
PREFIX_FROM = 4
"""A stem of so many letters also finds longer words, so Rente finds Rentenzahlungen."""
_APOSTROPHES = re.compile("[`´′‘]")
_DIGRAPHS = re.compile("(?<![aeq])ue|ae|oe", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_DIGITS = re.compile(r"\d{4,15}")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+")


def word_term(typed: str, catalogue: Catalogue | None = None) -> Term:
    """The alternatives of one typed word, which may have a hyphen, an apostrophe or separators: "U-Bahn", "1.000".

    Empty when there is no letter or digit in it.
    """
    typed = _APOSTROPHES.sub("'", typed)
    found: set[str] = set()
    for form in dict.fromkeys(_forms(typed, catalogue)):
        parts = words(form)
        if len(parts) == 1:
            found |= query_stems(parts[0])
        elif parts:
            found |= _runs(parts)
            joined = "".join(parts)
            found |= {EXACT + joined} if joined.isdigit() else query_stems(joined)
    return frozenset(found)


def phrase_term(typed: str) -> Term:
    """The alternatives of words in a fixed order, a single one among them without its compounds."""
    parts = words(_APOSTROPHES.sub("'", typed))
    return frozenset(_runs(parts) if len(parts) > 1 else (EXACT + each for each in _runs(parts)))


def _forms(typed: str, catalogue: Catalogue | None) -> Iterator[str]:
    """Ways to write it: umlauts as two letters and back, listed transliterations, thousands with separators."""
    yield typed
    if catalogue is not None:
        yield from catalogue.spellings(typed)
    if _DIGRAPHS.search(typed):
        yield _DIGRAPHS.sub(lambda pair: {"a": "ä", "o": "ö", "u": "ü"}[pair[0][0].lower()], typed)
    spelt_out = typed.lower().translate(_UMLAUTS)
    if spelt_out != typed.lower():
        yield spelt_out
    if _DIGITS.fullmatch(typed):
        yield f"{int(typed):,}" if typed[0] != "0" else typed
    elif _GROUPED.fullmatch(typed):
        yield "".join(filter(str.isdigit, typed))


def _runs(parts: Iterable[str]) -> frozenset[str]:
    """The words one after the other, in each language an article may be in."""
    parts = list(parts)
    return frozenset(" ".join(stem(part, language) for part in parts) for language in LANGUAGES) if parts else Term()


def single_stems(term: Collection[str]) -> frozenset[str]:
    """The alternatives that are one stem and may be longer in a text."""
    return frozenset(each for each in term if " " not in each and not each.startswith(EXACT))
