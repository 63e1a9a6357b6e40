"""What an edit changed, and that nothing is made of what no reader would notice."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digests.domain.figures import spelled
from digests.domain.revisions import Revision, RevisionKind, Version, compare
from digests.text.document import Kind, Paragraph

HEADLINE, NUMBERS, TEXT, ADDITION = RevisionKind
TITLE = "Explosion in Odessa"
LEAD, TOLL, CAUSE = (
    "In Odessa hat es am Morgen eine Explosion gegeben.",
    "Mindestens 12 Menschen starben, teilte die Feuerwehr mit.",
    "Die Ursache ist bisher unklar.",
)


def version(*sentences: str, title: str = TITLE) -> Version:
    """An article of one paragraph."""
    return Version(title, (Paragraph(Kind.BODY, sentences),))


OLD = version(LEAD, TOLL, CAUSE)


def test_a_corrected_number_is_told_with_its_sentences() -> None:
    after = TOLL.replace("12", "14")
    assert compare(OLD, version(LEAD, after, CAUSE), "de") == Revision((NUMBERS,), ((TOLL, after),))


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("Zwölf Menschen starben.", "13 Menschen starben.", "de"),
        ("Mindestens 12 Menschen starben.", "12 Menschen starben.", "de"),
        ("Der Schaden liegt bei 3 Millionen Euro.", "Der Schaden liegt bei 3 Milliarden Euro.", "de"),
        ("Das Spiel endete 2:1.", "Das Spiel endete 3:1.", "de"),
        ("Die Sitzung beginnt um 14:30 Uhr.", "Die Sitzung beginnt um 15:30 Uhr.", "de"),
        ("In der Nacht waren es 5 Grad.", "In der Nacht waren es -5 Grad.", "de"),
        ("He was born in 1961.", "He was born in 1962.", "en"),
        ("Prices rose by 1,200 dollars.", "Prices rose by 1,300 dollars.", "en"),
        ("Загинули дві людини.", "Загинули 3 людини.", "uk"),
        ("L'accident a fait 12 morts.", "L'accident a fait 14 morts.", "fr"),
    ],
)
def test_sentences_that_differ_in_numbers_only(before: str, after: str, language: str) -> None:
    found = compare(version(LEAD, before), version(LEAD, after), language)
    assert found == Revision((NUMBERS,), ((before, after),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Zwölf Menschen starben.", "12 Menschen starben."),
        ("Rund 1.200 Häuser sind ohne Strom.", "Etwa 1200 Häuser sind ohne Strom."),
        ("Es kostet 1,5 Mio. Euro.", "Es kostet 1,5 Millionen Euro."),
        ("Um 14.30 Uhr war alles vorbei.", "Um 14:30 Uhr war alles vorbei."),
        ("Der Minister sagte: „Nein“.", "Der Minister sagte, «nein»!"),
        ("Der Bundes-Kanzler   kommt.", "Der Bundeskanzler kommt."),
        ("Die Regierugn hat zugestimmt.", "Die Regierung hat zugestimmt."),
        ("Die Feuerwer war schnell da.", "Die Feuerwehr war schnell da."),
        ("Der Zug fuhr ab. Niemand stieg ein.", "Der Zug fuhr ab; niemand stieg ein."),
    ],
)
def test_what_no_reader_would_notice(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        old, new = (version(LEAD, *text.replace(". N", ".|N").split("|")) for text in (one, other))
        assert compare(old, new, "de") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Die Geiseln wurden befreit.", "Die Geiseln würden befreit."),
        ("Das Vorgehen war legal.", "Das Vorgehen war illegal."),
        ("Der Rat hat zugestimmt.", "Der Rat hat nicht zugestimmt."),
        ("Er zahlte 5 Euro.", "Er zahlte 5 Dollar."),
        ("Es waren 5 %.", "Es waren 5 €."),
        ("Er kam aus Iran.", "Er kam aus Irak."),
        ("他不去北京。", "他不来北京。"),
    ],
)
def test_a_small_difference_may_be_a_large_one(before: str, after: str) -> None:
    found = compare(version(LEAD, before), version(LEAD, after), "de")
    assert found == Revision((TEXT,), (), 1, 1)


def test_headlines() -> None:
    assert compare(OLD, replace(OLD, title="Explosion im Hafen von Odessa"), "de") == Revision((HEADLINE,))
    assert compare(OLD, replace(OLD, title="„Explosion“ in  Odessa!"), "de") is None
    assert compare(OLD, replace(OLD, title="Exposion in Odessa"), "de") is None


def test_several_at_once() -> None:
    after = TOLL.replace("12", "14")
    told = "Später kam der Bürgermeister."
    assert compare(OLD, version(LEAD, after, CAUSE, told, title="Anders"), "de") == Revision(
        (HEADLINE, NUMBERS, ADDITION), ((TOLL, after),), 0, 1
    )
    assert compare(OLD, version(LEAD, after, told), "de") == Revision((NUMBERS, TEXT), ((TOLL, after),), 1, 1)


def test_a_sentence_that_moves_or_goes() -> None:
    assert compare(OLD, version(CAUSE, LEAD, TOLL), "de") is None
    assert compare(OLD, version(LEAD, CAUSE), "de") == Revision((TEXT,), (), 1, 0)


def test_a_number_alone_is_no_correction() -> None:
    assert compare(version(LEAD, "12"), version(LEAD, "14"), "de") == Revision((TEXT,), (), 1, 1)


def test_numbers_are_read_as_figures_are() -> None:
    text = "Rund zwölf Tote, bis zu 3,5 Millionen Euro, um 14:30 Uhr bei −5 Grad am 3. Mai."
    assert [said for _, _, said in spelled(text, "de")] == ["~12", "<3500000", "14.30", "-5", "3"]


LETTERS = st.text(string.ascii_lowercase + "äßжї", min_size=1, max_size=8)
SENTENCES = st.lists(LETTERS, min_size=2, max_size=6).map(" ".join)
ARTICLES = st.lists(SENTENCES, max_size=8)
LANGUAGES = st.sampled_from(["de", "en", "uk", "fr", ""])
ANY = st.builds(
    lambda title, parts: Version(title, tuple(Paragraph(Kind.BODY, tuple(each)) for each in parts)),
    st.text(max_size=30),
    st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=4), max_size=4),
)


@given(ANY, LANGUAGES)
def test_an_article_against_itself_is_no_revision(article: Version, language: str) -> None:
    assert compare(article, article, language) is None


@given(ANY, ANY, LANGUAGES)
def test_a_revision_is_whole(old: Version, new: Version, language: str) -> None:
    found = compare(old, new, language)
    back = compare(new, old, language)
    assert (found is None) == (back is None)
    if found and back:
        assert found.kinds == tuple(kind for kind in RevisionKind if kind in found.kinds)
        assert bool(found.changes) == (NUMBERS in found.kinds)
        assert (TEXT in found.kinds) == (found.gone > 0)
        assert (ADDITION in found.kinds) == (found.new > 0 and not found.gone)
        assert {before for before, _ in found.changes} <= set(sum((p.sentences for p in old.paragraphs), ()))
        assert {after for _, after in found.changes} <= set(sum((p.sentences for p in new.paragraphs), ()))


@given(ARTICLES, st.lists(SENTENCES, min_size=1, max_size=4), st.randoms(), LANGUAGES)
def test_adding_sentences_is_an_addition_only(old: list[str], added: list[str], random: object, language: str) -> None:
    new = list(old)
    for sentence in added:
        new.insert(random.randint(0, len(new)), sentence)  # type: ignore[attr-defined]
    assert compare(version(*old), version(*new), language) == Revision((ADDITION,), (), 0, len(added))
    assert compare(version(*new), version(*old), language) == Revision((TEXT,), (), len(added), 0)


@given(ARTICLES, LANGUAGES, st.sampled_from([" ", "  ", "\u00a0", ", ", " – ", "! "]))
def test_other_spaces_and_signs_are_nothing(old: list[str], language: str, between: str) -> None:
    new = [between.join(sentence.upper().split(" ")) + "!" for sentence in old]
    assume("".join(new).casefold() == "".join(new).lower())
    assert compare(version(*old), version(*new), language) is None


@given(ARTICLES, SENTENCES, st.integers(2, 10**6), st.integers(2, 10**6), LANGUAGES)
def test_another_number_is_a_correction(old: list[str], told: str, one: int, other: int, language: str) -> None:
    assume(one != other)
    before, after = (f"{told} {number} {told}" for number in (one, other))
    assert compare(version(before, *old), version(*old, after), language) == Revision((NUMBERS,), ((before, after),))
