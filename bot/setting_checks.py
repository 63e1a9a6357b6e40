"""What settings need that is more than a look at one value."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic_core import ErrorDetails


def with_password(values: dict[str, object]) -> dict[str, object]:
    """Settings with the password of DATABASE_PASSWORD_FILE in DATABASE_URL, which is all that anybody else looks at.

    Raises ValueError when the file cannot be read, or when there is no place for a password.
    """
    path = values.get("database_password_file")
    if not path:
        return values
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    name = "DATABASE_PASSWORD_FILE"
    try:
        password = Path(str(path)).read_text(encoding="utf-8").strip()
        url = make_url(str(values.get("database_url") or "sqlite://"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}: {path} cannot be read ({read_reason(error)})") from None
    except (ArgumentError, ValueError):
        return values  # no address at all, which is said where addresses are looked at
    if url.get_backend_name() == "sqlite":
        raise ValueError(f"{name}: an SQLite file has no password; take it out, or set DATABASE_URL")
    if url.password:
        raise ValueError(f"{name}: DATABASE_URL holds a password too; take it out of there")
    return values | {"database_url": url.set(password=password).render_as_string(hide_password=False)}


def database_address(value: str) -> str:
    """The address of a database that we can work with. Raises ValueError for any other."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    expected = "expected sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError(expected) from None
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
        raise ValueError(expected)
    return value


def read_reason(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, in a few words."""
    return error.strerror or "unknown" if isinstance(error, OSError) else "not a text in UTF-8"


_BOUNDS = {
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected {ge:g} or more",
    "less_than_equal": "expected {le:g} or less",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
}
"""What pydantic says in its own words, by the type of the problem."""


def told(problem: ErrorDetails) -> str:
    """What pydantic finds wrong with a value, and what was expected instead."""
    if (expected := _BOUNDS.get(problem["type"])) is not None:
        return expected.format(**problem.get("ctx", {}))
    message = problem["msg"].removeprefix("Value error, ").partition(", unable to parse")[0]
    return re.sub("^Input should be (?=an? |')", "expected ", message)
