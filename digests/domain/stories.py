"""Which event does a report belong to? Streaming stories in memory, and the storylines that chain them.

A report joins the story whose members of the last three days it resembles by title and lead (see `event_index`): half
the mean, half the best. Storylines connect stories over weeks by what whole texts repeat (see `storylines`). Nothing
here knows a clock or a database: whoever keeps the index passes times, and fills it from storage after a start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from digests.domain.event_index import EventIndex, Report
from digests.domain.formats import is_format
from digests.domain.regrouping import LIKE, MANY, Component
from digests.domain.storylines import STORYLINE_WINDOW, StorylineIndex
from digests.domain.terms import Terms, title_pattern
from digests.domain.transliteration import CYRILLIC
from digests.domain.vector_index import Vector
from digests.text.embeddings import Embedder

Key = TypeVar("Key")

STORY_WINDOW = timedelta(hours=72)
"""A story takes in reports that are no further than this from one of its members."""
JOIN = LIKE
"""Similarity from which a report belongs to a story."""
JOIN_PAGE = 0.25
"""The same for a story that so far stands on the report's own page alone: one author's wording is no evidence."""
JOIN_ABROAD = 0.18
"""The same between languages: a single long word that both happen to share must not do (Testament, compromise)."""
JOIN_SCRIPTS = 0.1
"""The same between scripts, where nothing but names and numbers can meet, and hardly by chance."""
REWRITE = 0.5
"""Similarity from which a repeated title means a new version of the report, not the next of a series."""
REACH = 0.1
"""Similarity from which a repair takes a neighbouring story into account."""
REPAIRED = 40
"""Reports that one repair looks at; a story with more of them has found itself."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article or entry that looks for its story."""

    title: str
    terms: Terms
    language: str
    source: str  # what publishes a series under one title: the source's key
    at: datetime  # UTC; when it became news
    page: int | None = None  # the article an entry stands in
    vector: Vector | None = None  # an embedding of title and lead; none in a language that the embedder does not know


@dataclass(frozen=True, slots=True)
class Assignment:
    """The verdict on a newcomer; None means: open a new one."""

    story_id: int | None
    storyline_id: int | None
    similarity: float = 0.0  # to the story, or to the nearest that was not near enough
    storyline_similarity: float = 0.0


_NO_TERMS = Terms({}, {})
_WINDOW_SECONDS = STORY_WINDOW.total_seconds()


@dataclass(frozen=True, slots=True)
class _Member:
    newcomer: Newcomer  # without its terms: the indexes hold what they need of them
    story_id: int
    storyline_id: int
    pattern: str
    second: float  # its time, for quick comparisons


class StoryIndex:
    """The stories of the last days and the storylines of the last weeks, in memory.

    With an `embedder` the vectors of newcomers help to find what other languages report; it is never called here.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._events = EventIndex(embedder)
        self._storylines = StorylineIndex()
        self._members: dict[int, _Member] = {}
        self._by_story: defaultdict[int, set[int]] = defaultdict(set)
        self._open: Counter[int] = Counter()  # members by story that newcomers can still join
        self._series: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._closing: list[tuple[datetime, int]] = []  # heap of members by time: their events go first,
        self._ending: list[tuple[datetime, int]] = []  # then the members themselves

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._members

    def assign(self, newcomer: Newcomer) -> Assignment:
        """The story and storyline this one belongs to. Changes nothing: `add` it once the ids are known."""
        if is_format(newcomer.title):
            return Assignment(None, None)
        serial = self._is_serial(newcomer)
        story_id, similarity, margin = self._nearest_story(newcomer, REWRITE if serial else None)
        if story_id is not None and margin >= 0:
            return Assignment(story_id, self._storyline_of(story_id), similarity)
        if serial:
            return Assignment(None, None, similarity)
        storyline_id, storyline_similarity = self._storylines.nearest(newcomer.terms.subject, newcomer.at)
        return Assignment(None, storyline_id, similarity, storyline_similarity)

    def add(self, item_id: int, newcomer: Newcomer, story_id: int, storyline_id: int) -> None:
        """Keep a member of a story: after `assign`, and when the index is filled from storage, oldest first."""
        self.remove(item_id)
        opens_issue = story_id not in self._by_story and self._is_serial(newcomer)
        member = _member(newcomer, story_id, storyline_id)
        self._members[item_id] = member
        self._by_story[story_id].add(item_id)
        heappush(self._closing, (newcomer.at, item_id))
        issues = self._series[newcomer.source, member.pattern]
        issues.add(item_id)
        if opens_issue:
            self._close(issues)
        elif not is_format(newcomer.title):
            self._events.add(item_id, _report(newcomer))
            self._open[story_id] += 1
            self._storylines.add(item_id, newcomer.terms.subject, story_id, storyline_id, newcomer.at)

    def refresh(self, item_id: int, newcomer: Newcomer) -> None:
        """Let a member say what it says after an edit. It keeps its story, its storyline and its time.

        A member that attracts nobody any more stays so. Raises KeyError for an unknown id.
        """
        before = self._members[item_id]
        member = _member(replace(newcomer, at=before.newcomer.at), before.story_id, before.storyline_id)
        self._members[item_id] = member
        _discard(self._series, (before.newcomer.source, before.pattern), item_id)
        self._series[newcomer.source, member.pattern].add(item_id)
        self._storylines.refresh(item_id, newcomer.terms.subject)
        if item_id in self._events:
            self._events.add(item_id, _report(newcomer))

    def component(self, item_id: int, fixed: Container[int] = ()) -> Component | None:
        """The stories around a member, for `repair`; None when there is nothing to think over.

        Stories in `fixed` (those an operator has put right) are left alone.
        """
        member = self._members[item_id]
        if item_id not in self._events or member.story_id in fixed:
            return None
        near = self._by_nearness(self._events.near_kept(item_id), member.second)
        stories = [member.story_id]
        for story_id, score in sorted(near.items(), key=lambda each: (-each[1], each[0])):
            size = sum(self._open[each] for each in stories) + self._open[story_id]
            if story_id not in stories and story_id not in fixed and score >= REACH and size <= REPAIRED:
                stories.append(story_id)
        items = [each for story_id in stories for each in self._by_story[story_id] if each in self._events]
        if len(items) > REPAIRED or (len(stories) == 1 and len(items) < 3):
            return None
        items.sort(key=lambda each: (self._members[each].second, each))
        return Component(tuple(items), tuple(self._members[each].story_id for each in items), self._likeness(items))

    def move(self, item_id: int, story_id: int, storyline_id: int) -> None:
        """Put a member into another story, as a repair or an operator decided. Raises KeyError for an unknown id."""
        member = self._members[item_id]
        _discard(self._by_story, member.story_id, item_id)
        self._by_story[story_id].add(item_id)
        if item_id in self._events:
            _discount(self._open, member.story_id)
            self._open[story_id] += 1
        self._members[item_id] = replace(member, story_id=story_id, storyline_id=storyline_id)
        self._storylines.move(item_id, story_id, storyline_id)

    def similarity(self, one: Newcomer, other: Newcomer) -> float:
        """How much two reports tell of the same event: 0 to 1 by their terms, numbers and vectors may add to it."""
        return self._events.similarity(_report(one), _report(other))

    def alikeness(self, one: int, other: int) -> float:
        """How alike the open members of two stories are, in parts of what makes them one: from 1.0 they would be.

        Half the mean of all pairs, half how well members of the one match in the other, seen from the side that finds
        less, as when stories are grouped anew. 0.0 for a story without open members.
        """
        here, there = ([each for each in self._by_story.get(id_, ()) if each in self._events] for id_ in (one, other))
        if not here or not there:
            return 0.0
        pairs = self._likeness([*here, *there])[: len(here), len(here) :]
        support = min(pairs.max(axis=1).mean(), pairs.max(axis=0).mean())
        return float((pairs.mean() + support) / 2 / LIKE)

    def remove(self, item_id: int) -> None:
        """Forget one member; an unknown id is no error."""
        member = self._members.get(item_id)
        if member is None:
            return
        self._shut(item_id)
        self._storylines.remove(item_id)
        del self._members[item_id]
        _discard(self._by_story, member.story_id, item_id)
        _discard(self._series, (member.newcomer.source, member.pattern), item_id)

    def forget(self, now: datetime) -> None:
        """Drop what no newcomer can reach any more: events after three days, storylines after three weeks."""
        while self._closing and self._closing[0][0] < now - STORY_WINDOW:
            at, item_id = heappop(self._closing)
            if self._is_from(item_id, at):
                self._shut(item_id)
                heappush(self._ending, (at, item_id))
        while self._ending and self._ending[0][0] < now - STORYLINE_WINDOW:
            at, item_id = heappop(self._ending)
            if self._is_from(item_id, at):
                self.remove(item_id)

    def _is_from(self, item_id: int, at: datetime) -> bool:
        """False when the member was forgotten, or added anew with another time, since it was queued."""
        return item_id in self._members and self._members[item_id].newcomer.at == at

    def _shut(self, item_id: int) -> None:
        """Let no newcomer join by this member any more."""
        if item_id in self._events:
            self._events.remove(item_id)
            _discount(self._open, self._members[item_id].story_id)

    def _nearest_story(self, newcomer: Newcomer, bar: float | None) -> tuple[int | None, float, float]:
        """The story that clears its bar most clearly (or misses it least), its similarity, and the margin."""
        scores = self._by_nearness(self._events.near(_report(newcomer)), newcomer.at.timestamp())
        nearest: tuple[float, int, float] | None = None
        for story_id, score in scores.items():
            margin = score - (bar or (self._bar(newcomer, story_id) if score >= JOIN_SCRIPTS else JOIN))
            if nearest is None or (margin, -story_id) > nearest[:2]:
                nearest = margin, -story_id, score
        return (None, 0.0, -1.0) if nearest is None else (-nearest[1], nearest[2], nearest[0])

    def _by_nearness(self, similarities: Mapping[int, float], second: float) -> dict[int, float]:
        """How near each story is by its members within the window: see `_nearness`."""
        found: defaultdict[int, list[float]] = defaultdict(list)
        for item_id, similarity in similarities.items():
            member = self._members[item_id]
            if abs(second - member.second) <= _WINDOW_SECONDS:
                found[member.story_id].append(similarity)
        return {story_id: _nearness(values, self._open[story_id]) for story_id, values in found.items()}

    def _likeness(self, items: Sequence[int]) -> NDArray[np.float64]:
        """The similarities of members on one scale, whatever bar holds between them."""
        members = [self._members[item_id] for item_id in items]
        seconds = np.array([member.second for member in members])
        languages = [member.newcomer.language for member in members]
        pages = np.array([member.newcomer.page or item_id for item_id, member in zip(items, members, strict=True)])
        likeness = self._events.likeness(items)
        likeness[pages[:, None] == pages] *= LIKE / JOIN_PAGE
        likeness *= LIKE / np.array([[_bar_between(one, other) for other in languages] for one in languages])
        likeness[abs(seconds[:, None] - seconds) > _WINDOW_SECONDS] = 0.0
        return likeness

    def _bar(self, newcomer: Newcomer, story_id: int) -> float:
        ids = self._by_story[story_id]
        members = self._members
        if newcomer.page is not None and all(newcomer.page in (id_, members[id_].newcomer.page) for id_ in ids):
            return JOIN_PAGE
        return min(_bar_between(newcomer.language, members[id_].newcomer.language) for id_ in ids)

    def _is_serial(self, newcomer: Newcomer) -> bool:
        """True for a recurring format: its source has used this title before, or it names nothing but a date."""
        pattern = title_pattern(newcomer.title)
        return not pattern or (newcomer.source, pattern) in self._series

    def _close(self, issues: set[int]) -> None:
        """Once a format is known, its earlier issues attract nobody any more, unless others joined them by then."""
        for item_id in issues:
            if len(self._by_story[self._members[item_id].story_id]) == 1:
                self._shut(item_id)
                self._storylines.remove(item_id)

    def _storyline_of(self, story_id: int) -> int:
        return self._members[next(iter(self._by_story[story_id]))].storyline_id


def _bar_between(one: str, other: str) -> float:
    """The similarity from which reports in these languages tell of one event."""
    if one == other:
        return JOIN
    return JOIN_ABROAD if (one in CYRILLIC) == (other in CYRILLIC) else JOIN_SCRIPTS


def _member(newcomer: Newcomer, story_id: int, storyline_id: int) -> _Member:
    bare = replace(newcomer, terms=_NO_TERMS, vector=None)
    return _Member(bare, story_id, storyline_id, title_pattern(newcomer.title), newcomer.at.timestamp())


def _report(newcomer: Newcomer) -> Report:
    return Report(newcomer.terms, newcomer.language, newcomer.vector)


def _nearness(similarities: list[float], members: int) -> float:
    """Half the mean over all members, half the best similarity; the second best where they are many.

    So one report that tells of two events does not pull a report of the one into the story of the other.
    """
    ranked = sorted([0.0, *similarities])
    strongest = ranked[-2] if members + 1 >= MANY else ranked[-1]
    return (sum(similarities) / members + strongest) / 2


def _discard(groups: defaultdict[Key, set[int]], key: Key, item_id: int) -> None:
    groups[key].discard(item_id)
    if not groups[key]:
        del groups[key]


def _discount(counts: Counter[int], key: int) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
