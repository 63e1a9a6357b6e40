"""Checked fields of an article that someone wrote down: JSON Lines, front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from digests.errors import InputError

_OTHER_TIMES = ("published", "date_published", "publishedAt", "pubDate", "date")
"""What feed readers, JSON Feed, others' programs, RSS and front matter call `published_at`."""
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*$")


def text_field(record: Mapping[str, object], name: str, place: str) -> str | None:
    """The text under `name`, None when absent, null or blank. Raises InputError for another type."""
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(place, f"field {name} is {_kind(value)}; expected a text")
    return value if value.strip() else None


def language_field(record: Mapping[str, object], place: str) -> str | None:
    """The language as ISO 639 code in lower case, without a region."""
    value = text_field(record, "language", place)
    if value is None:
        return None
    if not _LANGUAGE.match(value.strip()):
        raise InputError(place, f"field language is {value!r}; expected a code such as de, en or uk")
    return re.split("[-_]", value.strip())[0].lower()


def url_field(record: Mapping[str, object], place: str, name: str = "url") -> str | None:
    """An http or https address."""
    value = text_field(record, name, place)
    if value is None:
        return None
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise InputError(place, f"field {name} is {value!r}; expected an address that begins with https:// or http://")
    return value.strip()


def time_field(record: Mapping[str, object], place: str) -> datetime | None:
    """`published_at` in UTC, else the first time under a name that others use for it.

    Written by ISO 8601 or RFC 5322; a time without zone is taken as UTC, a date alone as its first minute. What the
    other names hold may be something else ("published: true").
    """
    value = text_field(record, "published_at", place)
    if value is None:
        others = (record.get(name) for name in _OTHER_TIMES)
        return next((at for other in others if isinstance(other, str) and (at := _moment(other)) is not None), None)
    moment = _moment(value)
    if moment is None:
        expected = "expected ISO 8601 such as 2026-11-22T14:35:00+01:00 (without zone: UTC)"
        raise InputError(place, f"field published_at is {value!r}; {expected}")
    return moment


def _moment(text: str) -> datetime | None:
    text = text.strip()
    try:
        moment = parsedate_to_datetime(text) if text[:1].isalpha() else datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def topics_field(record: Mapping[str, object], place: str) -> tuple[str, ...]:
    """Topics as a list of texts, or one text with commas."""
    value = record.get("topics")
    if value is None:
        return ()
    names = value.strip("[] ").split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(place, f"field topics is {_kind(value)}; expected a list of texts")
    return tuple(dict.fromkeys(bare for name in names if (bare := name.strip(" \t\"'"))))


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "a list of mixed values" if isinstance(value, list) else type(value).__name__)
