"""Lists of feeds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import InputError
from digests.sources.opml import Outline, read_opml, write_opml
from tests.support.bureau import catalogue

LIST = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Wirtschaft"><outline text="Hafen"><outline type="rss" text="Abendbote" language="de-AT"
 xmlUrl="https://abendbote.example/rss" htmlUrl="https://abendbote.example/" category="/Seefahrt,Handel"/></outline>
<outline text="kaputt" xmlUrl="feed:nonsense"/><!-- a note --></outline>
<outline xmlUrl=" https://a.example/feed "/><outline text="again" xmlUrl="https://a.example/feed"/></body></opml>"""


def test_folders_and_categories_are_topics() -> None:
    found = list(read_opml(LIST, "mine.opml"))
    assert found[0] == Outline(
        "https://abendbote.example/rss", "Abendbote", ("Wirtschaft", "Hafen", "Seefahrt", "Handel"), "de"
    )
    assert str(found[1]) == "mine.opml:4: kaputt: 'feed:nonsense' is no address of a feed"
    assert found[2:] == [Outline("https://a.example/feed")]


@pytest.mark.parametrize("data", [b"", b"<html><body/></html>", b"<opml/>", b"no", b"\x00\xff"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"mine\.opml: this is no OPML"):
        list(read_opml(data, "mine.opml"))


def test_entities_read_no_files() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="http://a.example/"/></body></opml>'
    (outline,) = read_opml(bomb, "bomb.opml")
    assert isinstance(outline, Outline)
    assert "root" not in (outline.title or "")


def test_a_list_nested_a_thousand_times() -> None:
    deep = b"<outline text='x'>" * 200 + b"<outline xmlUrl='http://a.example/'/>" + b"</outline>" * 200
    (outline,) = read_opml(b"<opml><body>" + deep + b"</body></opml>", "deep.opml")
    assert isinstance(outline, Outline)
    assert outline.topics == ("x",)


NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(
    st.lists(
        st.tuples(NAMES, NAMES, st.lists(NAMES, max_size=3, unique=True)), max_size=6, unique_by=lambda row: row[0]
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[str, str, list[str]]]) -> None:
    outlines = {Outline(f"https://a.example/{path}", title, tuple(topics), "de") for path, title, topics in rows}
    assert set(read_opml(write_opml(outlines, "Sources"), "x.opml")) == outlines


def test_the_starter_list_is_whole() -> None:
    """Every address is one for the web and stands there once, and every folder is a topic."""
    data = (Path(__file__).parents[2] / "seeds" / "feeds.opml").read_bytes()
    found = [each for each in read_opml(data, "feeds.opml") if isinstance(each, Outline)]
    assert 30 <= len(found) == data.count(b"xmlUrl=")
    assert all(each.url.startswith("https://") and urlsplit(each.url).hostname for each in found)
    assert {each.language for each in found} == {"de", "en", "uk"}
    assert all(each.title for each in found)
    topics = {topic for each in found for topic in each.topics}
    assert {name for name in topics if catalogue().find(name) is None} == set()
    assert len(topics) > 5
    assert b"addresses are unverified" in data[: data.index(b"<opml")]
