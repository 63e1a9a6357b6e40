"""XML that is none: junk around it, elements never closed, entities of HTML, documents that break off."""

from __future__ import annotations

import pytest

from digests.sources.feeds import read_feed
from tests.sources.feeds.making import URL, item, only, rss

TWO = item(guid="1", title="Eins", link="https://a.example/1", description="Text eins.") + item(
    guid="2", title="Zwei", link="https://a.example/2", description="Text zwei."
)


def told(body: bytes) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(entry.guid, entry.title, entry.url, entry.teaser) for entry in read_feed(body, URL).entries]


WHOLE = told(rss(TWO))


@pytest.mark.parametrize(
    "junk",
    [
        "\n\n  ",
        "<br />\n<b>Warning</b>: include(x.php): failed in <b>/srv/x.php</b> on line <b>3</b><br />\n",
        "<!-- cached -->",
        "\ufeff\ufeff",
        '<?xml version="1.0"?>\n',
        '<?xml-stylesheet href="x.xsl"?>',
        "\x00\x01",
    ],
)
def test_junk_before_the_prolog(junk: str) -> None:
    assert told(junk.encode() + rss(TWO)) == WHOLE


@pytest.mark.parametrize("junk", ["\x00", "<!-- 0.2 s -->", "<script>x()</script>", "\n<br>Fatal error: x & y"])
def test_junk_after_the_end(junk: str) -> None:
    assert told(rss(TWO) + junk.encode()) == WHOLE


@pytest.mark.parametrize("name", ["item", "description", "title", "link", "guid"])
def test_elements_that_are_never_closed(name: str) -> None:
    assert told(rss(TWO.replace(f"</{name}>", ""))) == WHOLE


@pytest.mark.parametrize("tail", range(1, 100, 7))
def test_a_feed_that_breaks_off_keeps_its_whole_entries_only(tail: int) -> None:
    found = told(rss(TWO)[: -len("</channel></rss>") - tail])
    assert found == WHOLE[:1]


def test_a_feed_that_breaks_off_after_an_entry() -> None:
    assert told(rss(TWO)[: -len("</channel></rss>")]) == WHOLE


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Fisch & Brot", "Fisch & Brot"),
        ("AT&T &unknown; x", "AT&T &unknown; x"),
        ("Gr&ouml;&szlig;e&nbsp;&ndash; gut", "Größe – gut"),
        ("&#150;&#x80;&#1;&#xFFFF;&#99999999;", "–€"),
        ("A &amp;amp; B &amp;amp;amp; C", "A & B & C"),
        ("&lt;p&gt;Ein &lt;b&gt;Titel&lt;/b&gt;&lt;/p&gt;", "Ein Titel"),
        ("&amp;lt;p&amp;gt;Ein Titel&amp;lt;/p&amp;gt;", "Ein Titel"),
        ("<![CDATA[Ein & Titel]]>", "Ein & Titel"),
        ("<![CDATA[Ein <b>Titel</b> &uuml;ber]]>", "Ein Titel über"),
        ("<![CDATA[<![CDATA[Ein Titel]]]]>", "Ein Titel"),
        ("<![CDATA[Ein Titel", "Ein Titel"),
        ("&lt;![CDATA[Ein Titel]]&gt;", "Ein Titel"),
        ("Vorn <![CDATA[mitten]]> hinten", "Vorn mitten hinten"),
        ("Ein <b>Titel</b> mit <i>Tags</i>", "Ein Titel mit Tags"),
        ("1 &lt; 2 und 4 &gt; 3", "1 < 2 und 4 > 3"),
        ("Ein\x0b Ti\x1ftel\x7f", "Ein Titel"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Ein Titel", "Ein Titel"),
    ],
)
def test_titles_are_text_whatever_they_were_written_as(written: str, read: str) -> None:
    body = rss(f"<item><guid>1</guid><title>{written}</title></item>" + item(guid="2", title="Zwei"))
    assert [entry.title for entry in read_feed(body, URL).entries] == [read, "Zwei"]


def test_links_keep_their_ampersands() -> None:
    for written in ("x?a=1&amp;b=2&amp;sect=3", "x?a=1&b=2&sect=3", "<![CDATA[x?a=1&b=2&sect=3]]>"):
        link = written.replace("x?", "https://a.example/x?")
        assert only(rss(item(guid="1", title="T", link=link))).url == "https://a.example/x?a=1&b=2&sect=3"


def test_prefixes_that_nobody_declared() -> None:
    entry = only(
        rss(
            "<item><guid>1</guid><title>T</title><content:encoded>&lt;p&gt;Voll.&lt;/p&gt;</content:encoded>"
            "<dc:creator>Ada</dc:creator><dc:date>2026-08-13T06:00:00Z</dc:date></item>"
        )
    )
    assert (entry.text, entry.author) == ("Voll.", "Ada")
    assert entry.published_at is not None
