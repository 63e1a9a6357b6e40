"""Headlines, credits and share bars that a scraper glued to sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.glued import part_headline, unglue
from digests.text.reading import read_document

LEAD = (
    "Der Stadtrat von Lindau hat am Montag den Bau einer neuen Fähre beschlossen, die ab dem Frühjahr dreimal täglich "
    "über den See fahren soll und vierzig Autos trägt."
)


@pytest.mark.parametrize(
    ("headline", "between"),
    [
        ("Rat beschließt neue Fähre", "  "),  # a gap
        ("Rat beschließt neue Fähre für den See", " "),  # no stop before an article
        ('Fähre für den See: "Endlich wieder Anschluss"', " "),
        ("Der Stadtrat von Lindau beschließt die Fähre", " "),  # its words begin again
        ("Rat beschließt neue Fähre für den See", " Anzeige Anzeige "),
        ("Rat beschließt neue Fähre für den See", " Rat beschließt neue Fähre für den See "),
        (
            "Rat beschließt neue Fähre für den See",
            " Seeverwaltung Lindau - Stadt und Land / Presse, Öffentlichkeit und Beziehungen zu allen Ufern des ganzen "
            "Sees Rat beschließt neue Fähre für den See ",
        ),
    ],
)
def test_a_headline_ends_where_the_lead_begins(headline: str, between: str) -> None:
    document = read_document(headline + between + LEAD)
    assert document.title == headline
    assert not document.title_derived
    assert [paragraph.text for paragraph in document.paragraphs] == [LEAD]


@pytest.mark.parametrize(
    "line",
    [
        LEAD,
        "Bei der Wahl am Sonntag hat die Partei Die Linke im Landkreis vier Sitze gewonnen, zwei mehr als vor fünf "
        "Jahren, und stellt nun zum ersten Mal eine eigene Fraktion im Kreistag.",
        "Das sagte der Minister: Die Fähre fährt ab dem Frühjahr, und niemand muss mehr den langen Weg um den See "
        "nehmen, wenn er am Morgen zur Arbeit will.",
        "Ina Kern leaves the lake for good as radio presenter Ina Kern has told her listeners on Monday that the house "
        "by the shore will be sold before the summer comes.",
        "Rat beschließt neue Fähre für den See Die Arbeit beginnt.",  # too little behind it
    ],
)
def test_a_sentence_is_not_cut(line: str) -> None:
    assert part_headline(line) == ("", line)


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        (
            "Ein Boot liegt am Ufer. Foto: Paula Kern/dpa +++ dpa-Bildfunk +++. Die Fähre fährt wieder.",
            ["Ein Boot liegt am Ufer.", "Foto: Paula Kern/dpa +++ dpa-Bildfunk +++.", "Die Fähre fährt wieder."],
        ),
        (
            "Ein Boot liegt am Ufer. (Foto: Paula Kern) Die Fähre fährt wieder.",
            ["Ein Boot liegt am Ufer.", "(Foto: Paula Kern)", "Die Fähre fährt wieder."],
        ),
        (
            "Ein Boot liegt am Ufer. Foto: Paula Kern (Reuters) Die Fähre fährt wieder.",
            ["Ein Boot liegt am Ufer.", "Foto: Paula Kern (Reuters)", "Die Fähre fährt wieder."],
        ),
        (
            "Rat beschließt Fähre Teilen Teilen Weiterleiten Weiterleiten Drucken Die Fähre fährt wieder.",
            ["Rat beschließt Fähre", "Teilen Teilen Weiterleiten Weiterleiten Drucken", "Die Fähre fährt wieder."],
        ),
        (
            "Die Fähre fährt wieder. Weiterlesen nach der Anzeige Anzeige Sie trägt vierzig Autos.",
            ["Die Fähre fährt wieder.", "Weiterlesen nach der Anzeige Anzeige", "Sie trägt vierzig Autos."],
        ),
        (
            "Sie trägt vierzig Autos. *seeblick.de ist Teil des bundesweiten Uferblick-Redaktionsnetzwerkes.",
            ["Sie trägt vierzig Autos.", "*seeblick.de ist Teil des bundesweiten Uferblick-Redaktionsnetzwerkes."],
        ),
        (
            "Sie trägt vierzig Autos. Alle Artikel Monatlich kündbar 30 Tage kostenlos testen Nutzername Passwort",
            [
                "Sie trägt vierzig Autos.",
                "Alle Artikel Monatlich kündbar 30 Tage kostenlos testen Nutzername Passwort",
            ],
        ),
        (
            "Sie trägt vierzig Autos. Original-Content von: Uferamt Lindau, übermittelt durch Presseblick",
            ["Sie trägt vierzig Autos.", "Original-Content von: Uferamt Lindau, übermittelt durch Presseblick"],
        ),
        (
            "Continue reading the main story The ferry is back.",
            ["Continue reading the main story", "The ferry is back."],
        ),
    ],
)
def test_what_the_page_put_between_sentences_stands_alone(line: str, pieces: list[str]) -> None:
    assert list(unglue(line)) == pieces
    kept = [paragraph.text for paragraph in read_document(f"{LEAD}\n{line}\n{LEAD} Danach fuhr sie.").paragraphs]
    assert not any(pieces[0 if pieces[0].startswith("Cont") else 1] in text for text in kept)


@pytest.mark.parametrize(
    "line",
    [
        "Wir teilen Freud und Leid, sagte sie und begann zu teilen.",
        "Auf dem Bild (Foto: Kern) sieht man das Boot.",
        "Sie fragt: Foto: ja oder nein?",
        "Ein Boot der neuen Linie liegt am Ufer des Sees. (Foto: Paula Kern)",
    ],
)
def test_inside_a_sentence_and_behind_a_caption_nothing_is_cut(line: str) -> None:
    assert list(unglue(line)) == [line]


@given(st.text())
def test_no_character_but_spaces_is_lost(wild: str) -> None:
    assert "".join("".join(unglue(wild)).split()) == "".join(wild.split())
    assert "".join("".join(part_headline(wild)).split()) == "".join(wild.split())
