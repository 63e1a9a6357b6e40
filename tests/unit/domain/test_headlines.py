"""Which title stands above a story, and what is taken off it."""

from __future__ import annotations

import pytest

from digests.domain.headlines import bare_title, headline_of, is_plain, shown_title
from tests.support.builders import article


@pytest.mark.parametrize(
    "title",
    [
        "Das steckt hinter dem Verkauf der Werft",
        "So reagiert der Bürgermeister auf die Kritik",
        "Diese 5 Dinge ändern sich im Mai",
        "Werft vor dem Aus: Warum jetzt alle zittern",
        "Neue Fähre: So teuer wird die Überfahrt",
        "Was Pendler jetzt wissen müssen",
        "Kommt die Brücke?",
        "Kommt die Brücke? Stadt will sparen",
        "Alles, was Sie über die Fähre wissen sollten",
        "Hier wird die Straße gesperrt",
        "You won’t believe what the mayor said",
        "Here’s why the ferry is late",
        "7 reasons to love the new ferry",
        "Ferry strike: What we know so far",
        "Everything you need to know about the ferry",
        "Чому мер подав у відставку",
        "Ось що сказав мер",
        "Ви не повірите, що сказав мер",
        "5 порад, як зекономити на поромі",
        "Вибух у порту: що відомо",
        "BRÜCKE GESPERRT",
    ],
)
def test_bait(title: str) -> None:
    assert not is_plain(title)


@pytest.mark.parametrize(
    "title",
    [
        "Ukraine-Krieg: Selenskyj fordert mehr Luftabwehr",
        "Das Parlament beschließt den Haushalt",
        "Das neue Gesetz tritt im Mai in Kraft",
        "Werft verkauft - Reederei übernimmt 80 Leute",
        "Sozialverband kritisiert Sparpläne",
        "NATO: Minister beraten in Brüssel",
        "5 Menschen bei Unfall auf der A7 verletzt",
        "Mayor resigns after ferry deal",
        "The whole council resigns",
        "Мер Одеси подав у відставку",
        "Таксисти страйкують у Львові",
        "„Wir gehen nicht“: Mieter wehren sich gegen Abriss",
    ],
)
def test_plain(title: str) -> None:
    assert is_plain(title)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Brücke über die Warnow gesperrt | Abendbote", "Brücke über die Warnow gesperrt"),
        ("Brücke über die Warnow gesperrt - Abendbote", "Brücke über die Warnow gesperrt"),
        ("Brücke über die Warnow gesperrt – Neue Zeitung", "Brücke über die Warnow gesperrt"),
        ("Bridge closed for a year | Region | Example News", "Bridge closed for a year"),
        ("Міст закрили на рік — Новини", "Міст закрили на рік"),
        ("Liveticker: Brücke über die Warnow gesperrt", "Brücke über die Warnow gesperrt"),
        ("Ukraine-Liveblog: Kiew meldet neue Angriffe", "Kiew meldet neue Angriffe"),
        ("+++ 14:32 Kiew meldet neue Angriffe +++", "Kiew meldet neue Angriffe"),
        ("Breaking News: bridge closed for a year", "Bridge closed for a year"),
        ("Наживо: міст закрили на рік", "Міст закрили на рік"),
        ("KRIEG IN DER UKRAINE: Kiew meldet neue Angriffe", "Kiew meldet neue Angriffe"),
    ],
)
def test_what_is_not_of_the_article_goes(title: str, bare: str) -> None:
    assert bare_title(title, "Abendbote") == bare


@pytest.mark.parametrize(
    "title",
    [
        "NATO: Minister beraten in Brüssel",
        "CDU: Merz bleibt Vorsitzender der Partei",
        "Rückschlag im Titelkampf - Neustadt verliert in Ulm",
        "Livemusik kehrt auf den Marktplatz zurück",
        "iPhone-Verkauf geht deutlich zurück",
    ],
)
def test_the_rest_stays(title: str) -> None:
    assert bare_title(title, "Abendbote") == title


def test_too_little_is_never_left() -> None:
    assert bare_title("Wetter | Abendbote", "Abendbote") == "Wetter | Abendbote"


def test_a_plain_title_of_a_later_article_wins_without_its_outlet() -> None:
    bait = article("So reagiert die Werft auf den Verkauf")
    plain = article("Werft in Neustadt geht an eine Reederei - Hafenpost", credit="Hafenpost")
    assert headline_of([bait, plain]) == "Werft in Neustadt geht an eine Reederei"


@pytest.mark.parametrize(
    ("language", "title", "body", "headline"),
    [
        (
            "de",
            "Was der Verkauf der Werft für Neustadt bedeutet",
            "Die Stadt Neustadt verkauft ihre Werft an eine Reederei aus dem Norden. Er gilt als teuer.",
            "Die Stadt Neustadt verkauft ihre Werft an eine Reederei aus dem Norden",
        ),
        (
            "en",
            "Why is the ferry late again?",
            "The ferry to Leeds is late because both engines failed on Friday. It will run on Monday.",
            "The ferry to Leeds is late because both engines failed on Friday",
        ),
        (
            "uk",
            "Чому пором знову запізнюється",
            "Пором до Одеси запізнюється, бо в п'ятницю зламалися обидва двигуни. Він вирушить завтра.",
            "Пором до Одеси запізнюється, бо в п'ятницю зламалися обидва двигуни",
        ),
    ],
)
def test_where_nobody_says_it_plainly_the_text_does(language: str, title: str, body: str, headline: str) -> None:
    assert headline_of([article(title, [body], language=language)]) == headline


def test_a_scene_does_not_replace_a_question() -> None:
    question = "Wer bekommt den Zuschlag für die neue Werft?"
    scene = "Otto Brehm steht mit einer Thermoskanne am Kai und schaut den Möwen eine Weile zu."
    assert headline_of([article(question, [scene])]) == question


def test_the_teaser_answers_a_question() -> None:
    teaser = "Die Reederei Nordlicht bekommt den Zuschlag für die neue Werft in Neustadt."
    scene = "Otto Brehm steht mit einer Thermoskanne am Kai und schaut den Möwen eine Weile zu."
    body = [scene, f"Am Abend fiel die Entscheidung im Rat: {teaser}"]
    headline = headline_of([article("Wer bekommt den Zuschlag für die neue Werft?", body, teaser=teaser)])
    assert headline == teaser.rstrip(".")


def test_a_question_stays_where_there_is_no_text() -> None:
    assert headline_of([article("Kommt die Brücke?", [])]) == "Kommt die Brücke?"


def test_a_shouted_title_is_written_as_its_text_writes_it() -> None:
    shouted = article("WERFT IN NEUSTADT VERKAUFT | ABENDBOTE", ["Die Werft in Neustadt ist verkauft worden."])
    assert shown_title(shouted) == "Werft in Neustadt verkauft"
