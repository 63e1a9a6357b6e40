"""Invented paragraphs cut into sentences by hand: what a splitter of sentences must give back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LANGUAGES = ("de", "en", "uk")
_FOLDER = Path(__file__).with_name("sentences")


@cache
def paragraphs(language: str) -> tuple[tuple[str, ...], ...]:
    """The paragraphs of one language as sentences; in the file a sentence a line, an empty line between paragraphs."""
    text = (_FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    return tuple(tuple(block.splitlines()) for block in text.strip().split("\n\n"))
