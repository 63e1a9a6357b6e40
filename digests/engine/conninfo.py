"""Addresses of PostgreSQL as libpq reads them."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from digests.storage.database import watchful


def conninfo(url: URL) -> str:
    """An address as libpq reads it, whatever its password is made of, watched as the product's own ones are."""
    options = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    options |= {name: str(value) for name, value in watchful(url).items()}
    return make_conninfo(**url.translate_connect_args(username="user", database="dbname"), **options)
