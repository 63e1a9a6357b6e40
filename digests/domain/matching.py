"""Free words as topics: any word or quoted phrase, however a text inflects, compounds or transliterates it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import exp, log2

from digests.domain.articles import TopicMatch
from digests.domain.text_index import TextIndex
from digests.domain.transliteration import same_name, sound_key
from digests.text.phrases import phrases
from digests.text.words import LANGUAGES, fold, stem, words

_QUOTES = "\"„“”«»'"
_NEAR = 5  # positions between the parts of what was typed
_SHOWN = 6  # words of the text named in a match
_SURE = 2.0  # mentions at which a match is about two thirds certain
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_SHORT_LINK = re.compile("[sn]$")
# Words that only look as if they ended with a shorter one.
_NO_COMPOUNDS = {
    "sport": {"transport"}, "spiel": {"beispiel"}, "kunst": {"unkunst"}, "union": {"kommunion"}, "stand": {"verstand"},
    "ort": {"wort"}, "recht": {"gerecht"}, "teil": {"urteil", "vorteil", "nachteil"},
}  # fmt: skip


class WordTopic:
    """A word or phrase a reader follows, mutes or searches; build it once and match it with many texts.

    Quotation marks ask for the words in this order; several words without them must stand near each other. `also` are
    further names of the same thing (`Catalogue.related`).
    """

    def __init__(self, word: str, also: Iterable[str] = ()) -> None:
        self.word = word
        self._queries = [_Query(form) for form in dict.fromkeys((word, *also)) if words(form)]

    def match(self, index: TextIndex) -> TopicMatch | None:
        """Where the text speaks of it; None when it does not. `slug` of the match is the word as typed."""
        found: dict[int, None] = {}
        for query in self._queries:
            found.update(dict.fromkeys(query.find(index)))
        if not found:
            return None
        place = max(index.place(at) for at in found)
        weight = place * (1 + 0.5 * log2(len(found)))
        shown = dict.fromkeys(index.tokens[at] for at in sorted(found))
        return TopicMatch(self.word, round(1 - exp(-weight / _SURE), 4), tuple(shown)[:_SHOWN])


def match_words(word: str, title: str, text: str, language: str, also: Iterable[str] = ()) -> TopicMatch | None:
    """Match one free word with one clean text. For many texts or words, keep WordTopic and TextIndex."""
    return _compiled(word, tuple(also)).match(TextIndex(title, text, language))


@lru_cache(maxsize=4096)
def _compiled(word: str, also: tuple[str, ...]) -> WordTopic:
    return WordTopic(word, also)


class _Query:
    """One way to write what was typed."""

    def __init__(self, text: str) -> None:
        stripped = text.strip()
        self.phrase = len(stripped) > 2 and stripped[0] in _QUOTES and stripped[-1] in _QUOTES
        parts = words(stripped)
        fillers = frozenset().union(*(phrases(language).stopwords for language in LANGUAGES))
        telling = [part for part in parts if part.lower() not in fillers]
        self.parts = [_Part(part) for part in (parts if self.phrase else telling or parts)]

    def find(self, index: TextIndex) -> list[int]:
        """The words of the text that are meant, as indices; empty when a part is missing."""
        places = [part.find(index, exact=self.phrase) for part in self.parts]
        if not all(places):
            return self.parts[0].split(index) if len(self.parts) == 1 and not self.phrase else []
        if len(places) == 1:
            return sorted({*places[0], *self.parts[0].split(index)}) if not self.phrase else places[0]
        if self.phrase:
            rest = [set(place) for place in places[1:]]
            starts = [at for at in places[0] if index.runs(at, len(places)) and _continues(at, rest)]
            return [at + offset for at in starts for offset in range(len(places))]
        return _together(places, index)


def _continues(at: int, rest: list[set[int]]) -> bool:
    return all(at + offset in place for offset, place in enumerate(rest, 1))


def _together(places: list[list[int]], index: TextIndex) -> list[int]:
    """The words of all parts where each other part has one nearby."""
    found: list[int] = []
    for at in places[0]:
        group = [at]
        for others in places[1:]:
            near = [other for other in others if abs(index.positions[other] - index.positions[at]) <= _NEAR]
            if not near:
                break
            group.append(min(near, key=lambda other: abs(other - at)))
        else:
            found.extend(group)
    return sorted(set(found))


class _Part:
    """One typed word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.folded = fold(word)
        self.acronym = word.isupper() and 1 < len(word) <= 4
        self.spellings = {word} | {word.lower().replace(pair, umlaut) for pair, umlaut in _UMLAUTS.items()}
        self.sound = sound_key(word)

    def find(self, index: TextIndex, *, exact: bool = False) -> list[int]:
        """Where the word, one of its inflections, a compound with it, or the same name in other letters stands."""
        if self.acronym:
            return [at for form in (self.word, self.word + "s") for at in index.by_surface.get(form, ())]
        stems = {stem(spelling, index.language) for spelling in self.spellings}
        found = {at for each in stems for at in index.by_stem.get(each, ())}
        if not exact:
            surfaces = {surface for surface in index.forms if self._compound(surface, index, stems)}
            surfaces |= {surface for surface in index.by_sound.get(self.sound, ()) if same_name(self.word, surface)}
            found |= {at for surface in surfaces for at in index.by_surface[surface]}
        return sorted(found)

    def _compound(self, surface: str, index: TextIndex, stems: set[str]) -> bool:
        """True for Rentenzahlungen when Rente was typed, and for words a Ukrainian ending makes longer."""
        form = index.forms[surface]
        if index.language == "uk":
            return any(
                len(each) >= 5 and form.stem.startswith(each) and len(form.stem) - len(each) <= 3 for each in stems
            )
        if index.language != "de" or not form.capital or len(form.folded) < len(self.folded) + 3:
            return False
        if len(self.folded) >= 4 and form.folded.startswith(self.folded):
            return True
        return any(_starts(form.folded, each) or _ends(form.stem, each) for each in stems)

    def split(self, index: TextIndex) -> list[int]:
        """Where the parts of a typed compound stand near each other: Waffenlieferung, "Lieferung von Waffen"."""
        if index.language != "de" or len(self.folded) < 8:
            return []
        found: list[int] = []
        for cut in range(4, len(self.word) - 3):
            left = self._nouns(self.word[:cut], index)
            right = self._nouns(self.word[cut:], index) if left else []
            if left and right:
                found += _together([left, right], index)
        return sorted(set(found))

    def _nouns(self, part: str, index: TextIndex) -> list[int]:
        return [at for at in index.by_stem.get(stem(part, "de"), ()) if index.tokens[at][0].isupper()]


def _starts(folded: str, part: str) -> bool:
    return len(part) >= 5 and folded.startswith(part)


def _ends(compound: str, part: str) -> bool:
    before = compound.removesuffix(part)
    if len(part) < 4 or before == compound or len(before) < 3 or compound in _NO_COMPOUNDS.get(part, ()):
        return False
    return len(part) >= 5 or bool(_SHORT_LINK.search(before))
