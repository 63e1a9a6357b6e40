"""What a text says of itself: opinion, press release, paywalled; and what only sounds like it."""

from __future__ import annotations

import pytest

from digests.text.document import Label
from digests.text.reading import Origin, read_document
from tests.unit.text.samples import HARBOUR

TITLE = "Neuer Anleger für Fähren im Hafen von Rostock"


def labels(*lines: str, title: str | None = None) -> frozenset[Label]:
    return read_document("\n".join(lines), title=title).labels


@pytest.mark.parametrize(
    "line",
    [
        "Ein Kommentar von Karla Muster",
        "Gastbeitrag",
        "Kolumne von Karla Muster",
        "Opinion",
        "Думка",
        "MEINUNG",
    ],
)
def test_opinion_is_said_around_the_title(line: str) -> None:
    assert labels(line, TITLE, *HARBOUR) == {Label.OPINION}
    assert labels(TITLE, line, *HARBOUR) == {Label.OPINION}


@pytest.mark.parametrize(
    "title", ["Kommentar: Rostock braucht Fähren", "Gastbeitrag: Fähren im Hafen", "Opinion: A port"]
)
def test_opinion_is_said_in_the_title(title: str) -> None:
    assert labels(*HARBOUR, title=title) == {Label.OPINION}


def test_a_disclaimer_makes_an_opinion() -> None:
    end = "Der Beitrag gibt ausschließlich die Meinung des Autors wieder."
    assert labels(TITLE, *HARBOUR, end) == {Label.OPINION}


def test_an_article_about_a_comment_or_a_teaser_of_one_is_no_opinion() -> None:
    assert labels(*HARBOUR, title="Minister weist Kommentar zurück") == frozenset()
    assert labels(TITLE, *HARBOUR, "Mehr zum Thema", "Kommentar: Rostock braucht Fähren", "Kommentar") == frozenset()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (f"Rostock (ots) - {HARBOUR[0]}", ""),
        (HARBOUR[0], "Original-Content von: Hafen Rostock, übermittelt durch news aktuell"),
        (f"ROSTOCK, Nov. 3, 2026 /PRNewswire/ -- {HARBOUR[0]}", ""),
        (HARBOUR[0], "Media contact: Karla Muster, Port of Rostock"),
    ],
)
def test_press_releases_name_their_wire_or_contact(first: str, last: str) -> None:
    assert labels(TITLE, first, *HARBOUR[1:], last) == {Label.PRESS_RELEASE}


def test_an_article_that_quotes_a_press_release_is_none() -> None:
    quoted = "In einer Pressemitteilung der Stadt heißt es, der Bau werde pünktlich fertig und bleibe im Rahmen."
    assert labels(TITLE, *HARBOUR, quoted) == frozenset()


@pytest.mark.parametrize("wall", ["Weiterlesen mit dem Plus-Abo", "Sie sind bereits Abonnent? Hier anmelden"])
def test_a_short_text_that_ends_at_a_paywall(wall: str) -> None:
    assert labels(TITLE, *HARBOUR[:2], wall) == {Label.PAYWALLED}


def test_a_long_text_before_the_same_line_is_whole() -> None:
    numbered = [f"{sentence} Das war der Stand am Tag {day}." for day in range(8) for sentence in HARBOUR]
    assert labels(TITLE, *numbered, "Weiterlesen mit dem Plus-Abo") == frozenset()


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://kueste.example/meinung/rostock-braucht-faehren-123.html", Label.OPINION),
        ("https://kueste.example/politik/kommentare/hafen/", Label.OPINION),
        ("https://port.example/opinion/2026/03/a-port", Label.OPINION),
        ("https://www.presseportal.de/pm/6/5", Label.PRESS_RELEASE),
        ("https://stadt.example/presse/pressemitteilungen/anleger", Label.PRESS_RELEASE),
    ],
)
def test_the_desk_in_the_address(url: str, label: Label) -> None:
    assert read_document("\n".join(HARBOUR), title=TITLE, origin=Origin(url=url)).labels == {label}


@pytest.mark.parametrize(
    "url",
    [
        None, "", "kueste", "http://[", "https://kueste.example/meinung",
        "https://kueste.example/politik/minister-weist-kommentar-zurueck", "https://nichtpresseportal.de/pm/6",
        "https://kueste.example/meinungsfreiheit/urteil",
    ],
)  # fmt: skip
def test_addresses_that_only_sound_like_it(url: str | None) -> None:
    assert read_document("\n".join(HARBOUR), title=TITLE, origin=Origin(url=url)).labels == frozenset()
