"""Who reports a story by himself, and who only repeats another's text."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from digests.domain.articles import Article


def copies(articles: Collection[Article]) -> frozenset[int]:
    """The ids of those that repeat another of them: its near-duplicates, and further ones of an original not here."""
    ids = {article.id for article in articles}
    firsts: dict[int, int] = {}
    for article in sorted(articles, key=lambda each: (each.news_at, each.id)):
        if article.duplicate_of is not None and article.duplicate_of not in ids:
            firsts.setdefault(article.duplicate_of, article.id)
    kept = set(firsts.values())
    return frozenset(each.id for each in articles if each.duplicate_of is not None and each.id not in kept)


def witnesses(articles: Iterable[Article]) -> int:
    """How many independent sources report: one per credit, copies not counted.

    The entries of one live blog have its credit and are one source.
    """
    shown = list(articles)
    if len(shown) == 1:
        return 1
    repeated = copies(shown)
    return max(1, len({article.credit.casefold() for article in shown if article.id not in repeated}))
