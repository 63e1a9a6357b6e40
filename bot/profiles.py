"""Topics and words as an operator types them for a preview, in the shell and in the chat."""

from __future__ import annotations

from collections.abc import Iterable

from digests.domain.preferences import Length, Preferences
from digests.domain.topics import Catalogue
from digests.errors import UnknownTopicError


def typed_preferences(
    catalogue: Catalogue, names: Iterable[str], length: Length = Length.NORMAL, minutes: int | None = None
) -> Preferences:
    """What a reader of these topics and words would have chosen; without any, all news.

    A name in quotes is a free word, and so is one like no topic. Raises UnknownTopicError for one that is nearly one.
    """
    topics: set[str] = set()
    words: set[str] = set()
    for name in names:
        topic = catalogue.find(name)
        if topic is not None:
            topics.add(topic.slug)
        elif name.startswith('"') or not catalogue.nearest(name):
            words.add(name.strip('"'))
        else:
            raise UnknownTopicError(name, [near.slug for near in catalogue.nearest(name)])
    return Preferences(topics=frozenset(topics), words=frozenset(words), length=length, minutes=minutes)
