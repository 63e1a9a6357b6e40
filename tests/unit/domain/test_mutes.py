"""Mutes as values, what is typed for them, and what they would have hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments import ArgumentError, MuteRequest, Problem, parse_mute, parse_wish
from digests.domain.articles import Article, TopicMatch
from digests.domain.choosing import Knowledge, rehearse
from digests.domain.composing import compose
from digests.domain.digests import Window
from digests.domain.mutes import Mute, find_mute, mutes_of, with_mute, without_mute
from digests.domain.preferences import Weighed
from digests.domain.telling_words import telling_word
from tests.support.builders import NOON, article, preferences, story, topic_match

DAY = timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON + DAY)
WORD, SOURCE = Weighed.WORD, Weighed.SOURCE


def says(word: str, text: Article) -> TopicMatch | None:
    """A word that stands in the title."""
    return topic_match(word) if word.casefold() in text.title.casefold() else None


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("Krieg", MuteRequest("Krieg")),
        ("Krieg 7d", MuteRequest("Krieg", lasts=7 * DAY)),
        ("Krieg für 2 Wochen", MuteRequest("Krieg", lasts=14 * DAY)),
        ("Krieg immer", MuteRequest("Krieg")),
        ("„zweite Runde“ 14d", MuteRequest('"zweite Runde"', lasts=14 * DAY)),
        ("zweite  Runde", MuteRequest("zweite Runde")),
        ("quelle:Ticker24 7d", MuteRequest("Ticker24", source=True, lasts=7 * DAY)),
        ("Quelle: Die Zeitung", MuteRequest("Die Zeitung", source=True)),
        ("source:X", MuteRequest("X", source=True)),
        ("Джерело: Новини 3 дні", MuteRequest("Новини", source=True, lasts=3 * DAY)),
        ("St.Gallen", MuteRequest("St.Gallen")),
    ],
)
def test_what_is_understood(typed: str, request_: MuteRequest) -> None:
    assert parse_mute(typed, "de") == request_


@pytest.mark.parametrize(
    ("typed", "problem", "suggestions"),
    [
        ("", Problem.MISSING, ()),
        ('""', Problem.MISSING, ()),
        ("quelle:", Problem.MISSING, ()),
        ("a", Problem.TOO_FEW, ()),
        ("7d", Problem.TOO_FEW, ()),
        ("und", Problem.COMMON, ()),
        ("und the", Problem.COMMON, ()),
        ("war", Problem.COMMON, ()),
        ("immer", Problem.COMMON, ()),
        (".*krieg.*", Problem.PATTERN, ("krieg",)),
        ("[ab]", Problem.PATTERN, ()),
        ("***", Problem.PATTERN, ()),
        ("Krieg 0d", Problem.TOO_FEW, ("7d",)),
        ("Krieg 2 Jahre", Problem.TOO_FAR, ("immer",)),
        ("x" * 61, Problem.TOO_MANY, ()),
    ],
)
def test_what_will_not_do(typed: str, problem: Problem, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(ArgumentError) as error:
        parse_mute(typed, "de")
    assert (error.value.problem, error.value.suggestions) == (problem, suggestions)


@pytest.mark.parametrize(
    ("typed", "language"), [("war", "en"), ("war", "uk"), ("Mais", "de"), ("tot", "de"), ("door", "en")]
)
def test_a_small_word_of_another_language_may_tell_something(typed: str, language: str) -> None:
    assert parse_wish(typed, language) == typed


@pytest.mark.parametrize(("typed", "language"), [("war", "de"), ("und", "en"), ("the", "uk"), ("und the", "de")])
def test_a_small_word_of_ours_tells_nothing(typed: str, language: str) -> None:
    with pytest.raises(ArgumentError):
        parse_wish(typed, language)


@given(st.text())
def test_a_word_is_understood_or_refused_and_a_suggestion_would_do(typed: str) -> None:
    try:
        assert parse_wish(parse_wish(typed, "de"), "de") == parse_wish(typed, "de")
    except ArgumentError as error:
        for word in error.suggestions:
            assert parse_wish(word, "de") == word


def test_mutes_are_listed_by_name_and_found_by_number_and_spelling() -> None:
    wish = preferences(mutes=["Zoll", "Ärger"], muted_sources=["Ticker24"])
    every = (Mute(WORD, "Ärger"), Mute(WORD, "Zoll"), Mute(SOURCE, "Ticker24"))
    assert mutes_of(wish) == every
    assert [find_mute(wish, typed) for typed in ("2", "aerger", "TICKER24", "4", "0", "", "Zölle")] == [
        every[1], every[0], every[2], None, None, None, None,
    ]  # fmt: skip


def test_another_spelling_takes_the_place_of_the_first() -> None:
    wish = with_mute(with_mute(preferences(), Mute(WORD, "krieg")), Mute(WORD, "Krieg"))
    assert wish.mutes == {"Krieg"}
    assert without_mute(wish, Mute(WORD, "KRIEG")) == preferences()
    hidden = with_mute(preferences(), Mute(SOURCE, "Bote"))
    assert hidden.muted_sources == {"Bote"}
    assert without_mute(hidden, Mute(SOURCE, "bote")) == preferences()


def test_a_rehearsal_counts_what_digests_would_hide() -> None:
    stories = [
        story(article("Krieg am Fluss", topics=["politics"])),
        story(article("Krieg im Tal", topics=["politics"], credit="Ticker24", at=NOON + timedelta(hours=1))),
        story(article("Frieden", topics=["politics"])),
        story(article("Krieg der Sterne", topics=["culture"])),
    ]
    wish, knowledge = preferences(["politics"], mutes=["krieg"]), Knowledge(word_match=says)
    told = rehearse(wish, Mute(WORD, "Krieg"), WINDOW, stories, knowledge)
    assert (told.stories, [each.articles[0].title for each in told.hidden]) == (3, ["Krieg im Tal", "Krieg am Fluss"])
    assert len(told.hidden) == compose(wish, WINDOW, stories, now=NOON, knowledge=knowledge).muted
    source = rehearse(preferences(["politics"]), Mute(SOURCE, "ticker24"), WINDOW, stories, knowledge)
    assert (source.stories, len(source.hidden)) == (3, 1)


def test_a_followed_story_comes_first_whatever_its_topics_and_is_marked() -> None:
    loud = [story(article(f"Politik {n}", [f"Satz {n}."], topics=["politics"])) for n in range(9)]
    line = [
        story(
            article(f"Hafen {n}", [f"Der Hafen {n} öffnet."], at=NOON - n * timedelta(hours=1)), storyline_id=7_700_000
        )
        for n in range(3)
    ]
    wish = preferences(["politics"], stories=[7_700_000])
    (first,) = compose(wish, WINDOW, [*loud, *line], now=NOON, limit=1).items
    assert (first.headline, first.followed) == ("Hafen 0", True)
    items = compose(wish, WINDOW, [*loud, *line], now=NOON, limit=9).items
    assert {item.headline for item in items if item.followed} == {"Hafen 0", "Hafen 1", "Hafen 2"}
    assert any(item.headline.startswith("Politik") for item in items)
    assert compose(preferences(["politics"]), WINDOW, line, now=NOON).items == ()
    muting = preferences(["politics"], stories=[7_700_000], mutes=["hafen"])
    assert compose(muting, WINDOW, line, now=NOON, knowledge=Knowledge(word_match=says)).items == ()


def test_the_telling_word_is_no_word_of_every_day() -> None:
    (item,) = compose(preferences(), WINDOW, [story(article())], now=NOON).items
    assert telling_word(item) == "Getreidekorridor"
    assert telling_word(item, lambda word: word == "Getreidekorridor") != "Getreidekorridor"
    (plain,) = compose(preferences(), WINDOW, [story(article("Die Polizei am Montag"))], now=NOON).items
    assert telling_word(plain) is None
