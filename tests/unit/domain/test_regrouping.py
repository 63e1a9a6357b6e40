"""Second thoughts on stories: what a repair changes, and that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.regrouping import Component, Regrouping, repair
from digests.domain.stories import REPAIRED, StoryIndex
from tests.support import reports
from tests.support.streams import SEEDS, Stream, newcomer

NEW = 1000
"""Stories that a repair opens are numbered from here on."""


def component(stories: Sequence[int], pairs: dict[tuple[int, int], float]) -> Component:
    """Items 0, 1, 2 ... of these stories; pairs that are not named are not alike."""
    likeness = np.eye(len(stories))
    for (one, other), value in pairs.items():
        likeness[one, other] = likeness[other, one] = value
    return Component(tuple(range(len(stories))), tuple(stories), likeness)


def applied(given_: Component, changes: Iterable[Regrouping]) -> Component:
    stories = list(given_.stories)
    for change in changes:
        for item in change.items:
            assert stories[given_.items.index(item)] == change.leave
            stories[given_.items.index(item)] = NEW + change.items[0] if change.join is None else change.join
    return Component(given_.items, tuple(stories), given_.likeness)


def among(items: Iterable[int], value: float) -> dict[tuple[int, int], float]:
    return {(one, other): value for one in items for other in items if one < other}


class TestRepair:
    def test_what_stands_as_it_should_is_left_alone(self) -> None:
        assert repair(component([7, 7, 9, 9], among([0, 1], 0.4) | among([2, 3], 0.4))) == ()
        assert repair(component([7], {})) == ()

    def test_two_stories_of_one_event_become_the_older_one(self) -> None:
        assert repair(component([7, 9, 7, 9], among(range(4), 0.3))) == (Regrouping((1, 3), 9, 7),)

    def test_the_larger_story_keeps_its_identity(self) -> None:
        assert repair(component([7, 9, 9], among(range(3), 0.3))) == (Regrouping((0,), 7, 9),)

    def test_a_story_of_two_events_is_parted_and_the_larger_part_keeps_its_identity(self) -> None:
        parted = component([7] * 5, among([0, 1], 0.4) | among([2, 3, 4], 0.4) | {(1, 2): 0.2})
        assert repair(parted) == (Regrouping((0, 1), 7, None),)

    def test_a_report_in_the_wrong_story_moves(self) -> None:
        wrong = component([7, 7, 9, 9, 7], among([0, 1], 0.4) | among([2, 3, 4], 0.4))
        assert repair(wrong) == (Regrouping((4,), 7, 9),)

    def test_a_bridge_joins_one_story_and_glues_none(self) -> None:
        bridge = among([0, 1, 2], 0.5) | among([3, 4, 5], 0.5) | {(6, item): 0.3 for item in range(6)}
        [*changes] = repair(component([7, 7, 7, 9, 9, 9, 7], bridge))
        assert changes == []

    def test_a_bridge_that_has_glued_two_stories_is_undone(self) -> None:
        bridge = among([0, 1, 2], 0.5) | among([3, 4, 5], 0.5) | {(6, item): 0.3 for item in range(6)}
        [change] = repair(component([7] * 7, bridge))
        assert change in (Regrouping((3, 4, 5), 7, None), Regrouping((0, 1, 2), 7, None))

    def test_one_report_may_show_that_two_lone_ones_tell_of_one_event(self) -> None:
        assert repair(component([7, 9, 7], {(0, 2): 0.5, (1, 2): 0.5})) == (Regrouping((1,), 9, 7),)

    def test_a_strong_bridge_moves_to_the_lone_report_and_leaves_the_story(self) -> None:
        strong = among([0, 1], 0.7) | {(0, 2): 0.4, (1, 2): 0.5, (2, 3): 0.6}
        assert repair(component([7, 7, 7, 9], strong)) == (Regrouping((2,), 7, 9),)

    def test_copies_are_no_further_evidence(self) -> None:
        alike = among([1, 2], 0.95) | {(0, 3): 0.5, (1, 3): 0.5, (2, 3): 0.5}
        assert repair(component([7, 9, 9, 7], alike)) == (Regrouping((1, 2), 9, 7),)

    def test_in_a_tie_the_part_with_the_oldest_report_keeps_the_identity(self) -> None:
        parted = component([7] * 4, among([0, 3], 0.4) | among([1, 2], 0.4))
        assert repair(parted) == (Regrouping((1, 2), 7, None),)


@st.composite
def components(draw: st.DrawFn) -> Component:
    size = draw(st.integers(1, 9))
    values = draw(st.lists(st.sampled_from([0.0, 0.05, 0.15, 0.2, 0.4, 0.9]), min_size=size**2, max_size=size**2))
    likeness = np.array(values).reshape(size, size)
    stories = draw(st.lists(st.integers(1, 4), min_size=size, max_size=size))
    return Component(tuple(range(10, 10 + size)), tuple(stories), np.maximum(likeness, likeness.T))


@settings(deadline=None)
@given(components())
def test_a_repair_can_be_taken_back_and_comes_to_rest(wild: Component) -> None:
    changes = repair(wild)
    moved = [item for change in changes for item in change.items]
    assert len(set(moved)) == len(moved), "a report moves once"
    current = applied(wild, changes)
    stories = list(current.stories)
    for change in changes:
        for item in change.items:
            stories[wild.items.index(item)] = change.leave
    assert tuple(stories) == wild.stories
    for _ in range(len(wild.items)):
        changes = repair(current)
        current = applied(current, changes)
    assert changes == (), "repairing again and again changes nothing any more"


class TestIndex:
    """The stories around a member, and moving one."""

    @staticmethod
    def torn() -> Stream:
        """Two reports of one event that have ended up in two stories, and a stranger."""
        run = Stream()
        run.index.add(1, newcomer(reports.GRAIN), 1, 1)
        run.index.add(2, newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(hours=1)), 2, 2)
        run.index.add(3, newcomer(reports.FOOTBALL), 3, 3)
        return run

    def test_a_torn_event_is_joined_and_later_reports_find_it(self) -> None:
        index = self.torn().index
        found = index.component(2)
        assert found is not None
        assert found.items == (1, 2)
        assert repair(found) == (Regrouping((2,), 2, 1),)
        index.move(2, 1, 1)
        assert index.component(2) is None, "nothing to think over"
        verdict = index.assign(newcomer(reports.GRAIN_ENGLISH))
        assert (verdict.story_id, verdict.storyline_id) == (1, 1)
        index.remove(1)
        index.remove(2)
        assert index.assign(newcomer(reports.GRAIN_ENGLISH)).story_id is None

    def test_what_an_operator_has_put_right_is_left_alone(self) -> None:
        index = self.torn().index
        assert index.component(2, fixed={2}) is None
        assert index.component(2, fixed={1}) is None

    def test_the_seeds_stay_two_stories(self) -> None:
        run = Stream()
        for report in SEEDS.values():
            run.take(newcomer(report))
        for number in run.places:
            found = run.index.component(number)
            assert found is None or repair(found) == ()

    def test_a_large_story_is_not_thought_over(self) -> None:
        index = StoryIndex()
        for number in range(REPAIRED + 1):
            index.add(number, newcomer(reports.GRAIN, source=str(number)), 1, 1)
        assert index.component(5) is None

    def test_reports_days_apart_are_not_alike(self) -> None:
        index = self.torn().index
        index.remove(2)
        index.add(2, newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(days=4)), 2, 2)
        assert index.component(2) is None

    def test_an_unknown_member_cannot_move(self) -> None:
        with pytest.raises(KeyError):
            self.torn().index.move(77, 1, 1)
