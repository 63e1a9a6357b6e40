"""Items of one storyline stand together under one heading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from digests.domain.articles import Article
from digests.domain.common_words import FUNCTION_WORDS
from digests.domain.digests import Group, Item
from digests.text.words import fold, words

_IN_HEADING = 2


def grouped(
    items: Sequence[Item], articles: Mapping[int, Iterable[Article]], parent_of: Callable[[str], str | None]
) -> tuple[Group, ...]:
    """Groups in the order of their best items; `items` come best first, `articles` by story tell the topics."""
    by_storyline: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_storyline[item.storyline_id].append(item)
    groups = []
    for storyline_id, members in by_storyline.items():
        if len(members) == 1:
            groups.append(Group(storyline_id, tuple(members)))
            continue
        topics = _shared_topics([articles[item.story_id] for item in members], parent_of)
        groups.append(Group(storyline_id, tuple(members), topics, _heading(members)))
    return tuple(groups)


def _shared_topics(stories: Sequence[Iterable[Article]], parent_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """Slugs that every story has, the most specific and surest first; a topic above a chosen one adds nothing."""
    scores = [_topic_scores(articles) for articles in stories]
    shared = set(scores[0]).intersection(*scores[1:])
    ordered = sorted(
        shared, key=lambda slug: (-len(_above(slug, parent_of)), -min(each[slug] for each in scores), slug)
    )
    chosen: list[str] = []
    for slug in ordered:
        if not any(slug in _above(other, parent_of) for other in chosen):
            chosen.append(slug)
    return tuple(chosen[:_IN_HEADING])


def _topic_scores(articles: Iterable[Article]) -> dict[str, float]:
    best: dict[str, float] = {}
    for article in articles:
        for slug, match in article.topics.items():
            best[slug] = max(match.score, best.get(slug, 0.0))
    return best


def _above(slug: str, parent_of: Callable[[str], str | None]) -> list[str]:
    above: list[str] = []
    parent = parent_of(slug)
    while parent is not None and parent not in above:
        above.append(parent)
        parent = parent_of(parent)
    return above


def _heading(items: Sequence[Item]) -> str:
    """The capitalised words of headlines that all items use; the best item's headline when there are none."""
    texts = [[item.headline, *(each.text for each in (*item.sentences, *item.details))] for item in items]
    uses = [Counter(fold(name) for text in of_item for name in _names(text)) for of_item in texts]
    spellings = {fold(name): name for item in reversed(items) for name in reversed(_names(item.headline))}
    shared = set(spellings).intersection(*uses)
    ordered = sorted(shared, key=lambda name: (-min(use[name] for use in uses), -sum(use[name] for use in uses), name))
    return " · ".join(spellings[name] for name in ordered[:_IN_HEADING]) or items[0].headline


def _names(text: str) -> list[str]:
    return [word for word in words(text) if word[0].isupper() and fold(word) not in FUNCTION_WORDS]
