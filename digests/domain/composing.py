"""A digest is a function of preferences and window: choose, rank, tell, mark new or update, group.

Pure and deterministic: the same stories in any order give the same digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from digests.domain.articles import Article, Story
from digests.domain.candidates import Candidate
from digests.domain.choosing import Chooser, Knowledge
from digests.domain.digests import Digest, Item, Window
from digests.domain.grouping import grouped
from digests.domain.items import seconds_to_read, shortened
from digests.domain.preferences import MOST_STORIES, Preferences, Weighed, weight_key
from digests.domain.ranking import Standing, diversified, half_life, rate, topicality, weighed, weights_met
from digests.domain.repeats import tells_again

_MISFITS = 3
"""So many stories in a row of ranks that there is no more time for, and the digest is full."""


def compose(
    preferences: Preferences,
    window: Window,
    stories: Sequence[Story],
    *,
    now: datetime,
    limit: int | None = None,
    every: bool = False,
    knowledge: Knowledge | None = None,
) -> Digest:
    """The digest of one profile for one window; `stories` carry all their articles, also those before the window.

    Articles after the window do not exist for it. Without a chosen topic or word every story matches. Of each storyline
    that the reader follows the best story comes first. At most `limit` items (default: what the reader's length says,
    in stories or minutes of reading); what did not fit is counted in `left_out`, what mutes hid in `muted`. Of stories
    that tell the same only the best comes and the others are left out, unless `every` one is asked for. What the reader
    has had as breaking news comes with what is new since then. Raises InputError for weights that name nothing.
    """
    knowledge = knowledge or Knowledge()
    chooser = Chooser(preferences, window, knowledge)
    found = list(chooser.candidates(stories))
    heard = {each.story.id: each for candidate in found if (each := chooser.unmuted(candidate)) is not None}
    ranker = _Ranker(preferences, half_life(window), now, knowledge)
    crowded: Counter[str] = Counter()
    room = _Room(preferences, limit)
    items: list[Item] = []
    silent = 0
    first, rest = _promised(heard.values(), chooser, ranker)
    for standing in chain(diversified(first, crowded), diversified(rest, crowded)):
        if room.is_full:
            break
        candidate = heard[standing.story_id]
        item = knowledge.tell(candidate, preferences.length)
        if item is None:
            silent += 1
        elif (every or not any(tells_again(item, shown) for shown in items)) and (item := room.take(item)):
            items.append(_ranked(item, candidate, standing, chooser))
            crowded.update(standing.crowds)
    articles = {item.story_id: heard[item.story_id].view.articles for item in items}
    left_out = len(heard) - len(items) - silent
    groups = grouped(items, articles, knowledge.parent_of)
    return Digest(window, groups, left_out=left_out, muted=len(found) - len(heard))


class _Room:
    """What a digest has room for: so many stories, or as many as can be read in so many minutes."""

    def __init__(self, preferences: Preferences, limit: int | None) -> None:
        minutes = preferences.minutes if limit is None else None
        self._seconds = 60.0 * minutes if minutes else None
        stories = MOST_STORIES if minutes else preferences.length.stories
        self._stories = max(0, stories if limit is None else limit)
        self._misfits = 0
        self._is_empty = True

    @property
    def is_full(self) -> bool:
        """True when nothing more need be offered."""
        return self._stories == 0 or self._misfits == _MISFITS

    def take(self, item: Item) -> Item | None:
        """The item in as many sentences as there is time for; None when there is none. The first one always comes."""
        fitted: Item | None = item
        if self._seconds is not None:
            fitted = shortened(item, self._seconds)
            if fitted is None and self._is_empty:
                fitted = replace(item, details=(), sentences=item.sentences[:1])
            if fitted is None:
                self._misfits += 1
                return None
            self._seconds -= seconds_to_read(fitted)
        self._stories -= 1
        self._is_empty = False
        return fitted


class _Ranker:
    """Rates candidates for one reader."""

    def __init__(self, preferences: Preferences, halving: timedelta, now: datetime, knowledge: Knowledge) -> None:
        self._chosen, self._moment = preferences.chosen, (now, halving)
        self._weights = dict(preferences.weights)
        keys = map(weight_key, self._weights)
        self._weighed_words = [name for kind, name in keys if kind is Weighed.WORD]
        self._knowledge = knowledge

    def standing(self, candidate: Candidate) -> Standing:
        """The story's factors, and what crowds it."""
        standing = candidate.standings.get(self._moment)
        if standing is None:
            standing = candidate.standings[self._moment] = self._unweighed(candidate)
        if not self._weights:
            return standing
        weights = self._weights_met(candidate.view.known)
        parts = replace(standing.parts, weight=weighed(sum(steps for _, steps in weights)))
        return replace(standing, parts=parts, weights=weights)

    def _unweighed(self, candidate: Candidate) -> Standing:
        view, matches, (now, halving) = candidate.view, candidate.matches, self._moment
        topical = topicality(matches, self._knowledge.parent_of) if self._chosen else 1.0
        parts = rate(view.witnesses, now - view.last_at, halving, topical, news=candidate.news)
        line = f"storyline {view.story.storyline_id}"
        return Standing(view.story.id, parts, (line, matches[0].slug) if matches else (line,))

    def _weights_met(self, articles: Sequence[Article]) -> tuple[tuple[str, int], ...]:
        topics = frozenset[str]().union(*(article.topics for article in articles))
        words = [
            word for word in self._weighed_words if any(self._knowledge.word_match(word, each) for each in articles)
        ]
        return weights_met(self._weights, topics, words, [article.credit for article in articles])


def _promised(
    candidates: Iterable[Candidate], chooser: Chooser, ranker: _Ranker
) -> tuple[list[Standing], list[Standing]]:
    """The best story of each storyline that the reader follows, and all others."""
    best: dict[int, Standing] = {}
    rest: list[Standing] = []
    for candidate in candidates:
        standing, line = ranker.standing(candidate), candidate.story.storyline_id
        if not chooser.follows(candidate.story):
            rest.append(standing)
        elif line not in best:
            best[line] = standing
        else:
            behind, best[line] = sorted((standing, best[line]), key=lambda each: (each.parts.score, -each.story_id))
            rest.append(behind)
    return list(best.values()), rest


def _ranked(item: Item, candidate: Candidate, standing: Standing, chooser: Chooser) -> Item:
    """The item with what it is to this reader."""
    parts = standing.parts
    return replace(
        item,
        topics=candidate.matches,
        score=parts.score,
        parts=parts,
        weights=standing.weights,
        followed=chooser.follows(candidate.story),
        since=chooser.knowledge.told.get(item.story_id),
    )
