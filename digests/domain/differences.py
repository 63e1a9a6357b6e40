"""Where sources of one story disagree on a number: twelve dead in one report, fifteen in another.

Only what is clearly the same count is compared: same language, same thing counted, sentences with words in common, no
two places, reports within hours of each other. A source that gives several numbers for it says nothing clear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from digests.domain.articles import Article
from digests.domain.digests import Claim, Difference
from digests.domain.figures import Figure, figures
from digests.text.document import Kind
from digests.text.words import stem, words

TOGETHER = timedelta(hours=6)
"""Reports further apart than this tell of a count that grew, not of a disagreement."""
MOST = 2
"""Differences of one story that are worth a reader's time."""
_ARTICLES = 12  # so many are compared
_SENTENCES = 30  # and so many sentences of each
_CLAIMS = 3
_ENDS, _CLOSERS = (".", "!", "…"), "”“»«\"') "


@dataclass(frozen=True, slots=True)
class _Told:
    article: Article
    figure: Figure


def differences(articles: Sequence[Article]) -> tuple[Difference, ...]:
    """The numbers on which `articles` (lead first) of one story clearly disagree, at most `MOST`."""
    found: list[Difference] = []
    for told in _by_kind(_independent(articles)).values():
        conflict = _conflict(told)
        subject = _subject(conflict) if len(conflict) > 1 else None
        if subject:
            claims = sorted(conflict, key=lambda each: (each.figure.value, each.article.id))
            found.append(
                Difference(subject, tuple(Claim(c.figure.shown, c.article.credit, c.article.id) for c in claims))
            )
    return tuple(found[:MOST])


def _independent(articles: Sequence[Article]) -> list[Article]:
    """The latest article of each source in the lead's language; copies are no second voice."""
    ids = {article.id for article in articles}
    latest: dict[str, Article] = {}
    for article in articles[:_ARTICLES]:
        name = article.credit.casefold()
        if article.language != articles[0].language or article.duplicate_of in ids:
            continue
        if name not in latest or article.published_at > latest[name].published_at:
            latest[name] = article
    return list(latest.values())


def _by_kind(articles: Iterable[Article]) -> dict[str, list[_Told]]:
    """The clear figures of each article, by what they count."""
    by_kind: defaultdict[str, list[_Told]] = defaultdict(list)
    for article in articles:
        of_article: defaultdict[str, list[Figure]] = defaultdict(list)
        for sentence in _sentences(article):
            for figure in figures(sentence, article.language):
                of_article[figure.kind].append(figure)
        for kind, said in of_article.items():
            if not any(one.contradicts(other) for one in said for other in said):
                by_kind[kind].append(_Told(article, min(said, key=lambda each: each.high - each.low)))
    return by_kind


def _sentences(article: Article) -> Iterator[str]:
    yield article.title
    body = [text for part in article.paragraphs if part.kind is Kind.BODY for text in part.sentences]
    yield from (text for text in body[:_SENTENCES] if text.rstrip(_CLOSERS).endswith(_ENDS))  # else no statement


def _conflict(told: Sequence[_Told]) -> list[_Told]:
    """The first report that another contradicts, with those that contradict it and each other."""
    for first in told:
        conflict = [first]
        for other in told:
            clear = all(other.figure.contradicts(each.figure) for each in conflict)
            if clear and all(_comparable(other, each) for each in conflict) and len(conflict) < _CLAIMS:
                conflict.append(other)
        if len(conflict) > 1:
            return conflict
    return []


def _comparable(one: _Told, other: _Told) -> bool:
    """True when both sentences speak of one matter, at about one time."""
    apart = abs(one.article.published_at - other.article.published_at)
    return apart <= TOGETHER and one.figure.counts_the_same(other.figure)


def _subject(conflict: Sequence[_Told]) -> str | None:
    """What the sources count, in the words of the first; for a unit the first word before it that they share."""
    figure, language = conflict[0].figure, conflict[0].article.language
    if figure.noun:
        return figure.noun
    shared = frozenset.intersection(*(each.figure.context for each in conflict))
    before = [word for word in words(figure.sentence[: figure.at]) if stem(word, language) in shared]
    return next((word for word in before if language != "de" or word[0].isupper()), None)
