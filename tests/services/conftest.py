"""A bureau on SQLite, and one on each database for races."""

from __future__ import annotations

import pytest

from digests.storage.database import Database
from tests.support.bureau import Bureau


@pytest.fixture
async def bureau(sqlite: Database) -> Bureau:
    """The services on SQLite at 06:00 in Berlin."""
    return await Bureau(sqlite).open()


@pytest.fixture
async def any_bureau(database: Database) -> Bureau:
    """The services once on SQLite and once on PostgreSQL."""
    return await Bureau(database).open()
