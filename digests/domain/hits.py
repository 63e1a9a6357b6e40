"""Where the words of a search stand in a text, by the same rules as the index finds them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from digests.domain.articles import Article
from digests.domain.digests import Sentence
from digests.domain.search_terms import EXACT, PREFIX_FROM, Term
from digests.text.document import Kind
from digests.text.words import WORD, stem

_LONGER = 0.6  # what a longer word or a compound counts beside the word itself


@dataclass(frozen=True, slots=True)
class Span:
    """A word of a text that a search has found, as positions of characters."""

    start: int
    end: int


class Hits:
    """What a search looks for; asked about many texts."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [_Sought(term) for term in terms]

    def spans(self, text: str, language: str) -> list[Span]:
        """The words of `text` (normalised to NFC) that are found, in their order."""
        matches = list(WORD.finditer(text))
        stems = [stem(match[0], language) for match in matches]
        found = {at for term in self._terms for at, _ in term.places(stems)}
        return [Span(matches[at].start(), matches[at].end()) for at in sorted(found)]

    def share(self, text: str, language: str) -> float:
        """How much of the search stands in `text`, from 0 to 1; a compound counts less than the word itself."""
        stems = [stem(match[0], language) for match in WORD.finditer(unicodedata.normalize("NFC", text))]
        best = [max((worth for _, worth in term.places(stems)), default=0.0) for term in self._terms]
        return sum(best) / len(best) if best else 0.0

    def met(self, text: str, language: str) -> frozenset[int]:
        """Which terms stand in `text`, by their number."""
        stems = [stem(match[0], language) for match in WORD.finditer(unicodedata.normalize("NFC", text))]
        return frozenset(number for number, term in enumerate(self._terms) if next(term.places(stems), None))

    def sentences(self, articles: Sequence[Article], count: int) -> list[Sentence]:
        """Up to `count` sentences that have the words: each brings the most that is not shown yet, the first one wins.

        They stand in the order of the articles.
        """
        found = list(self._all(articles))
        chosen: list[int] = []
        open_terms = frozenset[int]().union(*(met for _, met in found))
        while len(chosen) < min(count, len(found)):
            left = [place for place in range(len(found)) if place not in chosen]
            best = max(left, key=lambda place: (len(found[place][1] & open_terms), len(found[place][1]), -place))
            if chosen and not found[best][1] & open_terms and _same(found, chosen, best):
                break
            chosen.append(best)
            open_terms -= found[best][1]
        return [found[place][0] for place in sorted(chosen)]

    def _all(self, articles: Sequence[Article]) -> Iterator[tuple[Sentence, frozenset[int]]]:
        told: set[str] = set()
        for article in articles:
            for number, paragraph in enumerate(article.paragraphs):
                if paragraph.kind is not Kind.BODY:
                    continue
                for position, text in enumerate(paragraph.sentences):
                    met = self.met(text, article.language)
                    if met and text not in told:
                        told.add(text)
                        yield Sentence(text, article.id, number, position), met


def _same(found: Sequence[tuple[Sentence, frozenset[int]]], chosen: Sequence[int], place: int) -> bool:
    """True when a sentence of another article would say what one has said already."""
    return all(found[each][0].article_id != found[place][0].article_id for each in chosen)


class _Sought:
    """The alternatives of one term, ready to be compared."""

    def __init__(self, term: Term) -> None:
        alone = [each for each in term if " " not in each]
        self.stems = frozenset(each.removeprefix(EXACT) for each in alone)
        self.beginnings = tuple(each for each in alone if len(each) >= PREFIX_FROM and not each.startswith(EXACT))
        self.runs = [each.split() for each in term if " " in each]

    def places(self, stems: Sequence[str]) -> Iterator[tuple[int, float]]:
        """The words that an alternative meets, with what each counts."""
        for at, one in enumerate(stems):
            if one in self.stems:
                yield at, 1.0
            elif one.startswith(self.beginnings):
                yield at, _LONGER
            for run in self.runs:
                if list(stems[at : at + len(run)]) == run:
                    yield from ((at + offset, 1.0) for offset in range(len(run)))
