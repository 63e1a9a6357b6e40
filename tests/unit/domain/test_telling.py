"""What an item says: each thing once, whoever reports it, and of an update the newest first."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from digests.domain.telling import count_news, tell_new, tell_update
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


STRIKE = article(
    "Fährleute in Neustadt legen die Arbeit nieder",
    (
        "Die Fährleute in Neustadt haben am Montag die Arbeit niedergelegt und fordern acht Prozent mehr Lohn.",
        "Die Reederei lehnt das ab. Rund 4.000 Pendler müssen mit dem Bus über die Brücke fahren.",
    ),
    at=NOON - timedelta(days=1),
)
SETTLED = "Fährleute und Reederei einigen sich"
SETTLED_LEAD = "Die Fährleute in Neustadt und die Reederei haben sich in der Nacht auf einen Tarifvertrag geeinigt."
BACKGROUND = (
    "Der Hafenmeister Otto Brehm gründete den Betrieb nach dem Krieg mit zwei alten Schleppern aus Holland.",
    "Damals kostete eine Überfahrt zwanzig Pfennig, und Kühe durften kostenlos auf dem Achterdeck mitreisen.",
)


class TestWhatIsNewLeads:
    def test_the_lead_of_the_newest_report_comes_before_background(self) -> None:
        newer = article(SETTLED, (SETTLED_LEAD, *BACKGROUND), credit="Hafenpost", at=NOON)
        for count in (1, 2, 3):
            summary, _ = tell_update([STRIKE], [newer], count, 2)
            assert texts(list(summary))[0] == SETTLED_LEAD

    def test_the_teaser_of_the_newest_report_leads(self) -> None:
        teaser = "Nach der Einigung in der Nacht fahren die Schiffe ab Dienstag wieder nach dem alten Plan."
        body = (*BACKGROUND, SETTLED_LEAD, "Nach der Einigung fahren ab Dienstag alle Schiffe wieder nach dem Plan.")
        newer = article(SETTLED, body, credit="Hafenpost", at=NOON, teaser=teaser)
        summary, _ = tell_update([STRIKE], [newer], 2, 0)
        assert texts(list(summary))[0] == teaser

    def test_what_leans_on_a_known_sentence_is_not_told_without_it(self) -> None:
        known = (
            "Sozialministerin Ina Roth hat am Montag im Landtag von Kiel ein Gesetz gegen zu hohe Mieten vorgestellt."
        )
        leaning = "Sie nannte vor den Abgeordneten 27 Prozent aller geprüften Verträge im Norden rechtswidrig."
        alone = "Der Mieterbund rechnet bis zum Frühjahr mit tausenden Klagen gegen große Vermieter."
        older = article("Gesetz gegen hohe Mieten", (known,), at=NOON - timedelta(days=1))
        newer = article("Ministerin will Mieten senken", (f"{known} {leaning}", alone), credit="Hafenpost", at=NOON)
        for count in (1, 2, 3):
            summary, details = tell_update([older], [newer], count, 2)
            assert texts([*summary, *details]) == [alone]

    def test_one_side_remark_of_a_copy_is_no_update(self) -> None:
        remark = "Der Wetterdienst erwartet an der Küste leichten Regen."
        copy = article(
            STRIKE.title,
            [*(part.text for part in STRIKE.paragraphs), remark],
            credit="Hafenpost",
            at=NOON,
            duplicate_of=STRIKE.id,
        )
        assert tell_update([STRIKE], [copy], 2, 2) == ([], [])
        assert count_news([STRIKE], [copy]) == 0

    @pytest.mark.parametrize(
        "added",
        [
            "Am Abend stieß vor Neustadt ein Ersatzschiff gegen die Mole, 7 Menschen wurden verletzt.",
            "Der Vorstand trat am Abend geschlossen zurück und übergab dem Bürgermeister die Schlüssel.",
        ],
    )
    def test_a_new_fact_of_a_copy_is_one(self, added: str) -> None:
        copy = article(
            STRIKE.title,
            [*(part.text for part in STRIKE.paragraphs), added],
            credit="Hafenpost",
            at=NOON,
            duplicate_of=STRIKE.id,
        )
        summary, _ = tell_update([STRIKE], [copy], 2, 2)
        assert texts(list(summary)) == [added]
        assert count_news([STRIKE], [copy]) == 1

    def test_background_below_a_lead_that_is_known_is_no_update(self) -> None:
        lead = (
            "Am Montag haben die Fährleute in Neustadt die Arbeit niedergelegt.",
            "Sie fordern acht Prozent mehr Lohn, die Reederei lehnt das ab.",
            "Rund 4.000 Pendler müssen deshalb mit dem Bus fahren.",
            "Der Bus fährt für die Pendler über die Brücke.",
        )
        again = article("Fährleute legen Arbeit nieder", (*lead, *BACKGROUND), credit="Hafenpost", at=NOON)
        assert tell_update([STRIKE], [again], 2, 2) == ([], [])
        assert count_news([STRIKE], [again]) == 0

    def test_a_longer_version_of_a_known_text_is_heard_to_its_end(self) -> None:
        added = "Der Vorstand trat am Abend geschlossen zurück und übergab dem Bürgermeister die Schlüssel."
        filler = "Am Kai standen am Morgen viele Leute mit Thermoskannen und Klappstühlen."
        known = [part.text for part in STRIKE.paragraphs] + [filler, "Ein Chor sang vor dem Kassenhaus."]
        old = article(STRIKE.title, known, at=NOON - timedelta(days=1))
        longer = article(STRIKE.title, [*known, added], at=NOON)
        summary, _ = tell_update([old], [longer], 2, 2)
        assert texts(list(summary)) == [added]


def test_a_detail_that_shares_half_of_its_words_with_a_told_sentence_stays_out() -> None:
    again = "Die Fährleute in Neustadt fordern laut Betriebsrat weiterhin acht Prozent mehr Lohn und bessere Pausen."
    other = article("Streit um den Lohn", (again,), credit="Hafenpost", at=NOON)
    summary, details = tell_new([STRIKE, other], 1, 3)
    assert again not in texts([*summary, *details])


def test_a_detail_with_a_number_of_its_own_stays() -> None:
    own = "Die Fährleute in Neustadt fordern 12 Urlaubstage mehr und für Nachtfahrten einen Zuschlag."
    other = article("Streit um den Urlaub", (own,), credit="Hafenpost", at=NOON)
    summary, details = tell_new([STRIKE, other], 1, 3)
    assert own in texts([*summary, *details])
