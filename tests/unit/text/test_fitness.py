"""Which sentences can stand alone, and which need what was said before them."""

from __future__ import annotations

import pytest

from digests.text.document import Kind, Paragraph
from digests.text.fitness import is_personal, is_statement, leans_on_context
from digests.text.names import needed_introductions
from digests.text.summarising import summarise


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Nach eigenen Angaben hat er davon nichts gewusst."),
        ("de", "Am Montag wollen sie darüber abstimmen."),
        ("de", "„Wir sind bereit“, sagte er."),
        ("de", "Die Opposition lehnt das allerdings ab."),
        ("de", "Hinzu kommen elf Busse aus dem Umland."),
        ("de", "Es soll bis zum Herbst fertig sein."),
        ("de", "Von solchen Sorgen ist die Stadt frei."),
        ("de", "Hier steht nun eine Schule."),
        ("en", "In 2019 he left the party."),
        ("en", "After the vote, they left the hall."),
        ("en", "“We are ready,” she said."),
        ("en", "The mayor, however, refused."),
        ("en", "The latter refused."),
        ("uk", "У понеділок вони проголосують за закон."),
        ("uk", "«Ми готові», — сказав він."),
        ("uk", "Депутати також підтримали закон."),
        ("uk", "Там розмістили школу."),
    ],
)
def test_what_needs_its_context(language: str, sentence: str) -> None:
    assert leans_on_context(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Der Minister sagte, er werde nicht zurücktreten."),
        ("de", "Zwei Männer, die sie beobachtet hatten, flohen."),
        ("de", "Hunderte warteten auf ihn: Karl Kern kam zu spät."),
        ("de", "Es gibt keine Züge mehr nach Ulm."),
        ("en", "The minister said he would not resign."),
        ("en", "In Leeds the mayor opened the hall."),
        ("en", "After Cole resigned, she was replaced."),
        ("uk", "Міністр сказав, що він не піде у відставку."),
        ("uk", "Президент підписав закон про вибори."),
    ],
)
def test_what_brings_its_context(language: str, sentence: str) -> None:
    assert not leans_on_context(sentence, language)


@pytest.mark.parametrize(
    "sentence",
    [
        "Was hinter dem Verkauf der Werft steckt.",
        "Warum das so ist.",
        "What happened next.",
        "Чому це важливо.",
        "Lesen Sie hier, wie es weitergeht.",
        "Read more on our page.",
        "Please see the page of the journal for the figures behind this article.",
        "Hier finden Sie alle Zahlen zur Grippe in Hessen als Karte.",
        "Alle Entwicklungen in Hessen lesen Sie in unserem Überblick.",
        "* hat sich im ganzen Land ausgebreitet.",
        "• Der Bus fährt wieder nach Plan.",
        "Читайте також про вибори.",
        "Von Ina Roth und Max Dorn.",
        "Ein Kommentar von Ina Roth.",
        "„Das ist ein guter Tag für die Stadt.“",
        "“This is a good day.”",
        "«Це добрий день».",
        "Wird die Brücke gebaut?",
        "Und dann kam alles anders …",
        "„Das ist gut, sagte der Minister.",
        "und die Brücke wird gebaut.",
        "(2) Die Frist beginnt mit dem Zugang der Kündigung.",
        "In a Sept. 15, 1999 file photo, the mayor opens a bridge in Leeds.",
        "FILE - In this file photo taken May 3, 2011, the mayor, left, opens a bridge.",
        "Der Bürgermeister (l.) öffnet mit seiner Frau (r.) die Brücke.",
        "Die Brücke in Ulm ist seit Jahren gesperrt (Archivbild).",
        "Protesters march past the town hall in Leeds, northern England, April 27, 2014.",
        "Protesters march past the town hall in Leeds, Monday, Nov. 19, 2012.",
        "A flag is seen near a barricade in Leeds May 6, 2014.",
        "Protesters march past the town hall in Leeds, 27 April 2014.",
        "§ 12 Die Frist beträgt vier Wochen zum Monatsende.",
    ],
)
def test_what_states_nothing(sentence: str) -> None:
    assert not is_statement(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Wie die Polizei mitteilte, wurde niemand verletzt.",
        "Wer zu spät kommt, zahlt drei Euro.",
        "Von mir aus kann die Brücke bleiben.",
        "Ein Interview mit dem Minister löste den Streit aus.",
        "„Das ist gut“, sagte Ministerin Ina Roth.",
        "Was wissen Kinder von Geld: Eine Studie gibt Antwort.",
        "12 Busse fahren wieder.",
        "„Dort finden Sie keine Wohnung mehr“, sagte Ministerin Ina Roth.",
        "Dort finden sie seit Jahren keine Wohnung.",
        "The bridge was opened on April 27, 2014.",
        "The rules apply to all bridges built before May 6, 2014.",
        "The hall reopens to visitors of all ages starting January 1, 2020.",
        "The fair in Leeds is planned for Monday, May 6, 2019.",
        "She was born May 6, 1974.",
        "The state premier won with the votes of the far right, which shocked the party.",
        "The inspector failed (a) to look at the gear, (b) to ask and (c) to report it.",
        "Як повідомили в поліції, ніхто не постраждав.",
    ],
)
def test_what_states_something(sentence: str) -> None:
    assert is_statement(sentence)


def test_who_speaks_of_himself() -> None:
    assert is_personal("I’m glad that it rains.", "en")
    assert is_personal("Da haben wir lange gewartet.", "de")
    assert not is_personal("Die Stadt wartet lange.", "de")


def test_a_surname_needs_the_sentence_with_the_full_name() -> None:
    sentences = [
        "Anna Kern leitet das Amt seit drei Jahren.",
        "Das Amt hat Geld.",
        "Kern will mehr davon.",
        "Ludwig von der Heide sieht das anders.",
        "Heide verlangt Einsicht.",
    ]
    assert needed_introductions(sentences, frozenset(), "de") == [set(), set(), {0}, set(), {3}]
    assert needed_introductions(sentences, frozenset({"Kern"}), "de")[2] == set()


def test_a_summary_names_nobody_whom_it_does_not_introduce() -> None:
    article = [
        "Die Stadt Neuburg verkauft ihre alte Werft am Fluss an eine Reederei aus dem Norden.",
        "Die Reederin Anna Kern war zur Unterschrift in das Rathaus von Neuburg gekommen.",
        "Kern zahlt der Stadt für die alte Werft am Fluss neun Millionen Euro.",
        "Die Stadt baut mit den neun Millionen Euro für die Werft eine Schule am Fluss.",
    ]
    body = [Paragraph(Kind.BODY, (sentence,)) for sentence in article]
    shown = [pick.text for pick in summarise("Neuburg verkauft die Werft", body, "de", 2)]
    assert article[2] not in shown or article[1] in shown


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Der Beitritt der Werft ist „beschlossene Sache“, erinnerte er die Presse, ohne ein Datum zu nennen.", "de"),
        ("Die Häfen seien „so sicher wie nie“ räumte sie am Abend vor den Kapitänen ein.", "de"),
        ("The harbour is “safer than ever,” she insisted in front of the captains.", "en"),
        ("Порт «безпечніший, ніж будь-коли», — наголосила вона перед капітанами.", "uk"),
    ],
)
def test_whoever_spoke_must_be_known(sentence: str, language: str) -> None:
    assert leans_on_context(sentence, language)
