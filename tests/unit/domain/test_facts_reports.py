"""The check of facts on two more invented reports: every way to get them wrong that came to mind."""

from __future__ import annotations

import pytest

from digests.domain.facts import check

FIRE = (
    "Großbrand in Lindenauer Möbelfabrik: Drei Feuerwehrleute verletzt",
    "In einer Möbelfabrik in Lindenau ist in der Nacht zum Freitag ein Großbrand ausgebrochen.",
    "Drei Feuerwehrleute wurden leicht verletzt, einer von ihnen kam ins Krankenhaus, wie die Polizei mitteilte.",
    "Die Feuerwehr war mit 120 Kräften im Einsatz und brachte den Brand am frühen Morgen unter Kontrolle.",
    "Den Schaden schätzt die Polizei auf rund zwei Millionen Euro.",
    "Anwohner wurden aufgefordert, Fenster und Türen geschlossen zu halten.",
    "Die Ursache ist noch unklar, Brandstiftung schließt die Polizei nicht aus.",
    "Die Fabrik der Firma Holzmann beschäftigt 85 Menschen.",
    "Geschäftsführerin Karin Holzmann sagte, die Produktion stehe mindestens zwei Wochen still.",
    "Oberbürgermeister Tim Radtke (SPD) dankte den Einsatzkräften.",
    "Im vergangenen Jahr hatte es in der Nachbarhalle gebrannt, damals waren fünf Menschen verletzt worden.",
)
BILL = (
    "Senate rejects fishing bill backed by Governor Lang",
    "The state senate on Tuesday rejected a bill that would have limited commercial fishing in Harlow Bay.",
    "Senators voted 21 to 17 against the measure, which Governor Maria Lang had backed.",
    "Fishing groups led by Peter Okafor said the bill would have cost 900 jobs.",
    "Environmental groups said cod stocks have fallen by 60 percent since 2010.",
    "Lang said she would introduce a new version in the fall.",
    '"We will not give up on the bay," Lang told reporters in Harlow.',
    "The house approved the bill in March by a single vote.",
    "Senator Dale Whitcomb, a Republican, called the bill a threat to coastal towns.",
    "A study by Harlow University found no link between trawling and the decline.",
)
TRUE_OF_FIRE = (
    "In einer Möbelfabrik in Lindenau ist in der Nacht zum Freitag ein Großbrand ausgebrochen, drei "
    "Feuerwehrleute wurden leicht verletzt.",
    "Bei einem Großbrand in einer Möbelfabrik in Lindenau wurden drei Feuerwehrleute leicht verletzt.",
    "Die Polizei schätzt den Schaden auf rund zwei Millionen Euro.",
    "Der Schaden wird auf rund zwei Millionen Euro geschätzt.",
    "Brandstiftung schließt die Polizei nicht aus.",
    "Die Feuerwehr brachte den Brand mit 120 Kräften am frühen Morgen unter Kontrolle.",
    "Oberbürgermeister Tim Radtke dankte den Einsatzkräften.",
    "In der Fabrik der Firma Holzmann sind 85 Menschen beschäftigt.",
)
FALSE_OF_FIRE = (
    "Drei Feuerwehrleute wurden schwer verletzt.",
    "Drei Feuerwehrleute kamen ins Krankenhaus.",
    "Bei dem Großbrand wurden fünf Menschen verletzt.",
    "Die Polizei schließt Brandstiftung aus.",
    "Die Polizei geht von Brandstiftung aus.",
    "Den Schaden schätzt die Feuerwehr auf rund zwei Millionen Euro.",
    "Der Schaden beträgt zwei Millionen Euro.",
    "Die Produktion steht zwei Wochen still.",
    "Die Fabrik beschäftigt 120 Menschen.",
    "Geschäftsführerin Karin Radtke sagte, die Produktion stehe still.",
    "Oberbürgermeister Tim Radtke (CDU) dankte den Einsatzkräften.",
    "Oberbürgermeister Holzmann dankte den Einsatzkräften.",
    "Die Einsatzkräfte dankten Oberbürgermeister Tim Radtke.",
    "Drei Anwohner wurden leicht verletzt.",
    "In einer Möbelfabrik in Lindenau ist in der Nacht zum Samstag ein Großbrand ausgebrochen.",
    "Die Feuerwehr brachte den Brand am späten Morgen unter Kontrolle.",
    "Der Brand ist nicht unter Kontrolle.",
    "Die Polizei wurde leicht verletzt.",
    "85 Menschen wurden verletzt.",
    "Die Ursache ist klar.",
    "In der Nachbarhalle ist in der Nacht zum Freitag ein Großbrand ausgebrochen.",
    "Die Feuerwehr schließt Brandstiftung nicht aus.",
    "Anwohner hielten Fenster und Türen geschlossen.",
    "Drei Menschen der Firma Holzmann wurden verletzt.",
    "Die Polizei war mit 120 Kräften im Einsatz.",
    "Mehr als 120 Kräfte waren im Einsatz.",
)
TRUE_OF_BILL = (
    "The state senate rejected a bill on Tuesday that would have limited commercial fishing in Harlow Bay.",
    "Senators voted 21 to 17 against the measure backed by Governor Maria Lang.",
    "Fishing groups said the bill would have cost 900 jobs.",
    "Governor Lang said she would introduce a new version in the fall.",
    "The house had approved the bill in March by a single vote.",
    "Cod stocks have fallen by 60 percent since 2010, environmental groups said.",
    "Senator Dale Whitcomb called the bill a threat to coastal towns.",
    "A Harlow University study found no link between trawling and the decline.",
    'Lang told reporters, "We will not give up on the bay."',
)
FALSE_OF_BILL = (
    "The state senate on Tuesday approved a bill that would have limited commercial fishing in Harlow Bay.",
    "Senators voted 17 to 21 against the measure.",
    "Senators voted 21 to 17 for the measure, which Governor Maria Lang had backed.",
    "Fishing groups led by Dale Whitcomb said the bill would have cost 900 jobs.",
    "Fishing groups said cod stocks have fallen by 60 percent since 2010.",
    "Environmental groups said the bill would have cost 900 jobs.",
    "Cod stocks have risen by 60 percent since 2010.",
    "The senate approved the bill in March by a single vote.",
    "Senator Maria Lang called the bill a threat to coastal towns.",
    "A study by Harlow University found a link between trawling and the decline.",
    "Lang introduced a new version in the fall.",
    "The bill cost 900 jobs.",
    "Governor Lang opposed the measure.",
    "The house rejected the bill in March by a single vote.",
    "Senator Dale Whitcomb, a Democrat, called the bill a threat.",
    "Peter Okafor told reporters in Harlow he would introduce a new version.",
    "Cod stocks have fallen by 60 percent since 2010 because of trawling.",
    "Republican Senator Dale Whitcomb backed the bill.",
)


@pytest.mark.parametrize("claim", TRUE_OF_FIRE)
def test_what_the_german_report_says(claim: str) -> None:
    assert check(claim, FIRE, "de").supported


@pytest.mark.parametrize("claim", FALSE_OF_FIRE)
def test_what_the_german_report_does_not_say(claim: str) -> None:
    assert not check(claim, FIRE, "de").supported


@pytest.mark.parametrize("claim", TRUE_OF_BILL)
def test_what_the_english_report_says(claim: str) -> None:
    assert check(claim, BILL, "en").supported


@pytest.mark.parametrize("claim", FALSE_OF_BILL)
def test_what_the_english_report_does_not_say(claim: str) -> None:
    assert not check(claim, BILL, "en").supported
