"""What SQLite and PostgreSQL say in their own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from digests.storage import models


def insert_on(dialect: str, model: type[models.Base]) -> Any:  # noqa: ANN401 - two dialects, two types
    """An INSERT that can say ON CONFLICT. `dialect` is "sqlite" or "postgresql"."""
    return sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
