"""What an item says: each thing once, whoever reports it, and of an update the newest first."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from digests.domain.telling import tell_new, tell_update
from digests.text.summarising import same_statement
from tests.support.builders import NOON, article

FIRE = article(
    "Brand in Leipziger Wohnhaus: zwölf Verletzte",
    (
        "Bei einem Brand in einem Wohnhaus in Leipzig sind am Montag 12 Menschen verletzt worden. "
        "Das Feuer brach gegen 4 Uhr im Keller aus.",
        "Rund 80 Feuerwehrleute waren im Einsatz. Die Ursache ist noch unklar.",
    ),
    credit="Abendbote",
    at=NOON - timedelta(hours=5),
)
SAME_FIRE = article(
    "Feuer in Leipzig verletzt zwölf Menschen",
    (
        "In Leipzig hat ein Feuer in einem Wohnhaus 12 Menschen verletzt. "
        "Im Einsatz waren rund 80 Feuerwehrleute der Stadt.",
        "Oberbürgermeisterin Karla Vogt besuchte die Familien am Vormittag in einer Turnhalle.",
    ),
    credit="Hafenpost",
    at=NOON - timedelta(hours=4),
)


def texts(sentences: list[object]) -> list[str]:
    return [str(getattr(sentence, "text", "")) for sentence in sentences]


def test_two_reports_of_one_event_say_nothing_twice() -> None:
    summary, details = tell_new([FIRE, SAME_FIRE], 2, 3)
    told = texts([*summary, *details])
    assert not any(same_statement(one, two, "de") for one, two in combinations(told, 2))
    assert sum("12 Menschen" in text for text in told) == 1
    assert sum("80 Feuerwehrleute" in text for text in told) <= 1
    assert any("Karla Vogt" in text for text in told), "what only the second report knows is told"


def test_numbers_keep_their_units() -> None:
    body = "Die Brücke über die Saale kostet 3,5 Mio. Euro und wird 1.200 m lang. Das Land zahlt ca. 60 Prozent davon."
    summary, _ = tell_new([article("Neue Brücke über die Saale", (body,))], 2, 0)
    assert " ".join(texts(list(summary))) == body


def test_an_update_tells_the_newest_count_first_and_nothing_old() -> None:
    newer = article(
        "Zahl der Verletzten in Leipzig steigt",
        (
            "Bei dem Brand in Leipzig sind 12 Menschen verletzt worden, hieß es zunächst.",
            "Nach dem Brand in dem Wohnhaus in Leipzig ist die Zahl der Verletzten gestiegen, "
            "15 Menschen wurden verletzt. Ein defekter Heizkessel im Keller hat den Brand ausgelöst.",
        ),
        credit="Hafenpost",
        at=NOON,
    )
    summary, details = tell_update([FIRE], [newer], 2, 2)
    told = texts([*summary, *details])
    assert "15 Menschen" in told[0]
    assert any("Heizkessel" in text for text in told)
    assert not any(
        same_statement(text, old, "de") for text in told for part in FIRE.paragraphs for old in part.sentences
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_entries_of_a_live_blog_are_told_latest_first(count: int) -> None:
    entries = [
        article(
            heading,
            (sentence,),
            parent_id=90,
            at=NOON - timedelta(minutes=age),
        )
        for age, heading, sentence in (
            (1, "Bahnhof geöffnet", "Der Hauptbahnhof in Leipzig ist seit dem Nachmittag wieder für Züge geöffnet."),
            (30, "Schulen zu", "Die Schulen im Leipziger Osten bleiben bis zum Ende der Woche geschlossen."),
            (60, "Brand", "In Leipzig hat ein Feuer in einem Wohnhaus 12 Menschen verletzt."),
        )
    ]
    summary, details = tell_update([FIRE], entries, count, 0)
    told = texts([*summary, *details])
    expected = [entries[0].paragraphs[0].text, entries[1].paragraphs[0].text][:count]
    assert told == expected, "the third entry says what was known"
