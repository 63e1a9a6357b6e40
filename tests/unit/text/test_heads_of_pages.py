"""What pages declare of themselves: address, author, picture, date, pay wall; and live blogs that only show."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.document import Label
from digests.text.markup import Page, read_markup
from digests.text.reading import Origin, read_document
from digests.text.whereabouts import absolute, own_address
from tests.unit.text.samples import HARBOUR

HERE = "https://www.abendbote.example/hafen/der-hafen-oeffnet-1234?utm_source=x"
OWN = "https://www.abendbote.example/hafen/der-hafen-oeffnet-1234"


def page(head: str = "", body: str = "", url: str | None = HERE) -> Page:
    text = "".join(f"<p>{sentence}</p>" for sentence in HARBOUR)
    html = f'<html lang="de"><head><title>Hafen</title>{head}</head><body><article>{text}</article>{body}</body></html>'
    return read_markup(html, url=url)


def script(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("", HERE),
        (f'<link rel="canonical" href="{OWN}">', OWN),
        (f"<link href='{OWN}' rel=canonical />", OWN),
        ('<link rel="canonical" href="/hafen/der-hafen-oeffnet-1234">', OWN),
        (f'<meta property="og:url" content="{OWN}">', OWN),
        (script(mainEntityOfPage={"@id": OWN}), OWN),
        ('<link rel="canonical" href="https://m.abendbote.example/x">', "https://m.abendbote.example/x"),
        ('<link rel="canonical" href="/">', HERE),
        ('<link rel="canonical" href="https://www.abendbote.example">', HERE),
        (f'<link rel="canonical" href="/"><meta property="og:url" content="{OWN}">', OWN),
        ('<link rel="canonical" href="javascript:x">', HERE),
        ('<link rel="canonical" href="http://localhost/hafen-der-oeffnet-1">', HERE),
        ('<link rel="canonical" href="http://10.0.0.1/hafen-der-oeffnet-1">', HERE),
        ('<link rel="canonical" href="http://cms.internal/hafen-der-oeffnet-1">', HERE),
        ('<link rel="canonical" href="https://other.example.org/hafen-der-oeffnet-1">', HERE),
    ],
)
def test_the_own_address(head: str, url: str) -> None:
    assert page(head).url == url


def test_a_copy_names_its_original() -> None:
    original = "https://zeitung.example.org/hafen-der-oeffnet-1"
    declared = f'<link rel="canonical" href="{original}">'
    assert page(declared + f'<meta property="og:url" content="{original}">').url == original
    amp = f"<html amp><head>{declared}</head><body><p>{HARBOUR[0]}</p></body></html>"
    assert read_markup(amp, url="https://cdn.example.net/c/1").url == original
    assert own_address([original], "https://www.msn.com/de-de/xy") == original


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (script(author={"@type": "Person", "name": "Ada Lovelace"}), "Ada Lovelace"),
        (script(author=[{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}]), "Ada Lovelace, Emmy Noether"),
        (script(author="Von Ada Lovelace"), "Ada Lovelace"),
        ('<meta name="author" content="Ada Lovelace">', "Ada Lovelace"),
        ('<meta name="author" content="https://a.example/ada"><meta name="DC.creator" content="Ada">', "Ada"),
        ('<meta name="author" content="abendbote.example">', None),
        ("", None),
    ],
)
def test_the_author(head: str, author: str | None) -> None:
    assert page(head).author == author


@pytest.mark.parametrize(
    ("head", "picture"),
    [
        ('<meta property="og:image" content="/p.jpg">', "https://www.abendbote.example/p.jpg"),
        (script(image=[{"@type": "ImageObject", "url": "https://a.example/p.jpg"}]), "https://a.example/p.jpg"),
        (
            '<meta content="https://a.example/p.jpg?a=1&amp;b=2" name="twitter:image">',
            "https://a.example/p.jpg?a=1&b=2",
        ),
        ('<meta property="og:image" content="data:image/png;base64,AA">', None),
        ('<meta property="og:image" content="http://127.0.0.1/p.jpg">', None),
        ('<meta property="og:image" content="https://a.example/logo.svg">', None),
    ],
)
def test_the_picture(head: str, picture: str | None) -> None:
    assert page(head).picture == picture


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (script(isAccessibleForFree=False), True),
        (script(isAccessibleForFree="https://schema.org/False"), True),
        (script(isAccessibleForFree=True), False),
        (script(hasPart={"isAccessibleForFree": "False", "cssSelector": ".locked-part"}), True),
        (script(hasPart=[{"isAccessibleForFree": False, "cssSelector": ".not-here"}]), False),
        (script(hasPart={"isAccessibleForFree": False}), True),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<meta name="og:article:content_tier" content="free">', False),
        ('<meta itemprop="isAccessibleForFree" content="false">', True),
        ("", False),
    ],
)
def test_the_pay_wall(head: str, paywalled: bool) -> None:
    assert page(head, body='<div class="x locked-part"></div>').paywalled is paywalled


@pytest.mark.parametrize(
    "head",
    [
        script(datePublished="2026-08-13T06:00:00+02:00"),
        '<meta property="article:published_time" content="2026-08-13T04:00:00Z">',
        "<meta content='2026-08-13T06:00+02:00' itemprop='datePublished'>",
    ],
)
def test_the_date(head: str) -> None:
    assert page(head).published_at == datetime(2026, 8, 13, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "mark", ['<time datetime="2026-08-13T{hour:02d}:35:00+02:00">eben</time>', "<span>{hour:02d}:35 Uhr</span>"]
)
def test_a_live_blog_that_only_its_structure_shows(mark: str) -> None:
    updates = "".join(
        f"<div class='entry'>{mark.format(hour=hour)}<h3>Meldung {name} vom Anleger</h3><p>{sentence}</p>"
        "<p>Weitere Einzelheiten nannte die Behörde zunächst nicht.</p></div>"
        for hour, name, sentence in zip((11, 10, 9), ("drei", "zwei", "eins"), HARBOUR, strict=False)
    )
    title = "Liveticker zum Anleger"
    html = (
        f'<html lang="de"><head><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>Am Anleger wird heute wieder verladen, wir berichten den ganzen Tag.</p><div>{updates}</div></body></html>"
    )
    found = read_markup(html)
    origin = Origin(None, False, datetime(2026, 8, 13, 5, tzinfo=UTC), datetime(2026, 8, 13, 12, tzinfo=UTC))
    document = read_document(found.text, title=found.title, language="de", headings=found.headings, origin=origin)
    assert Label.LIVE_BLOG in document.labels
    assert [entry.at for entry in document.entries] == [
        datetime(2026, 8, 13, hour, 35, tzinfo=UTC) for hour in (9, 8, 7)
    ]
    assert [entry.heading for entry in document.entries] == [
        f"Meldung {name} vom Anleger" for name in ("drei", "zwei", "eins")
    ]


def test_lists_of_articles_and_comments_are_no_live_blog() -> None:
    entry = (
        "<li><time datetime='2026-08-13T0{n}:00:00Z'>x</time>"
        "<a href='/{n}'>Eine Meldung über den Hafen und seine Schiffe</a></li>"
    )
    teasers = "".join(entry.format(n=n) for n in range(1, 6))
    for body in (
        f"<ul class='ticker'>{teasers}</ul>",
        f"<ul class='comments live'>{teasers.replace('<a ', '<p ')}</ul>",
    ):
        assert "2026-08-13" not in page(body=body).text


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_is_anything_but_public_http(declared: str, base: str) -> None:
    for found in (absolute(declared, None), own_address([declared, f"//{base}"], None)):
        assert found is None or found.startswith(("http://", "https://"))


@given(st.text(alphabet="<>=\"' amplinketo:/", max_size=200))
def test_any_head_is_read(head: str) -> None:
    assert page(head).text
