"""What SQLite and PostgreSQL say in their own words. The other one's dialect is never loaded."""

from __future__ import annotations

from typing import Any

from digests.storage import models


def insert_on(dialect: str, model: type[models.Base]) -> Any:  # noqa: ANN401 - two dialects, two types
    """An INSERT that can say ON CONFLICT. `dialect` is "sqlite" or "postgresql"."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)
