"""/help, /privacy, free text, wrong commands, photos, old buttons: nothing stays without an answer."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from bot.command_names import called
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from bot.telegram.handlers import REGISTRY
from digests.text.words import fold
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import BUDGET
from tests.support.screens import labels
from tests.support.worlds import World, world_of

READERS_COMMANDS = {command.name for command in REGISTRY.commands if command.run not in REGISTRY.for_operators}


@pytest.mark.parametrize(
    ("language", "command", "first", "more"),
    [("de", "/hilfe", "Das kann ich:", "Mehr"), ("en", "/help", "What I can do:", "More")],
)
async def test_help_is_six_lines_and_more(world: World, language: str, command: str, first: str, more: str) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, command)
    assert answer.text.splitlines()[0] == first
    assert len(answer.text.splitlines()) == 7
    short = answer.text
    shown = await press(reader, more)
    assert shown.id == answer.id
    names = {called(name, language) for name in READERS_COMMANDS - {"help"}}
    assert [name for name in names if f"/{name}" not in short + shown.text] == []


@pytest.mark.parametrize("language", ["de", "en", "uk"])
async def test_every_command_has_its_help(world: World, language: str) -> None:
    reader = world.reader(language_code=language)
    for name in sorted(READERS_COMMANDS):
        assert f"/{called(name, language)}" in (await ask(reader, f"/help {name}")).text.splitlines()[0]


@pytest.mark.parametrize("name", ["zeit", "/time", "TIME", "Zeit"])
async def test_help_takes_aliases_in_any_spelling(world: World, name: str) -> None:
    assert (await ask(world.reader(), f"/help {name}")).text.startswith("/zeit legt bis zu drei Uhrzeiten fest")


@pytest.mark.parametrize(
    ("language", "text", "name", "shown"),
    [
        ("de", "Zu „tiem“ habe ich keine Hilfe. Meintest du:", "/zeit", "/zeit legt"),
        ("en", 'I have no help on "tiem". Did you mean:', "/time", "/time sets"),
    ],
)
async def test_help_on_nearly_a_command(world: World, language: str, text: str, name: str, shown: str) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/help tiem")
    assert (answer.text, labels(answer)[0]) == (text, name)
    assert (await press(reader, name)).text.startswith(shown)


async def test_help_on_nothing_known_is_the_short_help(world: World) -> None:
    assert (await ask(world.reader(), "/help qwertz")).text.startswith("Das kann ich:")


@pytest.mark.parametrize(
    ("language", "command", "parts"),
    [
        ("de", "/datenschutz", ["Was:", "Wozu:", "Nicht gespeichert:", "30 Tage", "Wer:"]),
        ("en", "/privacy", ["What:", "Why:", "Not stored:", "30 days", "Who:"]),
    ],
)
async def test_privacy(world: World, language: str, command: str, parts: list[str]) -> None:
    answer = await ask(world.reader(language_code=language), command)
    assert [part for part in parts if part not in answer.text] == []
    assert answer.text.count("\n") < 12


@pytest.mark.parametrize(
    ("language", "text", "buttons", "first"),
    [
        ("de", "Diesen Befehl kenne ich nicht.", ["Hilfe", "Neueste Nachrichten"], "Das kann ich:"),
        ("en", "I don't know this command.", ["Help", "Latest news"], "What I can do:"),
    ],
)
async def test_an_unknown_command(world: World, language: str, text: str, buttons: list[str], first: str) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/foo")
    assert (answer.text, labels(answer)) == (text, buttons)
    assert "NATO" in (await press(reader, buttons[1], "NATO")).text
    assert (await press(reader, buttons[0], message=answer)).text.startswith(first)


@pytest.mark.parametrize(
    ("language", "typed", "question", "button", "shown"),
    [
        ("de", "/latst 1", "Diesen Befehl kenne ich nicht. Meintest du /neu?", "/neu 1", "NATO"),
        ("de", "/temen", "Diesen Befehl kenne ich nicht. Meintest du /themen?", "/themen", "Deine Themen"),
        ("de", "/thmea Ukraine", "Diesen Befehl kenne ich nicht. Meintest du /thema?", "/thema Ukraine", "NATO"),
        ("en", "/setings", "I don't know this command. Did you mean /settings?", "/settings", "Settings"),
        ("en", "/seach Carlson", "I don't know this command. Did you mean /search?", "/search Carlson", "1 hit"),
    ],
)
async def test_nearly_a_command(  # a row each
    world: World, language: str, typed: str, question: str, button: str, shown: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, typed)
    assert (answer.text, labels(answer)[0]) == (question, button)
    await press(reader, button, shown)


async def test_every_command_can_be_offered_as_a_button(world: World) -> None:
    assert {command.name for command in REGISTRY.commands} <= set(REGISTRY.presses)
    assert all(name == fold(name) for name in REGISTRY.names)


@pytest.mark.parametrize("said", ["Ukraine", "ukraine", "Kyiv", "Kiew"])
async def test_a_topic_s_name_shows_the_topic(world: World, said: str) -> None:
    assert (await ask(world.reader(), said)).text.startswith("Ukraine\n2 Geschichten")


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "„politk“ kenne ich nicht. Meintest du:"), ("en", 'I don\'t know "politk". Did you mean:')],
)
async def test_nearly_a_topic_s_name_asks(world: World, language: str, text: str) -> None:
    assert (await ask(world.reader(language_code=language), "politk")).text == text


@pytest.mark.parametrize(
    ("language", "said", "question", "yes", "no"),
    [
        ("de", "7 Uhr", "Digest um 07:00?", "Ja", "Nein"),
        ("de", "7:30 und 18 Uhr", "Digest um 07:30 und 18:00?", "Ja", "Nein"),
        ("en", "7am", "Digest at 07:00?", "Yes", "No"),
    ],
)
async def test_a_time_is_offered(world: World, language: str, said: str, question: str, yes: str, no: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language, minutes=(600,))
    answer = await ask(reader, said)
    assert (answer.text, labels(answer)) == (question, [yes, no])
    await reader.press(no)
    assert labels(answer) == []
    await ask(reader, said)
    await reader.press(yes)
    schedule = (await world.subscriber(reader)).schedule
    assert schedule is not None
    assert schedule.minutes != (600,)


@pytest.mark.parametrize(
    ("language", "title"), [("de", "„Interview mit Carlson“ · 1 Treffer"), ("en", '"Interview mit Carlson" · 1 hit')]
)
async def test_several_words_are_searched(world: World, language: str, title: str) -> None:
    answer = await ask(world.reader(language_code=language), "Interview mit Carlson")
    assert answer.text.startswith(title)


@pytest.mark.parametrize(
    ("language", "question", "same"),
    [
        ("de", "Was gibt es Neues zur Ukraine?", "Ukraine"),
        ("de", "Zeig mir Nachrichten zu Carlson", "Carlson"),
        ("de", "Was ist mit dem Interview mit Carlson los?", "Interview mit Carlson"),
        ("de", "Nachrichten", "/neu"),
        ("en", "Any news on Ukraine?", "Ukraine"),
        ("en", "What’s new?", "/latest"),
        ("uk", "Що нового про Україну?", "Україну"),
        ("uk", "Останні новини", "/latest"),
    ],
)
async def test_a_question_is_answered_by_what_it_is_about(
    world: World, language: str, question: str, same: str
) -> None:
    reader = world.reader(language_code=language)
    asked, wanted = await ask(reader, question), await ask(reader, same)
    assert (asked.text, labels(asked)) == (wanted.text, labels(wanted))
    assert "Selenskyj" in wanted.text or "Carlson" in wanted.text


async def test_one_word_of_the_news_is_a_topic(world: World) -> None:
    await publish(world, BUDGET)
    assert (await ask(world.reader(), "Schuldenbremse")).text.startswith("Schuldenbremse\n1 Geschichte")


@pytest.mark.parametrize(("language", "first"), [("de", "Das kann ich:"), ("en", "What I can do:")])
async def test_anything_else_gets_the_short_help(world: World, language: str, first: str) -> None:
    reader = world.reader(language_code=language)
    for said in ("hallo", "ok", "?", "👍", "nein", "aus", "und so", "-3", "danke"):
        world.clock.move(timedelta(minutes=1))  # nobody is too fast
        assert (await ask(reader, said)).text.startswith(first), said


async def test_a_novel_is_answered_too(world: World) -> None:
    answer = await ask(world.reader(), "Es war einmal ein <b>Qwertz</b> & " * 100)
    assert "Qwertz" in answer.text
    assert len(answer.text) < 300


def say_without_text(world: World, reader: Reader, **content: object) -> None:
    """Send what is no text, as clients do."""
    update = {
        "message_id": 900,
        "date": int(world.clock.now().timestamp()),
        "chat": reader.chat.to_api(),
        "from": reader.user.to_api(),
        **content,
    }
    world.sandbox.world.give(reader.bot, "message", update)


_FILE = {"file_id": "a", "file_unique_id": "b"}


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{**_FILE, "width": 9, "height": 9}], "caption": "Ukraine"},
        {"voice": {**_FILE, "duration": 3}},
        {"sticker": {**_FILE, "width": 9, "height": 9, "type": "regular", "is_animated": False, "is_video": False}},
    ],
    ids=["photo", "voice", "sticker"],
)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich kann nur Text lesen. /hilfe zeigt, was geht."),
        ("en", "I can only read text. /help shows what works."),
    ],
)
async def test_what_is_no_text(world: World, content: dict[str, object], language: str, text: str) -> None:
    reader = await subscribed(world, language=language)
    await reader.send("/privacy")
    say_without_text(world, reader, **content)
    assert (await reader.wait_for(text)).text == text


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("de", "Dieses Menü ist veraltet, hier ist das aktuelle.", "Einstellungen"),
        ("en", "This menu is out of date, here is the current one.", "Settings"),
    ],
)
async def test_an_old_button(world: World, language: str, text: str, title: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    old = await ask(reader, "/latest")
    for count, data in enumerate(("v0|latest", "v1|nothing_like_this", "v1|", "", "latest", "v2|story|1", "|||"), 1):
        await ask(reader, "/privacy")
        await press_data(world, reader, old, data)
        await reader.wait_for_toast(text)
        fresh = await reader.wait_for(text)
        assert fresh.text.split("\n\n")[1].startswith(title)
        assert reader.toasts.count(text) == count


NUMBERS = ["-1", "0", "99999999999999999999"]
FORGED = [*NUMBERS, "abc", "💥", "a b", "%", "'; DROP TABLE subscriber", "new", "more", "6.5"]
PAIRS = {*product(NUMBERS, NUMBERS), *zip(FORGED, FORGED[4:] + FORGED[:4], strict=True)}
"""Numbers, which are often read one after the other, with each other; everything else once in either place."""


@pytest.mark.parametrize("verb", sorted(REGISTRY.presses))
async def test_no_made_up_argument_is_a_fault_of_ours(tmp_path: Path, verb: str) -> None:
    async with world_of(tmp_path, NO_FLOOD) as world:
        await press_all(world, verb)


async def press_all(world: World, verb: str) -> None:
    """Press buttons of one verb with everything that nobody of us puts into buttons."""
    reader = await subscribed(world, ["ukraine"])
    screen: Message = await ask(reader, "/settings")
    for arguments in ("", *(f"|{one}" for one in FORGED), *(f"|{one}|{two}" for one, two in sorted(PAIRS))):
        world.clock.move(timedelta(minutes=1))  # nobody is too fast
        query = await press_data(world, reader, screen, f"v1|{verb}{arguments}"[:64])
        await world.sandbox.world.pulse.until(partial(getattr, query, "answer"), 5)
        screen = screen if not screen.deleted else await ask(reader, "/settings")
    assert [message.text for message in reader.answers if "Code" in message.text] == []


@pytest.mark.parametrize(
    ("language", "said", "wanted"),
    [
        ("de", "Themen", "Deine Themen"), ("de", "zeit", "07:00"), ("de", "Hilfe!", "/neu"),
        ("de", "STOP", "Seltener"),
        ("de", "suche Interview", "„Interview“ · "), ("en", "search interview", '"interview" · '),
        ("en", "topics", "topics"), ("uk", "теми", "Твої теми"), ("uk", "Час", "07:00"),
        ("uk", "пошук Selenskyj", "«Selenskyj» · "),
        ("uk", "/теми", "Твої теми"), ("uk", "/пошук Selenskyj", "«Selenskyj» · "),
        ("uk", "налаштування", "Налаштування"),
    ],
)  # fmt: skip
async def test_a_command_needs_no_slash(world: World, language: str, said: str, wanted: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, said)
    slash = await ask(reader, said if said.startswith("/") else f"/{said}")
    assert answer.text == slash.text
    assert wanted in answer.text + str(answer.buttons)


@pytest.mark.parametrize("said", ["quelle", "betrieb", "sperren", "zeit und raum", "pause machen"])
async def test_other_words_are_no_commands(world: World, said: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, said)
    slash = await ask(reader, f"/{said}")
    assert answer.text != slash.text
