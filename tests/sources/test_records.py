"""Articles as objects of JSON: who wrote them and their picture."""

from __future__ import annotations

import pytest

from digests.errors import InputError
from digests.sources.records import record_article


def test_author_and_picture() -> None:
    record = {"text": "Der Hafen öffnet.", "author": "Von Ada Lovelace", "picture": "https://a.example/p.jpg"}
    raw = record_article(record, "here", "push", "desk")
    assert (raw.author, raw.picture) == ("Ada Lovelace", "https://a.example/p.jpg")
    plain = record_article({"text": "Der Hafen öffnet."}, "here", "push", "desk")
    assert (plain.author, plain.picture) == (None, None)


@pytest.mark.parametrize("record", [{"author": 4}, {"picture": "p.jpg"}, {"picture": "javascript:x"}])
def test_wrong_ones_are_named(record: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(record))):
        record_article({"text": "Der Hafen öffnet.", **record}, "here", "push", "desk")
