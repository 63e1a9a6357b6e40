"""An article and the entries in it as rows, before they have a story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from digests.domain.articles import RawArticle
from digests.domain.identity import content_key, entry_key, text_key, url_key
from digests.domain.stories import Newcomer
from digests.domain.vector_index import Vector
from digests.services.newsroom import newcomer
from digests.storage.articles import KnownArticle
from digests.storage.bodies import body_to_json
from digests.text.document import Document, Entry, Paragraph
from digests.text.fingerprints import fingerprint
from digests.text.quotes import close_up
from digests.text.repair import repair_name

ARCHIVE_AFTER = timedelta(days=2)
"""What was published longer before it was fetched is archive: stored and found, but no news."""
KEPT = ("guid", "url_key", "source_id", "parent_id", "news_at", "fetched_at", "published_at", "dated")
"""Columns that an edit does not touch."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article or entry on its way into the tables."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    columns: dict[str, Any]
    source_key: str
    source_topics: tuple[str, ...]
    page: int | None  # of an entry or a live blog: the id of the page
    is_known: bool = False  # the page has been stored before

    @property
    def fingerprint(self) -> tuple[int, ...]:
        """What copies are found by."""
        return tuple(self.columns["fingerprint"])

    def newcomer(self, at: datetime, vector: Vector | None) -> Newcomer:
        """What looks for its story; `at` is when it became news (UTC)."""
        return newcomer(self.title, self.paragraphs, self.columns["language"], self.source_key, at, self.page, vector)


def draft_of(raw: RawArticle, document: Document, source_id: int, now: datetime, vector: bytes | None = None) -> Draft:
    """An article that was read now, as a draft; `vector` is its embedding as stored."""
    columns = _columns(raw, document, source_id, now) | {"vector": vector}
    return Draft(document.title, document.paragraphs, columns, raw.source_key, raw.topics, None)


def entry_drafts(
    page: Draft, entries: Iterable[Entry], known: Sequence[KnownArticle], vectors: Iterable[bytes | None]
) -> Iterator[tuple[Draft, KnownArticle | None]]:
    """The entries of a page, each with what is stored of it: one with the same text, else one with the same heading.

    Live blogs use a heading more than once; then the text tells the entries apart. Exact repetitions are left out.
    """
    made = [_entry_draft(page, entry, vector) for entry, vector in zip(entries, vectors, strict=True)]
    texts = {text.columns["content_key"]: text for text in made}
    same = {each.content_key: each for each in known if each.content_key in texts}
    named = {_mark(each.guid): each for each in known if each.content_key not in texts}
    taken = {_mark(each.guid) for each in same.values()}
    for content, text in texts.items():
        if content in same:
            yield text, same[content]
            continue
        if _mark(text.columns["guid"]) in taken:
            key = entry_key(page.columns["url_key"], content, "")
            text.columns.update(url_key=key, guid=_entry_guid(page, key))
        taken.add(mark := _mark(text.columns["guid"]))
        yield text, named.get(mark)


def news_at(raw: RawArticle, now: datetime) -> datetime:
    """When an article that is read now counts as news (UTC); at or before `now` - ARCHIVE_AFTER it is archive."""
    return _news_at(min(raw.published_at or now, now), now, backlog=raw.backlog)


def _columns(raw: RawArticle, document: Document, source_id: int, now: datetime) -> dict[str, Any]:
    published = min(raw.published_at or now, now)
    body = "\n".join(paragraph.text for paragraph in document.paragraphs)
    return {
        "source_id": source_id,
        "parent_id": None,
        "guid": raw.guid,
        "url": raw.url,
        "url_key": url_key(raw),
        "content_key": content_key(raw),
        "credit": repair_name(raw.credit),
        "title": document.title,
        "title_derived": document.title_derived,
        "teaser": close_up(" ".join(raw.teaser.split()), document.language) if raw.teaser else None,
        "author": raw.author,
        "picture_url": raw.picture,
        "body": body_to_json(document.paragraphs),
        "language": document.language,
        "published_at": published,
        "dated": raw.published_at is not None,
        "fetched_at": now,
        "news_at": news_at(raw, now),
        "labels": sorted(label.value for label in document.labels),
        "dropped": [[line.reason.value, line.text] for line in document.dropped],
        "fingerprint": list(fingerprint(body)),
    }


def _entry_guid(page: Draft, key: str) -> str:
    return f"{page.columns['guid']}#{key[:16]}"


def _mark(guid: str) -> str:
    """What names an entry in its page, whatever the page's own guid, which differs between sources."""
    return guid.rpartition("#")[2]


def _news_at(published: datetime, now: datetime, *, backlog: bool) -> datetime:
    """When an article counts as news: when it came in, but when it was published if it comes late or as a backlog."""
    if published <= now - ARCHIVE_AFTER:
        return published
    if backlog:
        return published if published < now else now - ARCHIVE_AFTER  # without a date nobody knows how old it is
    return now


def _entry_draft(page: Draft, entry: Entry, vector: bytes | None) -> Draft:
    """An entry inherits what its page says of itself, but not its title, text and topics.

    One without a time that has come to a known page is published now; so is one with a time of more than a day ago,
    since a page tells the hour but not the day, and the day was taken from the page's own date.
    """
    body = "\n".join(paragraph.text for paragraph in entry.paragraphs)
    key = entry_key(page.columns["url_key"], entry.name or entry.heading, body[:80])
    now = page.columns["fetched_at"]
    at = None if page.is_known and entry.at and now - entry.at > timedelta(days=1) else entry.at
    published = min(at or (now if page.is_known else page.columns["published_at"]), now)
    columns = page.columns | {
        "parent_id": page.page,
        "guid": _entry_guid(page, key),
        "url_key": key,
        "content_key": text_key(entry.heading, body),
        "title": entry.heading,
        "title_derived": False,
        "teaser": None,
        "body": body_to_json(entry.paragraphs),
        "published_at": published,
        "dated": at is not None or (page.columns["dated"] and not page.is_known),
        "news_at": _news_at(published, now, backlog=not page.is_known and page.columns["news_at"] != now),
        "dropped": [],
        "fingerprint": list(fingerprint(body)),
        "vector": vector,
    }
    return Draft(entry.heading, entry.paragraphs, columns, page.source_key, (), page.page)
