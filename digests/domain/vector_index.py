"""The vectors of kept texts in one array, so that all of them are compared in one product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""Of length 1, shape (dimensions,)."""
_ROOM = 64


class VectorIndex:
    """Vectors by id. All have the dimensions of the first one."""

    def __init__(self) -> None:
        self._rows: NDArray[np.float32] = np.zeros((0, 0), np.float32)  # the first ones are in use
        self._ids: list[int] = []  # by row
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, text_id: int, vector: Vector) -> None:
        """Keep a vector under its id; one kept under it before goes."""
        self.remove(text_id)
        place = len(self._ids)
        if place == len(self._rows):
            grown = np.zeros((max(_ROOM, 2 * place), len(vector)), np.float32)
            if place:
                grown[:place] = self._rows
            self._rows = grown
        self._rows[place] = vector
        self._ids.append(text_id)
        self._places[text_id] = place

    def remove(self, text_id: int) -> None:
        """Forget a vector; an unknown id is no error. The last one takes its row."""
        place = self._places.pop(text_id, None)
        if place is None:
            return
        last = self._ids.pop()
        if last != text_id:
            self._rows[place] = self._rows[len(self._ids)]
            self._ids[place] = last
            self._places[last] = place

    def kept(self, text_id: int) -> Vector | None:
        """The vector of a text; None when it has none."""
        place = self._places.get(text_id)
        return None if place is None else self._rows[place]

    def near(self, vector: Vector, least: float) -> dict[int, float]:
        """The products with all kept vectors that exceed `least`, by id."""
        if not self._ids:
            return {}
        products = self._rows[: len(self._ids)] @ vector
        return {self._ids[place]: float(products[place]) for place in np.flatnonzero(products > least).tolist()}

    def products(self, text_ids: Sequence[int]) -> NDArray[np.float64]:
        """The product of each two; 0 where one of them has no vector."""
        found = np.zeros((len(text_ids), len(text_ids)))
        known = [number for number, text_id in enumerate(text_ids) if text_id in self._places]
        if known:
            rows = self._rows[[self._places[text_ids[number]] for number in known]]
            found[np.ix_(known, known)] = np.einsum("ij,kj->ik", rows, rows)
        return found
