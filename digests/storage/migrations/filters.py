"""What a comparison of models and database leaves out."""

from __future__ import annotations

OTHERS = ("article_search", "ix_article_place", "procrastinate_", "job_schema")
"""The search index and SQLite's own, made per dialect by hand, and what the engine on PostgreSQL keeps."""


def include_object(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Leave out what is not made from the models."""
    return not (kind in ("table", "index") and any(part in (name or "") for part in OTHERS))
