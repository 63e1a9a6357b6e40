"""What somebody may have meant by the words he typed: names without their trimmings, acronyms, one thing or another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digests.text.words import fold, words

_QUOTES = "\"„“”«»'"
_BRACKETED = re.compile(r"\(([^()]*)\)")
_SLASH = re.compile(r"\s*/\s*")
_INITIAL = re.compile(r"\b[^\W\d_]\.")
_NUMBERED = re.compile(r"\b[IVX]{1,5}\b\.?|\b(?:19|20)\d\d\b|\b\d{1,2}\.")
_LEGAL_FORMS = frozenset({"ag", "gmbh", "kg", "kgaa", "se", "plc", "ltd", "llc", "inc", "corp", "тов", "пат"})
_TELLING = 8  # letters of a word that says enough alone
_TRIMMED = 0.9
_ALTERNATIVE = 0.8


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed; `quality` in (0, 1] says how surely it is meant."""

    text: str
    quality: float
    phrase: bool = False  # these words in this order


def readings(typed: str) -> Iterator[Reading]:
    """What `typed` may mean, as it stands first. Quotation marks around it forbid every other reading."""
    stripped = " ".join(typed.split())
    if len(stripped) > 2 and stripped[0] in _QUOTES and stripped[-1] in _QUOTES:
        yield Reading(stripped[1:-1], 1.0, phrase=True)
        return
    seen = {""}
    for reading in _all(stripped):
        form = " ".join(words(reading.text))
        if form not in seen:
            seen.add(form)
            yield reading


def _all(typed: str) -> Iterator[Reading]:
    bracketed = [part.strip() for part in _BRACKETED.findall(typed)]
    outside = " ".join(_BRACKETED.sub(" ", typed).split())
    yield Reading(outside or typed, 1.0)
    yield from (Reading(part, 1.0) for part in bracketed if _is_acronym(part))
    *rest, last = outside.split() or [""]
    if len(rest) > 1 and _is_acronym(last) and _stands_for(last, rest):
        yield Reading(" ".join(rest), 1.0)
        yield Reading(last, 1.0)
    yield Reading(_trimmed(outside), _TRIMMED)
    if "/" in outside:
        yield from (Reading(part, _ALTERNATIVE) for part in _SLASH.split(outside) if len(part) > 2)


def _is_acronym(text: str) -> bool:
    return len(words(text)) == 1 and 2 <= len(text) <= 8 and sum(map(str.isupper, text)) > len(text) / 2


def _stands_for(acronym: str, name: list[str]) -> bool:
    """True when the letters of an acronym come in this order in the name, from its first on."""
    letters = iter(fold("".join(name)))
    return fold(acronym[0]) == fold(name[0][0]) and all(letter in letters for letter in fold(acronym))


def _trimmed(text: str) -> str:
    """Without initials, numbers of kings, years and a legal form; nothing where too little would be left.

    What clubs put before a town stays: "FC" makes the difference between a club and a country.
    """
    kept = _NUMBERED.sub(" ", _INITIAL.sub(" ", text)).split()
    if len(kept) > 1 and fold(kept[-1]).strip(".") in _LEGAL_FORMS:
        return " ".join(kept[:-1])
    return " ".join(kept) if len(kept) > 1 or max(map(len, kept), default=0) >= _TELLING else ""
