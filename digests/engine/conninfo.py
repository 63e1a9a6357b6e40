"""Addresses of PostgreSQL as libpq reads them."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL


def conninfo(url: URL) -> str:
    """An address as libpq reads it, whatever its password is made of: SQLAlchemy writes spaces as they are."""
    options = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    return make_conninfo(**url.translate_connect_args(username="user", database="dbname"), **options)
