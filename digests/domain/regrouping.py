"""Second thoughts: stories that are near one another are grouped anew once more reports are in.

Streaming decides on each report with what is known when it comes. A repair looks at all open reports of a few stories
at once and may join two stories, part one, or move a report. It only says what should change: whoever keeps the stories
applies it, logs it, and can take it back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIKE = 0.15
"""Likeness from which groups of reports tell of one event."""
COPY = 0.8
"""Likeness from which a report is one more copy and no further evidence."""
MANY = 4
"""So many reports together need more than one of them to show that they tell of one event."""


@dataclass(frozen=True, slots=True)
class Component:
    """Reports of stories that are near one another, oldest first, and how alike each two of them are (0 to 1)."""

    items: tuple[int, ...]
    stories: tuple[int, ...]  # the story of each
    likeness: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Reports that move together from one story to another; without one (None) they open a story of their own.

    A story that they open continues the storyline of the one they leave. To take it back, move the same items back.
    """

    items: tuple[int, ...]
    leave: int
    join: int | None


def repair(component: Component) -> tuple[Regrouping, ...]:
    """What should change in a component; nothing when its stories stand as they should.

    The groups are found from scratch by joining the two most alike until none are alike enough (agglomerative
    clustering). Two groups are as alike as half the mean of all pairs plus half what they mean to each other: how well
    the reports of the one match in the other on average, seen from the side that finds less. From four reports on the
    second best match of each counts, so a bridge, one report that is like two stories, cannot pull them together.

    A story keeps its identity where most of its reports stay; in a tie where its oldest one does. Of two stories that
    become one, that with more reports goes on, in a tie the older one.
    """
    groups = _groups(component.likeness)
    kept = _identities(component.stories, groups)
    changes: list[Regrouping] = []
    for group, identity in zip(groups, kept, strict=True):
        leaving: defaultdict[int, list[int]] = defaultdict(list)
        for place in group:
            if component.stories[place] != identity:
                leaving[component.stories[place]].append(component.items[place])
        if identity is not None:
            changes.extend(Regrouping(tuple(items), story, identity) for story, items in leaving.items())
        else:
            changes.extend(_opening(leaving))
    return tuple(changes)


def _opening(leaving: dict[int, list[int]]) -> list[Regrouping]:
    """A group without an identity comes from stories that live on elsewhere; the largest part opens the new story.

    The rest stays where it is until that story exists: the next repair moves it there.
    """
    story, items = max(leaving.items(), key=lambda part: (len(part[1]), -part[0]))
    return [Regrouping(tuple(items), story, None)]


def _groups(likeness: NDArray[np.float64]) -> list[list[int]]:
    """Places that belong together; the group with the oldest report first."""
    originals = ((likeness >= COPY) | np.eye(len(likeness), dtype=bool)).argmax(axis=1)
    places, numbers = np.unique(originals, return_inverse=True)
    groups = _linked(likeness[np.ix_(places, places)])
    return sorted(np.flatnonzero(np.isin(numbers, group)).tolist() for group in groups)


def _linked(likeness: NDArray[np.float64]) -> list[list[int]]:
    """The same for reports none of which is a copy, in any order."""
    members = np.eye(len(likeness))
    best, second = likeness.copy(), likeness.copy()  # of each report in each group
    while len(members) > 1:
        sizes = members.sum(axis=1)
        means = members @ likeness @ members.T / np.outer(sizes, sizes)
        matches = [members @ each / sizes[:, None] for each in (best, second)]
        few = np.add.outer(sizes, sizes) < MANY
        support = np.where(few, *(np.minimum(match, match.T) for match in matches))
        links = (means + support) / 2
        np.fill_diagonal(links, -1.0)
        one, other = sorted(divmod(int(links.argmax()), len(members)))
        if links[one, other] < LIKE:
            break
        members[one] += members[other]
        ranked = np.sort(likeness[:, members[one] > 0], axis=1)
        best[:, one], second[:, one] = ranked[:, -1], ranked[:, -2]
        for table in (members.T, best, second):
            table[:, other] = table[:, -1]  # the last group takes the freed place
        members, best, second = members[:-1], best[:, :-1], second[:, :-1]
    return [np.flatnonzero(group).tolist() for group in members]


def _identities(stories: Sequence[int], groups: Sequence[Sequence[int]]) -> list[int | None]:
    """The story each group carries on: the one that gives it most reports, each story once; None opens a new one."""
    claims = [
        (-count, story, place)
        for place, group in enumerate(groups)
        for story, count in Counter(stories[member] for member in group).items()
    ]
    kept: list[int | None] = [None] * len(groups)
    taken: set[int] = set()
    for _, story, place in sorted(claims):
        if kept[place] is None and story not in taken:
            kept[place] = story
            taken.add(story)
    return kept
