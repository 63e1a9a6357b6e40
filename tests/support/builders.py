"""Articles, stories and preferences with sensible defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.preferences import Length, Preferences
from digests.text.document import Kind, Label, Paragraph
from digests.text.sentences import split_sentences

NOON = datetime(2026, 8, 12, 12, 0, tzinfo=UTC)
"""When things happen unless a test says otherwise."""
BODY = ("Die Delegationen treffen sich am Nachmittag in Istanbul. Strittig ist die Kontrolle der Häfen.",)

_numbers = count(1)


def paragraph(text: str, language: str = "de", kind: Kind = Kind.BODY) -> Paragraph:
    """A paragraph cut into sentences as the product does it."""
    return Paragraph(kind, tuple(split_sentences(text, language)))


def topic_match(slug: str, score: float = 0.8, words: tuple[str, ...] = ()) -> TopicMatch:
    """A match of one topic."""
    return TopicMatch(slug, score, words)


def article(
    title: str = "Verhandlungen über Getreidekorridor gehen in zweite Runde",
    body: Sequence[str | Paragraph] = BODY,
    *,
    id: int | None = None,
    story_id: int = 0,
    credit: str = "Abendbote",
    language: str = "de",
    at: datetime = NOON,
    news_at: datetime | None = None,
    topics: Mapping[str, TopicMatch] | Iterable[str] = (),
    title_derived: bool = False,
    dated: bool = True,
    teaser: str | None = None,
    url: str | None = None,
    labels: Iterable[Label] = (),
    parent_id: int | None = None,
    duplicate_of: int | None = None,
) -> Article:
    """An article published and news at `at`; `topics` may be plain slugs; a fresh id unless one is given."""
    matches = dict(topics) if isinstance(topics, Mapping) else {slug: topic_match(slug) for slug in topics}
    return Article(
        id=next(_numbers) if id is None else id,
        story_id=story_id,
        credit=credit,
        title=title,
        paragraphs=tuple(part if isinstance(part, Paragraph) else paragraph(part, language) for part in body),
        language=language,
        published_at=at,
        news_at=at if news_at is None else news_at,
        title_derived=title_derived,
        dated=dated,
        teaser=teaser,
        url=url,
        labels=frozenset(labels),
        parent_id=parent_id,
        duplicate_of=duplicate_of,
        topics=matches,
    )


def story(
    *articles: Article,
    id: int | None = None,
    storyline_id: int | None = None,
    lead_id: int | None = None,
) -> Story:
    """A story of these articles (one default article when none is given); its times are theirs, the first one leads.

    Id and storyline default to the first article's id, so that a lone story is its own storyline.
    """
    members = sorted(articles or (article(),), key=lambda member: (member.news_at, member.id))
    number = members[0].id if id is None else id
    return Story(
        id=number,
        storyline_id=number if storyline_id is None else storyline_id,
        first_at=members[0].news_at,
        last_at=members[-1].news_at,
        lead_id=members[0].id if lead_id is None else lead_id,
        articles=tuple(members),
    )


def preferences(
    topics: Iterable[str] = (),
    *,
    words: Iterable[str] = (),
    mutes: Iterable[str] = (),
    muted_sources: Iterable[str] = (),
    languages: Iterable[str] = (),
    length: Length = Length.NORMAL,
    weights: Mapping[str, int] | None = None,
    stories: Iterable[int] = (),
) -> Preferences:
    """Preferences from plain lists."""
    return Preferences(
        topics=frozenset(topics),
        words=frozenset(words),
        mutes=frozenset(mutes),
        muted_sources=frozenset(muted_sources),
        languages=frozenset(languages),
        length=length,
        weights=frozenset((weights or {}).items()),
        stories=frozenset(stories),
    )
