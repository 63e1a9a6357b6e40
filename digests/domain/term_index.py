"""An in-memory inverted index of weighted terms that answers "what is near this?" without looking at everything."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digests.domain.terms import COMMON_TERMS

_PRIOR_TEXTS = 500
_PRIOR_COMMON = 0.05 * _PRIOR_TEXTS + 0.5  # a news word stands in every twentieth report until the stream knows better
_PRIOR_RARE = 0.002 * _PRIOR_TEXTS + 0.5
_NEAR = 0.06
"""Similarities below this are noise and left out of an answer."""


class Shared(NamedTuple):
    """What two texts have in common: their cosine similarity, and what the one term that adds most adds to it."""

    similarity: float
    strongest: float


class _Posting:
    """The kept texts that one term stands for: their slots and the term's weight in each."""

    __slots__ = ("slots", "weights")

    def __init__(self) -> None:
        self.slots = array("q")
        self.weights = array("d")

    def drop(self, slot: int) -> None:
        place = self.slots.index(slot)
        last_slot, last_weight = self.slots.pop(), self.weights.pop()
        if place < len(self.slots):
            self.slots[place], self.weights[place] = last_slot, last_weight


class TermIndex:
    """Texts by id, found through the terms they share; weights are tf-idf of the texts it holds, over a prior.

    `emphasis` is the power to which rarity counts. At most `breadth` terms stand for a text.

    Each text has a slot, a small number that is used again, so that one pass over the postings of a text's terms adds
    up its similarity to every kept text in one array.
    """

    def __init__(self, breadth: int, emphasis: float = 1.0) -> None:
        self._emphasis = emphasis
        self._breadth = breadth
        self._frequencies: dict[str, int] = {}  # in how many kept texts a term stands
        self._asked: tuple[Mapping[str, float], dict[str, float]] | None = None  # the last text and its vector
        self._postings: dict[str, _Posting] = {}
        self._vectors: dict[int, dict[str, float]] = {}
        self._terms: dict[int, tuple[str, ...]] = {}
        self._slots: dict[int, int] = {}
        self._ids: list[int] = []  # by slot
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._vectors)

    def __contains__(self, text_id: object) -> bool:
        return text_id in self._vectors

    def add(self, text_id: int, strengths: Mapping[str, float]) -> None:
        """Keep a text under its id; a text kept under it before goes."""
        self.remove(text_id)
        self._vectors[text_id] = vector = self.vector(strengths)
        self._asked = None
        self._terms[text_id] = tuple(strengths)
        frequencies = self._frequencies
        for term in strengths:
            frequencies[term] = frequencies.get(term, 0) + 1
        slot = self._slots[text_id] = self._slot(text_id)
        for term, weight in vector.items():
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = _Posting()
            posting.slots.append(slot)
            posting.weights.append(weight)

    def remove(self, text_id: int) -> None:
        """Forget a text; an unknown id is no error."""
        if text_id not in self._vectors:
            return
        self._asked = None
        for term in self._terms.pop(text_id):
            self._frequencies[term] -= 1
            if not self._frequencies[term]:
                del self._frequencies[term]
        slot = self._slots.pop(text_id)
        self._free.append(slot)
        for term in self._vectors.pop(text_id):
            posting = self._postings[term]
            posting.drop(slot)
            if not posting.slots:
                del self._postings[term]

    def vector(self, strengths: Mapping[str, float]) -> dict[str, float]:
        """The weights of a text, heaviest first, scaled to length 1."""
        if not strengths:
            return {}
        if self._asked and self._asked[0] is strengths:  # a text is first looked for, then kept
            return self._asked[1]
        known = self._frequencies
        frequencies = np.array(
            [known.get(term, 0) + (_PRIOR_COMMON if term in COMMON_TERMS else _PRIOR_RARE) for term in strengths]
        )
        rarity = math.log(len(self._terms) + _PRIOR_TEXTS) - np.log(frequencies)
        weights = np.fromiter(strengths.values(), np.float64, len(strengths)) * rarity**self._emphasis
        heaviest = np.argsort(-weights, kind="stable")[: self._breadth]
        scaled = weights[heaviest] / np.linalg.norm(weights[heaviest])
        names = list(strengths)
        vector = {names[place]: weight for place, weight in zip(heaviest.tolist(), scaled.tolist(), strict=True)}
        self._asked = strengths, vector
        return vector

    def near(self, vector: Mapping[str, float]) -> dict[int, Shared]:
        """What the kept texts share that are near the text with this `vector`, by id."""
        found = [(posting, weight) for term, weight in vector.items() if (posting := self._postings.get(term))]
        if not found:
            return {}
        slots = np.concatenate([np.frombuffer(posting.slots, np.int64) for posting, _ in found])
        products = np.concatenate([np.frombuffer(posting.weights, np.float64) for posting, _ in found])
        products *= np.repeat([weight for _, weight in found], [len(posting.slots) for posting, _ in found])
        similarities = np.bincount(slots, products)
        strongest = np.zeros_like(similarities)
        np.maximum.at(strongest, slots, products)
        near = np.flatnonzero(similarities >= _NEAR)
        found_near = zip(near.tolist(), similarities[near].tolist(), strongest[near].tolist(), strict=True)
        return {self._ids[slot]: Shared(similarity, most) for slot, similarity, most in found_near}

    def shared(self, one: Mapping[str, float], other: Mapping[str, float]) -> Shared:
        """What two texts share, given by their strengths, by the weights of this index; neither need be kept."""
        vector, others = self.vector(one), self.vector(other)
        products = [weight * others[term] for term, weight in vector.items() if term in others]
        return Shared(sum(products), max(products, default=0.0))

    def kept(self, text_id: int) -> Mapping[str, float]:
        """The vector of a kept text. Raises KeyError for an unknown id."""
        return self._vectors[text_id]

    def likeness(self, text_ids: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The similarity of each kept text to each other one, and what the strongest term of each pair adds to it."""
        columns: dict[str, int] = {}
        vectors = [self._vectors[text_id] for text_id in text_ids]
        places = [[columns.setdefault(term, len(columns)) for term in vector] for vector in vectors]
        matrix = np.zeros((len(vectors), len(columns)))
        for row, (vector, place) in enumerate(zip(vectors, places, strict=True)):
            matrix[row, place] = list(vector.values())
        products: NDArray[np.float64] = np.einsum("ij,kj->ik", matrix, matrix)  # too small for the threads of `@`
        strongest = np.array([(row * matrix).max(axis=1, initial=0.0) for row in matrix])
        return products, strongest.reshape(products.shape)

    def _slot(self, text_id: int) -> int:
        if self._free:
            slot = self._free.pop()
            self._ids[slot] = text_id
            return slot
        self._ids.append(text_id)
        return len(self._ids) - 1
