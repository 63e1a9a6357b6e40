"""docs/privacy.md and the German docs/datenschutz.md name every table that has something of a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.i18n import translations
from bot.settings import privacy_page
from digests.storage import models
from digests.storage.personal import OWNED

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "These tables hold wishes": (DOCS / "privacy.md").read_text(encoding="utf-8"),
    "Die folgenden Tabellen enthalten Wünsche": (DOCS / "datenschutz.md").read_text(encoding="utf-8"),
}
"""Each with the words at which the second table begins."""
SHARED = {
    "profile", "profile_story", "profile_topic", "schedule", "pack", "edition", "digest", "update_receipt", "ban",
}  # fmt: skip
IMPERSONAL = {
    "announcement", "archive_word", "article", "article_revision", "article_topic", "big_slot", "heartbeat", "notice",
    "outage", "rate_bucket", "seen_entry", "source", "source_day", "story", "story_change", "storyline",
    "struck_sentence", "summary_request", "tally", "tick", "topic", "topic_fix", "topic_model", "written_summary",
}  # fmt: skip
"""Tables of the news and of the service. A new table has to be put here on purpose, or told on the page."""


def named(part: str) -> set[str]:
    """The tables in the first column of a part of the page."""
    cells = re.findall(r"^\| (`[^|]+`) \|", part, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("parting", PAGES)
def test_every_table_of_a_reader_is_told(parting: str) -> None:
    personal, shared = PAGES[parting].split(parting)
    assert named(personal) == {table.name for table in OWNED}
    assert named(shared) == SHARED
    assert {table.name for table in OWNED} | SHARED | IMPERSONAL == set(models.Base.metadata.tables)


@pytest.mark.parametrize("page", PAGES.values(), ids=["english", "german"])
@pytest.mark.parametrize("command", ["/privacy", "/mydata", "/forget", "/stop", "/feedback"])
def test_the_page_names_the_ways_out(command: str, page: str) -> None:
    assert f"`{command}`" in page


def test_both_pages_have_the_same_parts() -> None:
    shapes = {
        (page.count("\n## "), page.count("\n- "), page.count("\n| "), tuple(sorted(set(re.findall(r"`[^`]+`", page)))))
        for page in PAGES.values()
    }
    assert len(shapes) == 1


@pytest.mark.parametrize(("language", "name"), [("de", "datenschutz.md"), ("en", "privacy.md"), ("uk", "privacy.md")])
def test_privacy_sends_the_page_of_the_language(language: str, name: str) -> None:
    assert privacy_page(language) == DOCS / name


@pytest.mark.parametrize(("language", "english"), [("de", "Englisch"), ("en", "English"), ("uk", "англійською")])
def test_a_page_in_another_language_says_so(language: str, english: str) -> None:
    said = translations(language)("privacy.long")
    assert (english in said) == (language != "en" and privacy_page(language) == privacy_page("en"))
