"""A digest is a function of preferences and window: select, rank, choose sentences, mark new or update, group.

Pure and deterministic: the same stories in any order give the same digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.differences import differences
from digests.domain.digests import Digest, Item, State, Window
from digests.domain.grouping import grouped
from digests.domain.headlines import headline_of
from digests.domain.preferences import Preferences
from digests.domain.ranking import Standing, diversified, score, topicality, witnesses
from digests.domain.telling import may_have_news, source_notes, tell_new, tell_update

WordMatch = Callable[[str, Article], TopicMatch | None]
"""Says whether a reader's free word is what an article is about."""
ParentOf = Callable[[str], str | None]
"""The topic above a topic; None for a subject, and for a free word."""

_TOPICS_WITHOUT_CHOICE = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A story as one reader sees it at the end of a window."""

    story: Story
    older: tuple[Article, ...]  # known before the window, by time
    inside: tuple[Article, ...]  # news inside the window, by time
    state: State
    matches: tuple[TopicMatch, ...] = ()  # best first

    @property
    def articles(self) -> tuple[Article, ...]:
        """Lead first, then originals by time, then copies."""
        ids = {article.id for article in (*self.older, *self.inside)}

        def place(article: Article) -> tuple[bool, bool, datetime, int]:
            return article.id != self.story.lead_id, article.duplicate_of in ids, article.news_at, article.id

        return tuple(sorted((*self.older, *self.inside), key=place))

    @property
    def latest(self) -> tuple[Article, ...]:
        """What came inside the window, in languages the story was told in before: originals first, latest first."""
        spoken = {article.language for article in self.older}
        ids = {article.id for article in (*self.older, *self.inside)}
        fresh = [article for article in self.inside if article.language in spoken]
        fresh.sort(key=lambda article: (article.news_at, article.id), reverse=True)
        return tuple(sorted(fresh, key=lambda article: article.duplicate_of in ids))

    @property
    def last_at(self) -> datetime:
        return max(article.published_at for article in (*self.older, *self.inside))


def no_words(word: str, article: Article) -> TopicMatch | None:  # noqa: ARG001 - the shape of a WordMatch
    """The default `word_match`: free words are not looked for."""
    return None


def no_parents(slug: str) -> str | None:  # noqa: ARG001 - the shape of a ParentOf
    """The default `parent_of`: every topic stands for itself."""
    return None


def compose(
    preferences: Preferences,
    window: Window,
    stories: Iterable[Story],
    *,
    now: datetime,
    limit: int | None = None,
    word_match: WordMatch = no_words,
    parent_of: ParentOf = no_parents,
) -> Digest:
    """The digest of one profile for one window; `stories` carry all their articles, also those before the window.

    Articles after the window do not exist for it. Without a chosen topic or word every story matches. At most `limit`
    items (default: what the reader's length says); what did not fit is counted in `left_out`, what mutes hid in
    `muted`.
    """
    candidates: dict[int, _Candidate] = {}
    muted = 0
    for story in stories:
        readable = [article for article in story.articles if _readable(article, preferences)]
        if (candidate := _candidate(story, readable, window, preferences, word_match)) is None:
            continue
        if (candidate := _unmuted(candidate, readable, window, preferences, word_match)) is None:
            muted += 1
        else:
            candidates[story.id] = candidate
    ranked = diversified(_standing(candidate, preferences, now, parent_of) for candidate in candidates.values())
    wanted = max(0, preferences.length.stories if limit is None else limit)
    items: list[Item] = []
    silent = 0
    while len(items) < wanted and (standing := next(ranked, None)) is not None:
        if (item := _item(candidates[standing.story_id], standing.score, preferences)) is None:
            silent += 1
        else:
            items.append(item)
    articles = {item.story_id: candidates[item.story_id].articles for item in items}
    left_out = len(candidates) - len(items) - silent
    return Digest(window, grouped(items, articles, parent_of), left_out=left_out, muted=muted)


def _readable(article: Article, preferences: Preferences) -> bool:
    return not preferences.languages or article.language in preferences.languages


def _candidate(
    story: Story, articles: Sequence[Article], window: Window, preferences: Preferences, word_match: WordMatch
) -> _Candidate | None:
    """The story as these of its articles tell it; None when it has nothing new or nothing for this reader."""
    known = sorted((a for a in articles if a.news_at <= window.end), key=lambda a: (a.news_at, a.id))
    older = tuple(article for article in known if article.news_at not in window)
    inside = tuple(article for article in known if article.news_at in window)
    if not inside:
        return None
    complete = len(articles) == len(story.articles)
    began = story.first_at if complete else known[0].news_at
    matches = _matches(known, preferences, word_match)
    if not matches and preferences.chosen:
        return None
    if began in window or not older:
        return _Candidate(story, (), inside, State.NEW, matches)
    candidate = _Candidate(story, older, inside, State.UPDATE, matches)
    return candidate if may_have_news(older, candidate.latest) else None


def _unmuted(
    candidate: _Candidate,
    readable: Sequence[Article],
    window: Window,
    preferences: Preferences,
    word_match: WordMatch,
) -> _Candidate | None:
    """The candidate without muted sources; None when they hide it, or a muted word does."""
    hidden = {credit.casefold() for credit in preferences.muted_sources}
    heard = [article for article in readable if article.credit.casefold() not in hidden]
    if len(heard) < len(readable):
        remaining = _candidate(candidate.story, heard, window, preferences, word_match)
    else:
        remaining = candidate
    if remaining is None:
        return None
    muted = any(word_match(word, article) for word in preferences.mutes for article in remaining.articles)
    return None if muted else remaining


def _matches(articles: Iterable[Article], preferences: Preferences, word_match: WordMatch) -> tuple[TopicMatch, ...]:
    """What of the reader's choice the articles meet, best first; for a reader without one, their main topics."""
    best: dict[str, TopicMatch] = {}
    for article in articles:
        for match in _article_matches(article, preferences, word_match):
            if match.slug not in best or match.score > best[match.slug].score:
                best[match.slug] = match
    ordered = sorted(best.values(), key=lambda match: (-match.score, match.slug))
    return tuple(ordered if preferences.chosen else ordered[:_TOPICS_WITHOUT_CHOICE])


def _article_matches(article: Article, preferences: Preferences, word_match: WordMatch) -> Iterator[TopicMatch]:
    for slug, match in article.topics.items():
        if slug in preferences.topics or not preferences.chosen:
            yield match
    for word in preferences.words:
        if (found := word_match(word, article)) is not None:
            yield found


def _standing(candidate: _Candidate, preferences: Preferences, now: datetime, parent_of: ParentOf) -> Standing:
    topical = topicality(candidate.matches, parent_of) if preferences.chosen else 1.0
    crowds = [f"storyline {candidate.story.storyline_id}", *(match.slug for match in candidate.matches[:1])]
    rank = score(witnesses(candidate.articles), candidate.last_at, topical, now)
    return Standing(candidate.story.id, rank, tuple(crowds))


def _item(candidate: _Candidate, rank: float, preferences: Preferences) -> Item | None:
    """What the reader sees of a story; None for an update that turns out to say nothing new."""
    count, more = preferences.length.sentences, preferences.length.details
    articles = candidate.articles
    if candidate.state is State.NEW:
        sentences, details = tell_new(articles, count, more)
    else:
        sentences, details = tell_update(candidate.older, candidate.latest, count, more)
    if not sentences:
        return None
    speaker = next(article for article in articles if article.id == sentences[0].article_id)
    speaking = [article for article in articles if article.language == speaker.language]
    return Item(
        story_id=candidate.story.id,
        storyline_id=candidate.story.storyline_id,
        headline=headline_of(speaking),
        state=candidate.state,
        sentences=tuple(sentences),
        details=tuple(details),
        sources=source_notes(articles, [*sentences, *details]),
        language=speaker.language,
        first_at=candidate.story.first_at,
        last_at=candidate.last_at,
        topics=candidate.matches,
        score=rank,
        differences=differences(speaking),
    )
