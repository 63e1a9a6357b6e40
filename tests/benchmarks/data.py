"""The measuring data in ../shared/data beside the repository, and no part of it: its texts belong to publishers.

Every benchmark loads it here, so that a missing file is said in one way: `MissingDataError`, which a benchmark run by
itself lets `clear_exit` turn into one line.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
GERMAN = frozenset({"de", "at", "ch", "li"})
"""Countries whose pages are read as German."""


class MissingDataError(Exception):
    """A file of the data, or a package that only a benchmark needs, is not there."""


@dataclass(frozen=True)
class Page:
    """One news page with its publisher's own body (`paragraphs`) and the editor's teaser."""

    id: str
    country: str
    publisher: str
    url: str
    date: str  # ISO 8601, with or without a zone
    title: str
    teaser: str
    paragraphs: list[str]
    headings: list[str]
    topics: list[str]
    html: str

    @property
    def german(self) -> bool:
        return self.country in GERMAN

    @property
    def gold(self) -> str:
        """The whole body, one paragraph a line."""
        return "\n".join(self.paragraphs)


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of one file, such as "pairs"; nobody may change them. Raises MissingDataError."""
    path = FOLDER / f"{name}.jsonl.gz"
    if not path.exists():
        raise MissingDataError(f"{path} is missing; the benchmark needs the project's measuring data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def pages() -> tuple[Page, ...]:
    """The pages that have a body. Raises MissingDataError."""
    return tuple(
        Page(
            id=row["id"],
            country=row["country"],
            publisher=row["publisher"],
            url=row["url"],
            date=row["date"],
            title=row["title"] or "",
            teaser=" ".join(row["teaser"] or []),
            paragraphs=row["paragraphs"],
            headings=row["headings"] or [],
            topics=row["topics"] or [],
            html=row["html"],
        )
        for row in rows("pages")
        if row["paragraphs"]
    )


@contextmanager
def clear_exit() -> Iterator[None]:
    """End a benchmark with one line where its data is missing."""
    try:
        yield
    except MissingDataError as error:
        sys.exit(str(error))
