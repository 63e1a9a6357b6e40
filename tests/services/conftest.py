"""A bureau on SQLite, and one on each database for races."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.feeding import Feeding, feeding
from tests.support.newsstand import Newsstand


@pytest.fixture
async def bureau(sqlite: Database) -> Bureau:
    """The services on SQLite at 06:00 in Berlin."""
    return await Bureau(sqlite).open()


@pytest.fixture
async def any_bureau(database: Database) -> Bureau:
    """The services once on SQLite and once on PostgreSQL."""
    return await Bureau(database).open()


@pytest.fixture
async def desk(any_bureau: Bureau) -> AsyncIterator[Feeding]:
    """Services that read sources, with a newsstand, on either database."""
    async with Newsstand() as stand, feeding(any_bureau, stand) as desk:
        yield desk
