"""The check of facts on five more invented reports: every way to get them wrong that came to mind."""

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
TRAIN = (
    "Nachtzug nach Bergen entgleist: Sieben Reisende leicht verletzt",
    "Ein Nachtzug von Oslo nach Bergen ist am Sonntagmorgen bei Geilo entgleist.",
    "Sieben Reisende wurden leicht verletzt, teilte die Bahngesellschaft Nordtog mit.",
    "An Bord waren 214 Menschen, darunter eine Schulklasse aus Kiel.",
    "Nach ersten Erkenntnissen hatte ein Erdrutsch die Gleise verschüttet.",
    "Die Strecke bleibt voraussichtlich bis Donnerstag gesperrt.",
    "Nordtog-Sprecherin Ida Solberg wies Vorwürfe zurück, die Strecke sei schlecht gewartet worden.",
    "Der Lokführerverband hatte im Juni vor Hangrutschen gewarnt und 15 Kilometer Schutznetze gefordert.",
    "Verkehrsminister Lars Moen kündigte eine Untersuchung an.",
    "„Sicherheit geht vor Pünktlichkeit“, sagte Moen in Oslo.",
    "Der Zug fuhr laut Solberg 60 Kilometer pro Stunde, erlaubt sind dort 80.",
)
TRUE_OF_TRAIN = (
    "Ein Nachtzug von Oslo nach Bergen ist bei Geilo entgleist.",
    "Am Sonntagmorgen ist bei Geilo ein Nachtzug von Oslo nach Bergen entgleist, sieben Reisende wurden "
    "leicht verletzt.",
    "Sieben Reisende wurden leicht verletzt.",
    "An Bord waren 214 Menschen.",
    "Ein Erdrutsch hatte nach ersten Erkenntnissen die Gleise verschüttet.",
    "Die Strecke bleibt voraussichtlich bis Donnerstag gesperrt.",
    "Verkehrsminister Moen kündigte eine Untersuchung an.",
    "Der Lokführerverband hatte im Juni vor Hangrutschen gewarnt.",
    "Der Zug fuhr laut Nordtog-Sprecherin Ida Solberg 60 Kilometer pro Stunde.",
    "Die Strecke ist voraussichtlich bis Donnerstag gesperrt.",
    "Sprecherin Ida Solberg wies Vorwürfe zurück, die Strecke sei schlecht gewartet worden.",
)
FALSE_OF_TRAIN = (
    "Ein Nachtzug von Bergen nach Oslo ist bei Geilo entgleist.",
    "Ein Nachtzug ist am Samstagmorgen bei Geilo entgleist.",
    "Siebzehn Reisende wurden leicht verletzt.",
    "Sieben Reisende wurden schwer verletzt.",
    "214 Menschen wurden leicht verletzt.",
    "An Bord waren 214 Menschen, darunter eine Schulklasse aus Oslo.",
    "Der Erdrutsch wurde im Juni verschüttet.",
    "Ein Erdrutsch hatte die Schulklasse verschüttet.",
    "Die Strecke bleibt bis Donnerstag gesperrt.",
    "Die Strecke ist bis Sonntag gesperrt.",
    "Solberg räumte ein, die Strecke sei schlecht gewartet worden.",
    "Die Strecke ist schlecht gewartet worden.",
    "Verkehrsminister Lars Moen wies Vorwürfe zurück.",
    "Verkehrsministerin Ida Solberg kündigte eine Untersuchung an.",
    "Der Lokführerverband hatte 80 Kilometer Schutznetze gefordert.",
    "Der Lokführerverband kündigte eine Untersuchung an.",
    "Nordtog hatte im Juni vor Hangrutschen gewarnt.",
    "Der Zug fuhr laut Solberg 80 Kilometer pro Stunde, erlaubt sind dort 60.",
    "Der Zug fuhr 60 Kilometer pro Stunde zu schnell.",
    "„Pünktlichkeit geht vor Sicherheit“, sagte Moen in Oslo.",
    "Moen sagte in Bergen, Sicherheit gehe vor Pünktlichkeit.",
    "Der Lokführerverband hatte im Juli vor Hangrutschen gewarnt.",
    "Lars Moen wurde leicht verletzt.",
)
MINE = (
    "Mine closure in Redford to cost 1,200 jobs",
    "Mining company Tarrant will close its copper mine in Redford by the end of October, chief executive "
    "Joan Pell said on Monday.",
    "About 1,200 workers will lose their jobs, and 300 will be offered posts at the Ashby smelter.",
    "Tarrant blamed a 35 percent fall in copper prices since January.",
    "Union leader Carlos Vega called the decision a betrayal and announced a strike on Friday.",
    "Redford mayor Ann Doyle said the town would lose a third of its tax revenue.",
    "The company made a profit of $410 million last year.",
    "Pell did not say whether the mine could reopen.",
    "Environmental regulators fined Tarrant $2.5 million in 2021 for polluting the Esk river.",
    '"We had no choice," Pell told analysts.',
    "Economy minister Rob Haines promised talks but ruled out subsidies.",
)
TRUE_OF_MINE = (
    "Mining company Tarrant will close its copper mine in Redford by the end of October.",
    "Tarrant will close its copper mine in Redford by the end of October, chief executive Joan Pell said.",
    "About 1,200 workers will lose their jobs.",
    "Tarrant blamed a 35 percent fall in copper prices.",
    "Union leader Carlos Vega announced a strike on Friday.",
    "Vega called the decision a betrayal.",
    "Economy minister Rob Haines ruled out subsidies.",
    "The company made a profit of $410 million last year.",
    "Regulators fined Tarrant $2.5 million in 2021 for polluting the Esk river.",
    "Mayor Ann Doyle said the town would lose a third of its tax revenue.",
)
FALSE_OF_MINE = (
    "Tarrant will close its copper mine in Ashby by the end of October.",
    "Tarrant will open its copper mine in Redford by the end of October.",
    "About 1,200 workers will be offered posts at the Ashby smelter.",
    "About 300 workers will lose their jobs.",
    "1,200 workers will lose their jobs.",
    "Tarrant blamed a 35 percent rise in copper prices since January.",
    "Copper prices have fallen by a third.",
    "Union leader Joan Pell called the decision a betrayal.",
    "Chief executive Carlos Vega announced a strike on Friday.",
    "Vega announced a strike on Monday.",
    "The company made a loss of $410 million last year.",
    "The company made a profit of $2.5 million last year.",
    "Pell said the mine could reopen.",
    "Economy minister Rob Haines promised subsidies.",
    "Haines ruled out talks.",
    "Haines did not rule out subsidies.",
    "Redford mayor Ann Doyle called the decision a betrayal.",
    '"We had a choice," Pell told analysts.',
    "The town lost a third of its tax revenue.",
    "Workers will lose a third of their tax revenue.",
    "Ann Doyle told analysts the town had no choice.",
    "Regulators fined Tarrant $2.5 billion in 2021.",
    "The Esk river smelter will close by the end of October.",
)
BRIDGE = (
    "У Липовому відкрили новий міст через Сулу",
    "У Липовому в суботу відкрили новий міст через річку Сула.",
    "Будівництво тривало 14 місяців і коштувало 86 мільйонів гривень.",
    "Старий міст зруйнувала повінь у березні 2024 року.",
    "Голова громади Марія Ковтун подякувала будівельникам.",
    "Міст витримує вантажівки вагою до 40 тонн.",
    "Перевізник Андрій Гнатюк не виключив підвищення цін на квитки.",
    "Щодня мостом користуватимуться близько 3 тисяч автомобілів.",
    "Депутатка Оксана Лис розкритикувала громаду за затримку робіт на п'ять місяців.",
)
TRUE_OF_BRIDGE = (
    "У Липовому відкрили новий міст через річку Сула.",
    "Будівництво коштувало 86 млн гривень.",
    "Будівництво тривало 14 місяців.",
    "Голова громади Ковтун подякувала будівельникам.",
    "Старий міст зруйнувала повінь у березні 2024 року.",
    "Депутатка Оксана Лис розкритикувала громаду за затримку робіт.",
    "Щодня мостом користуватимуться близько 3000 автомобілів.",
)
FALSE_OF_BRIDGE = (
    "У Липовому в неділю відкрили новий міст через річку Сула.",
    "Будівництво коштувало 14 мільйонів гривень.",
    "Будівництво тривало 86 місяців.",
    "Старий міст зруйнувала повінь у травні 2024 року.",
    "Новий міст зруйнувала повінь.",
    "Голова громади Оксана Лис подякувала будівельникам.",
    "Депутатка Марія Ковтун розкритикувала громаду.",
    "Андрій Гнатюк виключив підвищення цін на квитки.",
    "Міст витримує вантажівки вагою 40 тонн.",
    "Громада розкритикувала депутатку Оксану Лис.",
    "Щодня мостом користуватимуться 3 тисячі автомобілів.",
    "Роботи затримали на шість місяців.",
    "У Липовому закрили новий міст через річку Сула.",
)
REPORTS = (
    (FIRE, "de", TRUE_OF_FIRE, FALSE_OF_FIRE),
    (TRAIN, "de", TRUE_OF_TRAIN, FALSE_OF_TRAIN),
    (BILL, "en", TRUE_OF_BILL, FALSE_OF_BILL),
    (MINE, "en", TRUE_OF_MINE, FALSE_OF_MINE),
    (BRIDGE, "uk", TRUE_OF_BRIDGE, FALSE_OF_BRIDGE),
)


@pytest.mark.parametrize(("told", "language", "claim"), [(r[0], r[1], claim) for r in REPORTS for claim in r[2]])
def test_what_a_report_says(told: tuple[str, ...], language: str, claim: str) -> None:
    assert check(claim, told, language).supported


@pytest.mark.parametrize(("told", "language", "claim"), [(r[0], r[1], claim) for r in REPORTS for claim in r[3]])
def test_what_a_report_does_not_say(told: tuple[str, ...], language: str, claim: str) -> None:
    assert not check(claim, told, language).supported
