"""What an item of a digest says of a story, for all readers alike who see the same articles at the same length."""

from __future__ import annotations

from dataclasses import replace

from digests.domain.candidates import Candidate
from digests.domain.differences import differences
from digests.domain.digests import Item, State
from digests.domain.headlines import headline_of
from digests.domain.preferences import Length
from digests.domain.telling import source_notes, tell_new, tell_update
from digests.domain.written import fitting_summary
from digests.text.reading_time import reading_seconds


def tell(candidate: Candidate, length: Length) -> Item | None:
    """The item without topics and rank; None for an update that turns out to say nothing new."""
    count, more = length.sentences, length.details
    view = candidate.view
    articles = view.articles
    if view.read:
        sentences, details = tell_update(view.read, view.latest, count, more)
    else:
        sentences, details = tell_new(articles, count, more)
    if not sentences:
        return None
    speaker = next(article for article in articles if article.id == sentences[0].article_id)
    speaking = [article for article in articles if article.language == speaker.language]
    written = fitting_summary(candidate.story.written, speaking, count) if candidate.state is State.NEW else ()
    return Item(
        story_id=candidate.story.id,
        storyline_id=candidate.story.storyline_id,
        headline=headline_of([speaker, *(article for article in speaking if article.id != speaker.id)]),
        state=candidate.state,
        sentences=tuple(sentences),
        details=tuple(details),
        sources=source_notes(articles, [*sentences, *details], [id_ for each in written for id_ in each.article_ids]),
        language=speaker.language,
        first_at=candidate.story.first_at,
        last_at=view.last_at,
        topics=(),
        score=0.0,
        differences=differences(speaking),
        written=written,
    )


def seconds_to_read(item: Item) -> float:
    """How long it takes to read all that an item says: headline, generated summary, sentences, details."""
    texts = [item.headline, *(sentence.text for sentence in item.written)]
    texts += [sentence.text for sentence in (*item.sentences, *item.details)]
    return sum(reading_seconds(text, item.language) for text in texts)


def shortened(item: Item, seconds: float) -> Item | None:
    """The item with as many details as can be read in so many seconds; None when not even its summary can."""
    for kept in range(len(item.details), -1, -1):
        shorter = replace(item, details=item.details[:kept])
        if seconds_to_read(shorter) <= seconds:
            return shorter
    return None
