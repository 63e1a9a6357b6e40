"""JSON Lines to articles: one object a line, read as a stream, every fault named by line and field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

import orjson

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.sources.fields import language_field, text_field, time_field, topics_field, url_field
from digests.text.bylines import author
from digests.text.markup import Page, read_markup

LINE_LIMIT = 2_000_000
"""Bytes of one line; a longer one is no article."""


def read_records(stream: BinaryIO, place: str, folder: str, credit: str) -> Iterator[RawArticle | InputError]:
    """Every line of `stream` as an article, or as the error that says what is wrong with it; blank lines are skipped.

    `folder` names the source and `credit` the credit of articles that give no `source` themselves.
    """
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        where = f"{place}:{number}"
        if len(line) > LINE_LIMIT:
            _skip_line(stream, line)
            yield InputError(where, f"the line is longer than {LINE_LIMIT // 1_000_000} MB; expected one article")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            try:
                yield _article(line.strip(), where, folder, credit)
            except InputError as error:
                yield error


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LINE_LIMIT)


def _article(line: bytes, place: str, folder: str, credit: str) -> RawArticle:
    raw = record_article(_object(line, place), place, "file", folder)
    return raw if raw.source_title != folder else replace(raw, credit=credit)


def record_article(record: Mapping[str, object], place: str, kind: str, folder: str) -> RawArticle:
    """An article as an object of JSON tells it; `kind` and `folder` name the source where it gives none.

    Raises InputError that names the field.
    """
    url = url_field(record, place)
    text, html = text_field(record, "text", place), text_field(record, "html", place)
    if text is None and html is None:
        raise InputError(place, "fields text and html are empty; expected the article in one of them")
    page = Page(text) if text is not None else read_markup(html or "", url=url)
    source = text_field(record, "source", place)
    name = " ".join(source.split()) if source else folder
    return RawArticle(
        guid=_guid(record, place) or url or _hash(record),
        text=page.text,
        origin=place,
        source_key=f"{kind}:{name}",
        source_title=name,
        credit=name,
        url=url or page.url,
        title=text_field(record, "title", place) or page.title,
        teaser=text_field(record, "teaser", place) or page.teaser,
        language=language_field(record, place) or page.language,
        published_at=time_field(record, place) or page.published_at,
        topics=topics_field(record, place),
        headings=page.headings,
        paywalled=page.paywalled,
        author=author([text_field(record, "author", place)]) or page.author,
        picture=url_field(record, place, "picture") or page.picture,
    )


def _object(line: bytes, place: str) -> dict[str, object]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(place, f"the line is no JSON ({error.msg} at character {error.pos})") from error
    if not isinstance(record, dict):
        raise InputError(place, "the line is no JSON object; expected {...} with the fields of one article")
    return record


def _hash(record: Mapping[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _guid(record: Mapping[str, object], place: str) -> str | None:
    value = record.get("guid")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text_field(record, "guid", place)
