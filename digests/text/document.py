"""What the text layer makes of one raw text: a clean document of paragraphs and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_NO_SPACE = re.compile("(?<=[。！？]) |(?<=[。！？][」』”）]) ")


class Kind(StrEnum):
    """What a paragraph is. Summaries are made of BODY only."""

    BODY = "body"
    HEADING = "heading"


class Label(StrEnum):
    """What a reader should know about an article before trusting it."""

    LIVE_BLOG = "live_blog"
    MACHINE_TRANSLATED = "machine_translated"
    OPINION = "opinion"
    PRESS_RELEASE = "press_release"
    PAYWALLED = "paywalled"


class Reason(StrEnum):
    """Why a line was dropped; operators read it in the import report."""

    AD = "ad"  # ad markers and slots ("spot_img", "Anzeige")
    SHARE = "share"  # share bars and calls to share
    TEASER_LIST = "teaser_list"  # headlines and leads of other articles
    INVITATION = "invitation"  # live-ticker, newsletter, app and follow calls
    NAVIGATION = "navigation"  # menus, dates, breadcrumbs, "more" links, popular lists
    NOTICE = "notice"  # cookie, paywall and legal notices
    CREDIT = "credit"  # captions, photo credits, author boxes
    REPEATED = "repeated"  # the same line stands in several articles of the source
    JUNK = "junk"  # scripts, bare URLs, lines without letters


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One clean paragraph; a sentence's address is (paragraph index, sentence index)."""

    kind: Kind
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences as running text; no space where Chinese and Japanese have none."""
        text = " ".join(self.sentences)
        return text if text.isascii() else _NO_SPACE.sub("", text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One update inside a live blog, or a passage on another subject under its own heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    at: datetime | None = None  # UTC; only when the page gives a time
    name: str = ""  # what an edit leaves as it is: the time of the day and the heading it was given; may be empty


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """A line that no reader will see, and why."""

    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Document:
    """A clean text. `title_derived` tells that the text had no title of its own and one was made from its lead."""

    title: str
    title_derived: bool
    language: str  # ISO 639-1, or "und" when nothing fits
    paragraphs: tuple[Paragraph, ...]
    entries: tuple[Entry, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()
    labels: frozenset[Label] = field(default_factory=frozenset)
