"""/search: hits in bold, pages without a memory, and what is said when nothing is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.chatting import ask, bold, press, press_data, publish, subscribed
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, GRAIN_ENGLISH, SEPARATE_SUBJECTS
from tests.support.screens import labels
from tests.support.worlds import World

LIGHTHOUSE = "Zur selben Zeit ging am alten Leuchtturm das Licht wieder an."
LIT = tuple(replace(report, paragraphs=(*report.paragraphs, LIGHTHOUSE)) for report in SEPARATE_SUBJECTS[:7])
"""Seven stories that have one sentence in common."""


async def light_up(world: World) -> None:
    """Each in a paper of its own: a sentence that one paper has everywhere counts as furniture."""
    for number, report in enumerate(LIT):
        await publish(world, report, credit=f"Blatt {number}")


async def test_the_words_are_bold_where_they_stand(world: World) -> None:
    await publish(world, GRAIN)
    reader = world.reader()
    answer = await ask(reader, "/search frachter odessa")
    assert answer.text.startswith("„frachter odessa“ · 1 Treffer")
    assert bold(answer) == ["frachter odessa", f"1 · {GRAIN.title}", "Frachter", "Odessa"]
    assert "Die Ukraine will 15 Frachter im Monat aus Odessa auslaufen lassen." in answer.text
    assert labels(answer) == ["1", "„frachter odessa“ verfolgen"]
    assert (await press(reader, "1")).text.startswith(GRAIN.title)


@pytest.mark.parametrize("command", ["/search", "/suche"])
async def test_inflected_words_and_compounds_are_found(world: World, command: str) -> None:
    await publish(world, BUDGET)
    answer = await ask(world.reader(), f"{command} Kompromisse Haushalte")
    assert "1 Treffer" in answer.text
    assert "Kompromiss" in bold(answer)


@pytest.mark.parametrize(
    ("language", "title", "second", "onward", "back"),
    [
        ("de", "„Leuchtturm -Elch“ · 7 Treffer · Seite 1 von 2", "Seite 2 von 2", "Weiter →", "← Zurück"),
        ("en", '"Leuchtturm -Elch" · 7 hits · Page 1 of 2', "Page 2 of 2", "Next →", "← Back"),
        ("uk", "«Leuchtturm -Elch» · 7 збігів · Сторінка 1 з 2", "Сторінка 2 з 2", "Далі →", "← Назад"),
    ],
)
async def test_pages_are_turned_in_place(
    world: World, language: str, title: str, second: str, onward: str, back: str
) -> None:
    await light_up(world)
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/search Leuchtturm –Elch")
    assert answer.text.startswith(title)
    assert labels(answer) == ["1", "2", "3", "4", "5", onward]
    first_page = answer.text
    shown = await press(reader, onward, second)
    assert shown.id == answer.id
    assert labels(shown) == ["6", "7", back]
    assert all((report.title in first_page) != (report.title in shown.text) for report in LIT)
    assert (await press(reader, back, title)).text == first_page


async def test_a_period_holds_on_every_page(world: World) -> None:
    await publish(world, GRAIN_ENGLISH)
    world.clock.move(timedelta(days=10))
    await light_up(world)
    reader = world.reader()
    assert "Istanbul" in (await ask(reader, "/search freighters")).text
    older = await ask(reader, "/search freighters 7d", "Keine genauen Treffer für „freighters 7d“.")
    assert "Istanbul" in (await press(reader, "Ohne „7d“ · 1", "Istanbul", message=older)).text
    answer = await ask(
        reader, "/search Leuchtturm 7d", "„Leuchtturm 7d“ · 7 Treffer · ab 16. August 2026 · Seite 1 von 2"
    )
    assert "ab 16. August 2026" in (await press(reader, "Weiter →", "Seite 2 von 2", message=answer)).text


async def test_a_page_that_is_gone_is_told(world: World) -> None:
    await publish(world, GRAIN)
    reader = world.reader()
    answer = await ask(reader, "/search Frachter")
    await press_data(world, reader, answer, "v1|found|page|7|0")
    await reader.wait_for_toast("Diese Seite gibt es nicht mehr.")


@pytest.mark.parametrize(
    ("language", "title", "label", "note"),
    [
        ("de", "Keine genauen Treffer für „Torwart Nudel“.", "Ohne „Nudel“ · 1", "Ohne „Nudel“: damit gibt es keinen"),
        ("en", 'No exact hits for "Torwart Nudel".', 'Without "Nudel" · 1', 'Without "Nudel": nothing has it.'),
    ],
)
async def test_fewer_words_are_offered_and_what_was_left_out_is_told(
    world: World, language: str, title: str, label: str, note: str
) -> None:
    await publish(world, FOOTBALL)
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/search Torwart Nudel", title)
    assert label in labels(answer)
    shown = await press(reader, label, note)
    assert shown.id == answer.id
    assert bold(shown)[0] == "Torwart"
    assert "Torwart" in bold(shown)[1:]


async def test_filling_words_are_no_hits(world: World) -> None:
    await ask(world.reader(), "/search Eiersalat und Gurke", "Nichts zu „Eiersalat und Gurke“ gefunden.")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Nichts zu „qwertz“ gefunden. Das Archiv reicht bis zum 13. August 2026 zurück."),
        ("en", 'Nothing found on "qwertz". The archive goes back to 13 August 2026.'),
    ],
)
async def test_nothing_at_all_tells_how_far_the_archive_goes(world: World, language: str, text: str) -> None:
    assert (await ask(world.reader(language_code=language), "/search qwertz")).text == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Bitte mindestens ein Wort mit zwei Buchstaben, z. B. /suche Hafen"),
        ("en", "At least one word of two letters please, e.g. /search port"),
    ],
)
@pytest.mark.parametrize("query", ["a", "?!", "x y z"])
async def test_too_little_to_search(world: World, language: str, text: str, query: str) -> None:
    assert (await ask(world.reader(language_code=language), f"/search {query}")).text == text


async def test_without_words_they_are_asked_for(world: World) -> None:
    await publish(world, FOOTBALL)
    reader = world.reader()
    question = await ask(reader, "/search", "Wonach soll ich suchen?")
    await reader.send("Torwart", reply_to=question)
    assert "1 Treffer" in (await reader.wait_for("Torwart")).text


async def test_markup_in_a_query_is_text_and_a_long_one_is_cut(world: World) -> None:
    reader = world.reader()
    await ask(reader, "/search <b>qwertz</b> & |", "Nichts zu „<b>qwertz</b> & |“ gefunden.")
    answer = await ask(reader, "/search " + "qwertz " * 300, "Archiv reicht bis")
    assert len(answer.text) < 250


@pytest.mark.parametrize(
    ("language", "query", "problem", "fix", "rest"),
    [
        ("de", "Frachter quelle:Hafnpost", "Eine Quelle „Hafnpost“ gibt es im Archiv nicht.", "quelle:Hafenpost",
         "Ohne „quelle:Hafnpost“ suchen"),
        ("en", "Frachter source:Hafnpost", 'There is no source "Hafnpost" in the archive.', "source:Hafenpost",
         'Search without "source:Hafnpost"'),
        ("de", "Frachter thema:Ukrane", "Ein Thema „Ukrane“ kenne ich nicht.", "thema:Ukraine",
         "Ohne „thema:Ukrane“ suchen"),
        ("en", "Frachter topic:Ukrane", 'I don\'t know a topic "Ukrane".', "topic:Ukraine",
         'Search without "topic:Ukrane"'),
        ("uk", "Frachter джерело:", "Після «джерело:» бракує назви", "джерело:Hafenpost", "Шукати без «джерело:»"),
        ("de", "Frachter sprache:xyz", "„xyz“ ist keine Sprache, die ich kenne.", "sprache:de",
         "Ohne „sprache:xyz“ suchen"),
    ],
)  # fmt: skip
async def test_a_filter_that_names_nothing_is_put_right_by_a_button(
    world: World, language: str, query: str, problem: str, fix: str, rest: str
) -> None:
    await publish(world, GRAIN, credit="Hafenpost")
    reader = world.reader(language_code=language)
    answer = await ask(reader, f"/search {query}", problem)
    assert bold(answer)[0] == query
    assert fix in labels(answer)
    assert rest in labels(answer)
    assert "Frachter" in bold(await press(reader, fix, GRAIN.title))
    again = await ask(reader, f"/search {query}", problem)
    assert "Frachter" in bold(await press(reader, rest, GRAIN.title, message=again))


@pytest.mark.parametrize(
    ("language", "query", "problem", "button"),
    [
        ("de", "Frachter seit 31.02.", "„seit 31.02.“: Diesen Tag gibt es nicht.", "Ohne „seit 31.02.“ suchen"),
        ("en", "Frachter since 31.02.", '"since 31.02.": there is no such day.', 'Search without "since 31.02."'),
        ("de", "Frachter seit 05.08. bis 01.08.", "„bis 01.08.“: In diesem Zeitraum liegt kein Tag.",
         "Ohne „bis 01.08.“ suchen"),
        ("de", "-Frachter", "„-“ schließt Wörter nur aus.", "Frachter"),
        ("en", "-Frachter", '"-" only leaves words out.', "Frachter"),
    ],
)  # fmt: skip
async def test_a_time_or_a_sign_that_says_nothing_is_put_right_by_a_button(
    world: World, language: str, query: str, problem: str, button: str
) -> None:
    await publish(world, GRAIN)
    reader = world.reader(language_code=language)
    await ask(reader, f"/search {query}", problem)
    assert "Frachter" in bold(await press(reader, button, GRAIN.title))


@pytest.mark.parametrize(
    ("language", "button", "title"),
    [
        ("de", "Meintest du „Frachter“? · 1", "„Frachter Istanbul“ · 1 Treffer"),
        ("en", 'Did you mean "Frachter"? · 1', '"Frachter Istanbul" · 1 hit'),
        ("uk", "Може, «Frachter»? · 1", "«Frachter Istanbul» · 1 збіг"),
    ],
)
async def test_a_mistyped_word_is_corrected_by_a_button(world: World, language: str, button: str, title: str) -> None:
    await publish(world, GRAIN)
    reader = world.reader(language_code=language)
    await ask(reader, "/search Frahcter Istanbul", "Istanbul")
    assert (await press(reader, button, title)).text.startswith(title)


async def test_similar_hits_stay_similar_on_every_page(world: World) -> None:
    await light_up(world)
    reader = world.reader()
    answer = await ask(reader, '/search "Licht Leuchtturm"', "Keine genauen Treffer")
    shown = await press(reader, "Ähnliche Treffer · 7", "Seite 1 von 2", message=answer)
    assert shown.text.startswith('"Licht Leuchtturm" · ähnliche Treffer · Seite 1 von 2')
    assert bold(shown)[0] == '"Licht Leuchtturm"', "no quotation marks within quotation marks"
    assert "ähnliche Treffer" in (await press(reader, "Weiter →", "Seite 2 von 2")).text


async def test_a_long_query_keeps_all_its_filters_on_every_page(world: World) -> None:
    await light_up(world)
    reader = world.reader()
    query = "Leuchtturm -Elefantenherde -Kirschblütenfest -Straßenbahnfahrer quelle:Blatt sprache:Deutsch seit 01.08."
    answer = await ask(reader, f"/suche {query}", "Seite 1 von 2")
    assert bold(answer)[0] == query
    second = await press(reader, "Weiter →", "Seite 2 von 2")
    assert bold(second)[0] == query
    assert labels(second)[:2] == ["6", "7"]


async def test_a_word_that_nothing_has_can_be_followed(world: World) -> None:
    reader = world.reader()
    answer = await ask(reader, "/search Quetzalcoatl", "Archiv reicht bis")
    assert labels(answer) == ["„Quetzalcoatl“ verfolgen"]
    await press(reader, "„Quetzalcoatl“ verfolgen", "Quetzalcoatl")
    assert (await world.subscriber(reader)).preferences.words == {"Quetzalcoatl"}
    followed = await ask(reader, "/search Quetzalcoatl", "Archiv reicht bis")
    assert labels(followed) == ["Neueste Nachrichten"]


@pytest.mark.parametrize("data", ["v1|found", "v1|found|swap|99|x", "v1|found|drop|-1", "v1|found|only|x",
                                  "v1|found|nonsense|0", "v1|found|page|999999999999|5"])  # fmt: skip
async def test_a_button_that_somebody_made_up_is_answered(world: World, data: str) -> None:
    await publish(world, GRAIN)
    reader = world.reader()
    await press_data(world, reader, await ask(reader, "/search Frachter"), data)
    await reader.wait_for_toast("Diese Seite gibt es nicht mehr.")


@pytest.mark.parametrize(
    ("language", "words", "example"),
    [
        ("de", "/search -Hafen", "/suche Getreide -Hafen"),
        ("de", "/search -Regen", "/suche Hafen -Regen"),
        ("en", "/search -port", "/search grain -port"),
    ],
)
async def test_the_example_for_leaving_out_wants_another_word(
    world: World, language: str, words: str, example: str
) -> None:
    await publish(world, GRAIN)
    assert example in (await ask(await subscribed(world, language=language), words)).text
