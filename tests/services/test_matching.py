"""One matcher for many profiles gives each the digest that it would get alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.choosing import Knowledge
from digests.domain.composing import compose
from digests.domain.digests import Window
from digests.domain.matching import WordTopic
from digests.domain.preferences import Length, Preferences
from digests.domain.surface_index import SurfaceIndex
from digests.domain.text_index import TextIndex
from digests.domain.topics import Catalogue
from digests.services.matching import Matcher
from tests.support.builders import NOON, article, preferences, story
from tests.unit.domain.test_composing_properties import CALM, HOURS, worlds


def looked_up(word: str, article: Article) -> TopicMatch | None:
    """The look into one article, with nothing remembered."""
    text = "\n".join(paragraph.text for paragraph in article.paragraphs)
    return WordTopic(word).match(TextIndex(article.title, text, article.language))


ONE_FOR_ALL = Catalogue(())
WISHES = st.builds(
    preferences,
    st.sets(st.sampled_from(["sport", "nato"])),
    words=st.sets(st.sampled_from(["Eröffnung", "Bandorf", "Brücken"]), max_size=2),
    mutes=st.sets(st.sampled_from(["Delheim", "Gandorf"]), max_size=1),
    muted_sources=st.sets(st.sampled_from(["Abendbote", "Ticker24"])),
    length=st.sampled_from(Length),
)


@CALM
@given(
    worlds(),
    st.lists(st.tuples(WISHES, st.integers(0, HOURS - 1), st.integers(0, 3)), min_size=2, max_size=6),
    st.booleans(),
)
def test_what_is_remembered_changes_no_digest(
    stories: list[Story], asked: list[tuple[Preferences, int, int]], lasting: bool
) -> None:
    """Of the same stories, and of more and more of them; of what others have asked of other stories, too."""
    matcher = Matcher(ONE_FOR_ALL, lasting=lasting)
    end = NOON + timedelta(hours=HOURS)
    known: list[Story] = []
    for wishes, hours, more in asked:
        window = Window(NOON + timedelta(hours=hours), end)
        known = stories[: len(known) + more] if more else known
        alone = compose(wishes, window, known, now=end, knowledge=Knowledge(looked_up))
        assert matcher.compose(wishes, window, known, end) == alone


def test_other_stories_are_looked_at_anew() -> None:
    matcher, window = Matcher(Catalogue(())), Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    one, other = (story(article(f"Brücke in {place} ist fertig", at=NOON)) for place in ("Bandorf", "Delheim"))
    for stories in ([one], [other], [other, one], [one]):
        found = matcher.compose(preferences(words={"Brücken"}), window, stories, window.end, every=True)
        assert {item.headline for item in found.items} == {each.articles[0].title for each in stories}


@pytest.fixture
def looked_through(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts were looked through each time."""
    counts: list[int] = []

    class Counted(SurfaceIndex):
        def __init__(self, texts: Mapping[int, Collection[str]], language: str) -> None:
            counts.append(len(texts))
            super().__init__(texts, language)

    monkeypatch.setattr("digests.services.matching.SurfaceIndex", Counted)
    return counts


def test_texts_are_sorted_once_for_all_words(looked_through: list[int]) -> None:
    stories = [story(article(f"Brücke {number} ist fertig", at=NOON)) for number in range(5)]
    matcher, window = Matcher(Catalogue(())), Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    for number in range(50):
        found = matcher.compose(preferences(words={f"Wort{number}", "Brücken"}), window, stories, window.end)
        assert found.items
    assert looked_through == [5]


def test_whoever_asks_for_a_word_again_has_only_new_articles_looked_through(looked_through: list[int]) -> None:
    catalogue, window = Catalogue(()), Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    stories = [story(article(f"Brücke {number} ist fertig", at=NOON)) for number in range(5)]
    more = [*stories, story(article("Brücke in Bandorf ist fertig", at=NOON))]
    found = []
    for known, word in ((stories, "Brücken"), (stories, "Brücken"), (more, "Brücken"), (more, "Tunnel")):
        wish = preferences(words={word})
        digest = Matcher(catalogue, lasting=True).compose(wish, window, known, window.end, every=True)
        found.append(len(digest.items))
    assert found == [5, 5, 6, 0]
    assert looked_through == [5, 1, 6]
