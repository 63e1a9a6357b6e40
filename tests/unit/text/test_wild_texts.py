"""Any text at all: time grows with length, a clean text stays as it is, a lone paragraph is an article."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.document import Kind
from digests.text.markup import read_markup
from digests.text.reading import read_document
from tests.unit.text.samples import HARBOUR

SECONDS = 8.0  # what takes time squared needs minutes
LONG_TEXTS = {
    "one line": (HARBOUR[0] + " ") * 10_000,
    "short lines": "\n".join(f"Punkt {number}" for number in range(20_000)),
    "sections": "\n".join(f"Abschnitt {number}\n{HARBOUR[number % 6]}" for number in range(5_000)),
    "one word": "a" * 1_000_000,
    "slots": "img" * 100_000 + "!",
    "dots": "Das ist ein langer Text " + "." * 200_000 + "a",
    "spaces": "a \u00a0" * 100_000,
    "ticker": " +++ 10:05 Rat tagt" * 5_000,
    "clocks": "\n".join(f"{n % 24:02}:{n % 60:02} Uhr\n{HARBOUR[n % 6]}" for n in range(3_000)),
    "brackets": "(" * 200_000,
    "quotes": "„“" * 100_000,
    "lists": "\n".join(f"Liste {number}:" for number in range(20_000)),
    "ends": f"Mehr zum Thema\n{HARBOUR[0]}\n" * 3_000,
    "comments": "\n".join(f"Name {n} vor 2 Stunden\n{HARBOUR[n % 6]}" for n in range(3_000)),
    "notices": "cookie datenschutz " * 30_000,
    "Chinese": "中国总理访问柏林。" * 20_000,
}
LONG_PAGES = {
    "nested": "<div>" * 50_000 + f"<p>{HARBOUR[0]}</p>" * 10,
    "unclosed scripts": '<script type="application/ld+json">' * 10_000,
    "strings": "<script>" + '"a\\' * 100_000 + "</script>",
    "attribute": '<a href="' + "x" * 500_000,
}


@pytest.mark.parametrize("text", LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_long_texts_take_time_by_their_length(text: str) -> None:
    started = time.process_time()
    read_document(text)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("html", LONG_PAGES.values(), ids=LONG_PAGES)
def test_long_pages_take_time_by_their_length(html: str) -> None:
    started = time.process_time()
    read_markup(html)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "paragraph",
    [
        HARBOUR[0],
        "Es regnet.",
        "Nein.",
        "Kaufe Milch",
        "„Ja“, sagte er.",
        "Wer kommt?",
        "BAHN FÄHRT NICHT",
        "Рада проголосувала за трамвай.",
        "中国总理访问柏林。",
        "It rains.",
        "12 Grad und Regen",
        "Quelle des Flusses ist ein Teich",
    ],
)
@pytest.mark.parametrize("title", [None, "Eine Meldung"])
def test_a_paragraph_that_stands_alone_is_the_article(paragraph: str, title: str | None) -> None:
    document = read_document(paragraph, title=title)
    assert [part.text for part in document.paragraphs] == [paragraph]
    assert document.dropped == ()


BETWEEN = st.sampled_from(
    ["Anzeige", "Teilen", "Alle Rechte vorbehalten", "Das reicht.", "Streit über den Lärm",
     "„Es reicht“, sagte sie.", "Newsletter abonnieren", "Lesedauer: 4 Min.", ""]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(BETWEEN, min_size=len(HARBOUR), max_size=len(HARBOUR)))
def test_a_clean_text_stays_as_it_is(between: list[str]) -> None:
    lines = [line for pair in zip(HARBOUR, between, strict=True) for line in pair]
    once = read_document("\n".join(lines), title="Rostock")
    kept = [part.text for part in once.paragraphs]
    assert set(HARBOUR) <= set(kept)
    headings = frozenset(part.text for part in once.paragraphs if part.kind is Kind.HEADING)
    again = read_document("\n".join(kept), title="Rostock", headings=headings)
    assert [part.text for part in again.paragraphs] == kept


@pytest.mark.parametrize(
    "pointer", ["Lesen Sie auch: Brandt gewinnt", "Mehr zum Thema: Schach in Graz", "Artikel teilen"]
)
def test_a_lone_pointer_inside_a_short_article_does_not_end_it(pointer: str) -> None:
    document = read_document("\n".join([*HARBOUR[:3], pointer, *HARBOUR[3:]]), title="Rostock")
    assert [part.text for part in document.paragraphs] == list(HARBOUR)
