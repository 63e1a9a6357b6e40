"""How much two reports tell of the same event: the terms they share, and between languages numbers and meaning.

Within one language hardly anything measured better than the terms alone, as long as no single one speaks for all: two
reports of other dismissals share little else. Between languages few terms can meet, so numbers in common count on top
and, where there are embeddings, what both texts mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digests.domain.term_index import Shared, TermIndex
from digests.domain.terms import Terms
from digests.domain.vector_index import Vector, VectorIndex
from digests.text.embeddings import Embedder

_BREADTH = 60
_EMPHASIS = 1.5  # rare terms decide
_ALONE = 0.75
"""Within one language the strongest term counts at most three quarters of all others together. Of 300 German articles
of years 30 groups are made instead of 39, average precision on German pairs rises from .827 to .845, and B3 of labelled
events stays within the spread of its orders (.886, before .889). A half leaves 24 groups, and B3 falls to .881."""
_NUMBER_GAIN = 0.3  # by how much each number in common raises a similarity between languages
_NUMBERS_AT_MOST = 3
_MEETINGS = 3  # terms and numbers that two languages must share: a single long word in common is chance
_ABROAD = 0.5  # what equal meaning adds to a similarity between languages


@dataclass(frozen=True, slots=True)
class Report:
    """What an article or entry brings to a comparison."""

    terms: Terms
    language: str
    vector: Vector | None = None  # its embedding, made elsewhere


@dataclass(frozen=True, slots=True)
class _Kept:
    language: str
    numbers: frozenset[str]


class EventIndex:
    """The reports that newcomers can still join, and how near a text is to each.

    The `embedder` says how to read the vectors that reports bring; without one they count for nothing.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._terms = TermIndex(_BREADTH, _EMPHASIS)
        self._vectors = VectorIndex()
        self._kept: dict[int, _Kept] = {}

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._kept

    def add(self, item_id: int, report: Report) -> None:
        """Keep a report under its id; one kept under it before goes."""
        self.remove(item_id)
        self._terms.add(item_id, report.terms.event)
        self._kept[item_id] = _Kept(report.language, report.terms.numbers)
        if self._embedder and report.vector is not None:
            self._vectors.add(item_id, report.vector)

    def remove(self, item_id: int) -> None:
        """Forget a report; an unknown id is no error."""
        if self._kept.pop(item_id, None) is not None:
            self._terms.remove(item_id)
            self._vectors.remove(item_id)

    def near(self, report: Report) -> dict[int, float]:
        """The similarity of kept reports that are near this one, by id."""
        kept = _Kept(report.language, report.terms.numbers)
        return self._near(self._terms.vector(report.terms.event), kept, report.vector)

    def near_kept(self, item_id: int) -> dict[int, float]:
        """The same for a kept report, itself included. Raises KeyError for an unknown id."""
        return self._near(self._terms.kept(item_id), self._kept[item_id], self._vectors.kept(item_id))

    def similarity(self, one: Report, other: Report) -> float:
        """The similarity of two reports by what this index knows of rarity; neither need be kept."""
        shared = self._terms.shared(one.terms.event, other.terms.event)
        abroad = one.language != other.language
        if abroad:
            gain = _gain(one.terms.event, one.terms.numbers, other.terms.event, other.terms.numbers)
            similarity = shared.similarity * gain
        else:
            similarity = _joint(shared)
        if one.vector is not None and other.vector is not None:
            similarity += self._evidence(float(one.vector @ other.vector), abroad)
        return similarity

    def likeness(self, item_ids: Sequence[int]) -> NDArray[np.float64]:
        """The similarity of each two of some kept reports. Raises KeyError for an unknown id."""
        similarity, strongest = self._terms.likeness(item_ids)
        likeness = np.minimum(similarity, (1 + _ALONE) * (similarity - strongest))
        products = self._vectors.products(item_ids)
        kept = [self._kept[item_id] for item_id in item_ids]
        for row, one in enumerate(kept):
            for column, other in enumerate(kept):
                abroad = one.language != other.language
                if abroad and similarity[row, column]:
                    own, theirs = self._terms.kept(item_ids[row]), self._terms.kept(item_ids[column])
                    gain = _gain(own, one.numbers, theirs, other.numbers)
                    likeness[row, column] = similarity[row, column] * gain
                if products[row, column]:
                    likeness[row, column] += self._evidence(float(products[row, column]), abroad)
        return likeness

    def _near(self, weights: Mapping[str, float], own: _Kept, vector: Vector | None) -> dict[int, float]:
        found: dict[int, float] = {}
        for item_id, shared in self._terms.near(weights).items():
            kept = self._kept[item_id]
            if kept.language == own.language:
                found[item_id] = _joint(shared)
            else:
                gain = _gain(weights, own.numbers, self._terms.kept(item_id), kept.numbers)
                found[item_id] = shared.similarity * gain
        if self._embedder and vector is not None:
            for item_id, product in self._vectors.near(vector, self._embedder.common_ground).items():
                abroad = self._kept[item_id].language != own.language
                found[item_id] = found.get(item_id, 0.0) + self._evidence(product, abroad)
        return found

    def _evidence(self, product: float, abroad: bool) -> float:
        """What the product of two vectors adds to a similarity."""
        if self._embedder is None:
            return 0.0
        weight = _ABROAD if abroad else self._embedder.at_home
        return weight * max(0.0, product - self._embedder.common_ground) / (1 - self._embedder.common_ground)


def _joint(shared: Shared) -> float:
    """The similarity without what its strongest term says beyond what the others bear out."""
    return min(shared.similarity, (1 + _ALONE) * (shared.similarity - shared.strongest))


def _gain(
    one: Mapping[str, float], numbers: frozenset[str], other: Mapping[str, float], others: frozenset[str]
) -> float:
    """By how much a similarity between languages counts: numbers in common raise it, too little in common voids it."""
    common = len(numbers & others)
    if len(one.keys() & other.keys()) + common < _MEETINGS:
        return 0.0
    return 1 + _NUMBER_GAIN * min(_NUMBERS_AT_MOST, common)
