"""What a query's words mean in this archive: compounds and names that it has, and what else may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.domain.arguments.searches import Part, PartKind, Query
from digests.domain.compounds import ends_with_whole, first_parts, is_sure, may_be
from digests.domain.search_terms import PREFIX_FROM, Term, phrase_term, single_stems, word_term
from digests.domain.suggestions import distance, key
from digests.domain.topics import Catalogue
from digests.domain.transliteration import same_name, sound_key
from digests.services.selecting import telling_words
from digests.storage.database import Transaction
from digests.storage.vocabulary import ArchiveWord, VocabularyStore
from digests.text.words import LANGUAGES, fold, stem, words

_COMPOUNDS = 40
"""So many compounds with a typed word at their end are looked for."""
_LOOKED_AT = 400
"""Words of the archive that are looked at for these."""
_ALIKE = 4_000
"""Words that are compared with one that was perhaps mistyped."""
_ENDS_FROM = 4
"""Letters of a stem that compounds are looked for with."""
_KEPT_OF_STEM = 0.5
"""A word of the archive that a typed one begins with has at least half of its letters."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Asks the catalogue and the words of the archive."""

    transaction: Transaction
    catalogue: Catalogue

    async def terms(self, parts: Iterable[Part]) -> list[Term]:
        """The terms of words and phrases: stems, spellings, compounds that end with a word, names in any script."""
        return [await self._term(part) for part in telling(parts)]

    async def _term(self, part: Part) -> Term:
        if part.kind is PartKind.PHRASE or len(words(part.value)) > 1:
            return phrase_term(part.value) if part.kind is PartKind.PHRASE else word_term(part.value, self.catalogue)
        typed = part.value
        in_archive = (await self._names(typed), await self._compounds(typed), await self._apart(typed))
        return word_term(typed, self.catalogue).union(*in_archive)

    async def excluded(self, query: Query) -> list[Term]:
        """What must not stand there: words with what they begin, and phrases as they are."""
        found = [
            phrase_term(part.value) if len(part.value.split()) > 1 else word_term(part.value, self.catalogue)
            for part in query.of(PartKind.WITHOUT)
        ]
        return [term for term in found if term]

    async def _names(self, typed: str) -> frozenset[str]:
        sound = sound_key(typed)
        if not sound:
            return frozenset()
        same = await VocabularyStore(self.transaction).sounding(sound)
        return frozenset(word.stem for word in same if same_name(typed, word.spelling))

    async def _compounds(self, typed: str) -> frozenset[str]:
        """The stems of German compounds whose last part is the word.

        Where the parts are short, the first has to be a word of the archive.
        """
        store, end = VocabularyStore(self.transaction), stem(typed, "de")
        if len(end) < _ENDS_FROM or not end.isalpha():
            return frozenset()
        archive = await store.ending(end, "de", _LOOKED_AT)
        whole_words = {word.stem for word in archive if ends_with_whole(word.spelling.lower(), typed.lower())}
        found = [word.stem for word in archive if word.stem in whole_words or may_be(word.stem, end)]
        unsure = [whole for whole in found if whole not in whole_words and not is_sure(whole, end)]
        firsts = {whole: _stems_of(first_parts(whole.removesuffix(end))) for whole in unsure}
        known = await self._nouns(frozenset[str]().union(*firsts.values()))
        compounds = [whole for whole in found if whole not in firsts or firsts[whole] & known]
        return frozenset(compounds[:_COMPOUNDS])

    async def _apart(self, typed: str) -> frozenset[str]:
        """The word as two words of the archive that follow one another: Nordstream, "Nord Stream"."""
        made = [stem(typed, language) for language in LANGUAGES]
        cuts = {(one[:cut], one[cut:]) for one in made for cut in range(PREFIX_FROM, len(one) - PREFIX_FROM + 1)}
        parts = frozenset(part for pair in cuts for part in pair)
        known = {word.stem for word in await VocabularyStore(self.transaction).known(parts)} if parts else set()
        return frozenset(f"{first} {last}" for first, last in cuts if first in known and last in known)

    async def _nouns(self, stems: frozenset[str]) -> frozenset[str]:
        """Those that are German words with a capital."""
        known = await VocabularyStore(self.transaction).known(stems, "de") if stems else []
        return frozenset(word.stem for word in known if word.spelling[0].isupper())

    async def loosened(self, parts: Iterable[Part]) -> list[Term]:
        """Terms that find more: other names of a topic, words that a typed one begins with, the parts of a compound.

        A phrase need not stand in its order any more.
        """
        found: list[Term] = []
        loose = [Part(PartKind.WORD, word) for part in telling(parts) for word in telling_words(part.value)]
        for part in loose:
            term = await self._term(part)
            begun = await self._begun_with(term)
            split = await self._split(part.value)
            wide = term | begun | self._synonyms(part.value)
            found += [piece | wide for piece in split] or [wide]
        return found

    def _synonyms(self, typed: str) -> frozenset[str]:
        topic = self.catalogue.find(typed)
        names = [*self.catalogue.related(typed), *(topic.synonyms if topic else ())]
        return frozenset[str]().union(*(word_term(name) for name in names if len(words(name)) == 1))

    async def _begun_with(self, term: Term) -> frozenset[str]:
        """Words of the archive that a longer typed one begins with: Präsident for Präsidentschaft."""
        stems = {each[:cut] for each in single_stems(term) for cut in range(_shortest(each), len(each))}
        known = await VocabularyStore(self.transaction).known(stems) if stems else []
        return frozenset(word.stem for word in known)

    async def _split(self, typed: str) -> list[Term]:
        """The two parts of a typed German compound, when the archive has both as words."""
        whole = stem(typed, "de")
        cuts = range(PREFIX_FROM, len(whole) - PREFIX_FROM + 1)
        firsts = {cut: _stems_of(first_parts(whole[:cut])) for cut in cuts}
        ends = {cut: whole[cut:] for cut in cuts}
        known = await self._nouns(frozenset().union(*firsts.values()) | frozenset(ends.values()))
        for cut in sorted(cuts, reverse=True):  # the longest first part has its link with it
            parts = firsts[cut] & known
            if parts and ends[cut] in known:
                return [frozenset(parts), frozenset({ends[cut]})]
        return []

    async def meant(self, typed: str, count: int) -> list[str]:
        """Words of the archive that are spelt nearly like `typed`, the nearest first."""
        folded = fold(typed)
        if len(folded) < PREFIX_FROM or not folded.isalpha():
            return []
        store, wanted = VocabularyStore(self.transaction), key(typed)
        found: dict[ArchiveWord, int] = {}
        for language in LANGUAGES:
            made = stem(typed, language)
            half = max(2, len(made) // 2 - 1)
            lengths = (len(made) - _edits(wanted) - 1, len(made) + _edits(wanted) + 1)
            for word in await store.like(made[:half], made[-half:], lengths, _ALIKE):
                if word not in found and (far := _far(wanted, made, word)) is not None:
                    found[word] = far
        order = sorted(found, key=lambda word: (found[word], word.spelling.lower()))
        return list({key(word.spelling): word.spelling for word in reversed(order)}.values())[::-1][:count]


def telling(parts: Iterable[Part]) -> list[Part]:
    """The words and phrases that say something; those like "und" only when there are no others."""
    found = [part for part in parts if words(part.value)]
    return [part for part in found if telling_words(part.value)] or found


def _stems_of(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(form, "de") for form in forms)


def _shortest(typed: str) -> int:
    return max(PREFIX_FROM + 1, round(len(typed) * _KEPT_OF_STEM))


def _edits(wanted: str) -> int:
    """How many letters may be wrong."""
    return 1 if len(wanted) < 8 else 2


def _far(wanted: str, made: str, word: ArchiveWord) -> int | None:
    """How many letters differ in the words or in their stems; None when it is too many, or none."""
    pairs = ((wanted, key(word.spelling)), (made, word.stem))
    near = [distance(one, other, _edits(wanted)) for one, other in pairs if _comparable(one, other)]
    far = min(near, default=_edits(wanted) + 1)
    return far if 0 < far <= _edits(wanted) else None


def _comparable(one: str, other: str) -> bool:
    """A quick look that spares most words the slow one: about as long, and of about the same letters."""
    edits = _edits(one)
    return abs(len(one) - len(other)) <= edits and len(set(one) ^ set(other)) <= 2 * edits
