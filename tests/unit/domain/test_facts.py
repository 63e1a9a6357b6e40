"""Which sentences a source supports: invented reports, true and false sentences about them, wild changes of numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digests.domain.facts import check, told_by
from digests.domain.verdicts import Flaw, best
from digests.text.document import Kind
from tests.support.builders import article, paragraph

HARBOUR = (
    "Hafenstreik in Nordhaven geht in die zweite Woche",
    "Im Streik der Hafenarbeiter in Nordhaven haben Gewerkschaft und Reederei am Montag ohne Ergebnis verhandelt.",
    "Die Gewerkschaft fordert 6,5 Prozent mehr Lohn, die Reederei bietet 3,2 Prozent.",
    "Nach Angaben der Hafenbehörde liegen 17 Frachter vor der Küste, 4 davon mit Kühlware.",
    "Der Umschlag sank im März um 40.000 Container, die Preise für Transporte stiegen.",
    "Hafenchefin Petra Lindqvist kritisierte Reeder Olaf Brandt scharf.",
    "„Wir verlieren jeden Tag Kunden“, sagte Lindqvist dem Abendboten.",
    "Brandt wies die Kritik nicht zurück.",
    "Die Reederei könnte im Mai Schiffe nach Westport umleiten.",
    "Mindestens 300 Beschäftigte demonstrierten am Dienstag vor dem Rathaus gegen die Reederei.",
    "Bürgermeister Ruben Falk will am 12. April zwischen beiden Seiten vermitteln.",
    "Die Polizei nahm keine Demonstranten fest.",
    "Brandt dementierte, dass die Reederei 1.187 Stellen streicht.",
)
BRIDGE = (
    "Bridge over the Arden closed after inspection",
    "The city of Millbrook closed the Arden bridge on Thursday after inspectors found 23 cracks in its steel cables.",
    "Repairs will cost $4.5 million and take at least eight months, said engineer Dora Whitfield.",
    "About 12,000 drivers cross the bridge each day.",
    "Mayor Glen Harker did not rule out a new bridge.",
    "Traffic on the ferry rose 18 percent while revenue from tolls fell 30 percent.",
    "Opposition leader Ines Calder accused Harker of ignoring a report from 2019.",
    '"The report was clear," Calder told the Millbrook Courier.',
    "The bridge may reopen to pedestrians in June.",
    "Two workers were injured and one driver was arrested.",
)
DAM = (
    "На Синій дамбі тривають ремонтні роботи",
    "У понеділок бригади почали ремонт Синьої дамби біля Верхнього Лугу.",
    "Роботи коштуватимуть 120 мільйонів гривень і триватимуть п'ять місяців.",
    "Рівень води у водосховищі знизився на 40 сантиметрів.",
    "Керівниця станції Олена Гайдай не підтвердила витоку води.",
    "Мер Тарас Левчук розкритикував підрядника Богдана Сича.",
    "Влада евакуювала щонайменше 250 мешканців.",
    "Дамба може не витримати повені навесні.",
)
LANGUAGE = {HARBOUR: "de", BRIDGE: "en", DAM: "uk"}

SUPPORTED = [
    (HARBOUR, "Gewerkschaft und Reederei haben am Montag ohne Ergebnis verhandelt."),
    (HARBOUR, "Im Streik in Nordhaven haben die Gewerkschaft und die Reederei am Montag ohne Ergebnis verhandelt."),
    (HARBOUR, "Die Gewerkschaft fordert 6,5 Prozent mehr Lohn."),
    (HARBOUR, "Die Gewerkschaft fordert 6,5 % mehr Lohn, die Reederei bietet 3,2 %."),
    (HARBOUR, "Vor der Küste liegen nach Angaben der Hafenbehörde 17 Frachter."),
    (HARBOUR, "Vor der Küste liegen nach Angaben der Behörde siebzehn Frachter."),
    (HARBOUR, "Im März sank der Umschlag um 40.000 Container."),
    (HARBOUR, "Im März sank der Umschlag um 40 Tausend Container."),
    (HARBOUR, "Hafenchefin Lindqvist kritisierte den Reeder Brandt scharf."),
    (HARBOUR, "Lindqvist sagte: „Wir verlieren jeden Tag Kunden“."),
    (HARBOUR, "Am Dienstag demonstrierten mindestens 300 Beschäftigte vor dem Rathaus gegen die Reederei."),
    (HARBOUR, "Bürgermeister Ruben Falk will am 12. April vermitteln."),
    (HARBOUR, "Die Reederei könnte im Mai Schiffe umleiten."),
    (HARBOUR, "Brandt wies die Kritik nicht zurück."),
    (HARBOUR, "Der Umschlag fiel im März um 40.000 Container."),
    (BRIDGE, "Millbrook closed the Arden bridge on Thursday after inspectors found 23 cracks."),
    (BRIDGE, "Repairs will cost $4.5 million and take at least eight months."),
    (BRIDGE, "Repairs will cost 4.5 million dollars, engineer Dora Whitfield said."),
    (BRIDGE, "About 12,000 drivers cross it each day."),
    (BRIDGE, "Traffic on the ferry increased 18 percent."),
    (BRIDGE, "Mayor Harker did not rule out a new bridge."),
    (BRIDGE, 'Calder said: "The report was clear."'),
    (BRIDGE, "Ines Calder accused Harker of ignoring a report from 2019."),
    (BRIDGE, "2 workers were injured."),
    (DAM, "Бригади почали ремонт Синьої дамби у понеділок."),
    (DAM, "Роботи коштуватимуть 120 млн гривень."),
    (DAM, "Роботи триватимуть 5 місяців."),
    (DAM, "Мер Левчук розкритикував підрядника Сича."),
    (DAM, "Щонайменше 250 мешканців влада евакуювала."),
    (DAM, "Рівень води у водосховищі впав на 40 сантиметрів."),
]

REFUSED = [
    # a number that is not there, or counts something else
    (HARBOUR, "Die Gewerkschaft fordert 7,5 Prozent mehr Lohn.", Flaw.NUMBER),
    (HARBOUR, "Die Gewerkschaft fordert 3,2 Prozent mehr Lohn.", Flaw.NUMBER),
    (HARBOUR, "Die Gewerkschaft fordert 3,2 Prozent mehr Lohn, die Reederei bietet 6,5 Prozent.", Flaw.NUMBER),
    (HARBOUR, "Vor der Küste liegen 4 Frachter.", Flaw.NUMBER),
    (HARBOUR, "Der Umschlag sank im März um 40.000 Frachter.", Flaw.NUMBER),
    (HARBOUR, "Der Umschlag sank im März um 40 Container.", Flaw.NUMBER),
    (HARBOUR, "Die Gewerkschaft fordert 6,5 Euro mehr Lohn.", Flaw.NUMBER),
    (HARBOUR, "Der Streik geht in die dritte Woche.", Flaw.NUMBER),
    (BRIDGE, "Inspectors found 32 cracks in the steel cables.", Flaw.NUMBER),
    (BRIDGE, "Repairs will cost $4.5 billion.", Flaw.NUMBER),
    (BRIDGE, "Traffic on the ferry rose 30 percent.", Flaw.NUMBER),
    (BRIDGE, "Two drivers were injured.", Flaw.NUMBER),
    (BRIDGE, "Repairs will take at least eight weeks.", Flaw.WORDS),
    (DAM, "Роботи коштуватимуть 120 мільйонів доларів.", Flaw.NUMBER),
    (DAM, "Роботи триватимуть шість місяців.", Flaw.NUMBER),
    (DAM, "Рівень води знизився на 250 сантиметрів.", Flaw.NUMBER),
    # rounded, or told more exactly or more surely than the source does
    (HARBOUR, "Die Reederei streicht rund 1.200 Stellen.", Flaw.NUMBER),
    (HARBOUR, "300 Beschäftigte demonstrierten am Dienstag vor dem Rathaus.", Flaw.NUMBER),
    (BRIDGE, "Some 12,500 drivers cross the bridge each day.", Flaw.NUMBER),
    (BRIDGE, "More than 12,000 drivers cross the bridge each day.", Flaw.NUMBER),
    (DAM, "Влада евакуювала 250 мешканців.", Flaw.NUMBER),
    # dates
    (HARBOUR, "Gewerkschaft und Reederei haben am Mittwoch ohne Ergebnis verhandelt.", Flaw.DATE),
    (HARBOUR, "Gewerkschaft und Reederei haben gestern ohne Ergebnis verhandelt.", Flaw.DATE),
    (HARBOUR, "Bürgermeister Falk will am 12. Mai vermitteln.", Flaw.NUMBER),
    (BRIDGE, "The bridge may reopen to pedestrians in July.", Flaw.DATE),
    (BRIDGE, "Calder accused Harker of ignoring a report from 2018.", Flaw.NUMBER),
    (DAM, "У вівторок бригади почали ремонт Синьої дамби.", Flaw.DATE),
    # names that are not there, have changed places, or bear another's office
    (HARBOUR, "Im Streik der Hafenarbeiter in Südhaven haben Gewerkschaft und Reederei verhandelt.", Flaw.NAME),
    (HARBOUR, "Müller kritisierte Reeder Brandt scharf.", Flaw.NAME),
    (HARBOUR, "Reeder Olaf Brandt kritisierte Hafenchefin Petra Lindqvist scharf.", Flaw.ROLE),
    (HARBOUR, "Brandt kritisierte Lindqvist scharf.", Flaw.ROLE),
    (HARBOUR, "Bürgermeister Brandt will am 12. April vermitteln.", Flaw.ROLE),
    (HARBOUR, "Reeder Petra Lindqvist kritisierte Brandt scharf.", Flaw.ROLE),
    (BRIDGE, "Harker accused Calder of ignoring a report from 2019.", Flaw.ROLE),
    (BRIDGE, "Mayor Ines Calder did not rule out a new bridge.", Flaw.ROLE),
    (BRIDGE, "The city of Westbrook closed the Arden bridge on Thursday.", Flaw.NAME),
    (BRIDGE, "Engineer Glen Whitfield said repairs will cost $4.5 million.", Flaw.ROLE),
    (DAM, "Мер Олена Левчук розкритикував підрядника.", Flaw.ROLE),
    (DAM, "Мер Петро Левчук розкритикував підрядника.", Flaw.NAME),
    # turned around
    (HARBOUR, "Brandt wies die Kritik zurück.", Flaw.NEGATION),
    (HARBOUR, "Gewerkschaft und Reederei haben am Montag nicht verhandelt.", Flaw.NEGATION),
    (HARBOUR, "Die Polizei nahm Demonstranten fest.", Flaw.NEGATION),
    (HARBOUR, "Die Reederei streicht 1.187 Stellen.", Flaw.NEGATION),
    (HARBOUR, "Der Umschlag stieg im März um 40.000 Container.", Flaw.DIRECTION),
    (HARBOUR, "Hafenchefin Lindqvist lobte Reeder Brandt.", Flaw.WORDS),
    (HARBOUR, "Die Beschäftigten demonstrierten am Dienstag vor dem Rathaus für die Reederei.", Flaw.ROLE),
    (BRIDGE, "Mayor Glen Harker ruled out a new bridge.", Flaw.NEGATION),
    (BRIDGE, "Traffic on the ferry fell 18 percent.", Flaw.DIRECTION),
    (BRIDGE, "The city of Millbrook opened the Arden bridge on Thursday.", Flaw.DIRECTION),
    (DAM, "Керівниця станції Олена Гайдай підтвердила витоку води.", Flaw.NEGATION),
    (DAM, "Рівень води у водосховищі підвищився на 40 сантиметрів.", Flaw.DIRECTION),
    # a wish or a suspicion told as a fact
    (HARBOUR, "Die Reederei leitet im Mai Schiffe nach Westport um.", Flaw.WORDS),
    (HARBOUR, "Bürgermeister Falk vermittelt am 12. April zwischen beiden Seiten.", Flaw.DOUBT),
    (BRIDGE, "The bridge reopens to pedestrians in June.", Flaw.DOUBT),
    (HARBOUR, "Die Kühlung der Frachter ist zuverlässig.", Flaw.NAME),
    # quotations
    (HARBOUR, "„Wir verlieren jeden Tag Millionen“, sagte Lindqvist.", Flaw.QUOTE),
    (BRIDGE, '"The report was damning," Calder told the Millbrook Courier.', Flaw.QUOTE),
    # two matters in one
    (HARBOUR, "Die Polizei nahm vor der Küste 17 Frachter fest.", Flaw.NAME),
    (HARBOUR, "Bürgermeister Falk fordert 6,5 Prozent mehr Lohn.", Flaw.NAME),
    (BRIDGE, "Inspectors arrested 23 drivers on the ferry.", Flaw.DIRECTION),
    (DAM, "Мер Тарас Левчук евакуював 250 мешканців Верхнього Лугу.", Flaw.NAME),
]


@pytest.mark.parametrize(("told", "sentence"), SUPPORTED)
def test_what_a_source_says_in_its_own_words_is_supported(told: tuple[str, ...], sentence: str) -> None:
    assert check(sentence, told, LANGUAGE[told]).flaw is None, check(sentence, told, LANGUAGE[told])


@pytest.mark.parametrize(("told", "sentence", "flaw"), REFUSED)
def test_what_a_source_does_not_say_is_refused(told: tuple[str, ...], sentence: str, flaw: Flaw) -> None:
    assert check(sentence, told, LANGUAGE[told]).flaw is flaw


def test_the_verdict_names_the_word_that_is_wrong() -> None:
    assert check("Müller kritisierte Reeder Brandt scharf.", HARBOUR, "de").word == "Müller"


def test_a_fact_of_another_article_does_not_help() -> None:
    claim = "Die Gewerkschaft fordert 6,5 Prozent mehr Lohn und die Stadt Millbrook schließt die Brücke."
    assert not check(claim, HARBOUR, "de").supported
    assert not check(claim, BRIDGE, "de").supported


def test_sentences_far_apart_do_not_help_each_other() -> None:
    filler = tuple(f"Am Kai {number} blieb es ruhig." for number in range(20, 26))
    told = ("Die Werft baut neun Schiffe.", *filler, "Die Stadt plant einen Park.")
    assert not check("Die Stadt baut neun Schiffe.", told, "de").supported


def test_a_language_that_cannot_be_checked_supports_nothing_but_its_own_sentences() -> None:
    told = ("Le port de Nordhaven reste fermé lundi.",)
    assert check("Le port de Nordhaven reste fermé lundi.", told, "fr").supported
    assert check("Le port reste fermé lundi.", told, "fr").flaw is Flaw.LANGUAGE


def test_an_article_tells_its_title_its_teaser_and_its_body_but_no_headings() -> None:
    told = article("Titel", ["Erster Satz. Zweiter Satz.", paragraph("Kapitel", kind=Kind.HEADING)], teaser="Anriss.")
    assert told_by(told) == ("Titel", "Anriss.", "Erster Satz.", "Zweiter Satz.")


def test_one_source_that_says_it_is_enough() -> None:
    claim = "Inspectors found 23 cracks in the steel cables."
    verdicts = [check(claim, told, "en") for told in (DAM, BRIDGE)]
    assert best(verdicts).supported
    assert best(verdicts[:1]) == verdicts[0]


_WORDS = """
Die Stadt baut einen Park am Fluss nicht gegen Lärm und 12 300 3,5 Prozent zwei Millionen Euro Montag am März
könnte „Ja“ sagt Anna Berg sank stieg um rund mindestens The bridge did n't reopen (so) said він міст не
"""
_words = st.sampled_from(_WORDS.split())
_sentences = st.lists(_words, min_size=1, max_size=14).map(lambda found: " ".join(found) + ".") | st.text(max_size=60)
_sources = st.lists(_sentences, min_size=1, max_size=8)


@given(_sources, st.sampled_from(["de", "en", "uk", "fr", "und"]), st.data())
def test_a_verbatim_sentence_is_always_supported(told: list[str], language: str, data: st.DataObject) -> None:
    assert check(data.draw(st.sampled_from(told)), told, language).supported


_numbered = st.tuples(_words, st.integers(0, 3000), _words, _sentences).map(lambda parts: " ".join(map(str, parts)))
_WHOLE = re.compile(r"(?<![\d.,])\d+(?![.,]?\d)")
_counted = st.sampled_from([each for told in (HARBOUR, BRIDGE, DAM) for each in told if _WHOLE.search(each)])


@given(_numbered | _counted, _sources, st.integers(21, 10**9), st.data())  # smaller ones may stand there as words
def test_a_number_that_occurs_nowhere_is_never_supported(
    sentence: str, others: list[str], number: int, data: st.DataObject
) -> None:
    told = [*others, sentence]
    assume(str(number) not in re.sub(r"[^\w]", "", " ".join(told)))
    assume(_WHOLE.search(sentence))
    match = data.draw(st.sampled_from(list(_WHOLE.finditer(sentence))))
    changed = sentence[: match.start()] + str(number) + sentence[match.end() :]
    assert not any(check(changed, told, language).supported for language in ("de", "en", "uk"))


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=5), st.sampled_from(["de", "en", "uk", "xx"]))
def test_no_text_is_too_wild(sentence: str, told: list[str], language: str) -> None:
    check(sentence, told, language)
