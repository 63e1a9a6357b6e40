"""Feeds as they come: every format, and every way in which they are wrong. All of our own writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.sources import Feed, FeedEntry
from digests.errors import InputError
from digests.sources.feeds import read_feed
from digests.sources.feeds.cutting import cut

URL = "https://abendbote.example/feeds/news.xml"
LONG = " ".join(f"Der Hafen meldet am Morgen Schiff {number} und seine Ladung." for number in range(12))


def rss(items: str, head: str = "<title>Abendbote</title>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def only(body: bytes) -> FeedEntry:
    (entry,) = read_feed(body, URL).entries
    return entry


def item(**fields: str) -> str:
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</item>"


# --- formats ---------------------------------------------------------------------------------------------------------


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


# --- what is wrong with them -----------------------------------------------------------------------------------------


def test_wrong_encoding_declared() -> None:
    body = rss(item(guid="1", title="Größe")).replace(b'?xml version="1.0"?', b'?xml version="1.0" encoding="utf-8"?')
    assert only(body.decode().encode("cp1252")).title == "Größe"


def test_encoding_of_the_header_counts() -> None:
    body = "<rss version='2.0'><channel><item><guid>1</guid><title>Київ</title></item></channel></rss>"
    feed = read_feed(body.encode("koi8-u"), URL, "application/rss+xml", "koi8-u")
    assert feed.entries[0].title == "Київ"


@pytest.mark.parametrize("broken", ["<title>A & B</title>", "<title>A <b>B</title>", "<title>A\x01 B</title>"])
def test_broken_xml(broken: str) -> None:
    entries = read_feed(rss(f"<item><guid>1</guid>{broken}</item>" + item(guid="2", title="Zwei")), URL).entries
    assert [entry.guid for entry in entries] == ["1", "2"]


def test_a_feed_that_ends_in_the_middle() -> None:
    body = rss(item(guid="1", title="Eins") + item(guid="2", title="Zwei"))
    assert read_feed(body[: body.index(b"Zwei") + 2], URL).entries[0].title == "Eins"


def test_entities_of_html_without_a_declaration() -> None:
    assert only(rss(item(guid="1", title="Caf&eacute; &nbsp;Größe&hellip;"))).title == "Café Größe…"


def test_missing_ids_are_made_of_link_or_text_and_stay() -> None:
    by_link = rss(item(title="Eins", link="https://a.example/1"))
    by_text = rss(item(title="Eins", description="Nur ein Satz."))
    assert only(by_link).guid == "https://a.example/1"
    assert only(by_text).guid == only(by_text).guid
    assert only(by_text).guid != only(rss(item(title="Eins", description="Ein anderer."))).guid


@pytest.mark.parametrize(
    "date", ["yesterday", "Thu, 99 Foo 2026 25:61:00", "0000-00-00", "1970-01-01T00:00:00Z", "", "99999-01-01"]
)
def test_wrong_dates_are_no_dates(date: str) -> None:
    assert only(rss(item(guid="1", title="Eins", pubDate=date))).published_at is None


def test_markup_in_titles_is_text_once() -> None:
    twice = "&lt;![CDATA[Alarm]]&gt; &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;Ende"
    title = only(rss(item(guid="1", title=twice))).title
    assert title is not None
    assert "script" not in title
    assert "alert" not in title
    assert title.endswith("& Ende")


def test_relative_links_and_links_that_are_none() -> None:
    assert only(rss(item(guid="1", title="Eins", link="/a/../b?x=1"))).url == "https://abendbote.example/b?x=1"
    for wrong in ("javascript:alert(1)", "mailto:ada@example.org", "http://[::1", "data:text/html,x"):
        assert only(rss(item(guid="1", title="Eins", link=wrong))).url is None


def test_podcasts_have_text_and_no_sound() -> None:
    category = '<itunes:category xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" text="News"/>'
    sound = '<enclosure url="https://a.example/1.mp3" length="9" type="audio/mpeg"/>'
    entry = only(
        rss(
            f"<item><guid>1</guid><title>Folge 1</title>{sound}<description>Über Kräne.</description></item>",
            f"<title>Hafenfunk</title>{category}",
        )
    )
    assert (entry.title, entry.teaser, entry.url) == ("Folge 1", "Über Kräne.", None)


def test_a_long_description_is_the_article() -> None:
    entry = only(rss(item(guid="1", title="Eins", description=LONG)))
    assert (entry.text, entry.teaser) == (LONG, None)


def test_content_beside_the_same_summary_leaves_no_teaser() -> None:
    name = "content:encoded"
    content = (
        f'<{name} xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;Eins zwei drei.&lt;/p&gt;</{name}>'
    )
    entry = only(rss(f"<item><guid>1</guid><title>T</title><description>Eins zwei drei.</description>{content}</item>"))
    assert (entry.text, entry.teaser) == ("Eins zwei drei.", None)


def test_one_bad_entry_spoils_no_feed() -> None:
    feed = read_feed(rss("<item/>" + item(guid="2", title="Zwei") + "<item><enclosure/></item>"), URL)
    assert ([entry.guid for entry in feed.entries], feed.faulty) == (["2"], 2)


def test_a_feed_without_entries_is_one() -> None:
    assert read_feed(rss(""), URL) == Feed("Abendbote", None, ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"<!doctype html><html><body><p>Hallo</p></body></html>",
        b"\x89PNG\r\n\x1a\n",
        b"{}",
        b"{",
        b"hello",
    ],
)
def test_what_is_no_feed_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(InputError, match=r"abendbote\.example"):
        read_feed(body, URL)


def test_entities_that_multiply_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>'
    body = bomb.encode() + rss(item(guid="1", title="&l9;", description="Text."))[21:]
    assert all(len(entry.title or "") < 100 for entry in read_feed(body, URL).entries)


def test_entities_that_stand_for_a_sign_are_kept() -> None:
    head = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY tie "&#8254;"><!ENTITY org \'Hafen AG\'>]>'
    assert only(head + rss(item(guid="1", title="A&tie;B &org;"))[21:]).title == "A‾B Hafen AG"


def test_external_entities_are_not_read() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + rss(item(guid="1", title="A &x; B"))[21:]
    )
    assert "root:" not in str(read_feed(body, URL).entries)
    sitemap = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/1</loc><news><title>&x;</title></news></url></urlset>'
    assert "root:" not in str(read_feed(sitemap, URL).entries)


@pytest.mark.parametrize("depth", [500, 50_000])
def test_deep_nesting_ends(depth: int) -> None:
    deep = "<b>" * depth + "tief" + "</b>" * depth
    for body in (
        rss(item(guid="1", title="T", description=f"<![CDATA[{deep}]]>")),
        rss(f"<item><guid>1</guid>{deep}</item>"),
    ):
        try:
            assert read_feed(body, URL).faulty <= 1
        except InputError as error:
            assert "feed" in str(error)  # noqa: PT017 - either is fine, a crash is not


def test_a_huge_feed_is_cut_after_a_whole_entry() -> None:
    items = "".join(item(guid=str(number), title=f"Nr. {number}", description="wort " * 40) for number in range(30_000))
    body = rss(items)
    assert len(body) > 6_000_000
    feed = read_feed(body, URL)
    assert len(feed.entries) == 500
    assert feed.entries[0].guid == "0"


def test_cutting_closes_what_was_open() -> None:
    body = rss("".join(item(guid=str(number), title="Eins") for number in range(9)))
    short = cut(body, 200)
    assert len(short) < 230
    assert short.endswith(b"</item></channel></rss>")
    assert cut(body, len(body)) == body
    assert cut(b"x" * 50, 20) == b"x" * 20


@settings(deadline=None)  # parsers are loaded when first needed
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(tail: bytes) -> None:
    for body in (tail, rss("")[:60] + tail, b'{"items": [' + tail, b"<urlset>" + tail):
        try:
            feed = read_feed(body, URL)
        except InputError:
            continue
        assert all(entry.guid for entry in feed.entries)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_any_text_in_a_json_feed(guid: str, title: str, text: str) -> None:
    import orjson

    try:
        body = orjson.dumps(
            {"items": [{"id": guid, "title": title, "content_html": text, "url": text, "date_published": title}]}
        )
    except orjson.JSONEncodeError:  # lone surrogates
        return
    for entry in read_feed(body, URL).entries:
        assert entry.title is None or "\n" not in entry.title
