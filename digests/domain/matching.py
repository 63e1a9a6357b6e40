"""Free words as topics: any word or quoted phrase, however a text inflects, compounds or transliterates it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property, lru_cache
from math import exp, log2
from typing import NamedTuple

from digests.domain.articles import TopicMatch
from digests.domain.compounds import begins_with, ends_with_whole, may_be, stands_whole
from digests.domain.countries import people_and_adjectives
from digests.domain.readings import Reading, readings
from digests.domain.surface_index import SurfaceIndex
from digests.domain.text_index import Form, TextIndex, form_of
from digests.domain.transliteration import same_name, sound_key
from digests.text.phrases import phrases, silent_in
from digests.text.words import LANGUAGES, fold, stem, words

_NEAR = 5  # positions between the parts of what was typed
_IN_SIGHT = 20  # so far apart they still mean it, but say it less
_FAR = 0.5
_SCATTERED = 0.3  # three words or more that stand anywhere
_SCATTERABLE = 3
_DERIVED = 0.7  # what a compound or an adjective counts beside the word itself
_SHOWN = 6  # words of the text named in a match
_SURE = 2.0  # mentions at which a match is about two thirds certain
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
Places = Mapping[int, float]
"""Where something stands in a text, as indices of words, each with how surely it is meant there."""


class _Meaning(NamedTuple):
    """Why a word of a text is a typed one: itself, a compound, a name; what comes first, and how sure it is."""

    order: int
    quality: float


class WordTopic:
    """A word or phrase a reader follows, mutes or searches; build it once and match it with many texts.

    Quotation marks ask for the words in this order. Without them, two words or a name must stand near each other, three
    or more anywhere in the text. `also` are further names of the same thing (`Catalogue.related`).
    """

    def __init__(self, word: str, also: Iterable[str] = ()) -> None:
        self.word = word
        meant = [*readings(word), *(Reading(name, 1.0) for name in also if fold(name) != fold(word))]
        self._queries = [_Query(reading) for reading in meant if words(reading.text)]
        self._heard = defaultdict[str, set[str]](set)  # words that `match` has judged, by language

    def likely(self, texts: SurfaceIndex) -> set[int]:
        """In which of these texts `match` may find it: a quick look that spares most texts the slow one."""
        self._hear(texts)
        return set[int]().union(*(query.may_be_in(texts) for query in self._queries))

    def match(self, index: TextIndex, *, heard: bool = False) -> TopicMatch | None:
        """Where the text speaks of it; None when it does not. `slug` of the match is the word as typed.

        With `heard` it was among those that `likely` was asked for, which saves to look for words never seen before.
        """
        if not heard and (new := index.by_surface.keys() - self._heard[index.language]):
            self._heard[index.language] |= new
            self._hear(SurfaceIndex({0: new}, index.language))
        found: dict[int, float] = {}
        for query in self._queries:
            for at, quality in query.find(index).items():
                found[at] = max(quality, found.get(at, 0.0))
        if not found:
            return None
        shown = dict.fromkeys(index.tokens[at] for at in sorted(found))
        return TopicMatch(self.word, _score(found, index), tuple(shown)[:_SHOWN])

    def _hear(self, texts: SurfaceIndex) -> None:
        """Judge these words."""
        for query in self._queries:
            query.hear(texts)


def _score(found: Places, index: TextIndex) -> float:
    best = max(index.place(at) * quality for at, quality in found.items())
    weight = best * (1 + log2(max(1.0, sum(found.values())))) / index.stretch
    return round(1 - exp(-weight / _SURE), 4)


class _Query:
    """One way to understand what was typed."""

    def __init__(self, reading: Reading) -> None:
        self.phrase, self.quality = reading.phrase, reading.quality
        every = words(reading.text)
        telling = [word for word in every if word.lower() not in _fillers()]
        small = silent_in({word.lower() for word in every})
        self._silent_in = frozenset() if self.phrase or every[0].isupper() else small  # IT, WHO
        self.parts = [_Part(word) for word in (every if self.phrase else telling or every)]
        self.name = not self.phrase and len(self.parts) > 1 and all(part.word[0].isupper() for part in self.parts)

    def hear(self, heard: SurfaceIndex) -> None:
        """Judge these words."""
        if heard.language in self._silent_in:
            return
        for part in self.parts:
            part.meant_in(heard.language, exact=self.phrase).hear(heard)
        if self.name:
            self.parts[-1].meant_in(heard.language, exact=True).hear(heard)

    def may_be_in(self, texts: SurfaceIndex) -> set[int]:
        """Which of these texts, whose words have been heard, have a word for each part, wherever it stands."""
        if texts.language in self._silent_in:
            return set()
        found = set.intersection(*(part.told_in(texts, exact=self.phrase) for part in self.parts))
        return found if self.phrase or len(self.parts) > 1 else found | self.parts[0].parted_in(texts)

    def find(self, index: TextIndex) -> Places:
        """The words of the text that are meant; empty when a part is missing."""
        return {at: quality * self.quality for at, quality in self._find(index).items()}

    def _find(self, index: TextIndex) -> Places:
        if index.language in self._silent_in:
            return {}
        places = [part.find(index, exact=self.phrase) for part in self.parts]
        if len(places) == 1:
            return places[0] if self.phrase else {**dict(self.parts[0].split(index)), **places[0]}
        if not all(places):
            return {}
        if self.phrase:
            starts = [at for at in places[0] if index.runs(at, len(places)) and _continues(at, places[1:])]
            return {at + offset: 1.0 for at in starts for offset in range(len(places))}
        found = dict(_together(places, index, _NEAR if self.name else _IN_SIGHT))
        if self.name and found:
            found |= dict.fromkeys(self.parts[-1].find(index, exact=True), 1.0)  # later only the last name
        if not found and len(places) >= _SCATTERABLE:
            found = {at: _SCATTERED for place in places for at in place}
        return found


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    return frozenset().union(*(phrases(language).stopwords for language in LANGUAGES))


def _continues(at: int, rest: Iterable[Places]) -> bool:
    return all(at + offset in place for offset, place in enumerate(rest, 1))


def _together(places: list[Places], index: TextIndex, sight: int) -> Iterator[tuple[int, float]]:
    """The words of all parts where each other part has one nearby, or at least in sight."""
    found: dict[int, float] = {}
    for at in places[0]:
        group = [at, *(min(others, key=lambda other: abs(other - at)) for others in places[1:])]
        apart = max(abs(index.positions[other] - index.positions[at]) for other in group)
        if apart <= sight:
            surest = min(place[own] for place, own in zip(places, group, strict=True))
            for own in group:
                found[own] = max(surest * (1.0 if apart <= _NEAR else _FAR), found.get(own, 0.0))
    yield from found.items()


class _Part:
    """One typed word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.folded = fold(word)
        self.acronym = word.isupper() and 1 < len(word) <= 4
        self.spellings = {word} | {word.lower().replace(pair, umlaut) for pair, umlaut in _UMLAUTS.items()}
        self.sound = sound_key(word)
        self._meant: dict[tuple[str, bool], _Meant] = {}

    def find(self, index: TextIndex, *, exact: bool = False) -> Places:
        """Where the word, one of its inflections, a compound with it, or the same name in other letters stands."""
        meant = self.meant_in(index.language, exact=exact).meanings
        found = [(meant[surface], index.by_surface[surface]) for surface in meant.keys() & index.by_surface.keys()]
        found.sort(key=lambda each: (each[0].order, each[1]))
        return {at: meaning.quality for meaning, places in found for at in places}

    def told_in(self, texts: SurfaceIndex, *, exact: bool) -> set[int]:
        """Which of these texts, whose words have been heard, have a word that would be found."""
        return texts.holding(self.meant_in(texts.language, exact=exact).meanings)

    def meant_in(self, language: str, *, exact: bool) -> _Meant:
        """What the words of a language mean to it."""
        if (language, exact) not in self._meant:
            self._meant[language, exact] = _Meant(self, language, exact=exact)
        return self._meant[language, exact]

    def is_compound(self, surface: str, form: Form, language: str, stems: Set[str]) -> bool:
        """True for Rentenzahlungen when Rente was typed, and for words a Ukrainian ending makes longer."""
        if language == "uk":
            return any(
                len(each) >= 5 and form.stem.startswith(each) and len(form.stem) - len(each) <= 3 for each in stems
            )
        if language != "de" or not form.capital or len(form.folded) < len(self.folded) + 3:
            return False
        starts = [self.folded] if len(self.folded) >= 4 else []
        if any(begins_with(form.folded, start) for start in (*starts, *(each for each in stems if len(each) >= 5))):
            return True
        if any(ends_with_whole(surface.lower(), spelling.lower()) for spelling in self.spellings):
            return True
        long_enough = 5 if stands_whole(self.word.lower()) else 0  # Augsburg is none with Bürger
        return any(len(each) >= long_enough and may_be(form.stem, each) for each in stems)

    def split(self, index: TextIndex) -> Iterator[tuple[int, float]]:
        """Where the parts of a typed compound stand near each other: Waffenlieferung, "Lieferung von Waffen"."""
        for halves in self.halves(index):
            left, right = ({at: 1.0 for at in half if index.tokens[at][0].isupper()} for half in halves)
            if left and right:
                yield from ((at, quality * _DERIVED) for at, quality in _together([left, right], index, _NEAR))

    def halves(self, index: TextIndex) -> Iterator[tuple[list[int], list[int]]]:
        """Where both parts of a typed compound stand as words of their own, for each way to part it."""
        halves = self.meant_in(index.language, exact=False).halves
        places = defaultdict[str, list[int]](list)
        for surface in halves.keys() & index.by_surface.keys():
            places[halves[surface]] += index.by_surface[surface]
        for first, last in self.cuts:
            if first in places and last in places:
                yield places[first], places[last]

    def parted_in(self, texts: SurfaceIndex) -> set[int]:
        """Which of these texts, whose words have been heard, have both parts of a typed compound."""
        found = defaultdict[str, set[int]](set)
        for surface, half in self.meant_in(texts.language, exact=False).halves.items():
            found[half] |= texts.holding((surface,))
        return set[int]().union(*(found[first] & found[last] for first, last in self.cuts if found))

    @cached_property
    def cuts(self) -> list[tuple[str, str]]:
        """The stems of the two parts of a German compound, for each way to part it."""
        cuts = range(4, len(self.word) - 3) if len(self.folded) >= 8 else ()
        return [(stem(self.word[:cut], "de"), stem(self.word[cut:], "de")) for cut in cuts]


class _Meant:
    """What words of a language mean to one that was typed; each is judged once, however many texts have it."""

    def __init__(self, part: _Part, language: str, *, exact: bool) -> None:
        self._part, self._language, self._exact = part, language, exact
        self._stems = {stem(spelling, language) for spelling in part.spellings}
        self._derived = people_and_adjectives(part.word, language) - self._stems
        self._halves = frozenset(each for cut in part.cuts for each in cut) if language == "de" else frozenset()
        self._literal = exact or part.acronym  # found as it stands, or not at all
        self.meanings: dict[str, _Meaning] = {}
        self.halves: dict[str, str] = {}  # the stems of words that have one of a typed compound's halves

    def hear(self, heard: SurfaceIndex) -> None:
        """Judge these words."""
        for surface in self._worth_judging(heard):
            if (meaning := self._judge(surface)) is not None:
                self.meanings[surface] = meaning

    def _worth_judging(self, heard: SurfaceIndex) -> set[str]:
        """Those of these words that may mean it; what each does mean, `_judge` says alone."""
        found = set[str]().union(*map(heard.stemmed, self._stems | self._derived | self._halves))
        if self._literal:
            return found
        found.update(heard.sounding(self._part.sound))
        if self._language == "de":
            found.update(*map(heard.beginning, {self._part.folded, *self._stems}))
            found.update(*map(heard.ending, self._stems))
        elif self._language == "uk":
            found.update(*map(heard.growing, self._stems))
        return found

    def _judge(self, surface: str) -> _Meaning | None:
        part = self._part
        if part.acronym:
            return _Meaning(0, 1.0) if surface in (part.word, part.word + "s") else None
        if not self._exact and surface in phrases(self._language).stopwords and surface != part.word:
            return None  # the stem of Ware is that of "war"
        form = form_of(surface, self._language)
        if form.stem in self._halves:
            self.halves[surface] = form.stem
        itself = form.stem in self._stems
        if self._exact:
            return _Meaning(0, 1.0) if itself else None
        named = form.capital and part.sound != "" and same_name(part.word, surface)
        compound = part.is_compound(surface, form, self._language, self._stems)
        ways = (form.stem in self._derived, compound, named, itself)
        return _Meaning(ways.index(True), 1.0 if named or itself else _DERIVED) if any(ways) else None
