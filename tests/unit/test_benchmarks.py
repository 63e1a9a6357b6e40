"""What benchmarks take apart is where they look for it: they run by hand, so a move would be noticed late."""

from __future__ import annotations

import pytest

from tests.benchmarks import chain


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, name, _ in chain.SEAMS])
def test_what_the_chain_is_timed_at_is_there(owner: object, name: str) -> None:
    assert callable(getattr(owner, name, None))
