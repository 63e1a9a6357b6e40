"""Search results as text: hits in bold, always one message."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.telegram.html import fits, to_plain
from bot.telegram.results import emphasised, query_terms, render_results, result_buttons
from digests.domain.digests import Item
from digests.domain.topics import Catalogue
from tests.unit.bot.examples import item, items, note, view
from tests.unit.bot.telegram_html import assert_sendable

_TOPICS = Path(__file__).parents[3] / "seeds" / "topics.toml"
CATALOGUE = Catalogue.parse(_TOPICS.read_text(encoding="utf-8"), "topics.toml")


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
    assert emphasised(text, query_terms(query, CATALOGUE), "de") == shown


@given(st.text(max_size=200), st.text(max_size=30))
def test_emphasis_changes_no_word(text: str, query: str) -> None:
    terms = query_terms(query, CATALOGUE)
    assert to_plain(emphasised(text, terms, "de")) == to_plain(emphasised(text, frozenset(), "de"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.lists(items(), min_size=1, max_size=5), st.text(max_size=30))
def test_any_page_is_one_sendable_message(found: list[Item], query: str) -> None:
    html = render_results(found, view("en"), query_terms(query, CATALOGUE), "<b>head</b>", 6)
    assert fits(html)
    assert_sendable(html)
    assert [button.text for button in result_buttons(found, 6)] == [str(6 + place) for place in range(len(found))]


def test_the_sentences_that_have_the_words_are_shown() -> None:
    paper = (note(1, "Abendbote"),)
    details = (("Der Hafen bleibt zu.", 1), ("Es regnet.", 1))
    story = item(1, "Zweite Runde", ("Die Delegationen treffen sich.", 1), details=details, sources=paper)
    shown = render_results([story], view("de"), query_terms("Hafen", CATALOGUE), "Kopf", 6)
    assert shown.startswith("Kopf\n\n<b>6 · Zweite Runde</b>\nDer <b>Hafen</b> bleibt zu.\n1 Quelle: Abendbote")
    assert "Delegationen" not in shown
    elsewhere = render_results([story], view("de"), query_terms("Runde", CATALOGUE), "Kopf", 1)
    assert "Die Delegationen treffen sich. Der Hafen bleibt zu." in elsewhere
