"""An in-memory inverted index of weighted terms that answers "what is near this?" without looking at everything."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from heapq import nlargest

from digests.domain.terms import is_common

_PRIOR_TEXTS = 500
_PRIOR_COMMON = 0.05 * _PRIOR_TEXTS  # a news word stands in every twentieth report until the stream knows better
_PRIOR_RARE = 0.002 * _PRIOR_TEXTS
_NEAR = 0.06
"""Similarities below this are noise and left out of an answer."""
_LIGHT = 0.35
"""Share of a vector's squared length that is left to its light terms, which bring no candidates."""
_HINT = 0.02
"""What a candidate's heavy terms must add to the similarity at least."""


class TermIndex:
    """Texts by id, found through the terms they share; weights are tf-idf of the texts it holds, over a prior.

    `strength` turns a term's count into its weight: logarithmic where every shared term should speak (events), linear
    where what a text repeats should speak loudest (subjects). At most `breadth` terms stand for a text.
    """

    def __init__(self, strength: Callable[[float], float], breadth: int) -> None:
        self._strength = strength
        self._breadth = breadth
        self._frequency: Counter[str] = Counter()
        self._postings: dict[str, dict[int, float]] = {}
        self._vectors: dict[int, dict[str, float]] = {}
        self._terms: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def __contains__(self, text_id: object) -> bool:
        return text_id in self._vectors

    def add(self, text_id: int, counts: Mapping[str, float]) -> None:
        """Keep a text under its id; a text kept under it before goes."""
        self.remove(text_id)
        self._frequency.update(counts.keys())
        self._terms[text_id] = tuple(counts)
        self._vectors[text_id] = vector = self.vector(counts)
        for term, weight in vector.items():
            self._postings.setdefault(term, {})[text_id] = weight

    def remove(self, text_id: int) -> None:
        """Forget a text; an unknown id is no error."""
        for term in self._terms.pop(text_id, ()):
            self._frequency[term] -= 1
            if not self._frequency[term]:
                del self._frequency[term]
        for term in self._vectors.pop(text_id, ()):
            postings = self._postings[term]
            del postings[text_id]
            if not postings:
                del self._postings[term]

    def vector(self, counts: Mapping[str, float]) -> dict[str, float]:
        """The weights of a text, heaviest first, scaled to length 1."""
        texts = math.log(len(self._terms) + _PRIOR_TEXTS)
        weights = [
            (self._strength(count) * (texts - math.log(self._seen_in(term))), term) for term, count in counts.items()
        ]
        heaviest = nlargest(self._breadth, (pair for pair in weights if pair[0] > 0))
        length = math.sqrt(sum(weight * weight for weight, _ in heaviest))
        return {term: weight / length for weight, term in heaviest}

    def near(self, counts: Mapping[str, float]) -> dict[int, float]:
        """Cosine similarities of the kept texts that are near this one, by id.

        Candidates are texts that share some of the heaviest terms; those are rare, so that few texts are touched. What
        shares only the light rest is not found: it is no candidate for one event in practice.
        """
        vector = self.vector(counts)
        rest = 1.0
        shares: dict[int, float] = {}
        for term, weight in vector.items():
            for text_id, other in self._postings.get(term, {}).items():
                shares[text_id] = shares.get(text_id, 0.0) + weight * other
            rest -= weight * weight
            if rest < _LIGHT:
                break
        candidates = (text_id for text_id, share in shares.items() if share >= _HINT)
        similarities = ((text_id, _dot(vector, self._vectors[text_id])) for text_id in candidates)
        return {text_id: similarity for text_id, similarity in similarities if similarity >= _NEAR}

    def cosine(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """The similarity of two texts by the weights of this index; neither needs to be kept."""
        return _dot(self.vector(one), self.vector(other))

    def strongest_shared(self, counts: Mapping[str, float], text_id: int) -> float:
        """How much the one term that two texts share most adds to their similarity."""
        kept = self._vectors[text_id]
        return max((weight * kept.get(term, 0.0) for term, weight in self.vector(counts).items()), default=0.0)

    def _seen_in(self, term: str) -> float:
        """In how many texts the term stands, the prior's included."""
        return self._frequency.get(term, 0) + (_PRIOR_COMMON if is_common(term) else _PRIOR_RARE) + 0.5


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[term] for term, weight in one.items() if term in other)
