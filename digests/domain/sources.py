"""Sources as decisions see them: what is known of one, what a reading of it brought, and why it brought nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from digests.errors import DepescheError


class SourceKind(StrEnum):
    """How articles come from it."""

    FEED = "feed"
    PAGE = "page"  # one page that changes, such as a live blog
    FILE = "file"
    PUSH = "push"


class SourceState(StrEnum):
    """How a source is doing, in one word."""

    OK = "ok"
    NEW = "new"  # not read yet
    FAILING = "failing"
    PAUSED = "paused"  # by an operator
    RETIRED = "retired"  # given up after a month of failures
    FED = "fed"  # files and pushes: not read by itself


class FullText(StrEnum):
    """When the page of a feed's entry is read."""

    NEVER = "never"
    SHORT = "short"  # when the feed itself says too little
    ALWAYS = "always"


class Trouble(StrEnum):
    """Why nothing could be fetched."""

    ADDRESS = "address"  # not an address to fetch from
    REFUSED = "refused"  # an address inside the operator's own network
    CONNECTION = "connection"  # no such host, no connection, TLS
    TIMEOUT = "timeout"
    STATUS = "status"  # the server's answer says so
    REDIRECTS = "redirects"
    SIZE = "size"
    CONTENT = "content"  # the bytes are not what they should be
    ROBOTS = "robots"  # the site asks robots not to read this page


FAILURES_KEPT = 10
"""Failures of a source that are remembered."""
_BUSY = frozenset({408, 425, 429})


class FetchError(DepescheError):
    """Nothing could be fetched; `status` of the answer when there was one, `retry_after` when it named a pause."""

    def __init__(
        self, url: str, trouble: Trouble, reason: str, status: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.trouble = trouble
        self.reason = reason
        self.status = status
        self.retry_after = retry_after

    @property
    def passes(self) -> bool:
        """True when another try may go better without anybody changing anything."""
        if self.status is not None:
            return self.status >= 500 or self.status in _BUSY
        return self.trouble in (Trouble.CONNECTION, Trouble.TIMEOUT)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reading that failed: when (UTC), and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source that is read, as stored. `url` is its address; `topics` are given to all its articles."""

    id: int
    kind: SourceKind
    url: str
    title: str
    language: str | None = None
    topics: tuple[str, ...] = ()
    full_text: FullText = FullText.SHORT
    etag: str | None = None
    last_modified: str | None = None
    body_key: str | None = None  # hash of what it said last
    interval: timedelta | None = None
    entry_dates: tuple[datetime, ...] = ()  # UTC; of its last entries
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    last_error: str | None = None
    next_poll_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    paused_at: datetime | None = None
    retired_at: datetime | None = None
    created_at: datetime | None = None
    recent_failures: tuple[Failure, ...] = ()  # newest first; they stay when it works again

    @property
    def state(self) -> SourceState:
        """How it is doing."""
        if self.kind in (SourceKind.FILE, SourceKind.PUSH):
            return SourceState.FED
        if self.retired_at or self.paused_at:
            return SourceState.RETIRED if self.retired_at else SourceState.PAUSED
        if self.failures:
            return SourceState.FAILING
        return SourceState.NEW if self.succeeded_at is None else SourceState.OK

    @property
    def is_first_sight(self) -> bool:
        """True until it has been read once: what stands in it by then is no news."""
        return self.succeeded_at is None

    def failures_with(self, failure: Failure) -> tuple[Failure, ...]:
        """The last failures after one more."""
        return (failure, *self.recent_failures)[:FAILURES_KEPT]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; texts are plain, addresses absolute."""

    guid: str
    url: str | None = None
    title: str | None = None
    teaser: str | None = None  # what the entry says of its article
    text: str | None = None  # the article itself where the feed carries it, one block per line
    published_at: datetime | None = None  # UTC
    updated_at: datetime | None = None  # UTC; of its last edit
    author: str | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None
    headings: frozenset[str] = frozenset()  # lines of `text` that markup says are headings
    picture: str | None = None  # its address


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries in its own order; `faulty` counts those that could not be used."""

    title: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]
    faulty: int = 0
    site: str | None = None  # the page the feed belongs to
    interval: timedelta | None = None  # how often it asks to be read: ttl, sy:updatePeriod
    gone_to: str | None = None  # the feed itself says that it lives elsewhere now


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one reading of a source brought. Without a feed the source said nothing new."""

    feed: Feed | None
    etag: str | None = None
    last_modified: str | None = None
    body_key: str | None = None
    wish: timedelta | None = None  # how long it asks to be left alone
    moved_to: str | None = None  # where it lives from now on
    others: tuple[str, ...] = ()  # addresses of further feeds that the page names on which this one was found


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of readings and what they brought, of one source over some days."""

    polls: int = 0
    unchanged: int = 0
    failures: int = 0
    added: int = 0
    updated: int = 0
    copies: int = 0  # near-duplicates of other sources' articles
    faulty: int = 0  # entries and pages that no article could be made of
    lines: int = 0  # of articles before cleaning
    dropped: int = 0  # lines that cleaning took away

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def boilerplate(self) -> float:
        """The share of lines that were no article's."""
        return self.dropped / self.lines if self.lines else 0.0
