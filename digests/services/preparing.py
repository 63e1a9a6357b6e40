"""What is done with an article before it is stored, and without the tables: cleaning it, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.services.furniture import Window
from digests.text.document import Document
from digests.text.embeddings import Embedder, embed_document
from digests.text.reading import Origin, read_document


@dataclass(frozen=True, slots=True)
class Prepared:
    """A clean article, with the furniture that it was cleaned of and the embeddings of it and its entries.

    Without a document when cleaning it failed, and then with the error that says why.
    """

    raw: RawArticle
    repeated: frozenset[str]
    document: Document | None = None
    vectors: Sequence[bytes | None] = ()
    error: Exception | None = None


def prepare_all(
    raws: Sequence[RawArticle], windows: Mapping[str, Window], now: datetime, embedder: Embedder | None
) -> list[Prepared]:
    """Articles in the order in which they will be stored; each adds to what is known of its source's furniture.

    That none of them is a copy or known is but a guess: storing compares what each was cleaned of.
    """
    prepared = []
    for raw in raws:
        window = windows[raw.source_key]
        article = prepare(raw, window.next(), now, embedder)
        if article.document:
            window.add(article.document)
        prepared.append(article)
    return prepared


def prepare(raw: RawArticle, repeated: frozenset[str], now: datetime, embedder: Embedder | None) -> Prepared:
    """One article; what costs time, so call it outside the event loop."""
    try:
        document = read_raw(raw, repeated, now)
        if not document.paragraphs and not document.entries:
            problem = "no article text was found; expected at least one paragraph of running text"
            return Prepared(raw, repeated, error=InputError(raw.origin, problem))
        nothing = [None] * (1 + len(document.entries))
        return Prepared(raw, repeated, document, embed_document(embedder, document) if embedder else nothing)
    except Exception as error:  # a fault of ours with one article must not hold back those that came with it
        return Prepared(raw, repeated, error=error)


def storable(raw: RawArticle) -> RawArticle:
    """Without the one character that PostgreSQL cannot store."""
    texts: dict[str, Any] = {
        each.name: value.replace("\0", "")
        for each in fields(raw)
        if isinstance(value := getattr(raw, each.name), str) and "\0" in value
    }
    return replace(raw, **texts) if texts else raw


def read_raw(raw: RawArticle, repeated: frozenset[str], now: datetime) -> Document:
    """A raw article cleaned; `repeated` are the lines its source is known to repeat."""
    return read_document(
        raw.text,
        title=raw.title,
        language=raw.language,
        headings=raw.headings,
        repeated=repeated,
        origin=Origin(raw.url, raw.paywalled, raw.published_at, now),
    )
