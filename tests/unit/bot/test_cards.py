"""The card of one story, and the answer to why it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.telegram.cards import Step, render_story_card, render_why
from bot.telegram.html import to_plain
from bot.telegram.keyboards import Button
from digests.domain.articles import TopicMatch
from digests.domain.digests import Claim, Difference, Item, Parts, State
from digests.domain.ranking import REPEAT
from digests.text.document import Label
from tests.unit.bot.examples import NOW, item, items, note, view
from tests.unit.bot.telegram_html import assert_sendable

SOURCES = (
    note(1, "Abendbote", url="https://abend.example/1"),
    note(2, "Ticker24", Label.LIVE_BLOG, Label.MACHINE_TRANSLATED, dated=False),
    note(3, "Wochenblick", hours=30, copy=True),
)
SENTENCES = (("Die Delegationen treffen sich.", 1), ("Strittig sind die Häfen.", 2))
STORY = item(1, "Zweite Runde", *SENTENCES, details=(("Es bleibt spannend.", 1),), sources=SOURCES)


def test_a_card_numbers_its_sentences_and_sources() -> None:
    steps = (Step(NOW - timedelta(days=2), "Ankündigung"), Step(NOW, "Zweite Runde"))
    rows = ((Button("Warum sehe ich das?", "v1|why|1"),),)
    message = render_story_card(STORY, view(), timeline=steps, rows=rows)
    assert message.plain.split("\n") == [
        "Zweite Runde",
        "",
        "1. Die Delegationen treffen sich. [1]",
        "2. Strittig sind die Häfen. [2]",
        "3. Es bleibt spannend. [1]",
        "",
        "Verlauf:",
        "Di., 11. August: Ankündigung",
        "Do., 13. August: Zweite Runde",
        "",
        "Quellen:",
        "[1] Abendbote, 05:00",
        "[2] Ticker24, ohne Datum, 05:00 importiert (Live-Blog, maschinell übersetzt)",
        "[3] Wochenblick, 12. Aug., 01:00 (fast wortgleich)",
    ]
    assert '<a href="https://abend.example/1">Abendbote</a>' in message.html
    assert message.preview
    assert message.keyboard is not None
    assert message.keyboard.rows == rows


def test_an_english_card_reads_as_designed() -> None:
    steps = (Step(NOW - timedelta(days=2), "Ankündigung"), Step(NOW, "Zweite Runde"))
    assert render_story_card(STORY, view("en"), timeline=steps).plain.split("\n")[6:] == [
        "Timeline:",
        "Tue 11 August: Ankündigung",
        "Thu 13 August: Zweite Runde",
        "",
        "Sources:",
        "[1] Abendbote, 05:00",
        "[2] Ticker24, undated, imported 05:00 (live blog, machine translated)",
        "[3] Wochenblick, 12 Aug, 01:00 (nearly the same text)",
        "",
        "Original language: German",
    ]


def test_a_card_says_on_which_numbers_sources_disagree() -> None:
    differ = (Difference("Tote", (Claim("12", "Abendbote", 1), Claim("15", "Ticker24", 2))),)
    card = render_story_card(replace(STORY, differences=differ), view()).plain.split("\n")
    assert card[6] == "Quellen uneinig: Tote 12 (Abendbote), 15 (Ticker24)"
    assert card[8] == "Quellen:"


@pytest.mark.parametrize(
    ("since", "language", "line"),
    [
        (NOW - timedelta(hours=2), "de", "Neu seit 05:00: Strittig sind die Häfen. [2]"),
        (NOW - timedelta(days=1), "en", "New since 12 Aug, 07:00: Strittig sind die Häfen. [2]"),
        (NOW - timedelta(hours=2), "uk", "Нове від 05:00: Strittig sind die Häfen. [2]"),
    ],
)
def test_what_is_new_to_the_reader_comes_first_and_once(since: datetime, language: str, line: str) -> None:
    fresh = [sentence for sentence in STORY.sentences if sentence.article_id == 2]
    card = render_story_card(STORY, view(language), since=since, fresh=fresh).plain.split("\n")
    assert card[1] == line
    assert card[3:5] == ["1. Die Delegationen treffen sich. [1]", "2. Es bleibt spannend. [1]"]


def test_a_card_of_which_everything_is_new_says_it_once() -> None:
    card = render_story_card(STORY, view(), since=NOW, fresh=(*STORY.sentences, *STORY.details)).plain
    assert card.count("Die Delegationen treffen sich.") == 1


def test_the_timeline_names_each_day_once() -> None:
    steps = [Step(NOW - timedelta(days=2), "Ankündigung"), Step(NOW - timedelta(hours=1), "Erste Runde")]
    steps += [Step(NOW, "Zweite & letzte"), Step(NOW, "Erste Runde")]
    card = render_story_card(STORY, view(), timeline=steps).plain
    assert "\nDi., 11. August: Ankündigung\nDo., 13. August: Erste Runde · Zweite & letzte\n" in card


def test_a_story_from_abroad_names_its_language_and_a_lone_source_has_no_number() -> None:
    story = item(1, "Нове", ("Порт відкрито.", 1), sources=(note(1, "Вісник"),), language="uk")
    assert render_story_card(story, view("en")).plain.split("\n") == [
        "Нове",
        "",
        "1. Порт відкрито.",
        "",
        "Only one source:",
        "Вісник, 05:00",
        "",
        "Original language: Ukrainian",
    ]


def test_a_single_step_is_no_timeline() -> None:
    assert "Verlauf" not in render_story_card(STORY, view(), timeline=(Step(NOW, "Zweite Runde"),)).html


def test_many_sources_are_counted_rather_than_listed() -> None:
    story = item(1, "Kopf", ("Satz.", 1), sources=tuple(note(n, f"Q{n}") for n in range(1, 14)))
    assert render_story_card(story, view()).plain.endswith("[10] Q10, 05:00\nund 3 weitere")


@pytest.mark.parametrize(
    ("language", "said", "seen"),
    [
        (
            "de",
            "Thema Politik (Treffer: Verhandlung, Delegation) · Thema NATO · 2 Quellen · vor 2 Std."
            " · nicht in deinem letzten Digest.",
            "schon in deinem letzten Digest, jetzt mit Neuem.",
        ),
        (
            "en",
            "Topic Politics (matched: Verhandlung, Delegation) · Topic NATO · 2 sources · 2 h ago"
            " · not in your last digest.",
            "already in your last digest, now updated.",
        ),
    ],
)
def test_why_names_topics_words_sources_and_age(language: str, said: str, seen: str) -> None:
    match = TopicMatch("politics", 0.8, ("Verhandlung", "Delegation"))
    story = item(1, "Kopf", ("Satz.", 1), sources=SOURCES, topics=(match, TopicMatch("nato", 0.4, ())))
    assert to_plain(render_why(story, view(language), in_last_digest=False).html) == said
    assert render_why(story, view(language), in_last_digest=True).html.endswith(seen)


@pytest.mark.parametrize(
    ("language", "head", "reason"),
    [
        ("de", "1 Quelle, von 2 übernommen:", "· 1 Quelle, von 2 übernommen ·"),
        ("en", "1 source, reprinted by 2:", "· 1 source, reprinted by 2 ·"),
        ("uk", "1 джерело, передрукували 2 видання:", "· 1 джерело, передрукували 2 видання ·"),
    ],
)
def test_a_lone_source_is_called_so_however_many_have_copied_it(language: str, head: str, reason: str) -> None:
    notes = (note(1, "Abendbote"), note(2, "Kurier", copy=True), note(3, "Ticker24", copy=True))
    story = item(1, "Kopf", ("Satz.", 1), sources=notes)
    assert story.single_source
    assert f"\n\n{head}\n[1] Abendbote" in render_story_card(story, view(language)).plain
    assert reason in render_why(story, view(language)).plain


def test_two_articles_of_one_source_are_one_source() -> None:
    story = item(1, "Kopf", ("Satz.", 1), sources=(note(1, "Abendbote"), note(2, "Abendbote", Label.LIVE_BLOG)))
    assert "\n\nNur eine Quelle:\nAbendbote" in render_story_card(story, view()).plain


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "vor 2 Std. · Neues zu einer Geschichte, die schon lief · Ticker24 zählt bei dir weniger (−3) · Politik "
         "zählt bei dir mehr (+1) · schon 2 andere Geschichten zum selben Thema davor."),
        ("en", "2 h ago · news on a story that had begun before · Ticker24 counts less for you (−3) · Politics counts "
         "more for you (+1) · ranked below 2 other stories on the same topic."),
        ("uk", "2 год тому · нове в історії, що почалася раніше · Ticker24: для тебе менш важливо (−3) · Політика: для "
         "тебе важливіше (+1) · перед нею вже є 2 історії на ту саму тему."),
    ],
)  # fmt: skip
def test_why_tells_what_moved_the_story(language: str, said: str) -> None:
    weights = (("source:Ticker24", -3), ("topic:politics", 1))
    story = replace(STORY, state=State.UPDATE, weights=weights, parts=Parts(crowding=REPEAT**2))
    assert render_why(story, view(language)).plain.endswith(said)


def test_why_that_ends_with_an_abbreviation_ends_once() -> None:
    assert render_why(STORY, view("de")).plain.endswith("vor 2 Std.")
    assert not render_why(STORY, view("de")).plain.endswith("..")


def test_why_without_topics_says_that_it_is_a_top_story() -> None:
    assert render_why(STORY, view("en")).plain.startswith("None of your topics: one of the main stories")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(items(), st.sampled_from(LANGUAGES), st.lists(st.builds(Step, st.just(NOW), st.text()), max_size=9))
def test_any_story_has_a_sendable_card_and_reason(story: Item, language: str, timeline: list[Step]) -> None:
    since = NOW - timedelta(days=1)
    assert_sendable(render_story_card(story, view(language), timeline=timeline).html)
    fresh = story.sentences[:2]
    assert_sendable(render_story_card(story, view(language), timeline=timeline, since=since, fresh=fresh).html)
    assert_sendable(render_why(story, view(language)).html)
