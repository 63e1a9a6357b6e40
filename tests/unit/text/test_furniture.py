"""Furniture learnt from a source: what the house repeats goes, what reports repeat stays."""

from __future__ import annotations

import pytest

from digests.text.document import Reason
from digests.text.furniture import learn_furniture, line_form
from digests.text.reading import read_document
from tests.unit.text.samples import HARBOUR

QUOTE = "„Wir bauen den Anleger“, sagte sie."
HOUSE = "Die Redaktion der Küstenpost berichtet täglich aus allen Häfen an der Ostsee und der Nordsee."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stand: 12.3.2026, 08:14 Uhr", "Stand: 1.11.2026, 19:02 Uhr"),
        ("Stand: 12. März 2026, 08:14 Uhr", "Stand: 3. Mai 2026, 9:01 Uhr"),
        ("Lesedauer: 4 Min.", "Lesedauer: 12 Min."),
        ("Updated March 3, 2026", "Updated March 14, 2026"),
        ("Оновлено 12 березня, 08:14", "Оновлено 3 травня, 19:02"),
        ("47 Kommentare", "3 Kommentare"),
    ],
)
def test_lines_that_differ_in_numbers_only_are_alike(one: str, other: str) -> None:
    assert line_form(one) == line_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Das Spiel endete 2:1.", "Das Spiel endete 0:3."), ("Stand der Dinge", "Stand der Technik")],
)
def test_sentences_keep_their_numbers_and_words_count(one: str, other: str) -> None:
    assert line_form(one) != line_form(other)


def test_three_articles_teach_a_short_line() -> None:
    articles = [{f"Stand: {day}.3.2026", f"Nachricht vom Tag {day}: alles ist anders."} for day in range(1, 4)]
    assert learn_furniture(articles, 3) == {"stand: 0.0.0"}
    assert learn_furniture(articles[:2], 3) == frozenset()


def test_a_quotation_or_background_in_follow_up_reports_is_no_furniture() -> None:
    follow_ups = [{QUOTE, HARBOUR[0], f"Bericht {day}"} for day in range(3)]
    others = [{f"Etwas ganz anderes {day}!"} for day in range(4)]
    assert not learn_furniture(follow_ups + others, 3) & {line_form(QUOTE), line_form(HARBOUR[0])}


def test_what_the_house_says_everywhere_is_furniture_however_long() -> None:
    articles = [{HOUSE, f"Bericht {day}"} for day in range(6)]
    assert line_form(HOUSE) in learn_furniture(articles, 3)


def test_learnt_lines_go_with_other_numbers_too() -> None:
    learnt = learn_furniture([{f"Ausgabe {number} / Küste"} for number in range(3)], 3)
    document = read_document("\n".join([*HARBOUR[:3], "Ausgabe 77 / Küste", *HARBOUR[3:]]), repeated=learnt)
    assert {line.text: line.reason for line in document.dropped}["Ausgabe 77 / Küste"] is Reason.REPEATED
    assert [paragraph.text for paragraph in document.paragraphs] == list(HARBOUR)
