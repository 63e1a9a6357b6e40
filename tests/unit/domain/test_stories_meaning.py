"""Stories with an embedder: what vectors add, and what they must not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from digests.domain.regrouping import repair
from digests.domain.stories import Newcomer, StoryIndex
from digests.domain.terms import terms
from tests.support import reports
from tests.support.builders import NOON
from tests.support.streams import newcomer


class Oracle:
    """An embedder that stands for any: reports of one subject have one vector, others nothing in common with it."""

    name = "oracle"
    languages = frozenset({"de", "en"})
    common_ground = 0.5
    at_home = 0.0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[float("grain" in text), float("grain" not in text)] for text in texts], np.float32)


class TestEmbeddings:
    """Vectors are evidence between languages, and only there."""

    def take(self, index: StoryIndex, language: str, subject: str) -> int | None:
        oracle = Oracle()
        words_ = {"de": "Getreideabkommen verlängert", "en": "Vessels leave again"}[language]
        item = Newcomer(words_, terms(words_, [words_]), language, "x", NOON, vector=oracle.embed([subject])[0])
        verdict = index.assign(item)
        index.add(len(index) + 1, item, verdict.story_id or len(index) + 1, 1)
        return verdict.story_id

    def test_two_languages_without_a_common_word_meet(self) -> None:
        index = StoryIndex(Oracle())
        assert self.take(index, "de", "grain") is None
        assert self.take(index, "en", "heat") is None
        index.remove(2)
        assert self.take(index, "en", "grain") == 1

    def test_within_a_language_they_count_where_the_embedder_says_so(self) -> None:
        oracle = Oracle()
        one, other = (
            Newcomer(title, terms(title, []), "de", title, NOON, vector=oracle.embed(["grain"])[0])
            for title in ("Frachter laufen aus", "Getreideabkommen verlängert")
        )
        assert StoryIndex(oracle).similarity(one, other) == 0
        oracle.at_home = 0.25
        assert StoryIndex(oracle).similarity(one, other) == pytest.approx(0.25)

    def test_without_an_embedder_vectors_count_for_nothing(self) -> None:
        index = StoryIndex()
        assert self.take(index, "de", "grain") is None
        assert self.take(index, "en", "grain") is None

    def test_a_repair_sees_what_the_vectors_say(self) -> None:
        index = StoryIndex(Oracle())
        assert self.take(index, "de", "grain") is None
        verdict = Newcomer("Ships", terms("Ships", []), "en", "y", NOON, vector=Oracle().embed(["grain"])[0])
        index.add(2, verdict, 2, 2)
        found = index.component(2)
        assert found is not None
        assert len(repair(found)) == 1

    def test_a_report_without_a_vector_is_judged_by_its_terms(self) -> None:
        index = StoryIndex(Oracle())
        assert self.take(index, "de", "grain") is None
        assert index.assign(newcomer(reports.GRAIN_ENGLISH)).story_id is None
