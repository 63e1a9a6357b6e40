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
"""Similarities below this are noise and may be left out of an answer."""


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
        weights = [(self._strength(count) * self._rarity(term), term) for term, count in counts.items()]
        heaviest = nlargest(self._breadth, (pair for pair in weights if pair[0] > 0))
        length = math.sqrt(sum(weight * weight for weight, _ in heaviest))
        return {term: weight / length for weight, term in heaviest}

    def near(self, counts: Mapping[str, float]) -> dict[int, float]:
        """Cosine similarities of all kept texts that are not far from this one, by id.

        Terms are followed from the heaviest down; once the rest of the vector is too light to make a new text near,
        only texts found so far are compared further (the rest of a unit vector bounds its share of a cosine).
        """
        vector = self.vector(counts)
        remaining = 1.0
        similarity: dict[int, float] = {}
        for term, weight in vector.items():
            postings = self._postings.get(term, {})
            if remaining > _NEAR * _NEAR or len(postings) < len(similarity):
                grows = remaining > _NEAR * _NEAR
                for text_id, other in postings.items():
                    if grows or text_id in similarity:
                        similarity[text_id] = similarity.get(text_id, 0.0) + weight * other
            else:
                for text_id in similarity:
                    if text_id in postings:
                        similarity[text_id] += weight * postings[text_id]
            remaining -= weight * weight
        return {text_id: value for text_id, value in similarity.items() if value >= _NEAR}

    def cosine(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """The similarity of two texts by the weights of this index; neither needs to be kept."""
        left, right = self.vector(one), self.vector(other)
        return sum(weight * right.get(term, 0.0) for term, weight in left.items())

    def strongest_shared(self, counts: Mapping[str, float], text_id: int) -> float:
        """How much the one term that two texts share most adds to their similarity."""
        kept = self._vectors[text_id]
        return max((weight * kept.get(term, 0.0) for term, weight in self.vector(counts).items()), default=0.0)

    def _rarity(self, term: str) -> float:
        prior = _PRIOR_COMMON if is_common(term) else _PRIOR_RARE
        return math.log((len(self._terms) + _PRIOR_TEXTS) / (self._frequency[term] + prior + 0.5))
