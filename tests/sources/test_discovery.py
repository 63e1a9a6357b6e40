"""Finding the feed of a page."""

from __future__ import annotations

from digests.sources.discovery import declared_feeds, usual_feeds

URL = "https://abendbote.example/hafen/start.html"


def test_declared_feeds_with_comments_last() -> None:
    html = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="Kommentare" href="/comments/feed">
    <link rel="alternate" type="application/rss+xml" title=" Alle  Meldungen " href="/rss">
    <link rel="alternate" type="application/atom+xml" href="//cdn.example/atom">
    <link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" type="text/css" href="/rss.css">
    </head><body>Text</body></html>"""
    assert declared_feeds(html, URL) == [
        ("https://abendbote.example/rss", "Alle Meldungen"),
        ("https://cdn.example/atom", None),
        ("https://abendbote.example/comments/feed", "Kommentare"),
    ]


def test_links_to_feeds_count_and_a_base_moves_them() -> None:
    links = '<a href="feeds/news.rss">RSS</a><a href="/about">Über uns</a><a href="mailto:a@b">x</a>'
    html = f'<base href="https://www.example/x/">{links}'
    assert declared_feeds(html, URL) == [("https://www.example/x/feeds/news.rss", "RSS")]


def test_pages_that_are_none_declare_nothing() -> None:
    for html in ("", "\x00", "<", "plain words", "<a href='http://[::1'>x</a>"):
        assert declared_feeds(html, URL) == []


def test_usual_addresses_below_the_page_then_the_site() -> None:
    found = list(usual_feeds(URL))
    assert found[0] == "https://abendbote.example/hafen/feed"
    assert "https://abendbote.example/rss.xml" in found
    assert len(set(found)) == len(found) == 14
    assert len(list(usual_feeds("https://abendbote.example/"))) == 7
