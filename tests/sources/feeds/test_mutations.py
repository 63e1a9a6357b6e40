"""Feeds mutated at random: nothing but InputError is raised, and no entry carries markup or a wrong link."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.sources import Feed
from digests.errors import InputError
from digests.sources.feeds import read_feed
from tests.sources.feeds.making import LONG, URL, item, rss

_MARKUP = re.compile(r"</?(?:p|b|i|a|div|span|script|img|item|title|link|description|entry|br)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

FEEDS = [
    rss(
        item(guid="1", title="Eins &lt;b&gt;zwei&lt;/b&gt;", link="https://a.example/1?a=1&amp;b=2", description=LONG)
        + item(guid="2", title="<![CDATA[Drei & <i>vier</i>]]>", link="/2", pubDate="Thu, 13 Aug 2026 06:00:00 +0200")
        + item(title="Fünf", description="&lt;p&gt;Größe &amp;amp; Käse&lt;/p&gt;&lt;img src='/p.jpg'&gt;")
    ),
    f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/">
    <title>Bote</title><entry><id>1</id><title type="html">&lt;p&gt;Київ&lt;/p&gt;</title><link href="x"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p></div></content>
    <author><name>Ada</name></author><updated>2026-08-13T06:00:00Z</updated></entry>
    <entry><id>2</id><title>B</title><summary>Kurz &amp; gut</summary></entry></feed>""".encode(),
    b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
    <url><loc>https://a.example/1</loc><news:news><news:title>Eins</news:title></news:news></url></urlset>""",
    b"""{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [{"id": "1", "url": "https://a.example/1",
    "title": "Eins", "content_html": "<p>Zwei &amp; drei</p>"}, {"id": "2", "content_text": "<b>Text</b>"}]}""",
]


def check(body: bytes) -> Feed | None:
    try:
        feed = read_feed(body, URL)
    except InputError:
        return None
    for entry in feed.entries:
        assert entry.guid
        for text in (feed.title, entry.title, entry.teaser, entry.text, entry.author, *entry.categories):
            assert text is None or not _MARKUP.search(text), text
            assert text is None or not _CONTROL.search(text), text
        for link in (entry.url, entry.picture, feed.site):
            assert link is None or urlsplit(link).scheme in ("http", "https"), link
    return feed


@pytest.mark.parametrize("body", FEEDS)
def test_they_are_whole_to_begin_with(body: bytes) -> None:
    feed = check(body)
    assert feed is not None
    assert feed.entries


@settings(deadline=None)
@given(st.sampled_from(FEEDS), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=12))
def test_flipped_bytes(body: bytes, flips: list[tuple[int, int]]) -> None:
    changed = bytearray(body)
    for at, value in flips:
        changed[at % len(changed)] = value
    check(bytes(changed))


@settings(deadline=None)
@given(st.sampled_from(FEEDS), st.integers(0, 5000), st.integers(0, 60))
def test_cut_anywhere(body: bytes, end: int, start: int) -> None:
    check(body[start : end % len(body)])


@settings(deadline=None)
@given(st.sampled_from(FEEDS), st.data())
def test_tags_left_out_or_doubled(body: bytes, data: st.DataObject) -> None:
    parts = re.split(rb"(<[^<>]*>)", body)
    for at in data.draw(st.lists(st.integers(0, len(parts) - 1), max_size=6)):
        parts[at] = data.draw(st.sampled_from([b"", parts[at] * 2, b"<![CDATA[", b"]]>", b"&", b"<b>", b"&lt;p&gt;"]))
    check(b"".join(parts))


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=80))
def test_any_texts(title: str, link: str, text: str) -> None:
    check(rss(item(guid=title, title=title, link=link, description=text)).replace(b"\x00", b" "))
