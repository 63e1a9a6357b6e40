"""Whole questions: what they are about, and which ask for the news as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments import asked_about, asks_for_news


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("Was gibt es Neues zu Syrien?", "Syrien"),
        ("was gibts neues in der Türkei", "Türkei"),
        ("Was gibt’s heute Neues zur Ukraine?", "Ukraine"),
        ("Was ist in der Ukraine los?", "Ukraine"),
        ("Was passiert gerade in Kiew?", "Kiew"),
        ("Gibt es etwas Neues zu Gaza?", "Gaza"),
        ("Nachrichten über Fußball", "Fußball"),
        ("Neueste Nachrichten aus den USA", "USA"),
        ("Neues vom Klima", "Klima"),
        ("Zeig mir Sport", "Sport"),
        ("zeig mir bitte die Nachrichten zu Wien", "Wien"),
        ("Gib mir alles über die Rente", "Rente"),
        ("What’s new in Ukraine?", "Ukraine"),
        ("what is going on with the climate today?", "climate"),
        ("Is there any news on Gaza?", "Gaza"),
        ("latest news from the Middle East", "Middle East"),
        ("Tell me about NATO", "NATO"),
        ("What happened in Odesa?", "Odesa"),
        ("Що нового про Одесу?", "Одесу"),
        ("останні новини з Києва", "Києва"),
        ("Покажи спорт", "спорт"),
        ("Зеленський", None),
        ("Wie geht es dir?", None),
        ("Getreide im Schwarzen Meer", None),
        ("News", None),
        ("Show me the news", None),
        ("Zeig mir die Nachrichten", None),
        ("Was gibt es Neues?", None),
        ("zeig mir", None),
        ("Was gibt es Neues zu " + "Syrien und " * 20, None),
    ],
)
def test_what_a_question_is_about(said: str, about: str | None) -> None:
    assert asked_about(said) == about


@pytest.mark.parametrize(
    "said",
    [
        *("News", "Nachrichten", "die Nachrichten von heute", "Was gibt es Neues?", "was gibts heute neues"),
        *("Was ist los?", "Zeig mir die neuesten Nachrichten", "What’s new?", "what is happening today?"),
        *("Show me the latest headlines!", "today’s news", "Що нового?", "новини", "Покажи останні новини"),
    ],
)
def test_a_question_for_the_news(said: str) -> None:
    assert asks_for_news(said)
    assert not asks_for_news(f"{said} Wien")


@given(st.text())
def test_any_text_is_looked_at(said: str) -> None:
    about = asked_about(said)
    assert about is None or about in " ".join(said.split())
