"""/search: what is found, in which order, told by which sentences, and what is offered when nothing is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.domain.arguments import ArgumentError, Problem
from digests.domain.arguments.searches import parse_search
from digests.services.searching import PAGE, Offer, OfferKind, SearchResult
from digests.storage import models
from tests.support import reports
from tests.support.builders import preferences
from tests.support.bureau import Bureau, headlines
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, GRAIN_NEXT_DAY, PENSIONS, Report
from tests.support.rows import rows

DAY = timedelta(days=1)
COMPOUND = Report(
    "Koalition streitet über Haushalt",
    ("Der Minister nannte die Rentenerhöhung einen Fehler.", "Die Rente steht im Mittelpunkt der Gespräche."),
)
PHRASE = Report(
    "Kundgebungen in vielen Städten",
    ("Zum Tag der Arbeit kamen Tausende in die Innenstadt.", "Die Polizei sprach von einem ruhigen Verlauf."),
)
WORDS_APART = Report(
    "Ministerin besucht Werkstatt",
    ("Die Arbeit an einem solchen Tag sei wichtig, sagte sie.", "Der Betrieb beschäftigt vierzig Menschen."),
)
PRESIDENT = Report(
    "Президент відвідав Харків",
    ("Президент України Володимир Зеленський відвідав Харків.", "Він зустрівся з рятувальниками міста."),
    "uk",
)
MILLION = Report(
    "Stadt kauft Busse in Köln",
    ("Für 1.250.000 Euro kauft die Stadt neue Busse.", "Sie sollen die S-Bahn am Müllerplatz ergänzen."),
)


async def found(bureau: Bureau, text: str) -> set[str]:
    return headlines((await bureau.reading.search(text)).digest)


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("Rente", COMPOUND),
        ("rentenerhöhungen", COMPOUND),
        ("Erhöhung", COMPOUND),
        ("erhoehung", COMPOUND),
        ('"Tag der Arbeit"', PHRASE),
        ("„Tages der Arbeit“", PHRASE),
        ("»tag der arbeit«", PHRASE),
        ("Selenskyj", PRESIDENT),
        ("Zelensky", PRESIDENT),
        ("Зеленського", PRESIDENT),
        ("1250000", MILLION),
        ("1.250.000", MILLION),
        ("1,250,000", MILLION),
        ("Koeln", MILLION),
        ("Koln", MILLION),
        ("S-Bahn", MILLION),
        ("Sbahn", None),
        ("Muellerplatz", MILLION),
        ("Tausende -Polizei", None),
        ("Tausende -Feuerwehr", PHRASE),
        ('Tausende -"ruhigen Verlauf"', None),
        ("Busse sprache:de", MILLION),
        ("Busse sprache:uk", None),
        ("ерхохунг", None),
    ],
)
async def test_what_people_mean_is_found_on_both_databases(
    any_bureau: Bureau, text: str, report: Report | None
) -> None:
    for each in (COMPOUND, PHRASE, WORDS_APART, PRESIDENT, MILLION):
        await any_bureau.publish(each)
    assert await found(any_bureau, text) == ({report.title} if report else set())


async def test_a_word_in_quotation_marks_has_no_compounds(bureau: Bureau) -> None:
    await bureau.publish(replace(COMPOUND, paragraphs=COMPOUND.paragraphs[:1]))
    assert await found(bureau, "Rente") == {COMPOUND.title}
    assert await found(bureau, '"Rente"') == set()


async def test_an_end_that_is_no_part_is_no_compound(bureau: Bureau) -> None:
    judgement = Report("Gericht spricht Urteil", ("Das Urteil und das Beispiel stehen fest.", "Der Transport ruht."))
    await bureau.publish(judgement)
    for word in ("Teil", "Spiel", "Sport"):
        assert await found(bureau, word) == set(), word


async def test_a_noun_on_er_is_found_at_the_end_of_compounds(any_bureau: Bureau) -> None:
    taxes = Report("Streit um die Mehrwertsteuer", ("Die Sätze sollen steigen.", "Die Länder sind dagegen."))
    news = Report("Nachrichten am Abend", ("Der Wetterbericht folgt danach.", "Der Unterricht fällt aus."))
    for each in (taxes, news):
        await any_bureau.publish(each)
    assert await found(any_bureau, "Steuer") == {taxes.title}
    assert await found(any_bureau, "Richter") == set()


async def test_a_small_word_of_one_language_is_looked_for_in_the_others(any_bureau: Bureau) -> None:
    german = Report("Sommerfest im Park", ("Das Wetter war schön.", "Es war ein langer Tag."))
    english = Report("Talks to end the war", ("The war has lasted for years.", "Both sides met in Geneva."), "en")
    for each in (german, english):
        await any_bureau.publish(each)
    assert await found(any_bureau, "war") == {english.title}
    assert await found(any_bureau, "war sprache:de") == {german.title}
    assert await found(any_bureau, '"war"') == {german.title, english.title}
    word = await any_bureau.reading.word("war", preferences(), 5)
    assert headlines(word) == {english.title}


async def test_time_source_and_topic_narrow_a_search(bureau: Bureau) -> None:
    await bureau.publish(GRAIN, credit="Hafenpost")
    bureau.clock.move(3 * DAY)
    await bureau.publish(BUDGET, credit="Abendbote")
    for text, wanted in {
        "quelle:hafenpost": {GRAIN.title},
        "quelle:hafen": {GRAIN.title},
        "Haushalt quelle:Abendbote": {BUDGET.title},
        "Haushalt quelle:Hafenpost": set(),
        "Haushalt 2d": {BUDGET.title},
        "Istanbul 2d": set(),
        "Istanbul bis gestern": {GRAIN.title},
        "Istanbul seit 12.08.": {GRAIN.title},
        "Istanbul thema:ukraine": {GRAIN.title},
        "Haushalt thema:ukraine": set(),
        "thema:Ukraine quelle:Hafenpost": {GRAIN.title},
    }.items():
        assert await found(bureau, text) == wanted, text


async def test_today_is_the_reader_s(bureau: Bureau) -> None:
    await bureau.publish(GRAIN)  # 06:00 in Berlin
    bureau.clock.move(timedelta(hours=3))
    for zone, count in (("Europe/Berlin", 1), ("Asia/Tokyo", 1), ("America/New_York", 1), ("America/Denver", 0)):
        result = await bureau.reading.search("Istanbul heute", zone=ZoneInfo(zone))
        assert result.total == count, zone
    bureau.clock.move(timedelta(hours=14))  # 23:00 in Berlin, next day in Tokyo
    assert (await bureau.reading.search("Istanbul heute", zone=ZoneInfo("Europe/Berlin"))).total == 1
    assert not (await bureau.reading.search("Istanbul heute", zone=ZoneInfo("Asia/Tokyo"))).total
    assert (await bureau.reading.search("Istanbul gestern", zone=ZoneInfo("Asia/Tokyo"))).total == 1


@pytest.mark.parametrize(
    ("text", "problem", "typed", "suggestions"),
    [
        ("Haushalt quelle:Hafnpost", Problem.UNREADABLE, "quelle:Hafnpost", ("quelle:Hafenpost",)),
        ("Haushalt source:", Problem.MISSING, "source:", ("source:Hafenpost",)),
        ("Haushalt quelle:qqq", Problem.UNREADABLE, "quelle:qqq", ("quelle:Hafenpost",)),
        ("Haushalt thema:politk", Problem.UNREADABLE, "thema:politk", None),
        ("Haushalt sprache:klingonisch", Problem.UNREADABLE, "sprache:klingonisch", None),
        ("Haushalt seit 31.02.", Problem.NO_SUCH_DATE, "seit 31.02.", ()),
        ("Haushalt seit 05.08. bis 01.08.", Problem.IMPOSSIBLE, "bis 01.08.", ()),
        ("-Haushalt", Problem.MISSING, "-Haushalt", ("Haushalt",)),
        ("a", Problem.TOO_FEW, "a", ()),
        ("", Problem.TOO_FEW, "", ()),
    ],
)
async def test_what_is_wrong_is_named_with_what_would_be_right(
    bureau: Bureau, text: str, problem: Problem, typed: str, suggestions: tuple[str, ...] | None
) -> None:
    await bureau.publish(GRAIN, credit="Hafenpost")
    with pytest.raises(ArgumentError) as caught:
        await bureau.reading.search(text)
    assert (caught.value.problem, caught.value.typed) == (problem, typed)
    for suggestion in caught.value.suggestions:  # each of them is understood
        if typed:
            await bureau.reading.search(text.replace(typed, suggestion))
    if suggestions is not None:
        assert caught.value.suggestions == suggestions
    else:
        assert caught.value.suggestions


def offered(result: SearchResult) -> dict[OfferKind, list[Offer]]:
    return {kind: [each for each in result.offers if each.kind is kind] for kind in OfferKind}


async def test_a_search_without_hits_says_what_would_have_some(bureau: Bureau) -> None:
    for report in (GRAIN, GRAIN_NEXT_DAY, BUDGET, FOOTBALL):
        await bureau.publish(report)
    exact = await bureau.reading.search("Getreidekorridor Istanbul")
    assert exact.offers == ()
    assert all("Getreidekorridor" in item.headline for item in exact.digest.items)
    one_too_many = offered(await bureau.reading.search("Getreidekorridor Quetzalcoatl"))
    assert [(each.index, each.stories) for each in one_too_many[OfferKind.DROP]] == [(1, exact.total)]
    scattered = offered(await bureau.reading.search("Getreidekorridor Elfmeterschießen Quetzalcoatl"))
    assert not scattered[OfferKind.DROP]
    assert {each.index for each in scattered[OfferKind.ONLY]} == {0, 1}
    nothing = await bureau.reading.search("Quetzalcoatl")
    assert (nothing.total, nothing.pages, nothing.digest.items, nothing.offers) == (0, 0, (), ())
    assert nothing.archive_since == (await rows(bureau.database, models.Article))[0]["news_at"]


async def test_every_offer_finds_as_many_stories_as_it_says(any_bureau: Bureau) -> None:
    for report in (GRAIN, BUDGET, FOOTBALL, PENSIONS, COMPOUND, PHRASE):
        await any_bureau.publish(report)
    seen = set()
    for text in (
        "Haushlat", "Getreidekoridor", "Torwart Nudel", "Haushalt quelle:Abendbote sprache:uk", "Rentenerhöhungsgesetz",
        '"Arbeit der Tag"', "Haushaltskompromiss", "Haushalt Torwart Getreidekorridor", "Rentnerin Haushlat",
    ):  # fmt: skip
        result = await any_bureau.reading.search(text)
        assert not result.digest.items, text
        assert result.offers, text
        for offer in result.offers:
            seen.add(offer.kind)
            query = offer.apply(parse_search(text, any_bureau.clock.now()))
            again = await any_bureau.reading.search(query, loose=offer.kind is OfferKind.LOOSE)
            assert again.total == offer.stories > 0, (text, offer)
    assert seen == set(OfferKind)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Haushlat", "Haushalt"),
        ("Torwat", "Torwart"),
        ("Getreidekoridor", "Getreidekorridor"),
        ("getreidekorridro", "Getreidekorridor"),
        ("Istambul", "Istanbul"),
        ("Харьків", "Харків"),
    ],
)
async def test_a_mistyped_word_is_corrected_by_the_archive(any_bureau: Bureau, typed: str, meant: str) -> None:
    for report in (GRAIN, BUDGET, FOOTBALL, PRESIDENT):
        await any_bureau.publish(report)
    swaps = offered(await any_bureau.reading.search(typed))[OfferKind.SWAP]
    assert [each.text.casefold() for each in swaps][:1] == [meant.casefold()]


async def test_pages_of_a_search_cover_everything_once(bureau: Bureau) -> None:
    for report in reports.SEPARATE_SUBJECTS:
        lead, *rest = report.paragraphs  # a line of its own would be learnt as furniture
        await bureau.publish(replace(report, paragraphs=(f"{lead} Am Leuchtturm war es still.", *rest)))
        bureau.clock.move(timedelta(hours=1))
    first = await bureau.reading.search("Leuchtturm")
    pages = [(await bureau.reading.search("Leuchtturm", page)).digest for page in range(first.pages)]
    ids = [item.story_id for page in pages for item in page.items]
    assert len(ids) == len(set(ids)) == first.total == len(reports.SEPARATE_SUBJECTS)
    assert len(pages[0].items) == PAGE
    assert (await bureau.reading.search("Leuchtturm", first.pages)).digest.items == ()
    assert (await bureau.reading.search("Leuchtturm 3h")).total == 2


async def test_the_sentences_with_the_words_are_told_wherever_they_stand(bureau: Bureau) -> None:
    background = tuple(f"Im {number}. Abschnitt geht es um andere Dinge als zuvor." for number in range(3, 15))
    long = replace(GRAIN, paragraphs=(*GRAIN.paragraphs, *background, "Ganz unten wird ein Leuchtturm erwähnt."))
    await bureau.publish(long)
    result = await bureau.reading.search("Leuchtturm Frachter")
    (item,) = result.digest.items
    assert [sentence.text for sentence in item.sentences] == [
        "Die Ukraine will 15 Frachter im Monat aus Odessa auslaufen lassen.",
        "Ganz unten wird ein Leuchtturm erwähnt.",
    ]
    (title_only,) = (await bureau.reading.search("Runde")).digest.items
    assert title_only.sentences, "a story whose headline alone has the word is told as ever"


async def test_headlines_new_and_well_sourced_stories_come_first(bureau: Bureau) -> None:
    old = replace(GRAIN, title="Alter Leuchtturm und Getreidekorridor")
    await bureau.publish(old)
    bureau.clock.move(10 * DAY)
    inside = replace(FOOTBALL, paragraphs=(*FOOTBALL.paragraphs, "Am Leuchtturm wurde gefeiert."))
    headed = replace(BUDGET, title="Leuchtturm im Haushalt: Koalition findet Kompromiss")
    for report in (headed, inside):
        await bureau.publish(report)
    order = [item.headline for item in (await bureau.reading.search("Leuchtturm")).digest.items]
    assert order == [headed.title, inside.title, old.title]


async def test_a_search_shows_every_story_also_those_that_tell_the_same(bureau: Bureau) -> None:
    contract = (
        "Transport minister Ada Holm resigned on Tuesday over the ferry contract with a Northport shipyard.",
        "The shipyard had delivered none of the ferries it was paid for.",
    )
    again = (
        "Ada Holm has resigned as transport minister over the contract for ferries with a shipyard in Northport.",
        "None of the ferries that were paid for has been delivered by the shipyard.",
    )
    first = await bureau.publish(Report("Minister resigns over ferry contract in Northport", contract, "en"))
    bureau.clock.move(5 * DAY)
    second = await bureau.publish(Report("Ada Holm resigns over Northport ferry contract", again, "en"))
    assert first.placement.story_id != second.placement.story_id, "the test needs two stories"
    result = await bureau.reading.search("Ada Holm ferries")
    assert {item.story_id for item in result.digest.items} == {first.placement.story_id, second.placement.story_id}
    latest = await bureau.reading.latest(preferences(), 5, within=7 * DAY)
    assert len(latest.items) == 1
