"""What /search is asked for: words, and perhaps a period at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digests.domain.arguments.latest import USUAL, parse_latest
from digests.domain.arguments.problems import ArgumentError

_GROUPS = (3, 2, 1)  # how many words may say a period together


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The words as they were typed, and from when on (UTC) what has them shall be."""

    words: str
    since: datetime | None = None


def parse_search(text: str, now: datetime) -> SearchRequest:
    """Read "words [7d]"; `now` is aware, in the reader's time zone. Never raises.

    Only what stands at the end is a period, and only when words are left: "Zwei Wochen im Juli" is searched for whole.
    """
    words = text.split()
    for size in _GROUPS:
        if len(words) <= size:
            continue
        try:
            request = parse_latest(" ".join(words[-size:]), now)
        except ArgumentError:
            continue
        if request.since is not None and not request.words and request.count == USUAL:
            return SearchRequest(" ".join(words[:-size]), request.since)
    return SearchRequest(" ".join(words))
