"""The sentences that tell an article: teaser where borne out, else verbatim ones that stand alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.document import Kind, Paragraph
from digests.text.fitness import leans_on_context
from digests.text.reading import read_document
from digests.text.summarising import (
    TEASER,
    novel,
    rank_sentences,
    same_statement,
    summarise,
)
from tests.unit.text.samples import HARBOUR, seed


def body(*paragraphs: Sequence[str]) -> list[Paragraph]:
    return [Paragraph(Kind.BODY, tuple(sentences)) for sentences in paragraphs]


TITLE = "Neuer Anleger für Fähren im Hafen von Rostock"
ARTICLE = body(HARBOUR[:2], HARBOUR[2:4], HARBOUR[4:])
GOOD_TEASER = "Der Hafen von Rostock bekommt einen neuen Anleger für Fähren. Das Land zahlt die Hälfte der Kosten."


def texts(picks: Sequence[object]) -> list[str]:
    return [str(getattr(pick, "text", "")) for pick in picks]


def test_a_teaser_that_the_body_bears_out_is_the_summary() -> None:
    picks = summarise(TITLE, ARTICLE, "de", 2, teaser=GOOD_TEASER)
    assert [pick.paragraph for pick in picks] == [TEASER, TEASER]
    assert " ".join(texts(picks)) == GOOD_TEASER


@pytest.mark.parametrize(
    "teaser",
    [
        "Die Bundesliga beginnt am Freitag mit dem Spiel der Bayern gegen den Hamburger Sportverein.",
        "Neuer Anleger in Rostock.",  # too short
        "Der Hafen von Rostock bekommt bis zum Jahr 2028 einen neuen Anleger für große …",  # cut off
        "Der Hafen von Rostock bekommt bis zum Jahr 2028 einen neuen Anleger für",  # cut off without saying so
        "Bekommt der Hafen von Rostock bis zum Jahr 2028 einen neuen Anleger für große Fähren?",  # a question
        "Rostock Hafen Anleger: The operator of the port will build a new berth for ferries by 2028 there.",  # English
        "",
    ],
)
def test_other_teasers_are_not(teaser: str) -> None:
    picks = summarise(TITLE, ARTICLE, "de", 2, teaser=teaser)
    assert len(picks) == 2
    assert all(pick.paragraph >= 0 for pick in picks)


def test_a_teaser_sentence_with_a_number_that_the_body_does_not_hold_is_left_out() -> None:
    first = "Der Hafen von Rostock bekommt einen neuen Anleger für Fähren."
    teaser = f"{first} Der neue Anleger im Hafen von Rostock kostet das Land 99 Millionen Euro."
    picks = summarise(TITLE, ARTICLE, "de", 2, teaser=teaser)
    assert texts(picks)[0] == first
    assert not any("99" in text for text in texts(picks))


def test_a_dateline_is_no_teaser_sentence() -> None:
    picks = summarise(TITLE, ARTICLE, "de", 2, teaser=f"Rostock. {GOOD_TEASER}")
    assert " ".join(texts(picks)) == GOOD_TEASER


def test_every_pick_stands_at_its_address_in_reading_order() -> None:
    picks = summarise(TITLE, ARTICLE, "de", 3)
    assert len(picks) == 3
    assert all(ARTICLE[pick.paragraph].sentences[pick.position] == pick.text for pick in picks)
    assert [(pick.paragraph, pick.position) for pick in picks] == sorted((p.paragraph, p.position) for p in picks)


def test_headings_are_never_chosen() -> None:
    heading = "Der Hafen von Rostock bekommt einen neuen Anleger für Fähren."
    picks = summarise(TITLE, [Paragraph(Kind.HEADING, (heading,)), *ARTICLE], "de", 3)
    assert heading not in texts(picks)


def test_a_sentence_that_leans_comes_only_behind_the_one_it_leans_on() -> None:
    leaning = "Er nannte den neuen Anleger im Hafen von Rostock für die Fähren einen großen Erfolg."
    article = body(["Wer fährt schon gern Fähre?", leaning], HARBOUR[:1], HARBOUR[2:4])
    assert leaning not in texts(summarise(TITLE, article, "de", 2))


def test_no_question_no_torn_quotation_no_fragment() -> None:
    bad = [
        "Warum bekommt der Hafen von Rostock jetzt einen neuen Anleger für Fähren?",
        "„Der Anleger im Hafen von Rostock für die Fähren ist gut, sagte der Minister am Montag.",
        "und der Anleger im Hafen von Rostock wird für große Fähren gebaut werden.",
        "Der Anleger im Hafen von Rostock wird für große Fähren ...",
    ]
    picks = summarise(TITLE, body(bad, HARBOUR[:3]), "de", 3)
    assert not set(bad) & set(texts(picks))


def test_the_headline_is_not_repeated_when_there_is_more_to_say() -> None:
    picks = summarise(HARBOUR[0].rstrip("."), ARTICLE, "de", 2)
    assert HARBOUR[0] not in texts(picks)
    assert texts(summarise(HARBOUR[0].rstrip("."), body(HARBOUR[:1]), "de", 2)) == [HARBOUR[0]]


def test_details_say_something_new() -> None:
    summary = texts(summarise(TITLE, ARTICLE, "de", 2))
    details = texts(rank_sentences(TITLE, ARTICLE, "de", 3, seen=summary))
    assert details
    assert not set(details) & set(summary)
    assert all(novel(text, summary, "de") for text in details)
    assert rank_sentences(TITLE, ARTICLE, "de", 3, seen=list(HARBOUR)) == []


def test_second_seed_opens_with_no_pronoun_and_not_with_its_headline() -> None:
    document = read_document(seed("001"))
    carlson = {sentence for entry in document.entries for part in entry.paragraphs for sentence in part.sentences}
    for count in (1, 2, 3):
        picks = summarise(document.title, document.paragraphs, document.language, count)
        assert len(picks) == count
        assert picks[0].text.startswith("Weniger als zwei Monate")
        assert not picks[0].text.startswith("Letzterer")
        assert not carlson & set(texts(picks))


def test_same_statement() -> None:
    one = "Der Hafen von Rostock bekommt einen neuen Anleger für Fähren."
    assert same_statement(one, "Einen neuen Anleger für Fähren bekommt der Hafen von Rostock", "de")
    assert not same_statement(one, HARBOUR[3], "de")
    assert not same_statement("Das Feuer forderte 12 Tote in Leipzig.", "Das Feuer forderte 14 Tote in Leipzig.", "de")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (
            "de",
            "Bei dem Brand in Leipzig sind 12 Menschen gestorben.",
            "In Leipzig kamen 12 Menschen bei einem Feuer ums Leben.",
        ),
        ("en", "The council in Leeds approved 40 new trams.", "Leeds will get 40 new trams, the council decided."),
        ("uk", "У Харкові внаслідок удару поранено 14 людей.", "Удар по Харкову: 14 людей дістали поранення."),
    ],
)
def test_same_names_and_numbers_in_other_words_say_the_same(language: str, one: str, other: str) -> None:
    assert same_statement(one, other, language)
    assert not same_statement(one, other.replace("1", "2").replace("40", "50"), language)


def test_a_shared_year_is_no_shared_number() -> None:
    one = "Die Werft in Rostock baut seit 2024 große Fähren aus Stahl."
    assert not same_statement(one, "Der Hafen in Rostock bekam 2024 neue Anleger für Fähren.", "de")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Er hofft auf Hilfe."), ("de", "In diesem Interview geht es um viel."), ("de", "Letzterer beharrte."),
        ("de", "Jedoch kam niemand."), ("de", "Es war dann das erste Interview."), ("en", "They said no."),
        ("en", "In this interview he spoke."),
        ("en", "However, it rained."), ("uk", "Він сподівається на допомогу."), ("uk", "У цьому інтерв'ю йдеться."),
        ("fr", "Elle a dit non."),
    ],
)  # fmt: skip
def test_what_leans(language: str, sentence: str) -> None:
    assert leans_on_context(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("de", "Selenskyj hofft auf Hilfe."), ("en", "Leeds reopens its tram."), ("uk", "Україна чекає на допомогу.")],
)
def test_what_stands_alone(language: str, sentence: str) -> None:
    assert not leans_on_context(sentence, language)


SENTENCES = st.one_of(
    st.sampled_from([*HARBOUR, "Er kam.", "Wie?", "„", "Dies gilt."]), st.text(min_size=1, max_size=40)
)


@settings(deadline=None)  # the first call loads the model
@given(
    st.lists(st.lists(SENTENCES, min_size=1, max_size=4), max_size=6),
    st.integers(0, 5),
    st.text(max_size=30),
    st.one_of(st.none(), st.text(max_size=80), st.just(GOOD_TEASER)),
)
def test_any_text_gives_at_most_so_many_real_sentences(
    paragraphs: list[list[str]], count: int, title: str, teaser: str | None
) -> None:
    article = body(*paragraphs)
    picks = summarise(title, article, "de", count, teaser=teaser)
    assert len(picks) <= count
    assert len({(pick.paragraph, pick.position) for pick in picks}) == len(picks)
    for pick in picks:
        if pick.paragraph == TEASER:
            assert pick.text in " ".join((teaser or "").split())
        else:
            assert article[pick.paragraph].sentences[pick.position] == pick.text
