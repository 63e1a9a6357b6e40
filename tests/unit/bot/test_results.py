"""Search results as text: hits in bold, always one message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.telegram.html import fits, to_plain
from bot.telegram.results import emphasised, render_results, result_buttons
from digests.domain.digests import Item
from digests.domain.hits import Hits
from digests.domain.search_terms import word_term
from digests.domain.topics import Catalogue
from digests.services.selecting import search_terms
from tests.unit.bot.examples import item, items, note, view
from tests.unit.bot.telegram_html import assert_sendable

_TOPICS = Path(__file__).parents[3] / "seeds" / "topics.toml"
CATALOGUE = Catalogue.parse(_TOPICS.read_text(encoding="utf-8"), "topics.toml")


def hits(query: str) -> Hits:
    """What a search for these words marks."""
    return Hits(search_terms(query, CATALOGUE))


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("Hafen", "Der Hafen ist zu.", "Der <b>Hafen</b> ist zu."),
        ("häfen", "Die Hafenpolizei & der Hafen", "Die <b>Hafenpolizei</b> &amp; der <b>Hafen</b>"),
        ("Rente", "Rentenzahlungen <stocken>", "<b>Rentenzahlungen</b> &lt;stocken&gt;"),
        ("Kiew", "Kyjiw, Kyiv und Kiew", "<b>Kyjiw</b>, <b>Kyiv</b> und <b>Kiew</b>"),
        ("Schiffe und Häfen", "Schiffe und Boote", "<b>Schiffe</b> und Boote"),
        ("qwertz", "Nichts davon.", "Nichts davon."),
    ],
)
def test_what_a_search_finds_is_bold(query: str, text: str, shown: str) -> None:
    assert emphasised(text, hits(query), "de") == shown


@given(st.text(max_size=200), st.text(max_size=30))
def test_emphasis_changes_no_word(text: str, query: str) -> None:
    found = hits(query)
    assert to_plain(emphasised(text, found, "de")) == to_plain(emphasised(text, Hits([]), "de"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.lists(items(), min_size=1, max_size=5), st.text(max_size=30))
def test_any_page_is_one_sendable_message(found: list[Item], query: str) -> None:
    html = render_results(found, view("en"), hits(query), "<b>head</b>", 6)
    assert fits(html)
    assert_sendable(html)
    assert [button.text for button in result_buttons(found, 6)] == [str(6 + place) for place in range(len(found))]


def test_a_sentence_in_another_language_is_marked_by_its_own() -> None:
    papers = (note(1, "Abendbote"), replace(note(2, "Prawda"), language="uk"))
    story = item(1, "Zweite Runde", ("Der Hafen bleibt zu.", 1), ("Порти зачинені.", 2), sources=papers)
    shown = render_results([story], view("de"), Hits([word_term("Hafen"), word_term("порт")]), "Kopf", 6)
    assert "Der <b>Hafen</b> bleibt zu. [1] <b>Порти</b> зачинені. [2]" in shown
