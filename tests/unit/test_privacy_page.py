"""docs/privacy.md names every table that has something of a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digests.storage import models
from digests.storage.personal import OWNED

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
SHARED = {
    "profile", "profile_story", "profile_topic", "schedule", "pack", "edition", "digest", "update_receipt",
}  # fmt: skip
IMPERSONAL = {
    "announcement", "archive_word", "article", "article_revision", "article_topic", "big_slot", "heartbeat", "notice",
    "rate_bucket", "seen_entry", "source", "source_day", "story", "story_change", "storyline", "tally", "tick", "topic",
    "topic_model",
    "written_summary",
}  # fmt: skip
"""Tables of the news and of the service. A new table has to be put here on purpose, or told on the page."""


def named(part: str) -> set[str]:
    """The tables in the first column of a part of the page."""
    cells = re.findall(r"^\| (`[^|]+`) \|", part, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_table_of_a_reader_is_told() -> None:
    personal, shared = PAGE.split("These tables hold wishes")
    assert named(personal) == {table.name for table in OWNED}
    assert named(shared) == SHARED
    assert {table.name for table in OWNED} | SHARED | IMPERSONAL == set(models.Base.metadata.tables)


@pytest.mark.parametrize("command", ["/privacy", "/mydata", "/forget", "/stop", "/feedback"])
def test_the_page_names_the_ways_out(command: str) -> None:
    assert f"`{command}`" in PAGE
