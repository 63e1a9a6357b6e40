"""What a comparison of models and database leaves out."""

from __future__ import annotations

SEARCH_TABLES = "article_search"


def include_object(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Leave the search index out: it is made per dialect, by hand."""
    return not (kind in ("table", "index") and SEARCH_TABLES in (name or ""))
