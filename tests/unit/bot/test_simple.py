"""The simple display: no signs, no marks, short lines; nothing is lost but these."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, translations
from bot.telegram.cards import render_story_card
from bot.telegram.html import to_plain
from bot.telegram.keyboards import Button, Keyboard, ticked
from bot.telegram.messages import OutgoingMessage
from bot.telegram.rendering import render_digest
from bot.telegram.simple import simplified, simplified_message
from digests.domain.digests import Digest, Item
from tests.unit.bot.examples import digest, digests, items, view
from tests.unit.bot.telegram_html import assert_sendable
from tests.unit.bot.test_rendering import BUDGET, CORRIDOR

TAGS = re.compile("<[^>]+>")


def test_a_digest_in_short_lines() -> None:
    (message,) = render_digest(digest((CORRIDOR,), (BUDGET,), left_out=6, muted=3), view())
    assert to_plain(simplified(message.html)).split("\n") == [
        "Dein Morgen",
        "Do., 13. August, 07:00",
        "2 Geschichten",
        "1 Min.",
        "1 davon neu, 1 mit Neuem",
        "",
        "1. Verhandlungen über Getreidekorridor (neu)",
        "Die Delegationen treffen sich. [1] Strittig sind die Häfen. [2]",
        "Ein drittes Treffen ist geplant. [1]",
        "2 Quellen: [1] Abendbote, [2] Hafenpost (Live-Blog)",
        "vor 2 Std.",
        "",
        "2. Haushalt steht (Neues seit gestern)",
        "Die Koalition ist sich einig.",
        "1 Quelle: Abendbote",
        "vor 2 Std.",
        "",
        "9 weitere Geschichten ausgelassen (3 stummgeschaltet)",
        "/neu",
    ]


def test_a_group_keeps_its_heading_in_one_line() -> None:
    continued = digest((CORRIDOR, replace(BUDGET, followed=True)), topics=("ukraine", "nato"))
    (message,) = render_digest(continued, view())
    lines = to_plain(simplified(message.html)).split("\n")
    assert "Ukraine, NATO (1–2)" in lines
    assert "2. Haushalt steht (Neues seit gestern, verfolgt)" in lines


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>„Getreide“</b> · 3 Treffer", "<b>„Getreide“</b>\n3 Treffer"),
        ("<b>1/3 · Welche Themen?</b> Tippe", "<b>1/3: Welche Themen?</b> Tippe"),
        ("<b>Titel · Teil</b>\nText · <i>Rand</i>", "<b>Titel\nTeil</b>\nText\nRand"),
        ("✅ Gespeichert \U0001f389", "Gespeichert"),
        ("<i>Hinweis</i>: <b>eins</b> und <b>zwei</b>", "Hinweis: <b>eins</b> und zwei"),
        ('<a href="https://a.example/x">Quelle</a> · heute', '<a href="https://a.example/x">Quelle</a>\nheute'),
    ],
)
def test_signs_and_marks(html: str, shown: str) -> None:
    assert simplified(html).strip() == shown


@pytest.mark.parametrize(
    ("language", "chosen"), [("de", "Sport, gewählt"), ("en", "Sport, chosen"), ("uk", "Sport, вибрано")]
)
def test_what_is_chosen_says_so(language: str, chosen: str) -> None:
    row = (Button(ticked("Sport", chosen=True), "v1|a"), Button("Weiter →", "v1|b"), Button("Kultur · 3", "v1|c"))
    message = simplified_message(OutgoingMessage("Text", Keyboard((row,))), translations(language, strict=True))
    assert message.keyboard is not None
    assert [button.text for button in message.keyboard.rows[0]] == [chosen, "Weiter", "Kultur, 3"]
    assert [button.data for button in message.keyboard.rows[0]] == ["v1|a", "v1|b", "v1|c"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(digests(), items(), st.sampled_from(LANGUAGES))
def test_any_digest_and_card_can_be_simple(any_digest: Digest, story: Item, language: str) -> None:
    shown = [*render_digest(any_digest, view(language)), render_story_card(story, view(language))]
    for html in (simplified(message.html) for message in shown):
        assert_sendable(html)
        assert html.count("<b>") <= 1
        assert not {"neu", "new", "нове"} & set(html.split("\n"))
        assert {tag for tag in TAGS.findall(html) if not tag.startswith(("<a ", "</a"))} <= {"<b>", "</b>"}
