"""Feeds of every format, as they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from digests.domain.sources import FeedEntry
from digests.sources.feeds import read_feed
from tests.sources.feeds.making import LONG, URL, item, only, rss


def test_rss_2() -> None:
    head = "<title>Abendbote &amp; Hafenpost</title><link>/start</link><language>de-DE</language><ttl>30</ttl>"
    feed = read_feed(
        rss(
            item(
                guid="a-1",
                link="https://abendbote.example/a1",
                title="Der Hafen &lt;b&gt;öffnet&lt;/b&gt;",
                description="&lt;p&gt;Nach drei Wochen &amp;amp; viel Streit.&lt;/p&gt;",
                pubDate="Thu, 13 Aug 2026 06:00:00 +0200",
                category="Wirtschaft",
            ),
            head,
        ),
        URL,
    )
    assert (feed.title, feed.language, feed.site) == ("Abendbote & Hafenpost", "de", "https://abendbote.example/start")
    assert feed.interval == timedelta(minutes=30)
    assert feed.entries == (
        FeedEntry(
            guid="a-1",
            url="https://abendbote.example/a1",
            title="Der Hafen öffnet",
            teaser="Nach drei Wochen & viel Streit.",
            published_at=datetime(2026, 8, 13, 4, 0, tzinfo=UTC),
            categories=("Wirtschaft",),
        ),
    )


def test_rss_091_and_092() -> None:
    for version in ("0.91", "0.92"):
        body = f'<rss version="{version}"><channel><item><title>Eins</title><link>http://a.example/1</link></item></channel></rss>'
        assert only(body.encode()).url == "http://a.example/1"


def test_rdf() -> None:
    body = """<?xml version="1.0"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
    <channel rdf:about="http://a.example/"><title>Alt</title><sy:updatePeriod>daily</sy:updatePeriod>
    <sy:updateFrequency>4</sy:updateFrequency></channel>
    <item rdf:about="http://a.example/1"><title>Eins</title><link>http://a.example/1</link>
    <dc:date>2026-08-13T06:00:00+02:00</dc:date><dc:subject>Kultur</dc:subject></item></rdf:RDF>"""
    feed = read_feed(body.encode(), URL)
    assert feed.interval == timedelta(hours=6)
    assert feed.entries[0].published_at == datetime(2026, 8, 13, 4, 0, tzinfo=UTC)
    assert feed.entries[0].categories == ("Kultur",)


def test_atom_with_content_and_summary() -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk" xml:base="https://a.example/x/"><title>А</title>
    <entry><id>tag:a.example,2026:1</id><title type="html">Порт &lt;i&gt;знову&lt;/i&gt; працює</title>
    <link rel="alternate" href="../story/1"/><link rel="enclosure" href="https://a.example/1.mp3"/>
    <summary>Кораблі виходять.</summary><content type="html">&lt;p&gt;{LONG}&lt;/p&gt;
    &lt;p&gt;Zweiter Absatz.&lt;/p&gt;</content>
    <published>2026-08-13T04:00:00Z</published><updated>2026-08-13T05:00:00Z</updated><author><name>Ada</name></author>
    </entry></feed>"""
    entry = only(body.encode())
    assert entry.title == "Порт знову працює"
    assert entry.url == "https://a.example/story/1"
    assert entry.teaser == "Кораблі виходять."
    assert entry.text == f"{LONG}\nZweiter Absatz."
    assert entry.updated_at == datetime(2026, 8, 13, 5, 0, tzinfo=UTC)
    assert entry.author == "Ada"


def test_json_feed() -> None:
    body = """{"version": "https://jsonfeed.org/version/1.1", "title": "Abendbote", "language": "de",
    "home_page_url": "https://abendbote.example/", "items": [
      {"id": 7, "url": "/a7", "title": "Sieben", "summary": "Kurz.", "content_html": "<p>Eins.</p><p>Zwei.</p>",
       "date_published": "2026-08-13T06:00:00+02:00", "tags": ["Sport"], "authors": [{"name": "Ada"}]},
      "no object", {}, {"id": null, "content_text": "Nur Text."}]}"""
    feed = read_feed(b"\xef\xbb\xbf" + body.encode(), URL)
    assert (feed.title, feed.language, feed.faulty) == ("Abendbote", "de", 2)
    first, second = feed.entries
    assert (first.guid, first.url, first.text) == ("7", "https://abendbote.example/a7", "Eins.\nZwei.")
    assert (first.author, first.categories) == ("Ada", ("Sport",))
    assert second.text == "Nur Text."


def test_news_sitemap() -> None:
    body = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc><news:news>
    <news:publication><news:name>Abendbote</news:name><news:language>de</news:language></news:publication>
    <news:publication_date>2026-08-13</news:publication_date><news:title>Eins &amp; zwei</news:title>
    <news:keywords>Hafen, Getreide</news:keywords></news:news></url>
    <url><loc>https://a.example/impressum</loc></url></urlset>"""
    feed = read_feed(body.encode(), URL)
    assert (feed.title, feed.faulty) == ("Abendbote", 1)
    assert feed.entries == (
        FeedEntry(
            guid="https://a.example/1",
            url="https://a.example/1",
            title="Eins & zwei",
            published_at=datetime(2026, 8, 13, tzinfo=UTC),
            categories=("Hafen", "Getreide"),
            language="de",
        ),
    )
