"""A generated summary as readers see it: marked, with its sources, and the verbatim sentences never far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telegram.cards import render_story_card
from bot.telegram.rendering import render_digest
from digests.domain.articles import WrittenSentence
from tests.unit.bot.examples import digest, item, note, view
from tests.unit.bot.telegram_html import assert_sendable

SOURCES = (note(1, "Abendbote"), note(2, "Hafenpost"), note(3, "Ticker24"))
VERBATIM = item(
    1,
    "Verhandlungen",
    ("Die Delegationen treffen sich am Nachmittag.", 1),
    ("Strittig sind die Häfen.", 2),
    details=(("Ein drittes Treffen ist geplant.", 1),),
    sources=SOURCES,
)
WRITTEN = replace(
    VERBATIM,
    written=(
        WrittenSentence("Die Delegationen treffen sich in <Istanbul>.", (1, 3)),
        WrittenSentence("Strittig ist die Kontrolle.", (2,)),
    ),
)


def test_the_digest_shows_it_marked_and_the_verbatim_sentences_in_the_quote() -> None:
    (message,) = render_digest(digest((WRITTEN,)), view())
    assert message.html.split("\n")[4:7] == [
        "<i>KI-Zusammenfassung, an den Quellen geprüft:</i> Die Delegationen treffen sich in &lt;Istanbul&gt;. [1][3] "
        "Strittig ist die Kontrolle. [2]",
        "<blockquote expandable>Die Delegationen treffen sich am Nachmittag. [1] Strittig sind die Häfen. [2] "
        "Ein drittes Treffen ist geplant. [1]</blockquote>",
        "3 Quellen: [1] Abendbote, [2] Hafenpost, [3] Ticker24 · vor 2 Std.",
    ]


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("de", "KI-Zusammenfassung, an den Quellen geprüft:"),
        ("en", "AI summary, checked against the sources:"),
        ("uk", "Підсумок ШІ, звірений із джерелами:"),
    ],
)
def test_every_language_says_that_it_is_generated_once_per_story(language: str, mark: str) -> None:
    (message,) = render_digest(digest((WRITTEN,)), view(language))
    assert message.plain.count(mark) == 1
    (without,) = render_digest(digest((VERBATIM,)), view(language))
    assert mark not in without.plain


def test_the_card_shows_both_and_numbers_the_verbatim_sentences() -> None:
    card = render_story_card(WRITTEN, view()).html
    assert "<i>KI-Zusammenfassung, an den Quellen geprüft:</i> Die Delegationen" in card
    for line in ("1. Die Delegationen treffen sich am Nachmittag. [1]", "2. Strittig sind die Häfen. [2]"):
        assert line in card.split("\n")


def test_a_summary_that_is_too_long_goes_before_the_first_verbatim_sentence_does() -> None:
    endless = replace(WRITTEN, written=(WrittenSentence("sehr lang " * 800, (1,)),))
    (message,) = render_digest(digest((endless,)), view())
    assert_sendable(message.html)
    assert "Die Delegationen treffen sich am Nachmittag. [1]" in message.html
    assert "KI-Zusammenfassung" not in message.html
