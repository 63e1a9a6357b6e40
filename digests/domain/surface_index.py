"""The different words of some texts, by what makes one worth comparing with a typed word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from functools import cached_property, lru_cache

from digests.domain.text_index import form_of
from digests.domain.transliteration import sound_key
from digests.text.words import fold


class SurfaceIndex:
    """Words of one language as they stand in texts; sorted once, however many spellings are looked for."""

    def __init__(self, surfaces: Set[str], language: str) -> None:
        self.language = language
        self.by_initial = defaultdict[str, list[str]](list)
        for surface in surfaces:
            self.by_initial[surface[0]].append(surface)

    def sounding(self, sound: str) -> Sequence[str]:
        """Those with a capital that may be the same name; none for the sound of a word too short to say anything."""
        return self._by_sound.get(sound, ()) if sound else ()

    def ending(self, part: str) -> Sequence[str]:
        """Those with a capital whose stems end with this one, as a compound does with its last part."""
        return [surface for surface, whole in self._stems if whole.endswith(part)]

    @cached_property
    def _capitals(self) -> list[str]:
        return [surface for initial, those in self.by_initial.items() if initial.isupper() for surface in those]

    @cached_property
    def _stems(self) -> list[tuple[str, str]]:
        return [(surface, form_of(surface, self.language).stem) for surface in self._capitals]

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
