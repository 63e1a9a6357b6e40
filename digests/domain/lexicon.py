"""The rules of all topics in one table: which weighted words and phrases does a text meet?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

from digests.domain.text_index import BODY, Form, TextIndex
from digests.text.words import LANGUAGES, fold, stem, words

STRONG = 3.0
"""From this weight on one word says it all, when it is prominent."""
NAMES = "*"
"""The lexicon for texts in a language without rules: the strong names of the English and Ukrainian ones."""
_CACHE_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a rule: a word or phrase with its weight for a topic."""

    owner: str  # slug
    text: str
    weight: float
    rest: tuple[str, ...] = ()  # stems of a phrase after its first

    @property
    def noun(self) -> bool:
        """True when the entry is written with a capital letter: in German it means the noun only."""
        return self.text.lstrip("*=")[:1].isupper()


class Hit(NamedTuple):
    """One place where a term stands."""

    worth: float  # TITLE, LEAD or BODY
    position: int
    shown: str  # as it stands in the text


@dataclass(slots=True)
class Evidence:
    """What a text says for one topic."""

    weight: float = 0.0
    terms: set[str] = field(default_factory=set)
    telling: int = 0  # how many of its own terms are more than hints
    strong: bool = False  # a strong word stands in the title or beginning, or more than once
    headed: bool = False  # a strong word stands in the title or beginning
    prominent: bool = False  # a telling word stands in the title or beginning
    first: int | None = None  # position of the first telling word, ...
    last: int = 0  # ... and of the last
    words: dict[str, float] = field(default_factory=dict)  # as they stand in the text -> what they add

    def add(self, term: Term, hits: list[Hit]) -> None:
        """Count a term found at these places; repeating it adds less each time."""
        place = max(hit.worth for hit in hits)
        value = term.weight * place * (1 + 0.5 * log2(min(len(hits), 8)))
        self.weight += value
        self.terms.add(term.text)
        self.strong |= term.weight >= STRONG and (len(hits) > 1 or place > BODY)
        self.headed |= term.weight >= STRONG and place > BODY
        if term.weight > 1:
            self.telling += 1
            self.prominent |= place > BODY
            positions = [hit.position for hit in hits]
            self.first = min([*positions, *([] if self.first is None else [self.first])])
            self.last = max(*positions, self.last)
        for hit in hits:
            self.words[hit.shown] = max(value, self.words.get(hit.shown, 0.0))

    def join(self, child: Evidence, share: float) -> None:
        """Take over this share of what the text says for a narrower topic."""
        self.weight += child.weight * share
        self.strong |= child.strong
        self.headed |= child.headed
        self.prominent |= child.prominent
        self.terms |= child.terms
        self.telling += child.telling
        if child.first is not None:
            self.first = child.first if self.first is None else min(self.first, child.first)
            self.last = max(self.last, child.last)
        for word, value in child.words.items():
            self.words.setdefault(word, value * share)

    @property
    def reach(self) -> int:
        """From the first telling word to the last one, in positions: a side remark has little."""
        return 0 if self.first is None else self.last - self.first


class Lexicon:
    """All terms of all rules in one language, found by the words of a text.

    A plain word meets its inflections. In German it also meets compounds of which it is the first part (five letters
    or more) or the last (six or more), unless it is a mere hint (weight 1). `word*` and `*word` ask for that at any
    length, `=word` forbids it; a word in capital letters is an acronym and meets only itself.
    """

    def __init__(self, language: str, terms: Iterable[Term]) -> None:
        self.language = language
        self._exact: dict[str, list[Term]] = defaultdict(list)
        self._acronyms: dict[str, list[Term]] = defaultdict(list)
        self._starts: dict[str, list[Term]] = defaultdict(list)
        self._ends: dict[str, list[Term]] = defaultdict(list)
        self._cache: dict[str, tuple[Term, ...]] = {}
        for term in terms:
            self._enter(term)

    def _enter(self, term: Term) -> None:
        bare = term.text.strip("*=")
        parts = words(bare)
        first = stem(parts[0], self.language)
        if len(parts) > 1:
            rest = tuple(stem(part, self.language) for part in parts[1:])
            self._exact[first].append(Term(term.owner, term.text, term.weight, rest))
            return
        if bare.isupper() and len(bare) <= 5:
            self._acronyms[bare].append(term)
            return
        self._exact[first].append(term)
        folded, compounds = fold(bare), not term.text.startswith("=") and term.weight > 1
        beginning = first if folded[len(first) :] in {"", "e", "n", "en"} and len(first) >= 5 else folded
        if term.text.endswith("*") or (self.language == "de" and compounds and len(beginning) >= 5):
            self._starts[beginning].append(term)
        elif self.language == "uk" and compounds and len(first) >= 5:
            self._starts[first].append(term)
        if term.text.startswith("*") or (self.language == "de" and compounds and len(first) >= 6):
            self._ends[first].append(term)

    def lookup(self, surface: str, form: Form) -> tuple[Term, ...]:
        """The terms that `surface` meets (a phrase by its first word), one word per topic: the weightiest."""
        found = self._cache.get(surface)
        if found is None:
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            best: dict[object, Term] = {}
            for term in self._search(surface, form):
                if self.language in {"de", NAMES} and term.noun and not form.capital:
                    continue
                unit = term if term.rest else term.owner
                if unit not in best or best[unit].weight < term.weight:
                    best[unit] = term
            found = self._cache[surface] = tuple(best.values())
        return found

    def _search(self, surface: str, form: Form) -> Iterable[Term]:
        yield from self._exact.get(form.folded if self.language == NAMES else form.stem, ())
        yield from self._acronyms.get(surface, ())
        if surface[-1:] == "s":
            yield from self._acronyms.get(surface[:-1], ())
        if self.language == "de" and not form.capital:
            return
        longest = len(form.folded) - (1 if self.language == "uk" else 3)
        for cut in range(3, longest + 1):
            yield from self._starts.get(form.folded[:cut], ())
        for cut in range(3, len(form.stem) - 2):
            yield from self._ends.get(form.stem[cut:], ())


def gather(index: TextIndex, lexicon: Lexicon) -> dict[str, Evidence]:
    """What the text says for each topic of the lexicon, by slug."""
    hits: dict[Term, list[Hit]] = defaultdict(list)
    for surface, everywhere in index.by_surface.items():
        for term in lexicon.lookup(surface, index.forms[surface]):
            for at in everywhere:
                if not term.rest or _follows(index, at, term.rest):
                    shown = index.shown(at, 1 + len(term.rest))
                    hits[term].append(Hit(index.place(at), index.positions[at], shown))
    evidence: dict[str, Evidence] = defaultdict(Evidence)
    for term, places in hits.items():
        evidence[term.owner].add(term, places)
    return evidence


def _follows(index: TextIndex, at: int, rest: tuple[str, ...]) -> bool:
    return index.runs(at, 1 + len(rest)) and all(
        index.stem_at(at + offset) == part for offset, part in enumerate(rest, 1)
    )


def lexicons(rules: Mapping[str, Iterable[Term]]) -> dict[str, Lexicon]:
    """One lexicon per product language, and the one of NAMES."""
    made = {language: Lexicon(language, rules.get(language, ())) for language in LANGUAGES}
    names = [
        term for language in ("en", "uk") for term in rules.get(language, ()) if term.weight >= STRONG and term.noun
    ]
    return made | {NAMES: Lexicon(NAMES, names)}
