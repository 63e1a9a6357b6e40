"""The different words of some texts: where each stands, and what makes one worth comparing with a typed word.

Sorted once, however many words are looked for. What a first word does not need is left for the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from digests.domain.transliteration import sound_key
from digests.text.words import fold, stem

_LOOKS = 8
"""After so many it is worth while to note where each word stands, instead of looking through the texts."""


class SurfaceIndex:
    """The words of one language as they stand in texts, which go by a number each."""

    def __init__(self, texts: Mapping[int, Collection[str]], language: str) -> None:
        self.language = language
        self._texts = texts
        self._surfaces = frozenset[str]().union(*texts.values())
        self._by_initial = defaultdict[str, list[str]](list)
        for surface in self._surfaces:
            self._by_initial[surface[0]].append(surface)
        self._stemmed: dict[str, Mapping[str, Sequence[str]]] = {}
        self._folded: dict[str, Sequence[tuple[str, str]]] = {}
        self._looks = 0

    def holding(self, surfaces: Iterable[str]) -> set[int]:
        """The texts in which one of these words stands."""
        wanted = self._surfaces.intersection(surfaces)
        if not wanted:
            return set()
        self._looks += 1
        if self._looks > _LOOKS:
            return set[int]().union(*(self._places[surface] for surface in wanted))
        return {number for number, own in self._texts.items() if not wanted.isdisjoint(own)}

    def stemmed(self, part: str) -> Iterator[str]:
        """The words with this stem."""
        for initial in written_as(part[:1]):
            yield from self._stems(initial).get(part, ())

    def growing(self, part: str) -> Iterator[str]:
        """The words whose stems begin with this one."""
        for initial in written_as(part[:1]):
            for whole, surfaces in self._stems(initial).items():
                if whole.startswith(part):
                    yield from surfaces

    def beginning(self, part: str) -> Iterator[str]:
        """The words with a capital that begin with this folded one, as a compound does with its first part."""
        for initial in written_as(part[:1]):
            if initial.isupper():
                yield from (surface for surface, folded in self._folds(initial) if folded.startswith(part))

    def ending(self, part: str) -> Iterator[str]:
        """The words with a capital whose stems end with this one, as a compound does with its last part."""
        return (surface for surface, whole in self._by_last.get(part[-1:], ()) if whole.endswith(part))

    def sounding(self, sound: str) -> Sequence[str]:
        """The words with a capital that may be the same name; none for the sound of a word too short to tell."""
        return self._by_sound.get(sound, ()) if sound else ()

    def _stems(self, initial: str) -> Mapping[str, Sequence[str]]:
        if initial not in self._stemmed:
            found = defaultdict[str, list[str]](list)
            for surface in self._by_initial.get(initial, ()):
                found[stem(surface, self.language)].append(surface)
            self._stemmed[initial] = found
        return self._stemmed[initial]

    def _folds(self, initial: str) -> Sequence[tuple[str, str]]:
        if initial not in self._folded:
            self._folded[initial] = [(surface, fold(surface)) for surface in self._by_initial.get(initial, ())]
        return self._folded[initial]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        found = defaultdict[str, list[int]](list)
        for number, own in self._texts.items():
            for surface in own:
                found[surface].append(number)
        return found

    @cached_property
    def _capitals(self) -> list[str]:
        return [surface for initial, those in self._by_initial.items() if initial.isupper() for surface in those]

    @cached_property
    def _by_last(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        found = defaultdict[str, list[tuple[str, str]]](list)
        for surface in self._capitals:
            whole = stem(surface, self.language)
            found[whole[-1:]].append((surface, whole))
        return dict(found)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for surface in self._capitals:
            found[sound_key(surface)].append(surface)
            if surface.endswith("s"):  # a genitive
                found[sound_key(surface[:-1])].append(surface)
        return dict(found)


@lru_cache(maxsize=256)
def written_as(initial: str) -> frozenset[str]:
    """The letters that are folded to this one: stems keep the first letter of a word, without its marks."""
    latin = map(chr, (*range(0x250), *range(0x1E00, 0x1F00)))
    return frozenset(letter for letter in latin if fold(letter)[:1] == initial) | {initial, initial.upper()}
