"""The head of a page: its title among menus, and the captions and notices around it."""

from __future__ import annotations

from digests.text.document import Document, Reason
from digests.text.reading import read_document
from digests.text.repair import repair_text
from tests.unit.text.samples import CHESS, HARBOUR

TITLE = "Rostock bekommt neuen Anleger für Fähren"


def read(*lines: str) -> Document:
    return read_document("\n".join(lines))


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def dropped(document: Document) -> dict[str, Reason]:
    return {line.text: line.reason for line in document.dropped}


def test_the_title_stands_before_its_standfirst() -> None:
    document = read(
        "Wirtschaft", "Hafen", TITLE, "Land und Stadt teilen sich die Kosten für den neuen Anleger im Hafen", *HARBOUR
    )
    assert document.title == TITLE


def test_the_line_with_less_around_it_is_the_title() -> None:
    document = read(f"NachrichtenWirtschaft{TITLE}", TITLE, *HARBOUR)
    assert document.title == TITLE


def test_notices_of_the_page_before_the_title_are_no_article() -> None:
    notices = [
        "Bis Sonntag fahren auf der Linie U3 wegen einer Reparatur am Signal nur Busse zwischen den Stationen.",
        "Auf der A10 kommt es wegen eines Unfalls mit einem Lastwagen zu Verzögerungen von etwa zwanzig Minuten.",
    ]
    document = read(*notices, "Kultur", TITLE, *HARBOUR)
    assert document.title == TITLE
    assert body(document) == list(HARBOUR)


def test_a_section_of_the_article_never_becomes_its_title() -> None:
    document = read(TITLE, *HARBOUR[:2], "Streit über den Lärm im Hafen", *HARBOUR[2:])
    assert document.title == TITLE
    assert body(document)[:2] == list(HARBOUR[:2])


def test_a_short_line_before_a_credit_is_a_caption() -> None:
    caption = "So könnte der neue Anleger einmal aussehen, wenn er fertig ist."
    document = read(TITLE, HARBOUR[0], caption, "Foto: Karla Muster", *HARBOUR[1:])
    assert body(document) == list(HARBOUR)
    assert dropped(document)[caption] is Reason.CREDIT


def test_who_is_said_to_stand_on_the_far_right_stands_in_no_picture() -> None:
    said = "The new premier of the state was elected with the votes of the far right, which nobody had expected."
    assert said in body(read(TITLE, HARBOUR[0], said, *HARBOUR[1:]))


def test_a_long_paragraph_before_a_credit_stays() -> None:
    long = f"{HARBOUR[1]} {HARBOUR[2]} {HARBOUR[3]}"
    document = read(TITLE, HARBOUR[0], long, "Foto: Karla Muster", HARBOUR[4])
    assert long in body(document)


def test_a_line_that_stands_twice_near_the_head_is_a_caption() -> None:
    caption = "Der Minister und die Bürgermeisterin stehen auf dem Kai und schauen auf das Wasser."
    numbered = [f"{line} Das sagte die Behörde am Tag {day}." for day in range(3) for line in HARBOUR]
    document = read(TITLE, caption, caption, *numbered)
    assert body(document) == numbered


def test_a_page_that_holds_everything_twice_keeps_it_once() -> None:
    document = read(TITLE, *HARBOUR, *HARBOUR)
    assert body(document) == list(HARBOUR)


def test_another_article_behind_is_not_taken_for_the_text() -> None:
    document = read(TITLE, *HARBOUR, "Meistgelesen", "Brandt gewinnt Turnier in Graz", CHESS[0][:60] + " …")
    assert document.title == TITLE
    assert body(document) == list(HARBOUR)


def test_what_screen_readers_hear_behind_a_link_goes() -> None:
    assert repair_text("den Investoren(öffnet im neuen Fenster) , die") == "den Investoren, die"
    assert repair_text("The report, opens new tab by the office") == "The report by the office"
    assert repair_text("Der Laden öffnet im neuen Jahr") == "Der Laden öffnet im neuen Jahr"
