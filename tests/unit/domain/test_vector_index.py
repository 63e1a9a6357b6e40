"""Vectors of kept texts: rows move when texts go, answers do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.vector_index import Vector, VectorIndex


def unit(angle: float) -> Vector:
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


@given(st.dictionaries(st.integers(0, 200), st.floats(0, 1.5), max_size=150), st.sets(st.integers(0, 200)))
def test_it_answers_like_a_dictionary(angles: dict[int, float], gone: set[int]) -> None:
    index = VectorIndex()
    for number, angle in angles.items():
        index.add(number, unit(angle))
    for number in gone:
        index.remove(number)
    left = {number: angle for number, angle in angles.items() if number not in gone}
    assert len(index) == len(left)
    near = index.near(unit(0.0), -2.0)
    assert near == pytest.approx({number: float(np.cos(angle)) for number, angle in left.items()}, abs=1e-5)
    for number in angles:
        assert (index.kept(number) is None) == (number not in left)


def test_what_is_added_again_is_replaced() -> None:
    index = VectorIndex()
    index.add(1, unit(0.0))
    index.add(1, unit(1.5))
    assert index.near(unit(0.0), 0.5) == {}
    assert len(index) == 1


def test_products_leave_out_what_has_no_vector() -> None:
    index = VectorIndex()
    index.add(1, unit(0.0))
    index.add(3, unit(1.0))
    products = index.products([3, 2, 1])
    assert products[0] == pytest.approx([1.0, 0.0, np.cos(1.0)], abs=1e-5)
    assert products[1].tolist() == [0.0, 0.0, 0.0]
    assert VectorIndex().products([1, 2]).tolist() == [[0.0, 0.0], [0.0, 0.0]]
