"""Repairs change no word, and only what is certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.quotes import balanced, close_up, repair_quotes
from digests.text.repair import normal_form, repair_text


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("Pra\u0308sident", "Präsident"),
        ("Donau\u00addampf\u200bschiff", "Donaudampfschiff"),
        ("a\u00a0b\u2009c\t d", "a b c d"),
        ("eins\r\nzwei\rdrei\u2028vier", "eins\nzwei\ndrei\nvier"),
        ("Der PrÃ¤sident sagte â€žneinâ€œ", "Der Präsident sagte „nein“"),
        ("KIEW â\x80\x94 Der Rat sagte â\x80\x9eneinâ\x80\x9c.", "KIEW — Der Rat sagte „nein“."),  # read as Latin-1
        ("SÃO PAULO", "SÃO PAULO"),
        ("un château et un bâtiment", "un château et un bâtiment"),
        ("Ã¤ und 漢", "Ã¤ und 漢"),
    ],
)
def test_text(raw: str, repaired: str) -> None:
    assert repair_text(raw) == repaired


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("“Es gab keine Fortschritte“, gab er zu.", "„Es gab keine Fortschritte“, gab er zu."),
        ("“Die einzige Garantie ist die NATO„, sagte er.", "„Die einzige Garantie ist die NATO“, sagte er."),
        ("Er sagte: “Ja.” Dann “Nein”.", "Er sagte: „Ja.“ Dann „Nein“."),
        ("„nur wahr„Sicherheitsgarantie“, so Kiew.", "„nur wahr„Sicherheitsgarantie“, so Kiew."),
        ("Ein “ steht allein", "Ein “ steht allein"),
        ('Er sagte "ja".', 'Er sagte "ja".'),
        ("Er sagte «ja».", "Er sagte «ja»."),
        ("“Ja“ und nur „nein", "“Ja“ und nur „nein"),
    ],
)
def test_quotes(line: str, repaired: str) -> None:
    assert repair_quotes(line, "de") == repaired


@pytest.mark.parametrize(
    ("language", "line", "repaired"),
    [
        ("de", "„Le Monde“ , die Zeitung", "„Le Monde“, die Zeitung"),
        ("de", "so »Die Welt« .", "so »Die Welt«."),
        ("de", "„Wirklich?“ : Das fragte sie", "„Wirklich?“: Das fragte sie"),
        ("en", "the ‘Sun’ , which", "the ‘Sun’, which"),
        ("uk", "газета «Час» ; потім", "газета «Час»; потім"),
        ("fr", "Le « Monde » , dit-il .", "Le « Monde », dit-il ."),
        ("fr", "Le « Monde » : oui « non » ? “Si” !", "Le « Monde » : oui « non » ? “Si” !"),
        ("de", "„Warten Sie“ …", "„Warten Sie“ …"),
        ("de", "„Plattform“ .NET und „Rang“ ,5", "„Plattform“ .NET und „Rang“ ,5"),
        ("de", "Ein Satz , ohne Marken", "Ein Satz , ohne Marken"),
    ],
)
def test_what_ends_a_clause_stands_close_behind_a_quotation(language: str, line: str, repaired: str) -> None:
    assert close_up(line, language) == repaired


@given(
    st.text(alphabet=st.sampled_from("aB1é „“”»«\"'’,.;:!? "), max_size=60) | st.text(max_size=100),
    st.sampled_from(["de", "en", "uk", "fr", ""]),
)
def test_closing_up_takes_spaces_and_nothing_else(line: str, language: str) -> None:
    closed = close_up(line, language)
    assert closed.replace(" ", "") == line.replace(" ", "")
    assert normal_form(closed) == normal_form(line)
    assert close_up(closed, language) == closed


def test_quotes_of_other_languages_stay() -> None:
    assert repair_quotes("He said “yes”.", "en") == "He said “yes”."


def test_balance() -> None:
    assert balanced("Er sagte „ja“ (und ging).")
    assert not balanced("Er sagte „ja und ging.")
    assert not balanced("Ende eines Zitats“, sagte er.")


@given(st.text(max_size=200), st.sampled_from(["de", "en"]))
def test_repairs_are_stable_and_touch_nothing_else(text: str, language: str) -> None:
    once = repair_text(text)
    quoted = repair_quotes(once, language)
    assert len(quoted) == len(once)
    assert normal_form(quoted) == normal_form(once)
    assert repair_quotes(quoted, language) == quoted
