"""Chains of stories over weeks: what later reports of one development keep coming back to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from statistics import fmean

from digests.domain.term_index import Shared, TermIndex

STORYLINE_WINDOW = timedelta(days=21)
"""A storyline that was quiet for longer has ended; what comes then opens a new one."""
CONTINUE = 0.2
"""Similarity of subjects from which a story continues a storyline."""
_WITHOUT_STRONGEST = 0.5
"""Share of `CONTINUE` that must stay without the strongest shared term: one common name makes no storyline."""
_WITNESSES = 3
"""Texts per story that stand for it: the first ones, which tell how it began."""
_NEAREST = 5
"""So many of a storyline's nearest stories form the mean; what it was months ago does not count against it."""


@dataclass(frozen=True, slots=True)
class _Witness:
    story_id: int
    storyline_id: int
    at: datetime


class StorylineIndex:
    """The subjects of the last weeks' stories. Linear counts let the words speak that a text repeats."""

    def __init__(self) -> None:
        self._subjects = TermIndex(breadth=40)
        self._witnesses: dict[int, _Witness] = {}
        self._by_story: defaultdict[int, set[int]] = defaultdict(set)

    def add(self, item_id: int, subject: Mapping[str, float], story_id: int, storyline_id: int, at: datetime) -> None:
        """Let an article or entry stand for its story, unless enough do already."""
        self.remove(item_id)
        if len(self._by_story[story_id]) >= _WITNESSES:
            return
        self._subjects.add(item_id, subject)
        self._witnesses[item_id] = _Witness(story_id, storyline_id, at)
        self._by_story[story_id].add(item_id)

    def remove(self, item_id: int) -> None:
        """Forget one; an unknown id is no error."""
        self._subjects.remove(item_id)
        witness = self._witnesses.pop(item_id, None)
        if witness is not None:
            self._by_story[witness.story_id].discard(item_id)
            if not self._by_story[witness.story_id]:
                del self._by_story[witness.story_id]

    def refresh(self, item_id: int, subject: Mapping[str, float]) -> None:
        """Let a text that stands for its story say something else; one that stands for none is no error."""
        if item_id in self._witnesses:
            self._subjects.add(item_id, subject)

    def move(self, item_id: int, story_id: int, storyline_id: int) -> None:
        """Let a text that stood for one story stand for another; one that stands for none is no error."""
        witness = self._witnesses.get(item_id)
        if witness is not None:
            self._by_story[witness.story_id].discard(item_id)
            if not self._by_story[witness.story_id]:
                del self._by_story[witness.story_id]
            self._by_story[story_id].add(item_id)
            self._witnesses[item_id] = _Witness(story_id, storyline_id, witness.at)

    def nearest(self, subject: Mapping[str, float], at: datetime) -> tuple[int | None, float]:
        """The storyline this subject continues, with the similarity; None when none is near enough."""
        best: defaultdict[int, dict[int, float]] = defaultdict(dict)
        vector = self._subjects.vector(subject)
        for item_id, shared in self._subjects.near(vector).items():
            witness = self._witnesses[item_id]
            if abs(at - witness.at) > STORYLINE_WINDOW or not _is_broad(shared):
                continue
            of_story = best[witness.storyline_id]
            of_story[witness.story_id] = max(shared.similarity, of_story.get(witness.story_id, 0.0))
        scores = {storyline_id: _score(list(stories.values())) for storyline_id, stories in best.items()}
        if not scores:
            return None, 0.0
        storyline_id = min(scores, key=lambda candidate: (-scores[candidate], candidate))
        score = scores[storyline_id]
        return (storyline_id if score >= CONTINUE else None), score


def _is_broad(shared: Shared) -> bool:
    """What does not reach the bar does no harm, whatever it is made of."""
    if shared.similarity < CONTINUE:
        return True
    return shared.similarity - shared.strongest >= CONTINUE * _WITHOUT_STRONGEST


def _score(similarities: list[float]) -> float:
    """Half the best, half the mean of the nearest stories."""
    nearest = nlargest(_NEAREST, similarities)
    return (nearest[0] + fmean(nearest)) / 2
