"""Links, ids, authors, pictures and languages of entries."""

from __future__ import annotations

import pytest

from digests.domain.sources import FeedEntry
from digests.sources.feeds import read_feed
from tests.sources.feeds.making import LONG, URL, item, only, rss

ATOM = "http://www.w3.org/2005/Atom"


def atom(inside: str, attributes: str = "") -> FeedEntry:
    return only(
        f'<feed xmlns="{ATOM}" {attributes}><entry><id>tag:1</id><title>T</title>{inside}</entry></feed>'.encode()
    )


@pytest.mark.parametrize(
    ("links", "chosen"),
    [
        (
            '<link rel="alternate" type="application/json" href="/j"/>'
            '<link rel="alternate" type="text/html" href="/h"/>',
            "/h",
        ),
        ('<link rel="self" type="application/atom+xml" href="/s"/><link href="/h"/>', "/h"),
        ('<link rel="enclosure" href="/e.mp3"/><link rel="replies" href="/r"/><link rel="alternate" href="/h"/>', "/h"),
        ('<link rel="self" type="text/html" href="/h"/>', "/h"),
        ('<link rel="alternate" href=" /h "/>', "/h"),
        ('<link rel="alternate" href="javascript:x()"/><link rel="alternate" href="/h"/>', "/h"),
    ],
)
def test_the_page_among_several_links(links: str, chosen: str) -> None:
    assert atom(links).url == f"https://abendbote.example{chosen}"


@pytest.mark.parametrize(
    ("base", "link", "url"),
    [
        ("https://b.example/x/", "y", "https://b.example/x/y"),
        ("/x/", "y", "https://abendbote.example/x/y"),
        ("https://b.example/x/", "//c.example/y", "https://c.example/y"),
        ("https://b.example/x/", "https:///c.example/y", "https://c.example/y"),
    ],
)
def test_bases(base: str, link: str, url: str) -> None:
    assert atom(f'<link href="{link}"/>', f'xml:base="{base}"').url == url


def test_links_without_a_scheme() -> None:
    assert only(rss(item(guid="1", title="T", link="www.c.example/y"))).url == "https://www.c.example/y"


def test_the_original_behind_feedburner() -> None:
    name = 'feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    body = rss(
        f"<item><guid>1</guid><title>T</title><link>https://feeds.example/~r/1</link>"
        f"<{name}>https://a.example/1</feedburner:origLink></item>"
    )
    assert only(body).url == "https://a.example/1"


def test_one_id_for_several_articles() -> None:
    links = item(guid="x", title="A", link="https://a.example/1") + item(
        guid="x", title="B", link="https://a.example/2"
    )
    assert [entry.guid for entry in read_feed(rss(links), URL).entries] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    fronts = item(title="A", link="https://a.example/") + item(title="B", link="https://a.example/")
    found = read_feed(rss(fronts), URL).entries
    assert len({entry.guid for entry in found}) == 2
    assert [entry.url for entry in found] == [None, None]


def test_one_entry_told_twice_is_one() -> None:
    assert len(read_feed(rss(item(guid="x", title="A") * 2), URL).entries) == 1


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<author>ada@a.example (Ada Lovelace)</author>", "Ada Lovelace"),
        ("<author>ada@a.example</author>", None),
        ("<author>Von Ada Lovelace</author>", "Ada Lovelace"),
        ("<dc:creator>&lt;a href='/ada'&gt;Ada Lovelace&lt;/a&gt;</dc:creator>", "Ada Lovelace"),
        ("<author>admin</author>", None),
        ("<author></author>", None),
    ],
)
def test_authors(inside: str, name: str | None) -> None:
    assert only(rss(f"<item><guid>1</guid><title>T</title>{inside}</item>")).author == name


def test_several_authors() -> None:
    assert atom("<author><name>Ada</name></author><author><name>Emmy</name></author>").author == "Ada, Emmy"


MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


@pytest.mark.parametrize(
    "inside",
    [
        f'<media:content {MEDIA} url="/p.jpg" medium="image"/>',
        f'<media:thumbnail {MEDIA} url="/p.jpg"/>',
        f'<media:group {MEDIA}><media:content url="/v.mp4" type="video/mp4"/>'
        '<media:content url="/p.jpg" type="image/jpeg"/></media:group>',
        '<enclosure url="/p.jpg" type="image/jpeg" length="1"/>',
        '<description>&lt;img src="/dot.gif" width="1"&gt;&lt;img alt="x" src="/p.jpg"&gt; Text</description>',
    ],
)
def test_pictures(inside: str) -> None:
    body = rss(f'<item><guid>1</guid><title>T</title><enclosure url="/a.mp3" type="audio/mpeg"/>{inside}</item>')
    assert only(body).picture == "https://abendbote.example/p.jpg"


def test_a_podcast_says_what_its_summary_says() -> None:
    name = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    body = rss(f"<item><guid>1</guid><title>F</title><itunes:summary {name}>Über Kräne.</itunes:summary></item>")
    assert only(body).teaser == "Über Kräne."


def test_the_language_of_an_entry() -> None:
    assert atom(f'<content xml:lang="uk-UA">{LONG}</content>', 'xml:lang="de"').language == "uk"
    assert atom(f"<content>{LONG}</content>", 'xml:lang="de-AT"').language == "de"


def test_xhtml_content() -> None:
    inside = (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins &lt;3.</p><p>Zwei.</p></div></content>'
    )
    assert atom(inside).text == "Eins <3.\nZwei."
