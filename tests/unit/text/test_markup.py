"""HTML to lines: the article without the page around it, whatever the page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.markup import plain_lines, read_markup
from digests.text.reading import read_document
from tests.unit.text.samples import HARBOUR

PAGE = f"""<!DOCTYPE html><html lang="de-DE"><head><title>Neuer Anleger - Küstenpost</title>
<meta property="og:title" content="Neuer Anleger in Rostock"><meta name="description" content="{HARBOUR[0]}">
<meta property="article:published_time" content="2026-11-20T14:35:00+01:00">
<link rel="canonical" href="https://kueste.example/anleger"></head><body>
<nav><ul><li><a href="/">Startseite</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Neuer Anleger in Rostock</h1><p>{HARBOUR[0]} {HARBOUR[1]}</p><p>{HARBOUR[2]}</p>
<h2>Fähren mit Batterien</h2><p>{HARBOUR[3]}</p><p>{HARBOUR[4]}<br>{HARBOUR[5]}</p>
<script>var anzeige = 1;</script></article><footer><p>Impressum</p></footer></body></html>"""


def test_a_page() -> None:
    page = read_markup(PAGE)
    assert page.title == "Neuer Anleger in Rostock"
    assert page.teaser == HARBOUR[0]
    assert page.language == "de"
    assert page.url == "https://kueste.example/anleger"
    assert page.published_at == datetime(2026, 11, 20, 13, 35, tzinfo=UTC)
    document = read_document(page.text, title=page.title, language=page.language, headings=page.headings)
    body = " ".join(paragraph.text for paragraph in document.paragraphs)
    assert all(sentence in body for sentence in HARBOUR)
    assert "Fähren mit Batterien" in {part.text for part in document.paragraphs if part.kind == "heading"}
    for furniture in ("Startseite", "Impressum", "anzeige"):
        assert furniture not in body


def test_a_fragment_too_short_for_the_extractor_is_read_whole() -> None:
    page = read_markup("<p>Der Rat tagt am <b>Montag</b> in Kiel.</p><ul><li>eins</li></ul><style>p{}</style>Ende")
    assert page.text.split("\n") == ["Der Rat tagt am Montag in Kiel.", "eins", "Ende"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<p>",
        "kein Tag",
        "<a" * 5000,
        "<div>" * 3000 + "Text",
        "\x00<p>Text",
        "<?xml version='1.0' encoding='x'?><p>ä",
    ],
)
def test_broken_pages_do_not_raise(html: str) -> None:
    read_markup(html)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<li>", "<h2>", "<br>", "<!--", "-->", "<script>", "&amp;", "wort ", "\x01"])
    )
)
def test_any_tag_soup(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert isinstance(read_markup(html).text, str)
    assert all(line.strip() for line in plain_lines(html))
