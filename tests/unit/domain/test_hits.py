"""Where the words of a search stand: what is bold, what is told, how much a headline counts."""

from __future__ import annotations

import pytest

from digests.domain.compounds import is_sure, may_be
from digests.domain.hits import Hits
from digests.domain.search_terms import phrase_term, word_term
from tests.support.builders import article


def marked(hits: Hits, text: str, language: str = "de") -> list[str]:
    return [text[span.start : span.end] for span in hits.spans(text, language)]


def test_whole_words_are_marked_and_phrases_only_where_they_stand() -> None:
    hits = Hits([word_term("Rente"), phrase_term("Tag der Arbeit")])
    text = "Am Tag der Arbeit war die Rentenzahlung Thema, die Arbeit an jenem Tag nicht."
    assert marked(hits, text) == ["Tag", "der", "Arbeit", "Rentenzahlung"]
    assert marked(Hits([phrase_term("Rente")]), "Rente und Rentenzahlung") == ["Rente"]
    assert marked(Hits([word_term("U-Bahn")]), "Die U-Bahn und die Bahn") == ["U", "Bahn"]
    assert marked(Hits([]), text) == []


def test_a_headline_counts_for_its_share_of_the_words() -> None:
    hits = Hits([word_term("Rente"), word_term("Hafen")])
    shares = [hits.share(title, "de") for title in ("Rente im Hafen", "Rentenzahlung im Hafen", "Hafen", "Wetter")]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[2], shares[3]) == (1.0, 0.5, 0.0)


def test_sentences_that_bring_most_words_come_and_each_text_once() -> None:
    first = article(body=["Der Hafen ist zu.", "Es regnet.", "Rente und Hafen sind Themen.", "Die Rente steigt."], id=1)
    copy = article(body=["Rente und Hafen sind Themen.", "Der Hafen ist zu."], id=2)
    hits = Hits([word_term("Rente"), word_term("Hafen")])
    told = hits.sentences([first, copy], 2)
    assert [(each.text, each.article_id) for each in told] == [
        ("Der Hafen ist zu.", 1),
        ("Rente und Hafen sind Themen.", 1),
    ]
    assert hits.sentences([article(body=["Es regnet."], id=3)], 2) == []


@pytest.mark.parametrize(
    ("compound", "part", "sure", "possible"),
    [
        ("rentenerhoh", "erhoh", True, True),
        ("waffenliefer", "liefer", True, True),
        ("widerstand", "stand", False, False),
        ("transport", "sport", True, False),
        ("urteil", "teil", False, False),
        ("ersatzteil", "teil", False, False),
        ("bremsteil", "teil", False, True),
        ("zahnarzt", "arzt", False, True),
        ("arzt", "arzt", False, False),
    ],
)
def test_what_ends_a_compound(compound: str, part: str, sure: bool, possible: bool) -> None:
    assert may_be(compound, part) is possible
    if possible:
        assert is_sure(compound, part) is sure
