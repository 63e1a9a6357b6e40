"""Fixtures of the conversations' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.worlds import World, world_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The whole bot against the sandbox, with the two seed articles, at 06:00 in Berlin."""
    async with world_of(tmp_path) as world:
        yield world
