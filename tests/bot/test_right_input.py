"""What every command answers when it is written as it should be, under its German and its English name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.command_names import called
from bot.sandbox.flood import NO_FLOOD
from bot.telegram.handlers import REGISTRY
from digests.domain.preferences import Length
from digests.domain.quiet import Quiet
from digests.domain.schedule import EVERY_DAY, WORKDAYS, Schedule
from digests.domain.subscribers import Status, Subscriber
from tests.support.chatting import ask, subscribed
from tests.support.clocks import START
from tests.support.screens import labels
from tests.support.worlds import World, world_of

Effect = Callable[[Subscriber], object]
SEVEN, EIGHT, EVENING = 7 * 60, 8 * 60, 18 * 60 + 30
HEADLINE = "Selenskyj will noch vor dem Ende von Bidens Präsidentschaft"
STORY = "1 · Selenskyj will"
UNDO = ("Rückgängig",), ("Undo",)


def at(*minutes: int, days: int = EVERY_DAY, zone: str = "Europe/Berlin") -> Effect:
    """Digests come at these minutes of these days."""
    return lambda stored: stored.schedule == Schedule(zone, minutes, days)


def paused(until: datetime | None) -> Effect:
    """Digests rest until then."""
    return lambda stored: (stored.status, stored.paused_until) == (Status.PAUSED, until)


def untouched(stored: Subscriber) -> bool:
    """Nothing was changed."""
    wants = stored.preferences.topics == {"ukraine"} and not stored.preferences.mutes | stored.preferences.words
    return wants and stored.status is Status.ACTIVE and bool(at(SEVEN)(stored))


class Row(NamedTuple):
    """What a reader of "Ukraine" writes, how the answer begins, buttons below it, what of it stands in the database."""

    german: str
    german_says: str
    german_buttons: tuple[str, ...]
    english: str
    english_says: str
    english_buttons: tuple[str, ...]
    effect: Effect = untouched


READING = (
    Row("/start", "Hallo Ada! Nächster Digest: Do., 13. August, 07:00", ("Neueste Nachrichten", "Einstellungen"),
        "/start", "Hi Ada! Next digest: Thu 13 August, 07:00", ("Latest news", "Settings")),
    Row("/start t_sport", "In Sport gibt es seit 3 Tagen nichts Neues.", ("Letzte 7 Tage",),
        "/start t_sport", "Nothing new in Sport for 3 days.", ("Last 7 days",)),
    Row("/start s_1", HEADLINE, ("Verfolgen", "Merken", "Teilen", "Warum sehe ich das?", "Weniger davon",
                                 "Fehler melden"),
        "/start s_1", HEADLINE, ("Follow", "Save", "Share", "Why am I seeing this?", "Less of this",
                                 "Report a fault")),
    Row("/start set", "Einstellungen Themen: Ukraine", ("Zeit & Tage",),
        "/start set", "Settings Topics: Ukraine", ("Time & days",)),
    Row("/neu", f"Neueste Nachrichten 2 Geschichten · 2 Min. · alle neu Ukraine · NATO (1–2) {STORY}", ("1", "2"),
        "/latest", f"Latest news 2 stories · 2 min · all new Ukraine · NATO (1–2) {STORY}", ("1", "2")),
    Row("/neu 1", f"Neueste Nachrichten 1 Geschichte · 1 Min. {STORY}", ("1", "2 zeigen"),
        "/latest 1", f"Latest news 1 story · 1 min {STORY}", ("1", "Show 2")),
    Row("/nachrichten 1 NATO", "NATO 1 Geschichte", ("1", "Abonnieren"),
        "/latest 1 NATO", "NATO 1 story", ("1", "Subscribe")),
    Row("/NEUES nato 1", "NATO 1 Geschichte", ("1", "Abonnieren"),
        "/LATEST nato 1", "NATO 1 story", ("1", "Subscribe")),
    Row("/neu heute", "Neueste Nachrichten 2 Geschichten", ("1",), "/latest today", "Latest news 2 stories", ("1",)),
    Row("/neu 24h", "Neueste Nachrichten 2 Geschichten", ("1",), "/latest 24h", "Latest news 2 stories", ("1",)),
    Row("/neu 3d", "Neueste Nachrichten 2 Geschichten", ("1",), "/latest 3d", "Latest news 2 stories", ("1",)),
    Row("/thema Ukraine", "Ukraine 2 Geschichten", ("1", "2", "Abbestellen"),
        "/topic Ukraine", "Ukraine 2 stories", ("1", "2", "Unsubscribe")),
    Row("/thema NATO 1", "NATO 1 Geschichte", ("1", "Abonnieren"), "/topic NATO 1", "NATO 1 story", ("1", "Subscribe")),
    Row("/digest", "Dein Digest 2 Geschichten", ("1", "2", "Mehr davon", "Weniger", "Anpassen"),
        "/digest", "Your digest 2 stories", ("1", "2", "More of this", "Less", "Adjust")),
    Row("/suche NATO", f"„NATO“ · 2 Treffer {STORY}", ("1", "2"), "/search NATO", f'"NATO" · 2 hits {STORY}',
        ("1", "2")),
    Row("/suche NATO 7d", "„NATO 7d“ · 2 Treffer · ab 6. August 2026", ("1",),
        "/search NATO 7d", '"NATO 7d" · 2 hits · from 6 August 2026', ("1",)),
    Row('/suche NATO quelle:"seeds 000"', 'NATO quelle:"seeds 000" · 1 Treffer', ("1",),
        '/search NATO source:"seeds 000"', 'NATO source:"seeds 000" · 1 hit', ("1",)),
    Row("/suche NATO thema:ukraine", "„NATO thema:ukraine“ · 2 Treffer", ("1",),
        "/search NATO topic:ukraine", '"NATO topic:ukraine" · 2 hits', ("1",)),
    Row("/gemerkt", "Noch nichts gemerkt.", ("Neueste Nachrichten",), "/saved", "Nothing saved yet.", ("Latest news",)),
    Row("/quellen", "2 Quellen, die fleißigsten zuerst seeds 000: 1 Artikel pro Woche · Deutsch · gerade eben",
        ("seeds 000", "✓ wird gezeigt"),
        "/sources", "2 sources, the busiest first seeds 000: 1 article a week · German · just now",
        ("seeds 000", "✓ shown")),
    Row("/quellen seeds 000", "seeds 000 1 Artikel pro Woche · Deutsch", ("Mehr davon", "seeds 000 stummschalten"),
        "/sources seeds 000", "seeds 000 1 article a week · German", ("More of it", "Mute seeds 000")),
    Row("/status", "Status Themen: Ukraine Nächster Digest: Do., 13. August, 07:00 (Europe/Berlin)", ("Einstellungen",),
        "/status", "Status Topics: Ukraine Next digest: Thu 13 August, 07:00 (Europe/Berlin)", ("Settings",)),
    Row("/hilfe", "Das kann ich: /neu – neueste Nachrichten deiner Themen", ("Mehr", "Einstellungen"),
        "/help", "What I can do: /latest – latest news on your topics", ("More", "Settings")),
    Row("/hilfe zeit", "/zeit legt bis zu drei Uhrzeiten fest. /zeit 07:00", ("Hilfe",),
        "/help time", "/time sets up to three times of day. /time 07:00", ("Help",)),
    Row("/datenschutz", "Datenschutz Was: Chat-Nummer", ("Daten als Datei", "Alles löschen", "Ausführlich"),
        "/privacy", "Privacy What: chat number", ("Data as a file", "Delete everything", "At length")),
    Row("/kanaele", "Kanäle und Gruppen", ("+ Hinzufügen",), "/channels", "Channels and groups", ("+ Add",)),
    Row("/verbinden", "Digests gibt es auch für Gruppen und Kanäle.", ("Zu einer Gruppe hinzufügen",),
        "/bind", "Groups and channels can have digests, too.", ("Add to a group",)),
    Row("/trennen", "Digests gibt es auch für Gruppen und Kanäle.", ("Kanäle & Gruppen",),
        "/unbind", "Groups and channels can have digests, too.", ("Channels & groups",)),
    Row("Ukraine", "Ukraine 2 Geschichten", ("1", "2", "Abbestellen"),
        "ukraine", "Ukraine 2 stories", ("1", "2", "Unsubscribe")),
    Row("8 Uhr", "Digest um 08:00?", ("Ja", "Nein"), "8am", "Digest at 08:00?", ("Yes", "No")),
    Row("Interview mit Carlson", "„Interview mit Carlson“ · 1 Treffer", ("1",),
        "interview mit Carlson", '"interview mit Carlson" · 1 hit', ("1",)),
    Row("hm", "Das kann ich:", ("Mehr",), "hm", "What I can do:", ("More",)),
)  # fmt: skip
"""What only shows something."""

CHANGING = (
    Row("/themen", "Deine Themen Tippe an", ("Politik · 3", "✓ Ukraine · 2", "Alle", "Keins", "Mehr …"),
        "/topics", "Your topics Tap", ("Politics · 3", "✓ Ukraine · 2", "All", "None", "More …")),
    Row("/themen +sport -ukraine", "Dazu: Sport Nicht mehr dabei: Ukraine Gewählt: Sport", UNDO[0],
        "/topics +sport -ukraine", "Added: Sport Removed: Ukraine Chosen: Sport", UNDO[1],
        lambda stored: stored.preferences.topics == {"sport"}),
    Row("/themen +sport +xyzzy", "Dazu: Sport Nicht gefunden: xyzzy.", UNDO[0],
        "/topics +sport +xyzzy", "Added: Sport Not found: xyzzy.", UNDO[1],
        lambda stored: stored.preferences.topics == {"sport", "ukraine"}),
    *(Row(f"/zeit {german}", "Gespeichert: 08:00 (Europe/Berlin). Deine nächsten Digests: Do., 13. August, 08:00"
          " Fr., 14. August, 08:00 Sa., 15. August, 08:00", UNDO[0],
          f"/time {english}", "Saved: 08:00 (Europe/Berlin). Your next digests: Thu 13 August, 08:00"
          " Fri 14 August, 08:00 Sat 15 August, 08:00", UNDO[1], at(EIGHT))
      for german, english in (("08:00", "08:00"), ("8", "8"), ("8 Uhr", "8 o'clock"), ("8am", "8am"))),
    Row("/zeit 8:00 18:30", "Gespeichert: 08:00 und 18:30", UNDO[0], "/time 8:00 18:30", "Saved: 08:00 and 18:30",
        UNDO[1], at(EIGHT, EVENING)),
    Row("/zeit morgens abends", "Gespeichert: 07:00 und 18:30", UNDO[0],
        "/time morning evening", "Saved: 07:00 and 18:30", UNDO[1], at(SEVEN, EVENING)),
    Row("/zeit aus", "Gespeichert: Es kommt kein Digest mehr von selbst.", UNDO[0],
        "/time off", "Saved: no digest comes by itself any more.", UNDO[1], lambda stored: stored.schedule is None),
    Row("/zeit", "Zeit: 07:00 · täglich", ("06:30", "✓ 07:00", "Andere Zeit"),
        "/time", "Time: 07:00 · daily", ("06:30", "✓ 07:00", "Other time")),
    Row("/tage mo-fr", "Gespeichert: Mo–Fr. Nächster Digest: Do., 13. August, 07:00.", UNDO[0],
        "/days mon-fri", "Saved: Mon–Fri. Next digest: Thu 13 August, 07:00.", UNDO[1], at(SEVEN, days=WORKDAYS)),
    Row("/tage täglich", "Gespeichert: täglich.", UNDO[0], "/days daily", "Saved: daily.", UNDO[1]),
    Row("/tage sa so", "Gespeichert: Sa, So. Nächster Digest: Sa., 15. August, 07:00.", UNDO[0],
        "/days sat sun", "Saved: Sat, Sun. Next digest: Sat 15 August, 07:00.", UNDO[1], at(SEVEN, days=0b1100000)),
    Row("/tage wöchentlich mo", "Gespeichert: Mo. Nächster Digest: Mo., 17. August, 07:00.", UNDO[0],
        "/days weekly mon", "Saved: Mon. Next digest: Mon 17 August, 07:00.", UNDO[1], at(SEVEN, days=1)),
    Row("/zeitzone Wien", "Gespeichert: Europe/Vienna, jetzt ist es 06:00.", UNDO[0],
        "/timezone Vienna", "Saved: Europe/Vienna, it is 06:00 now.", UNDO[1], at(SEVEN, zone="Europe/Vienna")),
    Row("/zeitzone Europe/Kyiv", "Gespeichert: Europe/Kyiv, jetzt ist es 07:00.", UNDO[0],
        "/timezone Europe/Kyiv", "Saved: Europe/Kyiv, it is 07:00 now.", UNDO[1], at(SEVEN, zone="Europe/Kyiv")),
    Row("/zeitzone +2", "Gerade gilt +2 in diesen Städten. Wähle eine, dann folgt die Zeit auch der Sommerzeit:",
        ("Berlin", "Wien", "Andere Stadt", "Standort senden"),
        "/timezone +2", "These cities are at +2 now. Choose one and the time follows daylight saving too:",
        ("Berlin", "Vienna", "Another city", "Send location")),
    Row("/Länge kurz", "Gespeichert: kurz, höchstens 3 Geschichten.", UNDO[0],
        "/length short", "Saved: short, at most 3 stories.", UNDO[1],
        lambda stored: stored.preferences.length is Length.SHORT),
    Row("/laenge lang", "Gespeichert: lang, höchstens 10 Geschichten.", UNDO[0],
        "/length long", "Saved: long, at most 10 stories.", UNDO[1],
        lambda stored: stored.preferences.length is Length.LONG),
    Row("/laenge 3min", "Gespeichert: höchstens 3 Minuten Lesezeit", ("✓ 3 Min.", *UNDO[0]),
        "/length 3min", "Saved: at most 3 minutes of reading", ("✓ 3 min", *UNDO[1]),
        lambda stored: stored.preferences.minutes == 3),
    Row("/stumm Eurovision", "„Eurovision“ ist ab jetzt stumm, bis du es aufhebst. In den letzten 7 Tagen hätte das"
        " keine deiner 2 Geschichten", ("✓ Immer", *UNDO[0]),
        "/mute Eurovision", '"Eurovision" is muted from now on, until you lift it. In the last 7 days this would have'
        " hidden none of your 2 stories", ("✓ For good", *UNDO[1]),
        lambda stored: stored.preferences.mutes == {"Eurovision"}),
    Row('/stumm "zweite Runde"', "„zweite Runde“ ist ab jetzt stumm", UNDO[0],
        '/mute "second round"', '"second round" is muted from now on', UNDO[1],
        lambda stored: len(stored.preferences.mutes) == 1),
    Row('/stumm quelle:"seeds 000"', "Quelle seeds 000 ist ab jetzt stumm, bis du es aufhebst. In den letzten 7 Tagen"
        " hätte das 1 von 2 Geschichten ausgeblendet: • Selenskyj", UNDO[0],
        '/mute source:"seeds 000"', "Source seeds 000 is muted from now on, until you lift it. In the last 7 days this"
        " would have hidden 1 of 2 stories: • Selenskyj", UNDO[1],
        lambda stored: not stored.preferences.mutes),
    Row("/stumm Eurovision 7d", "„Eurovision“ ist stumm bis Do., 20. August, 06:00.", ("✓ 7 Tage", *UNDO[0]),
        "/mute Eurovision 7d", '"Eurovision" is muted until Thu 20 August, 06:00.', ("✓ 7 days", *UNDO[1]),
        lambda stored: stored.preferences.mutes == {"Eurovision"}),
    Row("/stumm Eurovision immer", "„Eurovision“ ist ab jetzt stumm", ("✓ Immer",),
        "/mute Eurovision always", '"Eurovision" is muted from now on', ("✓ For good",),
        lambda stored: stored.preferences.mutes == {"Eurovision"}),
    Row("/stumm", "Nichts ist stumm.", ("Wort stummschalten", "Quellen"),
        "/mute", "Nothing is muted.", ("Mute a word", "Sources")),
    Row("/folge Hafen", "„Hafen“ gehört jetzt zu deinem Digest", ("Was ich verfolge", *UNDO[0]),
        "/follow Hafen", '"Hafen" is now part of your digest', ("What I follow", *UNDO[1]),
        lambda stored: {word.casefold() for word in stored.preferences.words} == {"hafen"}),
    Row("/folge", "Neben deinen Themen verfolgst du noch nichts.", ("Wort verfolgen",),
        "/follow", "Beside your topics you follow nothing.", ("Follow a word",)),
    Row("/eilmeldungen an", "Eilmeldungen sind an: was 3 Quellen", UNDO[0],
        "/breaking on", "Breaking news is on: what 3 sources", UNDO[1], lambda stored: stored.breaking),
    Row("/eil 22-6", "Gespeichert. Ruhezeit: 22:00–06:00 (Europe/Berlin)", UNDO[0],
        "/breaking 22-6", "Saved. Quiet hours: 22:00–06:00 (Europe/Berlin)", UNDO[1],
        lambda stored: stored.quiet == Quiet(22 * 60, 6 * 60)),
    Row("/pause", "Pause, bis du /weiter schreibst.", ("3 Tage", *UNDO[0]),
        "/pause", "Paused until you write /resume.", ("3 days", *UNDO[1]), paused(None)),
    Row("/pause 3d", "Pause bis So., 16. August, 06:00.", UNDO[0], "/pause 3d", "Paused until Sun 16 August, 06:00.",
        UNDO[1], paused(START + timedelta(days=3))),
    Row("/pause 2w", "Pause bis Do., 27. August, 06:00.", UNDO[0], "/pause 2w", "Paused until Thu 27 August, 06:00.",
        UNDO[1], paused(START + timedelta(days=14))),
    Row("/pause bis 15.08.", "Pause bis Sa., 15. August.", UNDO[0], "/pause until 15.08.",
        "Paused until Sat 15 August.", UNDO[1], paused(datetime(2026, 8, 14, 22, tzinfo=UTC))),
    Row("/weiter", "Du machst gerade keine Pause. Nächster Digest: Do., 13. August, 07:00.", ("← Einstellungen",),
        "/resume", "You are not paused. Next digest: Thu 13 August, 07:00.", ("← Settings",)),
    Row("/einstellungen", "Einstellungen Themen: Ukraine Zeit: 07:00, täglich (Europe/Berlin)", ("Schließen",),
        "/settings", "Settings Topics: Ukraine Time: 07:00, daily (Europe/Berlin)", ("Close",)),
    Row("/sprache uk", "Тепер я говорю українською.", ("✓ Українська",),
        "/language uk", "Тепер я говорю українською.", ("✓ Українська",), lambda stored: stored.language == "uk"),
    Row("/teilen", "Deine Themen zum Weitergeben: Ukraine https://t.me/", ("Weiterleiten",),
        "/share", "Your topics to pass on: Ukraine https://t.me/", ("Forward",)),
    Row("/feedback Hallo", "Das wird gespeichert und den Betreibern gezeigt: Hallo", ("Absenden", "Abbrechen"),
        "/feedback Hello", "This will be stored and shown to the operators: Hello", ("Send", "Cancel")),
    Row("/meinedaten", "Alles, was zu diesem Chat gespeichert ist.", ("Alles löschen",),
        "/mydata", "Everything that is stored about this chat.", ("Delete everything",)),
    Row("/loeschmich", "Alles löschen?", ("Nein, behalten", "Ja, alles löschen"),
        "/forget", "Delete everything?", ("No, keep it", "Yes, delete everything")),
    Row("/stop", "Was passt dir besser?", ("Seltener (1× pro Woche)", "Pausieren", "Ganz aufhören"),
        "/stop", "What suits you better?", ("Less often (once a week)", "Pause", "Stop for good")),
)  # fmt: skip
"""What changes something, or leads to it, and what it has changed."""


OPERATING = (
    ("/betrieb", "Betrieb", "Zustand", "/admin", "Operation", "Health"),
    ("/zustand", "✅ Alles läuft", "Aktualisieren", "/health", "✅ All is well", "Refresh"),
    ("/zahlen", "📊 Zahlen der letzten sieben Tage", "Aktualisieren", "/stats", "📊 Numbers of the last", "Refresh"),
    ("/quelle", "Quellen · 1, alle ohne Störung", "Hinzufügen", "/source", "Sources · 1, all working", "Add"),
    ("/einlesen", "Der Bot liest hier keine Quelle selbst", "Quellen", "/ingest", "The bot reads no source", "Sources"),
    ("/meldungen", "Keine offenen Meldungen.", "← Betrieb", "/report", "No open reports.", "← Operation"),
    ("/korrigieren", "Welche Geschichte soll korrigiert werden?", "", "/correct", "Which story is to be", ""),
    ("/vorschau", "Für welche Themen?", "", "/preview", "For which topics?", ""),
    ("/rundnachricht", "Rundnachricht Eine Nachricht von dir an alle", "Neue Rundnachricht",
     "/broadcast", "Announcement A message of yours to everybody", "New announcement"),
    ("/stoerung", "Störung Schreib, was nicht stimmt", "Text schreiben …",
     "/outage", "Outage Write what is wrong", "Write the text …"),
    ("/sperren", "Kein Chat ist gesperrt.", "← Betrieb", "/ban", "No chat is banned.", "← Operation"),
    ("/sicherung", "Gesichert und geprüft.", "← Betrieb", "/backup", "Backed up and checked.", "← Operation"),
)  # fmt: skip
"""What operators write, how the answer begins, and a button below it."""


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("table", [READING, CHANGING], ids=["reading", "changing"])
async def test_the_table(tmp_path: Path, language: str, table: tuple[Row, ...]) -> None:
    async with world_of(tmp_path, NO_FLOOD) as world:
        wrong = [fault for row in table if (fault := await fault_of(world, row, language))]
    assert not wrong, "\n".join(wrong)


async def fault_of(world: World, row: Row, language: str) -> str | None:
    """What is wrong with the answer to one row; every row has a reader of its own."""
    reader = await subscribed(world, ["ukraine"], language=language)
    written, says, buttons = row[:3] if language == "de" else row[3:6]
    answer = await ask(reader, written)
    shown, stored = " ".join(answer.text.split()), await world.subscriber(reader)
    right = shown.startswith(says) and set(buttons) <= set(labels(answer)) and row.effect(stored)
    return None if right else f"{written}: {answer}\n{stored}"


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_table_of_operators(tmp_path: Path, language: str) -> None:
    async with world_of(tmp_path, NO_FLOOD, admin_ids="100001", backup_folder=tmp_path) as world:
        operator, wrong = world.reader("Op", language), []
        await ask(operator, "/privacy")
        for row in OPERATING:
            written, says, button = row[:3] if language == "de" else row[3:]
            answer = await ask(operator, written)
            if not " ".join(answer.text.split()).startswith(says) or button not in [*labels(answer), ""]:
                wrong.append(f"{written}: {answer}")
    assert not wrong, "\n".join(wrong)
    known = {command.name for command in REGISTRY.commands if command.run in REGISTRY.for_operators}
    assert {f"/{called(name, language)}" for name in known} == {row[0 if language == "de" else 3] for row in OPERATING}


@pytest.mark.parametrize(("language", "column"), [("de", 0), ("en", 3)])
def test_every_command_of_readers_is_in_a_table_by_its_name(language: str, column: int) -> None:
    written = {str(row[column]).partition(" ")[0].lower() for row in (*READING, *CHANGING)}
    names = {
        called(command.name, language) for command in REGISTRY.commands if command.run not in REGISTRY.for_operators
    }
    missing = {name for name in names if f"/{name}" not in written}
    assert missing == {called("unmute", language)}  # which takes back another: below


@pytest.mark.parametrize(
    ("language", "mute", "unmute", "lifted", "pause", "resume", "back"),
    [
        ("de", "/stumm Eurovision", "/laut 1", "„Eurovision“ ist nicht mehr stumm.", "/pause 3d", "/weiter",
         "Weiter geht's. Nächster Digest: Do., 13. August, 07:00."),
        ("en", "/mute Eurovision", "/unmute eurovision", '"Eurovision" is no longer muted.', "/pause 3d", "/resume",
         "Back again. Next digest: Thu 13 August, 07:00."),
    ],
)  # fmt: skip
async def test_what_takes_back_another_command(  # noqa: PLR0917 - the words of one language
    world: World, language: str, mute: str, unmute: str, lifted: str, pause: str, resume: str, back: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, mute)
    assert (await ask(reader, unmute, lifted)).text.startswith(lifted)
    assert not (await world.subscriber(reader)).preferences.mutes
    await ask(reader, pause)
    assert (await ask(reader, resume)).text == back
    assert (await world.subscriber(reader)).status is Status.ACTIVE
