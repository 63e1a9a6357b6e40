"""Where a sentence ends, and where it only seems to."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.sentences import split_sentences
from tests.support.paragraphs import LANGUAGES, paragraphs

GOLD = [(language, paragraph) for language in LANGUAGES for paragraph in paragraphs(language)]


@pytest.mark.parametrize(("language", "sentences"), GOLD, ids=[" ".join(paragraph)[:30] for _, paragraph in GOLD])
def test_paragraphs_cut_by_hand(language: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(" ".join(sentences), language) == list(sentences)


@pytest.mark.parametrize(
    "line",
    [
        "Rathaus bleibt am Montag geschlossen",  # a headline has no stop
        "Mehr: https://www.beispiel.de/a.b/c?d=1.5&e=F.G",
        "Die Datei index.html liegt unter v2.1.0 bereit",
        "Um 14.30 Uhr, d. h. nach dem Mittag, kam Dr. K. Roth",
    ],
)
def test_one_line_is_one_sentence(line: str) -> None:
    assert split_sentences(line, "de") == [line]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["Das ist am 3. Oktober passiert.", "Am 5. Mai auch."]),
        ("de", ["Im 19. Jahrhundert war Wilhelm II. Kaiser.", "Er starb 1941.", "Danach kam nichts."]),
        ("de", ["Der 1. FC Köln gewann 3:1.", "Trainer X. Y. lobte sein Team."]),
        ("de", ["Sie ist 45.", "Er ist jünger."]),
        ("de", ["Die Firma z. B. Siemens und u. a. Bosch waren da.", "Usw. gab es bzw. mehr."]),
        ("de", ["Prof. Dr. h.c. Meier kam um 14.30 Uhr.", "Rund 3,5 Mio. Euro kostet das."]),
        ("de", ["„Das ist gut. Sehr gut sogar“, sagte er.", "„Nein!“, rief sie.", "Dann ging er."]),
        ("de", ["Es war... na ja.", "Und dann … kam er.", "Er sagte: „Wir gehen.“", "Sie blieb."]),
        ("en", ["Mr. Smith of the U.S. Army left at 5 p.m. Monday.", "He said: “We go.”", "She stayed."]),
        ("uk", ["Він народився 5 травня 1990 р. у м. Києві.", "Це було давно.", "Т. Шевченко писав вірші."]),
    ],
)
def test_cuts(language: str, sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences), language) == sentences


@given(st.text(max_size=300), st.sampled_from(["de", "en", "uk", "fr", "und", "xx"]))
def test_sentences_join_back_to_their_paragraph(text: str, language: str) -> None:
    assert " ".join(split_sentences(text, language)) == " ".join(text.split())


@given(
    st.lists(
        st.sampled_from(["Am 3. Mai", "z. B.", "„Ja.“", "Er (Dr. No)", "kam.", "…", "Wann?", ")", "“"]), max_size=12
    )
)
def test_hard_pieces_join_back_too(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert " ".join(split_sentences(text, "de")) == text


@pytest.mark.parametrize("piece", [". ", "x. ", "A. ", "12. ", "(a. ", "wort"])
def test_a_long_odd_line_takes_no_longer_than_its_length(piece: str) -> None:
    line = f"{piece * 20_000} b. C"
    began = time.process_time()
    assert " ".join(split_sentences(line, "de")) == " ".join(line.split())
    assert time.process_time() - began < 4, "it took a minute when every look went back to the line's beginning"
