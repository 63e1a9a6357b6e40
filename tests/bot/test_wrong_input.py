"""What wrong input is answered with, in German and English: the problem, an example, a button that fixes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from bot.sandbox.readers import Reader
from bot.telegram.cooldowns import COSTLY_PER_MINUTE
from digests.services.reading import Reading
from tests.support.chatting import ask, press, press_data, subscribed
from tests.support.screens import labels
from tests.support.worlds import World, world_of


class Row(NamedTuple):
    """What a reader of "Ukraine" writes, and how the answer begins and which buttons stand below it."""

    written: str
    german: str
    german_buttons: tuple[str, ...]
    english: str
    english_buttons: tuple[str, ...]


TABLE = (
    Row("/topic politk",
        "„politk“ kenne ich nicht. Meintest du:", ("Politik", "„politk“ suchen", "Alle Themen"),
        'I don\'t know "politk". Did you mean:', ("Politics", 'Search "politk"', "All topics")),
    Row("/topic", "Welches Thema?", ("Ukraine",), "Which topic?", ("Ukraine",)),
    Row("/topic Sport",
        "In Sport gibt es seit 3 Tagen nichts Neues.", ("Letzte 7 Tage", "Andere Themen"),
        "Nothing new in Sport for 3 days.", ("Last 7 days", "Other topics")),
    Row("/latest 50", "Ich zeige höchstens 10, hier sind sie.", (), "I show at most 10, here they are.", ()),
    Row("/latest 0",
        "Bitte eine Zahl von 1 bis 10, z. B. /neu 5.", ("5 zeigen",),
        "A number from 1 to 10 please, e.g. /latest 5.", ("Show 5",)),
    Row("/latest -3",
        "Bitte eine Zahl von 1 bis 10, z. B. /neu 5.", ("5 zeigen",),
        "A number from 1 to 10 please, e.g. /latest 5.", ("Show 5",)),
    Row("/latest abc",
        "„abc“ ist weder Zahl noch Thema.", ("Neueste 5", "„abc“ suchen"),
        '"abc" is neither a number nor a topic.', ("Latest 5", 'Search "abc"')),
    Row("/time 25:00",
        "25:00 gibt es nicht. Schreib HH:MM zwischen 00:00 und 23:59.", ("06:30", "07:00", "18:30"),
        "25:00 does not exist. Use HH:MM from 00:00 to 23:59.", ("06:30", "07:00", "18:30")),
    Row("/time 7 8 9 10",
        "Höchstens drei Zeiten. Ich habe nichts geändert.", ("7, 8, 9 nehmen",),
        "Three times at most. Nothing changed.", ("Take 7, 8, 9",)),
    Row("/timezone CEST",
        "Meinst du Mitteleuropa? Mit einer Stadt folgt die Zeit der Umstellung.", ("Berlin", "Wien", "Zürich"),
        "Do you mean Central Europe? With a city the time follows daylight saving.", ("Berlin", "Vienna", "Zurich")),
    Row("/mute a",
        "Bitte mindestens 3 Buchstaben; „a“ träfe fast alles.", (),
        'At least 3 letters please; "a" would match nearly everything.', ()),
    Row("/mute .*nato.*",
        "Ich nehme einfache Wörter, keine Muster. „nato“ würde 2 von 2 Geschichten ausblenden.",
        ("„nato“ stummschalten", "Abbrechen"),
        'I take plain words, no patterns. "nato" would hide 2 of 2 stories.', ('Mute "nato"', "Cancel")),
    Row("/mute Ukraine",
        "Achtung: „Ukraine“ ist auch ein Thema von dir.", ("Thema abwählen", "Trotzdem stummschalten"),
        'Note: "Ukraine" is also one of your topics.', ("Drop the topic", "Mute all the same")),
    Row("/pause bis 31.02.",
        "Den 31.02. gibt es nicht.", ("3 Tage", "1 Woche", "Offen"),
        "There is no 31 February.", ("3 days", "1 week", "Open end")),
    Row("/foo",
        "Diesen Befehl kenne ich nicht.", ("Hilfe", "Neueste Nachrichten"),
        "I don't know this command.", ("Help", "Latest news")),
)  # fmt: skip


ARGUMENTS = (
    Row("/topics +politk", "Nicht gefunden: politk.", ("Politik", "Alle Themen"),
        "Not found: politk.", ("Politics", "All topics")),
    Row("/digest 5 Sport",
        "/digest zeigt immer deinen ganzen Digest. Anzahl und Thema nimmt /neu, z. B. /neu 5 Sport.", (),
        "/digest always shows your whole digest. Number and topic go with /latest, e.g. /latest 5 sport.", ()),
    Row("/days quatsch", "„quatsch“ verstehe ich nicht als Tage.", ("Mo", "So", "Täglich"),
        'I don\'t understand "quatsch" as days.', ("Mon", "Sun", "Daily")),
    Row("/timezone Berln", "„Berln“ kenne ich nicht. Meintest du:", ("Berlin", "Andere Stadt"),
        'I don\'t know "Berln". Did you mean:', ("Berlin", "Another city")),
    Row("/length riesig", "„riesig“ ist keine Länge. Wähle eine:", ("Kurz", "Normal", "Lang"),
        '"riesig" is not a length. Choose one:', ("Short", "Normal", "Long")),
    Row("/mute und", "„und“ steht in fast jedem Text.", ("Was stumm ist",),
        '"und" is in nearly every text.', ("What is muted",)),
    Row("/unmute nix", "„nix“ ist nicht stumm.", ("← Einstellungen",), '"nix" is not muted.', ("← Settings",)),
    Row("/follow a", "Bitte mindestens 3 Buchstaben; „a“ träfe fast alles.", ("Was ich verfolge",),
        'At least 3 letters please; "a" would match nearly everything.', ("What I follow",)),
    Row("/search zzzqqq", "Nichts zu „zzzqqq“ gefunden. Das Archiv reicht bis zum", ("„zzzqqq“ verfolgen",),
        'Nothing found on "zzzqqq". The archive goes back to', ('Follow "zzzqqq"',)),
    Row("/saved quatsch", "„quatsch“ verstehe ich hier nicht.", ("Gemerkt",),
        'I don\'t understand "quatsch" here.', ("Saved",)),
    Row("/sources xyzzy", "Eine Quelle „xyzzy“ kenne ich nicht.", ("Alle Quellen",),
        'I don\'t know a source "xyzzy".', ("All sources",)),
    Row("/pause bis 1.1.2020", "1.1.2020 ist schon vorbei.", ("3 Tage", "1 Woche", "2 Wochen", "Offen"),
        "1.1.2020 is in the past.", ("3 days", "1 week", "2 weeks", "Open end")),
    Row("/pause bis 1.1.2099", "Mehr als ein Jahr kann ich mir nicht merken.",
        ("3 Tage", "1 Woche", "2 Wochen", "Offen"),
        "I can't remember more than a year.", ("3 days", "1 week", "2 weeks", "Open end")),
    Row("/language xx", "„xx“ spreche ich noch nicht.", ("Deutsch", "English", "Українська"),
        'I don\'t speak "xx" yet.', ("Deutsch", "English", "Українська")),
    Row("/feedback", "Was möchtest du den Betreibern sagen?", (), "What would you like to tell", ()),
    Row("/help tmie", "Zu „tmie“ habe ich keine Hilfe. Meintest du:", ("/zeit",),
        'I have no help on "tmie". Did you mean:', ("/time",)),
    Row("/start zzz", "Hallo Ada! Nächster Digest:", ("Themen",), "Hi Ada! Next digest:", ("Topics",)),
)  # fmt: skip
"""The same for what the list of commands says of wrong arguments."""


@pytest.fixture(params=["de", "en"])
async def talk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[World, Reader, str]]:
    """A world, and in it a reader of "Ukraine" who speaks German or English."""
    async with world_of(tmp_path) as world:
        yield world, await subscribed(world, ["ukraine"], language=request.param), request.param


def said(language: str, german: str, english: str) -> str:
    """The words in a language."""
    return german if language == "de" else english


@pytest.mark.parametrize("table", [TABLE, ARGUMENTS], ids=["inputs", "arguments"])
async def test_the_table(talk: tuple[World, Reader, str], table: tuple[Row, ...]) -> None:
    world, reader, language = talk
    wrong = []
    for row in table:
        world.clock.move(timedelta(seconds=11))  # nobody writes so fast that the bot asks him to slow down
        answer = await ask(reader, row.written)
        begins = said(language, row.german, row.english)
        buttons = row.german_buttons if language == "de" else row.english_buttons
        shown = [label.removeprefix("✓ ") for label in labels(answer)]
        missing = [button for button in buttons if button not in shown]
        if not answer.text.replace("\n", " ").startswith(begins) or missing:
            wrong.append(f"{row.written}: {answer}")
    assert not wrong, "\n".join(wrong)
    stored = await world.subscriber(reader)
    assert stored.preferences.topics == {"ukraine"}
    assert not stored.preferences.mutes
    assert stored.schedule is not None
    assert stored.schedule.minutes == (420,)


async def test_without_topics_the_top_three_come(talk: tuple[World, Reader, str]) -> None:
    world, _, language = talk
    reader = await subscribed(world, language=language)
    answer = await ask(reader, "/latest")
    assert answer.text.startswith(
        said(
            language,
            "Du hast noch keine Themen. Hier sind die Top 3 von heute.",
            "You have no topics yet. Here are today's top 3.",
        )
    )
    assert said(language, "Themen wählen", "Choose topics") in labels(answer)


async def test_a_time_that_the_clock_change_leaves_out(talk: tuple[World, Reader, str]) -> None:
    _, reader, language = talk
    words = ("In der Nacht der Zeitumstellung kommt der Digest um 03:00.", "On the night the clocks change the digest")
    await ask(reader, "/time 02:30", said(language, *words))


async def test_what_is_no_text(talk: tuple[World, Reader, str]) -> None:
    _, reader, language = talk
    await reader.send_document("katze.webp", b"RIFF")
    words = ("Ich kann nur Text lesen. /hilfe zeigt, was geht.", "I can only read text. /help shows what works.")
    assert (await reader.wait_for(said(language, *words))).text == said(language, *words)


async def test_a_button_of_another_version(talk: tuple[World, Reader, str]) -> None:
    world, reader, language = talk
    await press_data(world, reader, await ask(reader, "/help"), "v0|latest")
    words = (
        "Dieses Menü ist veraltet, hier ist das aktuelle.",
        "This menu is out of date, here is the current one.",
    )
    await reader.wait_for(said(language, *words))


async def test_a_press_while_the_first_is_worked_on(talk: tuple[World, Reader, str]) -> None:
    world, reader, language = talk
    shown = await ask(reader, "/latest", "NATO")
    held = world.sandbox.fail("delay", "sendMessage", seconds=30)
    await reader.press("1", shown, answered=False)
    await world.sandbox.world.pulse.until(lambda: held.met, 5)
    await reader.press("1", shown)
    assert said(language, "Läuft schon, noch ein paar Sekunden.", "Already running, a few more seconds.") in (
        reader.toasts
    )
    held.released.set()


async def test_too_many_costly_wishes(talk: tuple[World, Reader, str]) -> None:
    world, reader, language = talk
    for _ in range(COSTLY_PER_MINUTE):
        await ask(reader, "/latest", "NATO")
    world.clock.move(timedelta(seconds=40))
    words = ("Kurz durchatmen: in 20 Sekunden wieder.", "One moment please: again in 20 seconds.")
    answer = await ask(reader, "/latest")
    assert answer.text == said(language, *words)
    world.clock.move(timedelta(seconds=20))
    await press(reader, labels(answer)[0], "NATO")  # what the button does again was asked for in the message it quotes


async def test_a_fault_of_ours(talk: tuple[World, Reader, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    _, reader, language = talk
    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(Reading, "latest", broken)
        answer = await ask(reader, "/latest")
    words = (
        "Das hat nicht geklappt, es liegt an uns. Deine Einstellungen sind sicher. Code ",
        "That did not work, our fault. Your settings are safe. Code ",
    )
    assert answer.text.startswith(said(language, *words))
    assert labels(answer) == [said(language, "Nochmal", "Try again")]


async def test_a_command_for_admins_by_a_member(talk: tuple[World, Reader, str]) -> None:
    world, owner, language = talk
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    member = world.reader("Max", language).inside(group)
    await member.send("/time 7:00")
    await member.wait_for(said(language, "Das dürfen hier nur Admins.", "Only admins can do that here."))


@pytest.mark.parametrize(
    ("said", "wanted", "ways"),
    [
        ("/neu@andrer_bot 2", "Neueste Nachrichten", ()),  # nobody else is in a private chat
        ("/suche thema:abc", "Ein Thema „abc“ kenne ich nicht.", ("Alle Themen",)),
        ("/suche", "Wonach soll ich suchen?", ()),
        ("/suche 😀", "Bitte mindestens ein Wort", ("„Hafen“ suchen",)),
        ("/start s_99999", "Diese Geschichte ist nicht mehr im Archiv.", ("Neueste Nachrichten",)),
        ("/themen sport kultur", "Dazu: Kultur und Sport", ("Rückgängig",)),
        ("/themen sport blub", "Nicht gefunden: sport blub", ("„sport blub“ verfolgen",)),
        ("Nachrichten", "Neueste Nachrichten", ()),
    ],
)
async def test_an_annoyed_reader_gets_a_way_out(world: World, said: str, wanted: str, ways: tuple[str, ...]) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, said, wanted)
    assert set(ways) <= set(labels(answer))
