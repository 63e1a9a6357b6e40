"""/latest and /digest: what is new now, and every way to ask for it wrongly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.telegram.cooldowns import COSTLY_PER_MINUTE
from tests.support.chatting import ask, press, publish, subscribed
from tests.support.reports import BUDGET, FOOTBALL, HEAT, SEPARATE_SUBJECTS, Report
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize("command", ["/latest", "/neu", "/LATEST"])
async def test_the_reader_s_topics_and_no_others(world: World, command: str) -> None:
    await publish(world, FOOTBALL)
    reader = await subscribed(world, ["sport"])
    answer = await ask(reader, command, "Neueste Nachrichten")
    assert "Rotweiß Elbstadt" in answer.text
    assert "Selenskyj" not in answer.text
    assert labels(answer) == ["1"]


@pytest.mark.parametrize("text", ["/latest 1 NATO", "/latest nato 1", "/latest 24h NATO 1", "/latest heute 1 nato"])
async def test_number_period_and_topic_in_any_order(world: World, text: str) -> None:
    reader = await subscribed(world, ["sport"])
    answer = await ask(reader, text, "NATO")
    assert answer.text.startswith("NATO\n1 Geschichte")
    assert labels(answer) == ["1", "2 zeigen", "Abonnieren"]
    more = await press(reader, "2 zeigen", "NATO")
    assert more.text.startswith("NATO\n2 Geschichten")


@pytest.mark.parametrize(
    ("language", "note"),
    [("de", "Ich zeige höchstens 10, hier sind sie."), ("en", "I show at most 10, here they are.")],
)
async def test_more_than_ten_is_ten_and_says_so(world: World, language: str, note: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    assert (await ask(reader, "/latest 50")).text.startswith(note)
    assert (await ask(reader, "/latest 50 Ukraine")).text.startswith(note)


@pytest.mark.parametrize(
    ("language", "stories"),
    [("de", "{} Geschichten · "), ("en", "{} stories · ")],
)
async def test_five_come_unless_another_number_is_asked_for(world: World, language: str, stories: str) -> None:
    await publish(world, *SEPARATE_SUBJECTS, topics=("sport",))
    reader = await subscribed(world, ["sport", "politics"], language=language)
    asked = {"/latest": 5, "/latest 7": 7, "/latest 50": 10, "/topic sport": 5, "/topic sport 8": 8}
    for written, count in asked.items():
        answer = await ask(reader, written, stories.format(count))
        assert answer.text.startswith(("Neueste", "Latest", "Sport", "Ich zeige höchstens 10", "I show at most 10"))


@pytest.mark.parametrize("number", ["0", "-3"])
@pytest.mark.parametrize(
    ("language", "text", "button", "shown"),
    [
        ("de", "Bitte eine Zahl von 1 bis 10, z. B. /neu 5.", "5 zeigen", "Neueste Nachrichten"),
        ("en", "A number from 1 to 10 please, e.g. /latest 5.", "Show 5", "Latest news"),
    ],
)
async def test_numbers_below_one(  # a row of the table and what its button does
    world: World, number: str, language: str, text: str, button: str, shown: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, f"/latest {number}")
    assert (answer.text, labels(answer)) == (text, [button])
    assert (await press(reader, button)).text.startswith(shown)


async def test_a_period_of_no_length(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/latest 0d")
    assert answer.text == "Bitte einen Zeitraum wie 24h oder 3d, z. B. /neu 24h."
    assert (await press(reader, "/neu 24h")).text.startswith("Neueste Nachrichten")


@pytest.mark.parametrize(
    ("language", "text", "usual", "search", "nothing"),
    [
        ("de", "„qwertz“ ist weder Zahl noch Thema.", "Neueste 5", "„qwertz“ suchen", "Nichts zu „qwertz“"),
        ("en", '"qwertz" is neither a number nor a topic.', "Latest 5", 'Search "qwertz"', 'Nothing found on "qwertz"'),
    ],
)
async def test_neither_number_nor_topic(
    world: World, language: str, text: str, usual: str, search: str, nothing: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/latest qwertz")
    assert answer.text == text
    assert labels(answer) == [usual, search]
    assert nothing in (await press(reader, search, message=answer)).text
    assert "NATO" in (await press(reader, usual, message=answer)).text


async def test_a_misspelled_topic_is_offered(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/latest 1 ukrane", "„ukrane“ ist weder Zahl noch Thema.")
    assert "Ukraine" in labels(answer)
    assert (await press(reader, "Ukraine", message=answer)).text.startswith("Ukraine\n")


@pytest.mark.parametrize(
    ("language", "text", "button", "screen"),
    [
        ("de", "Du hast noch keine Themen. Hier sind die Top 3 von heute.", "Themen wählen", "Deine Themen"),
        ("en", "You have no topics yet. Here are today's top 3.", "Choose topics", "Your topics"),
    ],
)
async def test_without_topics_the_top_of_the_day(
    world: World, language: str, text: str, button: str, screen: str
) -> None:
    await publish(world, FOOTBALL, HEAT)
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/latest")
    assert answer.text.startswith(text)
    assert labels(answer) == ["1", "2", "3", button]
    shown = await press(reader, button, screen)
    assert shown.id != answer.id  # the digest stays what it is
    assert answer.text.startswith(text)


async def test_old_news_is_called_old(world: World) -> None:
    reader, new = await subscribed(world, ["ukraine"]), world.reader()
    world.clock.move(timedelta(days=2, hours=1))
    answer = await ask(reader, "/latest")
    assert answer.text.startswith("In den letzten 24 Stunden war nichts Neues; das hier ist aus den letzten 3 Tagen.")
    assert "Hier ist das Wichtigste der letzten 3 Tage." in (await ask(new, "/latest")).text
    assert "nichts Neues" not in (await ask(reader, "/latest 3d")).text.splitlines()[0]


async def test_nothing_at_all_in_one_s_topics(world: World) -> None:
    reader = await subscribed(world, ["weather"])
    answer = await ask(reader, "/latest", "In deinen Themen gibt es gerade nichts Neues.")
    assert labels(answer) == ["Trotzdem Top 3 zeigen", "Themen wählen"]
    top = await press(reader, "Trotzdem Top 3 zeigen", "Selenskyj")
    assert top.text.startswith("In deinen Themen war nichts; das hier ist aus allen Themen.")
    assert labels(top) == ["1", "2", "3"]


async def test_a_free_word_with_stories_is_as_good_as_a_topic(world: World) -> None:
    await publish(world, BUDGET)
    reader = await subscribed(world, ["ukraine"])
    assert (await ask(reader, "/latest Schuldenbremse")).text.startswith("Schuldenbremse\n1 Geschichte")


async def test_too_many_costly_wishes_a_minute(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    for _ in range(COSTLY_PER_MINUTE):
        await ask(reader, "/latest", "Neueste Nachrichten")
    assert (await ask(reader, "/latest")).text == "Kurz durchatmen: in 60 Sekunden wieder."
    world.clock.move(timedelta(minutes=1))
    await ask(reader, "/latest", "Neueste Nachrichten")


async def test_digest_is_built_now_and_uses_up_no_slot(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/digest", "Dein Digest")
    assert answer.text.startswith("Dein Digest\n2 Geschichten")
    assert labels(answer) == ["1", "2", "Mehr davon", "Weniger", "Anpassen"]
    screen = await press(reader, "Anpassen", "Was zählt mehr, was weniger?")
    assert screen.id != answer.id
    await world.move(timedelta(hours=1))
    assert "Selenskyj" in (await reader.wait_for("Dein Morgen")).text


@pytest.mark.parametrize(
    ("language", "hint"),
    [("de", "/digest zeigt immer deinen ganzen Digest."), ("en", "/digest always shows your whole digest.")],
)
async def test_digest_ignores_arguments_and_says_so(world: World, language: str, hint: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/digest 3 Sport")
    assert answer.text.startswith(hint)
    assert ("/neu 5" if language == "de" else "/latest 5") in answer.text
    assert "NATO" in answer.text


@pytest.mark.parametrize(
    ("language", "text", "button", "shown"),
    [
        ("de", "Nichts Neues in deinen Themen seit 07:00. Nächster Versuch: Fr., 14. August, 07:00.",
         "Trotzdem Top 3 zeigen", "Neueste Nachrichten"),
        ("en", "Nothing new in your topics since 07:00. Next try: Fri 14 August, 07:00.",
         "Show top 3 anyway", "Latest news"),
    ],
)  # fmt: skip
async def test_digest_with_nothing_new(world: World, language: str, text: str, button: str, shown: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await world.move(timedelta(hours=1))
    await reader.wait_for("Selenskyj", since_start=True)
    world.clock.move(timedelta(hours=1))
    answer = await ask(reader, "/digest")
    assert (answer.text, labels(answer)) == (text, [button])
    assert (await press(reader, button)).text.startswith(shown)


async def test_digest_without_topics_is_the_top_of_the_day(world: World) -> None:
    answer = await ask(world.reader(), "/digest", "Dein Digest")
    assert labels(answer)[-1] == "Themen wählen"


async def test_without_articles_there_is_nothing_to_show(world: World) -> None:
    world.clock.move(timedelta(days=60))
    answer = await ask(world.reader(), "/latest")
    assert (answer.text, labels(answer)) == ("Noch sind keine Nachrichten da.", ["Themen wählen"])


async def test_a_headline_with_markup_stays_text(world: World) -> None:
    title = "Koalition <b>einigt</b> sich & feiert: 3 < 4"
    await publish(world, Report(title, BUDGET.paragraphs), topics=("politics",))
    reader = await subscribed(world, ["politics"])
    assert title in (await ask(reader, "/latest")).text
